import Foundation
import Ligature
import Testing

/// One tied autoencoder in the three ways of saying so.
@Suite("Nested, wired and declared")
struct SpellingTests {
  enum Spelling: String, CaseIterable, Sendable {
    case nested, wired, declared

    func network(_ sizes: [Int], of inputs: Int, seed: UInt64 = 3) throws -> Network {
      let network =
        switch self {
        case .nested: try SpellingTests.nested(sizes, of: inputs)
        case .wired: try SpellingTests.wired(sizes, of: inputs)
        case .declared: try SpellingTests.declared(sizes, of: inputs)
        }
      try network.initialize(seed: seed)
      return network
    }
  }

  private static func nested(_ sizes: [Int], of inputs: Int) throws -> Network {
    let network = Network()
    try network.addInput("image", Layout("BC", [nil, inputs]))
    let layers = sizes.flatMap { [FullyConnected($0), ReLU()] as [any Layer] }
    try network.add(WeightTyingAutoEncoderLayer(encoder: layers), named: "autoencoder")
    try network.connect("image", to: "autoencoder")
    return network
  }

  /// Encoder and decoder as chains; `decode` makes the decoder's layers and ties them.
  private static func chain(
    _ sizes: [Int], of inputs: Int,
    _ decode: (_ network: Network, _ step: Int, _ size: Int, _ encoder: Int) throws -> Void
  ) throws -> Network {
    let network = Network()
    try network.addInput("image", Layout("BC", [nil, inputs]))
    var last = "image"
    func append(_ layer: any Layer, _ name: String) throws {
      if (try? network.layer(at: name) as FullyConnected) == nil {
        try network.add(layer, named: name)
      }
      try network.connect(last, to: name)
      last = name
    }
    for (step, size) in sizes.enumerated() {
      try append(FullyConnected(size), "encode\(step + 1)")
      try append(ReLU(), "relu\(step + 1)")
    }
    let targets = Array(([inputs] + sizes.dropLast()).reversed())
    for (step, size) in targets.enumerated() {
      try decode(network, step + 1, size, sizes.count - step)
      try append(FullyConnected(size), "decode\(step + 1)")
      if step < targets.count - 1 { try append(ReLU(), "unrelu\(step + 1)") }
    }
    try append(Sigmoid(), "sigmoid")
    return network
  }

  private static func wired(_ sizes: [Int], of inputs: Int) throws -> Network {
    try chain(sizes, of: inputs) { network, step, size, encoder in
      try network.add(
        FullyConnected(size, inputLearnables: [.weights]), named: "decode\(step)")
      try network.add(Permute([1, 0]), named: "transpose\(step)")
      try network.connect("encode\(encoder)/weights", to: "transpose\(step)")
      try network.connect("transpose\(step)", to: "decode\(step)/weights")
    }
  }

  private static func declared(_ sizes: [Int], of inputs: Int) throws -> Network {
    try chain(sizes, of: inputs) { network, step, size, encoder in
      try network.add(FullyConnected(size), named: "decode\(step)")
      try network.tie(
        "decode\(step)/weights", to: "encode\(encoder)/weights", transform: .transpose)
    }
  }

  @Test("are one and the same training run, to the last bit")
  func runs() throws {
    let x = try sigmoid(numbers([24, 20]))
    let runs = try Spelling.allCases.map { spelling -> ([Double], [[Double]]) in
      let network = try spelling.network([14, 9, 5], of: 20)
      let options = TrainingOptions(.adam, epochs: 4, batchSize: 8, l2: 1e-3, shuffle: .everyEpoch)
      let history = try train(
        network, on: TrainingData(reconstructing: x), loss: .binaryCrossEntropy, options: options)
      return (history.iterationLosses, [try network.predict(x).doubles()])
    }
    #expect(runs[0].0.count == 12)
    for other in runs.dropFirst() {
      #expect(other.0 == runs[0].0)
      #expect(other.1 == runs[0].1)
    }
  }

