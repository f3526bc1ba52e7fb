import Foundation
import LigatureTensors
import LigatureTraining

/// One run of what a sweep compares, with the values that were chosen for it.
///
///     let rate: Double = try trial["learnRate"]
public struct Trial: Sendable {
  /// Counted from 1, in the order of suggestion.
  public let number: Int
  /// A seed of its own, a function of the sweep's seed and the trial's number.
  public let seed: UInt64
  /// What is to become as good as it can.
  public let objective: Objective
  let values: TrialValues
  let course: any TrialCourse
  let place: URL?

  /// A folder of its own for what it keeps, such as ``Checkpoints`` and logs, where the sweep has a
  /// folder. It is made when it is asked for.
  public var folder: URL? {
    // Whoever writes to it says why that cannot be.
    if let place {
      try? FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    }
    return place
  }

  /// The value of a hyperparameter as `Double`, `Float`, `Int`, `String`, `Bool`, or an enumeration
  /// of these.
  ///
  /// Throws for a name that is none, and for another type than it has.
  public subscript<Value: HyperparameterConvertible>(name: String) -> Value {
    get throws { try values.value(name, ofTrial: number) }
  }

  /// The values by name.
  public var hyperparameters: [String: HyperparameterValue] {
    Dictionary(uniqueKeysWithValues: zip(values.names, values.values))
  }

  /// Says what the objective is on the way, as with the validation loss after each epoch. With
  /// early stopping, it waits here at rungs for the other trials of the round.
  ///
  /// Throws where the trial is to end: ``TrialStopped`` where others are better, and
  /// `CancellationError` where the sweep is ended. Let these through. Throws an error in words for
  /// a value that is not finite, and for a place that is not behind the last.
  ///
  /// - Parameters:
  ///   - value: the objective now.
  ///   - resource: how much has been spent until now, in epochs or whatever early stopping counts.
  public func report(_ value: Double, at resource: Int) throws {
    try course.report(value, at: resource, saving: nil)
  }
}

/// Thrown by ``Trial/report(_:at:)`` where a trial is hopeless.
public struct TrialStopped: Error, Sendable, CustomStringConvertible {
  /// The rung at which others were better.
  public let resource: Int

  public var description: String { "the trial is stopped at \(resource), since others are better" }
}

/// What a trial tells the sweep.
protocol TrialCourse: Sendable {
  /// A report; `state` is what the trial goes on from in another process.
  func report(_ value: Double, at resource: Int, saving state: (() throws -> TrainingState)?) throws
  /// What the trial goes on from, where it waited at a rung in another process.
  func storedState() throws -> TrainingState?
  /// Offers the network of a trial that was completed, which is kept where it is the best.
  func offer(_ training: TrainingRun)
  /// Where trials wait.
  var rungs: [Int] { get }
}
