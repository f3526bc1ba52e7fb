import LigatureLayers
import LigatureTensors
import Testing

@testable import LigatureNetworks

@Suite("State of layers")
struct StateTests {
  private let zero = Tensor([Float(0)])

  /// The counter that each use of a network sees in inference.
  private func counts(_ network: Network, uses: Int) throws -> [Double] {
    try network.inference { context in
      try (0..<uses).map { _ in try network(zero, in: context).item() }
    }
  }

  private func train(_ network: Network, uses: Int) throws -> [Double] {
    var seen: [Double] = []
    _ = try valueAndGradients(of: network) { context in
      seen = try (0..<uses).map { _ in try network(zero, in: context).item() }
      return zero
    }
    return seen
  }

  @Test("is kept for each use of a shared network")
  func perUse() throws {
    let network = Network { Counting(.perUse) }
    #expect(try train(network, uses: 3) == [1, 1, 1])
    #expect(try train(network, uses: 2) == [2, 2])
    #expect(try counts(network, uses: 4) == [2, 2, 1, 2], "the fourth begins as the first use did")
  }

  @Test("is one for all uses where it is shared, and visible to later ones in the pass")
  func shared() throws {
    let network = Network { Counting(.shared) }
    #expect(try train(network, uses: 3) == [1, 2, 3])
    #expect(try counts(network, uses: 2) == [3, 3])
  }

  @Test(
    "of a nested layer is kept by path and use", arguments: [LayerState.Sharing.perUse, .shared])
  func nested(sharing: LayerState.Sharing) throws {
    let counting = Network { Counting(sharing) }
    let network = Network {
      Repeating(counting, count: 2); counting.named("last")
    }
    let value = try valueAndGradients(of: network) { try network(zero, in: $0).sum() }.value.item()
    // 1 + (0.1 + 1), then 1 more: or 1 + (0.1 + 2), then 3 more.
    #expect(abs(value - (sharing == .perUse ? 3.1 : 6.1)) < 1e-6)
  }

  @Test("is committed only when the pass succeeds")
  func commits() throws {
    let failing = Network {
      Counting(.perUse); Failing(phase: .training)
    }
    _ = message { try train(failing, uses: 1) }
    #expect(try counts(failing, uses: 1) == [0])
    let unreduced = Network {
      Counting(.perUse); Scaling()
    }
    _ = try unreduced.predict(Tensor.zeros([1, 2]))
    _ = message {
      try valueAndGradients(of: unreduced) { try unreduced(numbers([3, 2]), in: $0) }.value
    }
    #expect(try unreduced.layers(of: Counting.self)[0].passes.item() == 0)
  }

  @Test("is never changed by predicting or initialising")
  func prediction() throws {
    let network = Network {
      Counting(.perUse); BatchNormalization()
    }
    let x = try numbers([5, 3])
    let first = try network.predict(x)
    #expect(try network.predict(x).isIdentical(to: first))
    #expect(try network.layers(of: Counting.self)[0].passes.item() == 0)
  }

  @Test("goes back to its first value, for every use, when it is reset")
  func resetting() throws {
    let network = Network { Counting(.perUse) }
    _ = try train(network, uses: 2)
    network.resetState()
    #expect(try counts(network, uses: 2) != [0, 0], "it is no memory")
    network.resetStatistics()
    #expect(try counts(network, uses: 2) == [0, 0])
  }

  @Test("goes along into a copy, and apart from then on")
  func copying() throws {
    let network = Network { Counting(.perUse) }
    _ = try train(network, uses: 1)
    let copy = try network.copy()
    _ = try train(copy, uses: 1)
    #expect(try counts(network, uses: 1) == [1])
    #expect(try counts(copy, uses: 1) == [2])
  }

  @Test("of batch normalisation follows the batches by its momentum")
  func batchStatistics() throws {
    let network = Network { BatchNormalization(momentum: 0.25) }
    let x = Tensor([Float(1), 3, 5, 7])
    let batch = try x.reshaped(to: [4, 1])
    _ = try network.predict(batch)
    _ = try valueAndGradients(of: network) { try network(batch, in: $0).sum() }
    let layer = network.layers(of: BatchNormalization.self)[0]
    #expect(abs(try layer.mean.item() - 0.25 * 4) < 1e-6)
    #expect(abs(try layer.variance.item() - (0.75 + 0.25 * 20 / 3)) < 1e-6)
  }
}

@Suite("Random numbers of layers")
struct DropoutTests {
  private let ones = Tensor([Float](repeating: 1, count: 4096))

