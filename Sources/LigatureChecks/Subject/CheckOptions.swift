import LigatureNetworks
import LigatureTensors

/// How `checkLayer` goes about it.
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
    /// The outputs are the same whatever some input, or any of them, is.
    case ignoresInputs
    /// The layer is never given padded sequences.
    case ignoresLengths
    /// The layer takes any number of channels, although some learnable has as many numbers.
    case anyChannels
    /// A gradient is meant to be another than that of the outputs: one that is let through where
    /// there is no slope, or reversed.
    case surrogateGradients
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
  /// The number of scalars that training is meant to change: those of frozen learnables left out;
  /// nil leaves that unchecked.
  public var unfrozenLearnableCount: Int?
  /// Standard deviations that inputs are drawn with. The first is that of all checks; the others
  /// are tried for results that are not finite.
  public var inputScales: [Double]
  /// Numbers of observations to try, of at least 1 each: smaller ones are left out, and without any
  /// the defaults are tried.
  public var observationCounts: [Int]
  /// Numbers of time steps to try, where a time axis is free.
  public var timeStepCounts: [Int]
  /// Sizes to try where a spatial axis is free: the first in all checks.
  public var spatialSizes: [Int]
  /// What the layer does on purpose.
  public var exceptions: Set<Exception>
  /// Where checks run.
  public var isolation: Isolation
  /// Seconds after which no further check is begun.
  public var timeLimit: Double
  /// Whether checks that run in this process write their names to standard error before they begin,
  /// all in one line: should the layer end the process, the last name says where. Checks in child
  /// processes need none.
  public var announces: Bool

  /// The defaults find everything the checks can find, in this process.
  public init(
    checks: Set<CheckKind> = Set(CheckKind.allCases), examples: [Tensor]? = nil,
    tolerance: Double = 1e-6, seed: UInt64 = 0, phasesDiffer: Bool? = nil,
    learnableCount: Int? = nil, unfrozenLearnableCount: Int? = nil,
    inputScales: [Double] = [1, 1e-3, 30, 100, 1e4], observationCounts: [Int] = [1, 2, 3],
    timeStepCounts: [Int] = [1, 3, 4], spatialSizes: [Int] = [3, 4],
    exceptions: Set<Exception> = [], isolation: Isolation = .none, timeLimit: Double = 300,
    announces: Bool = true
  ) {
    self.checks = checks
    self.examples = examples
    self.tolerance = tolerance
    self.seed = seed
    self.phasesDiffer = phasesDiffer
    self.learnableCount = learnableCount
    self.unfrozenLearnableCount = unfrozenLearnableCount
    self.inputScales = inputScales.filter { $0 > 0 && $0.isFinite }
    if self.inputScales.isEmpty { self.inputScales = [1] }
    self.observationCounts = observationCounts.filter { $0 > 0 }
    if self.observationCounts.isEmpty { self.observationCounts = [1, 2, 3] }
    self.timeStepCounts = timeStepCounts
    self.spatialSizes = spatialSizes.filter { $0 > 0 }
    if self.spatialSizes.isEmpty { self.spatialSizes = [3, 4] }
    self.exceptions = exceptions
    self.isolation = isolation
    self.timeLimit = timeLimit
    self.announces = announces
  }
}
