import LigatureNetworks
import LigatureTensors

/// How ``checkLayer(_:_:options:)`` goes about it.
public struct CheckOptions: Sendable {
  /// Something a layer does on purpose that a check would otherwise call a fault.
  public enum Exception: String, Sendable, Codable, CaseIterable {
    /// An observation's result depends on the others of its batch, in inference too.
    case mixesObservations
    /// The result is random in inference too.
    case random
    /// The result is meant to be the same whatever some learnable is, or a learnable is meant for
    /// later use.
    case unusedLearnables
    /// Some output's size depends on the values of the input.
    case sizeDependsOnValues
    /// The layer keeps no scalar type, on purpose.
    case changesScalarType
    /// A list holds one layer several times, or two learnables begin with the same numbers, on
    /// purpose.
    case repeatsLayers
    /// States hold something for each observation, as carried memory does: they take the size of
    /// the batch, and wait for a reset before it may change.
    case remembersObservations
  }

  /// Where checks run.
  public enum Isolation: Sendable, Equatable {
    /// In this process: a layer that traps takes it down.
    case none
    /// Each check in a child process that may take so many seconds, so that a trap or a hang is a
    /// finding of the check that hit it, and the next ones still run. Costs some milliseconds and
    /// an initialisation of the layer for each check. Where processes cannot fork (neither Linux
    /// nor macOS), checks run in this process and the report says so.
    case childProcess(deadline: Double = 60)
  }

  /// The checks to run; all unless said otherwise.
  public var checks: Set<CheckKind>
  /// Inputs to use in place of generated ones, each with its observations along the batch axis.
  /// Gradients are then compared at these values.
  public var examples: [Tensor]?
  /// The largest relative difference of gradients in double for smooth layers.
  public var tolerance: Double
  /// What inputs, learnables and directions are drawn from.
  public var seed: UInt64
  /// Whether training is meant to give other results than inference; nil leaves that unchecked.
  public var phasesDiffer: Bool?
  /// The number of scalars the layer is meant to learn; nil leaves that unchecked.
  public var learnableCount: Int?
  /// Numbers of observations to try, of at least 1 each: smaller ones are left out, and without any
  /// the defaults are tried.
  public var observationCounts: [Int]
  /// Numbers of time steps to try, where a time axis is free.
  public var timeStepCounts: [Int]
  /// What the layer does on purpose.
  public var exceptions: Set<Exception>
  /// Where checks run.
  public var isolation: Isolation
  /// Seconds after which no further check is begun.
  public var timeLimit: Double

  /// The defaults find everything the checks can find, in this process.
  public init(
    checks: Set<CheckKind> = Set(CheckKind.allCases), examples: [Tensor]? = nil,
    tolerance: Double = 1e-6, seed: UInt64 = 0, phasesDiffer: Bool? = nil,
    learnableCount: Int? = nil, observationCounts: [Int] = [1, 2, 3],
    timeStepCounts: [Int] = [1, 3, 4], exceptions: Set<Exception> = [],
    isolation: Isolation = .none, timeLimit: Double = 300
  ) {
    self.checks = checks
    self.examples = examples
    self.tolerance = tolerance
    self.seed = seed
    self.phasesDiffer = phasesDiffer
    self.learnableCount = learnableCount
    self.observationCounts = observationCounts.filter { $0 > 0 }
    if self.observationCounts.isEmpty { self.observationCounts = [1, 2, 3] }
    self.timeStepCounts = timeStepCounts
    self.exceptions = exceptions
    self.isolation = isolation
    self.timeLimit = timeLimit
  }
}