  @Test("store the same learnables, and say who owns them", arguments: Spelling.allCases)
  func counts(spelling: Spelling) throws {
    let network = try spelling.network([14, 9, 5], of: 20)
    let weights = 20 * 14 + 14 * 9 + 9 * 5
    let encoderBiases = 14 + 9 + 5
    #expect(network.learnableCount == weights + encoderBiases + 9 + 14 + 20)
    #expect(network.untiedLearnableCount == 2 * weights + encoderBiases + 9 + 14 + 20)
    #expect(network.ties.count == 3)
    #expect(network.ties.allSatisfy { $0.uses.count == 2 })
  }

  @Test("name aliases with what makes them")
  func ties() throws {
    #expect(
      try Spelling.wired.network([3], of: 4).ties.map(\.description) == [
        "encode1/weights = decode1/weights (transpose1) (used by encode1, decode1)"
      ])
    #expect(
      try Spelling.declared.network([3], of: 4).ties.map(\.description) == [
        "encode1/weights = decode1/weights (transpose) (used by encode1, decode1)"
      ])
  }

  @Test("keep their ties in an independent copy", arguments: Spelling.allCases)
  func copies(spelling: Spelling) throws {
    let network = try spelling.network([3], of: 4)
    let copy = try network.copy()
    let x = try numbers([2, 4])
    #expect(try copy.predict(x).isIdentical(to: network.predict(x)))
    #expect(copy.ties == network.ties)
    let before = try network.predict(x)
    for parameter in copy.parameters { try parameter.set(parameter.value + 1) }
    #expect(try network.predict(x).isIdentical(to: before))
    #expect(try !copy.predict(x).isIdentical(to: before))
  }

  @Test("are stored once each, and come back with their ties", arguments: Spelling.allCases)
  func files(spelling: Spelling) throws {
    let network = try spelling.network([5, 3], of: 4)
    let url = FileManager.default.temporaryDirectory.appending(
      path: "spelling-\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: url) }
    try network.save(to: url)
    #expect(try SafetensorsFile(contentsOf: url).names.count == network.parameters.count)
    let again = try Network(contentsOf: url)
    let x = try numbers([2, 4])
    #expect(try again.predict(x).isIdentical(to: network.predict(x)))
    #expect(again.ties == network.ties)
    #expect(again.learnableCount == network.learnableCount)
    let other = try spelling.network([5, 3], of: 4, seed: 9)
    try other.load(from: url)
    #expect(try other.predict(x).isIdentical(to: network.predict(x)))
  }

  @Test("load a file that has the alias too, if its value is the owner's, transposed")
  func bothNames() throws {
    let network = try Spelling.declared.network([3], of: 4)
    let url = FileManager.default.temporaryDirectory.appending(
      path: "both-\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: url) }
    var tensors = Dictionary(
      uniqueKeysWithValues: network.learnables.map { ($0.path, $0.parameter.value) })
    let alias = try #require(tensors["encode1/weights"]).transposed
    for (value, isSound) in [(alias, true), (try alias + 1, false)] {
      tensors["decode1/weights"] = value
      try SafetensorsFile.write(tensors, metadata: [:], to: url)
      if isSound {
        try network.load(from: url)
      } else {
        let text = message { try network.load(from: url) }
        #expect(text.contains("encode1/weights") && text.contains("decode1/weights"))
        #expect(text.contains("two different values"))
      }
    }
  }

  @Test("freeze and cast by any name", arguments: [Spelling.wired, .declared])
  func factors(spelling: Spelling) throws {
    let network = try spelling.network([3], of: 4)
    try network.freeze("decode1/weights")
    #expect(try network.parameter(at: "encode1/weights").isFrozen)
    let x = try sigmoid(numbers([8, 4]))
    let before = try network.parameter(at: "encode1/weights").value
    try train(
      network, on: TrainingData(reconstructing: x), loss: .meanSquaredError,
      options: TrainingOptions(.adam, epochs: 1, batchSize: 4))
    #expect(try network.parameter(at: "encode1/weights").value.isIdentical(to: before))
    try network.cast(to: .float64)
    #expect(network.parameters.allSatisfy { $0.value.scalarType == .float64 })
    #expect(try network.predict(x.cast(to: .float64)).scalarType == .float64)
    #expect(network.ties.count == 1)
  }
}
