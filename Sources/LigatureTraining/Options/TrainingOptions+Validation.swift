import LigatureTensors

extension TrainingOptions {
  /// Throws for the first setting that is out of range.
  public func validate() throws {
    func refuse(_ problem: String, _ remedy: String) -> TensorError {
      TensorError("train", problem, remedy: remedy)
    }
    guard epochs >= 0, batchSize > 0 else {
      throw refuse(
        "\(counted(epochs, "epoch")) of batches of \(batchSize) cannot be trained",
        "Give 0 or more epochs and batches of 1 or more")
    }
    guard learnRate.isFinite, learnRate >= 0, l2.isFinite, l2 >= 0 else {
      throw refuse(
        "learn rate \(learnRate) or L2 factor \(l2) is negative or not finite", "Give 0 or more")
    }
    if let share = augmentation?.share, !(0...1).contains(share) {
      throw refuse("augmentation during the first \(share) of the epochs", "Give a share of 0...1")
    }
    if let microBatchSize, microBatchSize <= 0 {
      throw refuse(
        "passes of \(counted(microBatchSize, "observation")) cannot be made",
        "Give a microBatchSize of 1 or more")
    }
    try padding.validate()
    try validateSplitting()
    let names = metrics.map(\.name)
    guard Set(names).count == names.count else {
      throw refuse("metrics are called \(names)", "Give each metric a name of its own")
    }
    try solver.validate()
    if solver.search != nil { try validateSearch() }
    try schedule.validate()
    try gradientThreshold?.validate()
    try averaging?.validate()
    try checkpoints?.validate()
    try validateValidation()
  }

  /// Throws where sequences cannot be split as the options want it.
  private func validateSplitting() throws {
    guard let splitLength else { return }
    let problem: (String, String)? =
      if splitLength < 1 {
        ("into pieces of \(counted(splitLength, "step"))", "Give 1 step or more")
      } else if microBatchSize != nil {
        ("and mini-batches too", "Give splitLength or microBatchSize")
      } else if padding.side == .left {
        ("where they are padded on the left", "Pad them on the right")
      } else if solver.search != nil {
        ("with the solver \(solver.name)", "Take a solver that steps along gradients")
      } else {
        nil
      }
    guard let problem else { return }
    throw TensorError("train", "sequences cannot be split \(problem.0)", remedy: problem.1)
  }

  /// Throws for what makes the loss another function from one look to the next, or a step another
  /// one than was searched for.
  private func validateSearch() throws {
    let problem: (String, String)? =
      if gradientThreshold != nil {
        ("a gradient threshold", "Leave it out")
      } else if augmentation != nil {
        ("augmentation", "Augment the data before")
      } else if schedule.name != "constant" {
        ("the schedule \"\(schedule.name)\"", "Leave it out: the length of steps is searched for")
      } else {
        nil
      }
    guard let problem else { return }
    throw TensorError(
      "train", "the solver \(solver.name) cannot be used with \(problem.0)", remedy: problem.1)
  }

  /// Throws for settings of validation that are out of range, or need what is not there.
  private func validateValidation() throws {
    func refuse(_ problem: String, _ remedy: String) -> TensorError {
      TensorError("train", problem, remedy: remedy)
    }
    guard (0..<1).contains(validationShare) else {
      throw refuse(
        "a share of \(validationShare) of the data cannot be taken for validation",
        "Give 0 or more, and less than 1")
    }
    guard validation == nil || validationShare == 0 else {
      throw refuse(
        "there are validation data, and a share of \(validationShare) of the others is to be some",
        "Give one of them")
    }
    try validationFrequency.validate("measuring validation data")
    if let patience = validationPatience, patience <= 0 {
      throw refuse(
        "training cannot end after \(counted(patience, "measurement")) without a better value",
        "Give a validationPatience of 1 or more")
    }
    let validates = validation.map { $0.count > 0 } ?? (validationShare > 0)
    guard validates || (validationPatience == nil && outputNetwork == .last) else {
      throw refuse(
        "\(outputNetwork == .best ? "the best network" : "a patience") needs validation data, and "
          + "there are none",
        "Give validation, or a validationShare")
    }
    if let metric = objective.metric, !metrics.contains(where: { $0.name == metric }) {
      throw refuse(
        "the objective is metric \"\(metric)\", and the metrics are \(metrics.map(\.name))",
        "Add it to metrics, or name one of those")
    }
  }
}
