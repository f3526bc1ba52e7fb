import LigatureTensors

/// What a trial did.
public struct TrialResult: Sendable {
  /// How a trial ended.
  public enum Status: Sendable, Hashable {
    /// It ran to its end.
    case completed
    /// It was stopped at a rung, since others were better there.
    case stopped
    /// It threw an error, or measured a number that is not finite; in words.
    case failed(String)
    /// It waits at a rung, in a sweep that was ended before.
    case paused
  }

  /// What a trial reported at a rung.
  public struct Rung: Sendable, Hashable {
    /// Where the rung is, in epochs or whatever trials count.
    public let resource: Int
    /// What was measured there.
    public let value: Double
  }

  /// Counted from 1, in the order of suggestion.
  public let number: Int
  let values: TrialValues
  /// How it ended.
  public internal(set) var status: Status
  /// What it reported at rungs, in order.
  public internal(set) var rungs: [Rung] = []
  /// What it measured in the end, by name; empty unless it was completed.
  public internal(set) var metrics: [String: Double] = [:]
  /// The name of the objective among the metrics.
  let objectiveName: String
  /// The seconds it computed. They are in no table, so that equal sweeps give equal tables.
  public internal(set) var seconds = 0.0

  /// The value of a hyperparameter, read as in a trial: `let rate: Double = try
  /// result["learnRate"]`.
  ///
  /// Throws for a name that is none, and for another type.
  public subscript<Value: HyperparameterConvertible>(name: String) -> Value {
    get throws { try values.value(name, ofTrial: number) }
  }

  /// The values by name.
  public var hyperparameters: [String: HyperparameterValue] {
    Dictionary(uniqueKeysWithValues: zip(values.names, values.values))
  }

  /// The objective: of a completed trial what it is in the end, of others what they last reported;
  /// nil for failed ones and those without a report.
  public var objective: Double? {
    switch status {
    case .completed: metrics[objectiveName]
    case .stopped, .paused: rungs.last?.value
    case .failed: nil
    }
  }

  /// Where it ended or waits, in words: `completed`, `stopped at 3`, or why it failed.
  public var statusText: String {
    switch status {
    case .completed: "completed"
    case .stopped: "stopped at \(rungs.last?.resource ?? 0)"
    case .paused: "waits at \(rungs.last?.resource ?? 0)"
    case .failed(let words): "failed: \(words)"
    }
  }
}

extension TrialResult: Equatable {
  /// Whether two trials are the same but for the time they took.
  public static func == (a: TrialResult, b: TrialResult) -> Bool {
    a.number == b.number && a.values == b.values && a.status == b.status && a.rungs == b.rungs
      && a.metrics.mapValues(\.words) == b.metrics.mapValues(\.words)
  }
}
