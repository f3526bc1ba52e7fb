import LigatureNetworks
import LigatureTensors
import LigatureTraining

extension TrainingHistory: TrialOutcome {
  /// Loss and metrics on validation data: of the last network, or of the best where
  /// ``TrainingOptions/outputNetwork`` says so.
  ///
  /// Throws where nothing was measured on validation data, or not the sweep's objective, and for a
  /// training that was cancelled.
  public func metrics(of trial: Trial) throws -> [String: Double] {
    if stopReason == .cancelled || stopReason == .interrupted { throw CancellationError() }
    let isBest = options?.outputNetwork == .best
    let last = validations.last { !isBest || $0.iteration == best?.iteration }
    let found = try required(last, inEpoch: epochs.count)
    _ = try found.value(of: trial.objective)
    return found.metrics.merging(["loss": found.loss]) { metric, _ in metric }
  }

  fileprivate func required(
    _ validation: Validation?, inEpoch epoch: Int
  ) throws -> Validation {
    if let validation { return validation }
    let hasData = options.map { $0.validationCount != nil || $0.validationShare > 0 } ?? false
    throw TensorError(
      "sweep",
      hasData
        ? "nothing was measured on validation data in epoch \(epoch)"
        : "a training has no validation data to be judged by",
      remedy: hasData
        ? "Give the training validationFrequency: .epochs(1)"
        : "Give its options validation, or a validationShare")
  }
}

extension TrainingHistory.Validation {
  /// The value of the objective of a sweep.
  fileprivate func value(of objective: Objective) throws -> Double {
    guard let metric = objective.metric else { return loss }
    guard let value = metrics[metric] else {
      let names = metrics.keys.sorted().joined(separator: ", ")
      throw TensorError(
        "sweep",
        "the objective is metric \"\(metric)\", and the training measures "
          + (names.isEmpty ? "none" : names),
        remedy: "Add it to the training's metrics, or name one of those")
    }
    return value
  }
}

extension TrainingRun: TrialOutcome {
  /// Trains to the end, and takes loss and metrics as ``TrainingHistory`` does. Each epoch is
  /// reported to the sweep where it stops trials early.
  ///
  /// Throws what training throws, and where nothing is measured on validation data.
  public func metrics(of trial: Trial) throws -> [String: Double] {
    // The state may have been written, and the report not any more.
    if resumes(trial), let done = history.validations.last { try report(done, to: trial) }
    while let progress = try step() {
      guard progress.endsEpoch, !trial.course.rungs.isEmpty else { continue }
      let done = history.validations.last { $0.epoch == progress.epoch }
      try report(history.required(done, inEpoch: progress.epoch), to: trial)
    }
    let metrics = try history.metrics(of: trial)
    trial.course.offer(self)
    return metrics
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
    // One that has ended would train on from its state: it goes on from an earlier one instead.
    let save: (() throws -> TrainingState)? = history.wasStopped ? nil : { try self.state }
    try trial.course.report(done.value(of: trial.objective), at: done.epoch, saving: save)
  }
}
