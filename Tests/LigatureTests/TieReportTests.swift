import Foundation
import Ligature
import Testing

/// Reports of users of other frameworks with the figures that they gave, reproduced here. What is
/// true of every network whatever its figures is in `TieRespectTests` and `TiePlacesTests`.
@Suite("What went wrong with ties elsewhere")
struct TieReportTests {
  private func row(_ names: [String], of size: Int) throws -> Network {
    let network = Network()
    try network.addInput("x", Layout("BC", [nil, size], .float64))
    for name in names { try network.add(FullyConnected(size, bias: false), named: name) }
    try network.connect(["x"] + names)
    try network.cast(to: .float64)
    return network
  }

  private func file(_ network: Network, architecture: Bool = true) throws -> Data {
    let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors")
    defer { try? FileManager.default.removeItem(at: url) }
    try network.save(to: url, architecture: architecture)
    return try Data(contentsOf: url)
  }

  @Test("a file was many times as large, with a copy for each use: here it grows by a path")
  func fileSizes() throws {
    let alone = try row(["a"], of: 64)
    try alone.initialize()
    let weights = 64 * 64 * 8
    for uses in [2, 3, 9] {
      let network = try row((1...uses).map { "fc\($0)" }, of: 64)
      for use in 2...uses {
        try network.tie("fc\(use)/weights", to: "fc1/weights", transform: .transpose)
      }
      try network.initialize()
      let (grown, size) = (try file(network).count, try file(alone).count)
      #expect(size > weights && grown < size + weights / 4, "\(uses) uses: \(size) to \(grown)")
    }
  }

  @Test("a gradient was overwritten and came out as 0.6 of itself: here the parts add up")
  func overwrittenGradient() throws {
    // One weight, and uses that give it 0.6 and 0.4 of its gradient, in either order.
    for parts in [[0.6, 0.4], [0.4, 0.6], [0.1, 0.2, 0.3, 0.4], [0.6, 0.3, 0.1]] {
      let layer = FullyConnected(weights: try Tensor([2.0], shape: [1, 1]))
      let network = Network { layer }
      let (_, gradients) = try valueAndGradients(of: network) { context in
        let sums = try parts.map { try network(Tensor([$0], shape: [1, 1]), in: context).sum() }
        return try sums.dropFirst().reduce(sums[0]) { try $0 + $1 }
      }
      let gradient = try #require(gradients[network.parameters[0]])
      #expect(try gradient.isClose(to: Tensor([1.0], shape: [1, 1]), relative: 1e-15))
    }
  }

  @Test("a norm of 28.28 was reported as 40, the tied weight counted twice")
  func countedTwice() throws {
    let network = try row(["embedding", "head"], of: 2)
    try network.initialize()
    try network.tie("head/weights", to: "embedding/weights")
    let weights = network.parameters[0]
    // Each use gives 10 to each of two weights: (20, 20) together.
    let (_, gradients) = try valueAndGradients(of: network) { context in
      let layers = network.layers(of: FullyConnected.self)
      let x = try Tensor([10.0, 0], shape: [1, 2])
      return try layers[0](x, in: context).sum() + layers[1](x, in: context).sum()
    }
    #expect(try #require(gradients[weights]).doubles() == [20, 20, 0, 0])
    #expect(try abs(gradients.norm() - 28.284271247461902) < 1e-12)
    #expect(network.learnableCount == 4)
  }

  @Test("a head was dropped and the loss jumped on resuming: here it is the owner's, and goes on")
  func resuming() throws {
    func make() throws -> Network {
      let network = try row(["embedding", "inner", "head"], of: 3)
      try network.tie("head/weights", to: "embedding/weights", transform: .transpose)
      return network
    }
    let x = try numbers([4, 3]).cast(to: .float64)
    func losses(_ network: Network, _ epochs: Int) throws -> [Double] {
      try train(
        network, on: TrainingData(x, targets: x), loss: .meanSquaredError,
        options: TrainingOptions(
          .sgd(momentum: 0), epochs: epochs, batchSize: 4, learnRate: 0.05, shuffle: .never)
      ).epochs.map(\.trainingLoss)
    }
    let whole = try make()
    try whole.initialize(seed: 4)
    let first = try make()
    try first.initialize(seed: 4)
    let expected = try losses(whole, 6)
    _ = try losses(first, 3)
    let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors")
    defer { try? FileManager.default.removeItem(at: url) }
    try first.save(to: url)
    // In a network made of the file, and in one that was built again and has other first values.
    let again = try make()
    try again.initialize(seed: 5)
    try again.load(from: url)
    for network in [try Network(contentsOf: url), again] {
      #expect(try losses(network, 3) == Array(expected.suffix(3)))
      #expect(network.ties.map(\.aliases) == [["head/weights"]])
    }
  }

  @Test("a head with values of its own was overwritten by the tie: here the file is refused")
  func otherHead() throws {
    let tied = try row(["embedding", "head"], of: 3)
    try tied.initialize()
    let untied = try tied.copy()
    try tied.tie("head/weights", to: "embedding/weights")
    let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors")
    defer { try? FileManager.default.removeItem(at: url) }
    try untied.save(to: url)
    let before = tied.parameters[0].value
    #expect(
      message { try tied.load(from: url) }.contains(
        "embedding/weights: the file has two different values for it, \"embedding/weights\" and "
          + "\"head/weights\""))
    #expect(try tied.parameters[0].value.isIdentical(to: before))
    // And the other way round: a file that says they are tied, for a network where they are not.
    try tied.save(to: url)
    #expect(message { try untied.load(from: url) }.contains("which is another learnable here"))
  }
}
