import LigatureLayers
import LigatureTensors
import Testing

@testable import LigatureNetworks

@Suite("What a layer calls itself")
struct NameTests {
  @Test("has to be a name in a path", arguments: ["a/b", "*", "", "a\nb"])
  func badNames(name: String) throws {
    let network = Network()
    let text = message { try network.add(FullyConnected(2, name: name)) }
    #expect(text.contains("must not be empty or contain"), "\(text)")
    #expect(
      message { try network.add(CommonLSTMLayer(hiddenUnits: 2, outputs: 2, name: name)) }
        .contains("must not be empty or contain"))
    #expect(network.inputNames.isEmpty && network.outputNames.isEmpty)
    try network.add(FullyConnected(2, name: name), named: "fc")
    #expect(network.outputNames == ["fc"])
  }

  @Test("of ports there are no more than can be stored")
  func ports() throws {
    for layer in [Split(1025), Split(.max), Addition(.max)] as [any Layer] {
      let network = try Network(input: Layout("BC", [nil, 2])) { Tanh() }
      try network.add(layer, named: "many")
      #expect(
        message { try network.predict(.zeros([1, 2])) }.contains("has more than 1024 "),
        "\(layer)")
    }
    let units = Network { LSTM(Int.max) }
    #expect(
      message { try units.predict(.zeros([1, 1, 2])) }.hasPrefix(
        "lstm: has \(Int.max) hidden units. Give a size that memory can hold"))
  }

  private final class WithGain: CommonLSTMLayer, @unchecked Sendable {
    @Learnable var gain: Tensor = .deferred

    override func initialize(for inputs: [Tensor], in context: Context) throws {
      gain = try .full([1], 5)
    }

    override func predict(_ inputs: [Tensor], in context: Context) throws -> [Tensor] {
      try super.predict(inputs, in: context).map { try $0 * gain }
    }
  }

  @Test("what a subclass adds is not lost in a copy: its coding has to be there")
  func subclass() throws {
    let network = Network()
    try network.addInput("x", Layout("BTC", [nil, nil, 2]))
    try network.add(WithGain(hiddenUnits: 2, outputs: 2, name: "lstm"))
    try network.connect("x", to: "lstm")
    for text in [message { try network.copy() }, message { try network.architecture { "\($0)" } }] {
      #expect(
        text
          == "lstm: the Codable of WithGain leaves out \"gain\", whose value would be lost. "
          + "Override encode(to:) and init(from:), and code it there as well.")
    }
  }
}
