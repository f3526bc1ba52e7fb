import LigatureTraining

/// What the closure of a sweep returns: the objective's value, several metrics of which one is the
/// objective, a training that the sweep carries out, or the history of one that is over.
public protocol TrialOutcome: SendableMetatype {
  /// What the trial measured, by name. Called once, on the trial's own thread.
  func metrics(of trial: Trial) throws -> [String: Double]
}

extension Double: TrialOutcome {
  /// The number under the objective's name.
  public func metrics(of trial: Trial) -> [String: Double] { [trial.objective.name: self] }
}

extension Float: TrialOutcome {
  /// The number under the objective's name.
  public func metrics(of trial: Trial) -> [String: Double] { [trial.objective.name: Double(self)] }
}

extension [String: Double]: TrialOutcome {
  public func metrics(of trial: Trial) -> [String: Double] { self }
}
