import LigatureLayers
import LigatureNetworks
import LigatureTensors
import Synchronization
import Testing

@testable import LigatureTraining

@Suite("Training in the steady state")
struct SteadyStateTests {
  /// Tests that run at the same time use the pool too. What they miss comes and goes; what training
  /// itself misses comes in every step. So one run without a miss among several is proof.
  @Test(
    "finds the memory of every step in the pool after three of them",
    arguments: [(Solver.adam, false), (.sgd, true), (.rmsProp, true)])
  func poolMisses(solver: Solver, isNormalised: Bool) throws {
    let extras: [any Layer] = isNormalised ? [BatchNormalization(), Dropout(0.2)] : []
    let encoder: [any Layer] = [FullyConnected(36)] + extras + [ReLU(), FullyConnected(9), Tanh()]
    let network = try Network(input: Layout("BSSC", [nil, 6, 6, 1])) {
      WeightTyingAutoEncoderLayer(encoder: encoder)
    }
    let images = try sigmoid(numbers([23 * 8, 6, 6, 1]))
    var fewest = Int.max
    for _ in 0..<20 where fewest > 0 {
      let misses = Mutex<[Int]>([])
      var options = TrainingOptions(solver, epochs: 1, batchSize: 8, metrics: [.rmse])
      options.onProgress = { _ in
        misses.withLock { $0.append(StoragePool.shared.statistics.misses) }
        return .continue
      }
      try train(
        network, on: TrainingData(reconstructing: images), loss: .binaryCrossEntropy,
        options: options)
      let counts = misses.withLock { $0 }
      #expect(counts.count == 23)
      fewest = min(fewest, counts[22] - counts[2])
    }
    #expect(fewest == 0)
  }
}
