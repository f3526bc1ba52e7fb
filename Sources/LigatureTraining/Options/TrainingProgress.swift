import LigatureNetworks
import Synchronization

/// Whether training goes on.
public enum TrainingControl: Sendable {
  /// It does.
  case `continue`
  /// It ends after this step, with the history so far.
  case stop
}

/// Where training stands after a step.
public struct TrainingProgress: Sendable {
  /// The epoch, from 1.
  public let epoch: Int
  /// How many epochs there are to be.
  public let epochs: Int
  /// The step within the epoch, from 1.
  public let iteration: Int
  /// Steps in an epoch.
  public let iterationsPerEpoch: Int
  /// Steps taken in all epochs.
  public let totalIterations: Int
  /// The loss of this step's mini-batch.
  public let loss: Double
  /// The learn rate of this step.
  public let learnRate: Double
  /// Seconds since this run began, or was resumed, validation and callbacks included.
  public let seconds: Double
  /// Observations learned from in each second of this epoch's steps.
  public let observationsPerSecond: Double
  /// What was measured on validation data after this step; nil where it was not their turn.
  public let validation: TrainingHistory.Validation?
  /// The best value of the objective so far; nil without validation data.
  public let best: TrainingHistory.Best?
  let measured: MetricSums
  let endsRun: Bool
  let gradients: HeldGradients

  /// The metrics of this epoch so far. Computed when asked for.
  public var metrics: [String: Double] { measured.values }

  /// The Euclidean norm over all gradients of this step, before any threshold, each shared one
  /// counted once; where sequences are split, of the last piece. Computed when it is first asked
  /// for, O(learnables), which must be in the callback: gradients are let go behind it, and it is
  /// nil then.
  public var gradientNorm: Double? { gradients.norm }

  /// Whether this is an epoch's last step.
  public var endsEpoch: Bool { iteration == iterationsPerEpoch }
}

/// The gradients of a step for as long as somebody may ask how large they are.
final class HeldGradients: Sendable {
  private struct Contents {
    var gradients: Gradients?
    var norm: Double?
  }

  private let contents: Mutex<Contents>

  init(_ gradients: Gradients?) { contents = Mutex(Contents(gradients: gradients)) }

  var norm: Double? {
    contents.withLock { contents in
      if contents.norm == nil { contents.norm = try? contents.gradients?.norm() }
      return contents.norm
    }
  }

  func letGo() { contents.withLock { $0.gradients = nil } }
}
