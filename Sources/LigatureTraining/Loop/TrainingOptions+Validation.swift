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
    let names = metrics.map(\.name)
    guard Set(names).count == names.count else {
      throw refuse("metrics are called \(names)", "Give each metric a name of its own")
    }
    try solver.validate()
    try schedule.validate()
    try gradientThreshold?.validate()
  }
}
