import LigatureNetworks
import LigatureTensors

extension Network {
  /// Leaves in each ``BatchNormalization`` the mean and the variance (divisor n - 1) of all that
  /// comes into it over some data, in place of averages that moved along with mini-batches: those
  /// of MATLAB's `BatchNormalizationStatistics="population"`. O(one forward pass over the data).
  ///
  ///     try network.updatePopulationStatistics(over: data, batchSize: 256)
  ///
  /// The network runs over the data once, as in training. So a normalisation behind another sees
  /// what that one makes with the statistics of a batch, and one behind a dropout sees what it
  /// leaves; both depend on the choice of batches. Padding is left out. A layer that is used
  /// several times has the statistics of all its uses, or, with
  /// ``BatchNormalization/Statistics/perUse``, each use has its own. A layer that does not run, or
  /// sees a single value for each channel, keeps what it has.
  ///
  /// Learnables, other states and the network's own random numbers stay as they are. Throws what
  /// layers throw, when data and network do not fit, and for batches of less than 1; nothing has
  /// changed then.
  ///
  /// - Parameters:
  ///   - data: what to run over; targets are not looked at.
  ///   - batchSize: observations of a batch. The last one may have fewer.
  ///   - shuffle: whether the batches are drawn from all of the data, as in a training.
  ///   - seed: keys the order of observations and what layers draw.
  public func updatePopulationStatistics(
    over data: any DataSource, batchSize: Int = 128, shuffle: TrainingOptions.Shuffle = .once,
    seed: UInt64 = 0
  ) throws {
    try updatePopulationStatistics(
      over: data, TrainingOptions(batchSize: batchSize, shuffle: shuffle, seed: seed))
  }

  /// The same with the batches of a training's first epoch, of which none is left out.
  func updatePopulationStatistics(over data: any DataSource, _ options: TrainingOptions) throws {
    guard options.batchSize > 0 else {
      throw TensorError(
        "updatePopulationStatistics", "batches of \(options.batchSize) cannot be run",
        remedy: "Give batches of 1 or more")
    }
    let sample = try data.sample().sampled(options.padding)
    try sample.requireLayouts(of: self)
    try initializeIfNeeded(for: sample.inputs)
    var options = options
    options.incompleteBatch = .keep
    if options.solver.search != nil {
      // Batches are of a size that fits into memory, where steps are of all data.
      options.solver = .sgd
      options.batchSize = options.microBatchSize ?? max(1, data.count)
    }
    let batches = try TrainingPlan(data, options).batches(
      epoch: 0, lengths: data.observationLengths)
    let stream = BatchStream(data, seed: options.seed)
    try measurePopulation(batches: batches.count, seed: options.seed) { number in
      let batch = try stream.batch(number, of: batches, epoch: 0)
        .repadded(options.padding)
      return (batch.inputs, batch.inputLengths)
    }
  }
}
