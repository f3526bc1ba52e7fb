import Foundation
import Ligature
import Synchronization

/// Keeps the network of the moment of training at which its error on other sequences was smallest.
final class BestNetwork: Sendable {
  private struct State {
    var loss = Double.infinity
    var network: Network?
    var epoch = 0
    var seconds = 0.0
  }

  private let trained: Network
  private let validation: TrainingData
  private let state = Mutex(State())

  /// Watches a network while it is trained.
  init(of trained: Network, on validation: TrainingData) {
    self.trained = trained
    self.validation = validation
  }

  /// Measures the network about thirty times in a training, at ends of epochs, and copies it where
  /// it is better than before.
  func watch(_ progress: TrainingProgress) throws {
    let interval = max(1, progress.epochs / 30)
    guard progress.iteration == progress.iterationsPerEpoch,
      progress.epoch.isMultiple(of: interval) || progress.epoch == progress.epochs
    else { return }
    let start = ContinuousClock.now
    let loss = try evaluate(trained, on: validation, loss: .meanSquaredError).loss
    let best = try loss < state.withLock({ $0.loss }) ? trained.copy() : nil
    state.withLock { state in
      if let best { (state.loss, state.network, state.epoch) = (loss, best, progress.epoch) }
      state.seconds += (ContinuousClock.now - start) / .seconds(1)
    }
  }

  /// The best network so far.
  var network: Network { state.withLock { $0.network } ?? trained }

  /// The epoch it is of.
  var epoch: Int { state.withLock { $0.epoch } }

  /// The time that watching took.
  var seconds: Double { state.withLock { $0.seconds } }
}
