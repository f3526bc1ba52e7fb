import LigatureTensors
import Testing

@testable import LigatureLayers
@testable import LigatureNetworks

@Suite("One network mapped over several inputs")
struct MappingTests {
  /// Expects a mapped call to be what separate calls are: values, gradients, and what is written.
  private func expectSame(
    _ network: Network, _ uses: [[Tensor]], lengths: [Int]? = nil, _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let width = uses.first?.count ?? 0
    func cut(_ all: [Tensor]) -> [[Tensor]] {
      uses.indices.map { Array(all[$0 * width..<($0 + 1) * width]) }
    }
    for phase in Phase.allCases {
      let mapped = try RecordedPass(of: network, uses.flatMap(\.self), phase, lengths: lengths) {
        try network(mapping: cut($1), in: $0).flatMap(\.self)
      }
      let separate = try RecordedPass(of: network, uses.flatMap(\.self), phase, lengths: lengths) {
        context, inputs in try cut(inputs).flatMap { try network($0, in: context) }
      }
      try mapped.expectEqual(to: separate, comment, sourceLocation: sourceLocation)
      let (found, wanted) = (mapped.pass.carriedState.values, separate.pass.carriedState.values)
      #expect(Set(found.keys) == Set(wanted.keys), comment, sourceLocation: sourceLocation)
      for (key, state) in wanted {
        try expectClose([found[key]?.value], [state.value], "state \(key.use)", comment)
      }
    }
  }

  @Test(
    "is that network called for each of them, whatever it is made of",
    arguments: LayerFixture.all, [1, 2, 5])
  func fixtures(fixture: LayerFixture, count: Int) throws {
    let network = try fixture.network()
    let uses = try (0..<count).map { try fixture.inputs(batch: 3, seed: 100 + 10 * UInt64($0)) }
    try expectSame(network, uses)
  }

  @Test("is that network called for each of them, inside a larger one", arguments: LayerFixture.all)
  func nested(fixture: LayerFixture) throws {
    let inner = try fixture.network()
    guard inner.inputNames.count == 1 else { return }
    let network = Network()
    try network.add(inner, named: "inner")
    try network.addInput("x")
    try network.connect("x", to: "inner")
    for (number, port) in inner.outputNames.enumerated() {
      try network.add(Dropout(0.3), named: "drop\(number)")
      try network.connect("inner/\(port)", to: "drop\(number)")
    }
    try network.cast(to: .float64)
    let uses = try (0..<3).map { try fixture.inputs(batch: 2, seed: 200 + 10 * UInt64($0)) }
    try network.initialize(for: uses[0])
    try expectSame(network, uses)
  }

  private func stack() throws -> Network {
    try drawn(
      Network {
        Bidirectional(LSTM(2))
        Dropout(0.3)
        BatchNormalization()
        Network {
          FullyConnected(3); Dropout(0.2); Tanh()
        }
        GRU(2, options: RecurrentOptions(carriesState: true))
      }, for: [.zeros([2, 3, 2])])
  }

  private func sequences(_ shapes: [[Int]]) throws -> [[Tensor]] {
    try shapes.enumerated().map { [try numbers($1, seed: 300 + UInt64($0), .float64)] }
  }

  @Test("is that with dropout, normalisation, memory and nesting, and with padding")
  func everything() throws {
    let network = try stack()
    let uses = try sequences([[Int]](repeating: [4, 5, 2], count: 3))
    try expectSame(network, uses)
    try expectSame(network, uses, lengths: [5, 2, 0, 3])
  }

  @Test("is that for inputs of different lengths, batches or none")
  func shapes() throws {
    let network = try stack()
    try expectSame(network, sequences([[2, 5, 2], [2, 1, 2], [2, 5, 2]]))
    try expectSame(network, sequences([[2, 3, 2], [4, 3, 2]]))
    try expectSame(network, sequences([[1, 3, 2]]))
    let none = try network.inference { try network(mapping: [] as [Tensor], in: $0) }
    #expect(none.isEmpty)
  }

  @Test("keeps uses apart where something is broadcast over observations, or a list of numbers")
  func broadcasting() throws {
    let gated = Network()
    try gated.addInput("x")
    try gated.addInput("gate")
    try gated.add(Multiplication(), named: "product")
    try gated.connect("x", to: "product/in1")
    try gated.connect("gate", to: "product/in2")
    try gated.cast(to: .float64)
    try expectSame(
      gated,
      (0..<2).map {
        try [
          numbers([2, 3], seed: 400 + $0, .float64), numbers([1, 3], seed: 410 + $0, .float64),
        ]
      })
    let list = Network { Softmax() }
    try list.cast(to: .float64)
    try expectSame(list, sequences([[4], [4]]))
    let batches = try joining(Split(2), axis: -2)
    try batches.cast(to: .float64)
    try expectSame(batches, sequences([[2, 4], [2, 4]]))
  }

  @Test("brings inputs in another order of axes into the canonical one")
  func permuted() throws {
    let network = try Network(input: Layout("CTB", [2, nil, nil])) { LSTM(2) }
    try network.cast(to: .float64)
    try expectSame(network, sequences([[2, 4, 3], [2, 4, 3]]))
  }

  /// Doubles by mapping a network over the input and its opposite.
  private struct Opposing: CustomLayer, Codable {
    @Learnable var network: Network
    @Learnable var shift: Tensor = .deferred
    func initialize(for x: Tensor, in context: Context) throws {
      let values = try network(mapping: [x, -x], in: context)
      shift = try .zeros([values[0].shape[values[0].rank - 1]], context.scalarType)
    }
    func predict(_ x: Tensor, in context: Context) throws -> Tensor {
      let values = try network(mapping: [x, -x], in: context)
      return try values[0] + values[1] + shift
    }
  }

  @Test("initialises the network, as separate calls would")
  func initialization() throws {
    func stack() -> Network {
      Network {
        FullyConnected(3); LSTM(2)
      }
    }
    let mapped = Network { Opposing(network: stack()) }
    let called = stack()
    let x = try numbers([2, 4, 2])
    _ = try mapped.predict(x)
    _ = try called.predict(x)
    let values = mapped.parameters.map(\.value)
    #expect(try Array(values.dropFirst()).isIdentical(to: called.parameters.map(\.value)))
    #expect(mapped.learnables.map(\.path).contains("opposing/network/lstm/bias"))
  }

  @Test("names the layer that an input does not fit, and the use's path")
  func errors() throws {
    let network = try drawn(Network { FullyConnected(2) }, for: [.zeros([2, 3])])
    let text = message {
      try network.inference {
        try network(mapping: [.zeros([2, 4], .float64), .zeros([2, 4], .float64)], in: $0)
      }
    }
    let alone = message {
      try network.inference { try network(.zeros([4, 4], .float64), in: $0) }
    }
    #expect(text == alone)
    let two = Network()
    try two.addInput("x")
    try two.add(Split(2))
    try two.connect("x", to: "split")
    #expect(
      message {
        try two.inference { try two(mapping: [.zeros([2, 4]), .zeros([2, 4])], in: $0) }
      }
        == "network: the network has 2 outputs, and one was asked for. "
        + "Call it with lists: network(mapping: inputs.map { [$0] }, in: context).")
  }
}
