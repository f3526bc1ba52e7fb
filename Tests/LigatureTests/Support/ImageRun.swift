import Ligature

/// A small run in which everything takes part that a state has to hold.
struct ImageRun {
  let network: Network
  let run: TrainingRun

  static func data() throws -> TrainingData {
    try TrainingData(numbers([11, 3, 3, 1]), targets: numbers([11, 2], seed: 2))
  }

  static func options(
    _ solver: Solver, _ threshold: GradientThreshold?,
    onProgress: (@Sendable (TrainingProgress) throws -> TrainingControl)? = nil
  ) throws -> TrainingOptions {
    TrainingOptions(
      solver, epochs: 2, batchSize: 4, learnRate: 0.02, schedule: .cosine(warmup: 0.2), l2: 0.01,
      gradientThreshold: threshold, augmentation: .randomShift(upTo: 1), metrics: [.rmse],
      validation: try data(), seed: 3, onProgress: onProgress)
  }

  init(
    _ solver: Solver, _ threshold: GradientThreshold?, outputs: Int = 2,
    onProgress: (@Sendable (TrainingProgress) throws -> TrainingControl)? = nil
  ) throws {
    network = try Network(input: Layout("BSSC", [nil, 3, 3, 1]), seed: 7) {
      Flatten()
      FullyConnected(5)
      BatchNormalization()
      ReLU()
      Dropout(0.3)
      FullyConnected(outputs)
    }
    run = try TrainingRun(
      network, on: Self.data(), loss: .meanSquaredError,
      options: Self.options(solver, threshold, onProgress: onProgress))
  }

  /// Everything that was learned, remembered and written down, but for the seconds it took.
  var everything: [String] {
    get throws {
      let history = run.history
      let solver = try run.solverState.stored
      return [
        "\(try network.savedBytes())", "\(history.iterationLosses)",
        "\(history.epochs.map { [$0.learnRate, $0.trainingLoss, $0.validationLoss ?? -1] })",
        "\(history.epochs.map { [$0.trainingMetrics, $0.validationMetrics] })",
        "\(try solver.savedBytes)", "\(run.iteration) \(run.epoch) \(history.wasStopped)",
      ]
    }
  }
}
