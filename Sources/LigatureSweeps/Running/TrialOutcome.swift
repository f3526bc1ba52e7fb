import LigatureNetworks
import LigatureTensors
import LigatureTraining

/// What the closure of a sweep returns: the objective's value, several metrics of which one is the
/// objective, or a training that the sweep carries out.
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

extension TrainingRun: TrialOutcome {
  /// Trains to the end, and takes the objective from validation: of the last network, or of the
  /// best where ``TrainingOptions/outputNetwork`` says so. Each epoch is reported to the sweep, for
  /// early stopping.
  ///
  /// Throws what training throws, and where nothing is measured on validation data.
  public func metrics(of trial: Trial) throws -> [String: Double] {
    // The state may have been written, and the report not any more.
    if resumes(trial), let done = history.validations.last { try report(done, to: trial) }
    while let progress = try step() {
      guard progress.endsEpoch, !trial.course.rungs.isEmpty else { continue }
      let done = history.validations.last { $0.epoch == progress.epoch }
      try report(require(done, progress.epoch), to: trial)
    }
    if history.stopReason == .cancelled || history.stopReason == .interrupted {
      throw CancellationError()
    }
    let isBest = history.options?.outputNetwork == .best
    let last = history.validations.last { !isBest || $0.iteration == history.best?.iteration }
    let found = try require(last, history.epochs.count)
    let value = try objective(trial.objective, found)
    trial.course.offer(self, value)
    return found.metrics.merging(["loss": found.loss]) { metric, _ in metric }
  }

  /// Goes on from the state in which the trial waited in another process; whether it did. Without
  /// one that can be read, the trial begins anew and comes to the same.
  private func resumes(_ trial: Trial) -> Bool {
    do {
      guard let state = try trial.course.storedState() else { return false }
      try resume(from: state)
      return true
    } catch {
      Warnings.handler("trial \(trial.number) begins anew, since its state is lost: \(error)")
      return false
    }
  }

  private func report(_ done: TrainingHistory.Validation, to trial: Trial) throws {
    try trial.course.report(
      objective(trial.objective, done), at: done.epoch, saving: { try self.state })
  }

  private func require(
    _ validation: TrainingHistory.Validation?, _ epoch: Int
  ) throws -> TrainingHistory.Validation {
    guard let validation else {
      let hasData = history.options.map { $0.validationCount != nil || $0.validationShare > 0 }
      throw TensorError(
        "sweep",
        hasData ?? false
          ? "nothing was measured on validation data in epoch \(epoch)"
          : "a training has no validation data to be judged by",
        remedy: hasData ?? false
          ? "Give the training validationFrequency: .epochs(1)"
          : "Give its options validation, or a validationShare")
    }
    return validation
  }

  private func objective(
    _ objective: Objective, _ found: TrainingHistory.Validation
  ) throws -> Double {
    guard let metric = objective.metric else { return found.loss }
    guard let value = found.metrics[metric] else {
      throw TensorError(
        "sweep",
        "the objective is metric \"\(metric)\", and the training measures "
          + "\(found.metrics.isEmpty ? "none" : found.metrics.keys.sorted().joined(separator: ", "))",
        remedy: "Add it to the training's metrics, or name one of those")
    }
    return value
  }
}
