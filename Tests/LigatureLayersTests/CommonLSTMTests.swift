import LigatureTensors
import Testing

@testable import LigatureLayers
@testable import LigatureNetworks

@Suite("A common network over several sequences")
struct CommonLSTMTests {
  /// Networks to be shared, by name.
  private static let networks: [(name: String, make: @Sendable () -> Network)] = [
    ("LSTM", { Network { LSTM(2) } }),
    ("GRU, last", { Network { GRU(3, .last) } }),
    (
      "a stack with dropout",
      {
        Network {
          LSTM(3); Dropout(0.3); GRU(2); FullyConnected(2)
        }
      }
    ),
    ("both directions", { Network { Bidirectional(LSTM(2)) } }),
    ("memory", { Network { LSTM(2, options: RecurrentOptions(carriesState: true)) } }),
  ]

  @Test(
    "is as many copies with tied learnables, values and gradients",
    arguments: networks.indices, [1, 2, 3, 5])
  func untied(index: Int, count: Int) throws {
    let shared = Self.networks[index].make()
    let x = try numbers([3, 4, 2 * count], seed: 28, .float64)
    let common = try network(of: CommonLSTMLayer(network: shared, outputs: count), for: [x])
    for phase in Phase.allCases {
      let found = try RecordedPass(of: common, [x], phase) { try common($1, in: $0) }
      let untied = Untied(
        try (0..<count).map { _ in
          let copy = try shared.copy()
          try copy.cast(to: .float32)
          return copy
        })
      let apart = try network(of: untied, for: [x])
      for network in untied.networks {
        for (parameter, owner) in zip(network.parameters, shared.parameters) {
          try parameter.set(owner.value)
        }
      }
      let wanted = try RecordedPass(of: apart, [x], phase) { try apart($1, in: $0) }
      #expect(found.outputs.map(\.shape) == wanted.outputs.map(\.shape))
      // Dropout draws by path, and the copies have others.
      if phase == .training, Self.networks[index].name.contains("dropout") { continue }
      try expectClose(found.outputs, wanted.outputs)
      let sums = try shared.parameters.indices.map { place in
        try untied.networks.map { try wanted.gradient(of: $0.parameters[place], in: apart) }
          .reduce(Tensor.zeros(shared.parameters[place].value.shape, .float64), +)
      }
      try expectClose(found.gradients, sums)
    }
  }

  @Test("counts, saves and names the shared learnables once")
  func counting() throws {
    for count in [1, 2, 5] {
      let layer = CommonLSTMLayer(hiddenUnits: 3, outputs: count)
      let network = try network(of: layer, for: [.zeros([2, 3, count])])
      #expect(network.learnableCount == 4 * 3 * (1 + 3 + 1))
      #expect(
        network.learnables.map(\.path) == [
          "lstm/network/lstm/weights", "lstm/network/lstm/recurrentWeights",
          "lstm/network/lstm/bias",
        ])
      #expect(network.uses(of: network.learnables[0]).count == count)
      let copy = try network.copy()
      #expect(copy.learnableCount == network.learnableCount)
      let x = try numbers([2, 3, count], seed: 29, .float64)
      #expect(try copy.predict([x]).isIdentical(to: network.predict([x])))
      for (mine, other) in zip(network.parameters, copy.parameters) {
        #expect(mine !== other && mine.value.storage !== other.value.storage)
      }
    }
  }

  @Test("reads sequences of different lengths that come in by ports of their own")
  func ports() throws {
    let layer = CommonLSTMLayer(
      network: Network { Bidirectional(GRU(2)) }, outputs: 3, from: .ports)
    let inputs = try [4, 1, 7].map { try numbers([2, $0, 3], seed: 31, .float64) }
    let network = try network(of: layer, for: inputs)
    let outputs = try network.predict(inputs)
    #expect(outputs.map(\.shape) == [[2, 4, 4], [2, 1, 4], [2, 7, 4]])
    for (input, output) in zip(inputs, outputs) {
      #expect(try layer.network.predict(input).isClose(to: output, relative: 1e-12))
    }
  }

  @Test("keeps a memory for each use")
  func memory() throws {
    let layer = CommonLSTMLayer(hiddenUnits: 2, outputs: 3)
    let x = try numbers([2, 4, 3], seed: 32, .float64)
    let network = try network(of: layer, for: [x])
    var state = NetworkState()
    let pieces = try [0..<2, 2..<4].map {
      try network.predict([x.slice($0, axis: 1)], state: &state)
    }
    #expect(Set(state.values.keys.map(\.use)).count == 3)
    for (index, part) in try x.split(into: 3).enumerated() {
      var own = NetworkState()
      for (number, range) in [0..<2, 2..<4].enumerated() {
        let alone = try layer.network.predict(part.slice(range, axis: 1), state: &own)
        try expectClose([pieces[number][index]], [alone])
      }
    }
  }

  @Test("leads its results on by ports, and shows in a table")
  func table() throws {
    let network = Network()
    try network.addInput("sequence", Layout("BTC", [nil, nil, 2]))
    try network.add(CommonLSTMLayer(hiddenUnits: 3, outputs: 2))
    try network.connect("sequence", to: "lstm")
    try network.add(FullyConnected(1), named: "fc1")
    try network.add(FullyConnected(1), named: "fc2")
    try network.connect("lstm/out1", to: "fc1")
    try network.connect("lstm/out2", to: "fc2")
    try network.initialize()
    #expect(try network.predict([numbers([2, 5, 2])]).map(\.shape) == [[2, 5, 1], [2, 5, 1]])
    let text = "\(network)"
    #expect(text.contains("LSTM(3)") && text.contains("60"), "\(text)")
    #expect(network.learnableCount == 68)
  }

  @Test("says what it cannot deal")
  func refusals() throws {
    let x = try Tensor.zeros([2, 3, 4])
    #expect(
      message { try network(of: CommonLSTMLayer(hiddenUnits: 2, outputs: 3), for: [x]) }
        == "lstm: the channels of shape [2, 3, 4] cannot be split into 3 outputs. "
        + "Give [batch, time, channels] with a multiple of 3 channels.")
    for count in [0, -1] {
      let layer = CommonLSTMLayer(hiddenUnits: 2, outputs: count)
      #expect(layer.outputNames.isEmpty)
      #expect(
        message { try network(of: layer, for: [x]) }
          == "lstm: has \(count) outputs. Give 1 to 1024.")
    }
    #expect(
      message {
        try network(
          of: CommonLSTMLayer(network: Network { LSTM(2) }, outputs: 2, from: .ports),
          for: [x, .zeros([2, 3, 5])])
      }.hasPrefix("lstm/network/lstm: recurrence: "))
  }
}

/// A network of its own for each of several groups of channels.
private struct Untied: CustomLayer {
  @Learnable var networks: [Network]

  init(_ networks: [Network]) { self.networks = networks }

  var outputNames: [String] { networks.indices.map { "out\($0 + 1)" } }

  func predict(_ x: Tensor, in context: Context) throws -> [Tensor] {
    try zip(networks, x.split(into: networks.count)).map { try $0($1, in: context) }
  }
}

extension RecordedPass {
  /// The gradient of a parameter of the network that ran.
  func gradient(of parameter: Parameter, in network: Network) throws -> Tensor {
    let place = try #require(network.parameters.firstIndex { $0 === parameter })
    return try #require(gradients[place])
  }
}
