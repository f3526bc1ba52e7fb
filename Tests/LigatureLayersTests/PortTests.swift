import LigatureTensors
import Testing

@testable import LigatureLayers
@testable import LigatureNetworks

@Suite("Ports of layers that deal, choose and remember")
struct PortTests {
  /// A network with one input, a layer that is fed by it, and nothing behind.
  private func fed(_ layer: any Layer, named name: String) throws -> Network {
    let network = Network()
    try network.addInput("x")
    try network.add(layer, named: name)
    try network.connect("x", to: layer.inputNames.count == 1 ? name : "\(name)/in")
    return network
  }

  @Test("lead where connections say")
  func splitting() throws {
    let network = try fed(Split(3), named: "split")
    try network.add(Select(1..<2), named: "one")
    try network.add(Addition(), named: "sum")
    try network.connect("split/out2", to: "one")
    try network.connect("one", to: "sum/in1")
    try network.connect("split/out3", to: "sum/in2")
    #expect(network.outputNames == ["split/out1", "sum"])
    let x = try Tensor((0..<6).map { Float($0) }, shape: [1, 6])
    let outputs = try network.predict([x])
    #expect(try outputs.map { try $0.doubles() } == [[0, 1], [3 + 4, 3 + 5]])
  }

  @Test("of states join one layer's end to another's start")
  func states() throws {
    let network = try fed(
      LSTM(2, options: RecurrentOptions(returnsState: true)), named: "encoder")
    try network.addInput("y")
    try network.add(LSTM(2, options: RecurrentOptions(takesState: true)), named: "decoder")
    try network.connect("y", to: "decoder/in")
    try network.connect("encoder/hidden", to: "decoder/hidden")
    try network.connect("encoder/cell", to: "decoder/cell")
    let (x, y) = (try numbers([2, 3, 1]), try numbers([2, 5, 2]))
    let outputs = try network.predict([x, y])
    #expect(outputs.map(\.shape) == [[2, 3, 2], [2, 5, 2]])
    let other = try network.predict([x * 2, y])
    #expect(try !other[1].isIdentical(to: outputs[1]))
  }

  @Test("that are not there, fed twice or left open are named")
  func refusals() throws {
    let network = try fed(Split(2), named: "split")
    try network.add(FullyConnected(1), named: "fc")
    #expect(
      message { try network.connect("split/out3", to: "fc") }
        == "split: has no output port \"out3\". Its output ports are out1, out2.")
    #expect(
      message { try network.connect("split/out1", to: "fc/in2") }
        == "fc: has no input port \"in2\". Its input ports are in, its "
        + "learnables weights, bias.")
    #expect(
      message { try network.connect("split", to: "fc") }.hasPrefix("split: has 2 output ports"))
    try network.connect("split/out2", to: "fc")
    #expect(
      message { try network.connect("split/out1", to: "fc") }
        == "fc: input port \"in\" is fed by split/out2 already, so split/out1 cannot feed it too. "
        + "Disconnect it first, or add the two with an Addition layer.")
    let open = try fed(GRU(2, options: RecurrentOptions(takesState: true)), named: "gru")
    #expect(
      message { try open.predict(numbers([2, 3, 1])) }
        == "gru: input port \"hidden\" is connected to nothing. Connect it with "
        + "connect(_:to: \"gru/hidden\"), or declare a network input with addInput(_:).")
  }

  @Test("say what they cannot deal or choose")
  func sizes() throws {
    func text(_ layer: any Layer, _ shape: [Int]) -> String {
      message { try fed(layer, named: "layer").predict([numbers(shape)]) }
    }
    #expect(text(Split(3), [2, 4]).hasPrefix("layer: split: "))
    #expect(text(Split(0), [2, 4]).hasPrefix("layer: "))
    #expect(text(Split(-2), [2, 4]).hasPrefix("layer: "))
    #expect(text(Split(2, axis: 5), [2, 4]).hasPrefix("layer: "))
    #expect(text(Select(2..<6), [2, 4]).hasPrefix("layer: slice: "))
    #expect(text(Select(0..<1, axis: -4), [2, 4]).hasPrefix("layer: "))
  }

  @Test("of recurrent layers and cells say what they take")
  func recurrent() throws {
    func text(_ layer: any Layer, _ shapes: [Int]...) -> String {
      message { try network(of: layer, for: shapes.map { try .zeros($0) }) }
    }
    #expect(
      text(LSTM(2), [2, 4])
        == "lstm: a recurrent layer takes sequences [batch, time, channels], found BC [2, 4]. "
        + "Declare the input as BTC, or reshape it.")
    #expect(
      text(LSTM(0), [2, 3, 4])
        == "lstm: has 0 hidden units. Give a size of at least 1.")
    #expect(
      text(GRU(2, options: RecurrentOptions(takesState: true)), [2, 3, 4], [2, 3])
        == "gru: recurrence: the hidden state is float32 [2, 3], and float32 [2, 2] is needed. "
        + "Give what fits a cell gru with hidden size 2 and an input of shape [2, 3, 4].")
    #expect(
      text(RNNCell(2), [2, 3, 4], [2, 2])
        == "rnnCell: recurrent cell: the input has shape [2, 3, 4]. "
        + "Give [batch, channels]: a cell runs one step, a layer a whole sequence.")
    #expect(
      text(Bidirectional(GRU(2, options: RecurrentOptions(takesState: true))), [2, 3, 4], [2, 2])
        == "bidirectional: takes states [batch, 4], those of both directions side by side, found "
        + "shape [2, 2]. Give the state of the layer that begins at the first step, then the other's."
    )
    let integers = message { try Network { LSTM(2) }.predict(Tensor([1, 2], shape: [1, 2, 1])) }
    #expect(integers.hasPrefix("lstm: recurrence: "), "\(integers)")
  }
}