  private func outputs(
    _ network: Network, uses: Int = 1, seed: UInt64 = 3, iteration: Int = 0
  ) throws -> [Tensor] {
    var outputs: [Tensor] = []
    _ = try valueAndGradients(of: network, seed: seed, iteration: iteration) { context in
      outputs = try (0..<uses).map { _ in try network(ones, in: context).detached }
      return try ones.sum()
    }
    return outputs
  }

  @Test("drop the right share and keep the mean")
  func statistics() throws {
    let output = try outputs(Network { Dropout(0.25) })[0].doubles()
    let dropped = output.count { $0 == 0 }
    // Within five standard deviations of 1024.
    #expect(abs(Double(dropped) - 1024) < 5 * (4096 * 0.25 * 0.75).squareRoot())
    #expect(Set(output) == [0, Double(Float(1 / 0.75))])
  }

  @Test("are drawn anew for every use, layer, iteration and seed, and are else the same bits")
  func keys() throws {
    let network = Network {
      Dropout(); Network { Dropout() }
    }
    let uses = try outputs(network, uses: 3)
    #expect(try uses.isIdentical(to: outputs(network, uses: 3)))
    let others = try [
      outputs(network, seed: 4)[0], outputs(network, iteration: 1)[0],
      outputs(Network { Dropout() })[0],
    ]
    let all = uses + others
    for first in all.indices {
      for second in all.indices where second > first {
        #expect(try !all[first].isIdentical(to: all[second]), "\(first) and \(second)")
      }
    }
  }

  @Test("do not depend on the number of threads")
  func threads() throws {
    let network = Network { Dropout() }
    let large = try Tensor.ones([64, 512])
    let before = Parallel.threads
    defer { Parallel.threads = before }
    let runs = try [1, 2, 3].map { threads -> Tensor in
      Parallel.threads = threads
      return try valueAndGradients(of: network, seed: 1, iteration: 0) {
        try (network(large, in: $0) * large).sum()
      }.value
    }
    #expect(try runs[0].isIdentical(to: runs[1]) && runs[0].isIdentical(to: runs[2]))
  }

  @Test("refuse a probability that is none")
  func refusal() {
    #expect(
      message { try outputs(Network { Dropout(1) }) }
        == "dropout: has drop probability 1.0. Give one in 0..<1.")
  }
}

@Suite("A snapshot")
struct SnapshotTests {
  @Test("brings back values, factors, states and what had no value")
  func restoring() throws {
    let network = Network {
      FullyConnected(3)
      BatchNormalization()
    }
    let empty = network.snapshot()
    let x = try Tensor((0..<8).map { Float($0) }, shape: [4, 2])
    let before = try network.predict(x)
    let full = network.snapshot()
    for parameter in network.parameters { try parameter.set(parameter.value + 1) }
    try network.freeze()
    _ = try network.outputs(for: [x], .training, storesStates: true)
    #expect(try !network.predict(x).isIdentical(to: before))
    full.restore()
    #expect(try network.predict(x).isIdentical(to: before))
    #expect(network.learnRateFactors.values.allSatisfy { $0 == 1 })
    empty.restore()
    #expect(network.hasDeferred)
  }
}

@Suite("First predictions from several tasks")
struct FirstPredictionTests {
  @Test("give the same learnables whoever comes first")
  func concurrently() async throws {
    let x = try Tensor((0..<8).map { Float($0) }, shape: [4, 2])
    func network() -> Network {
      Network {
        FullyConnected(5); Tanh(); FullyConnected(3)
      }
    }
    let expected = try network().predict(x)
    for _ in 0..<20 {
      let shared = network()
      let outputs = try await withThrowingTaskGroup(of: Tensor.self) { group in
        for _ in 0..<4 { group.addTask { try shared.predict(x) } }
        return try await group.reduce(into: [Tensor]()) { $0.append($1) }
      }
      for output in outputs { #expect(try output.isIdentical(to: expected)) }
    }
  }
}

@Suite("A pass that cannot learn")
struct BarrenPassTests {
  @Test("is an error that says how it came about")
  func barren() throws {
    let network = Network { FullyConnected(2) }
    let x = try Tensor.ones([1, 2])
    _ = try network.predict(x)
    let detached = #expect(throws: LayerError.self) {
      try valueAndGradients(of: network) { try network(x, in: $0).detached.sum() }
    }
    #expect(detached?.description.contains("there is nothing to learn from") == true)
    #expect(throws: LayerError.self) {
      try valueAndGradients(of: network) { _ in try network.predict(x).sum() }
    }
    let teacher = Network { FullyConnected(2) }
    let pass = try valueAndGradients(of: network) { context in
      try meanSquaredError(network(x, in: context), teacher.predict(x))
    }
    #expect(pass.gradients.count == 2)
  }
}
