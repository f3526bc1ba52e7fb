import LigatureLayers
import LigatureNetworks
import LigatureTensors
import Testing

@testable import LigatureTraining

@Suite("Statistics of all of the data")
struct PopulationStatisticsTests {
  /// Mean and variance (divisor n - 1) of rows, `[rows, channels]`, one number after the other.
  private func plain(_ rows: [Tensor]) throws -> [Double] {
    let all = try concatenate(rows, axis: 0)
    let (numbers, channels) = (try all.doubles(), all.shape[1])
    let columns = (0..<channels).map { channel in
      stride(from: channel, to: numbers.count, by: channels).map { numbers[$0] }
    }
    let means = columns.map { $0.reduce(0, +) / Double($0.count) }
    let variances = zip(columns, means).map { column, mean in
      column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(column.count - 1)
    }
    return means + variances
  }

  private func expectClose(
    _ layer: BatchNormalization, _ wanted: [Double],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let found = try layer.mean.doubles() + layer.variance.doubles()
    #expect(found.count == wanted.count, sourceLocation: sourceLocation)
    for (one, other) in zip(found, wanted) {
      #expect(abs(one - other) < 1e-12 * (1 + abs(other)), sourceLocation: sourceLocation)
    }
  }

  /// A network in double whose normalisations have seen something.
  private func trained(_ network: Network, on data: TrainingData) throws -> Network {
    try network.initialize(for: data.inputs.map { try $0.cast(to: .float32) })
    try network.cast(to: .float64)
    _ = try valueAndGradients(of: network, sequenceLengths: data.inputLengths) {
      try network(data.inputs.map { try $0 * 3 + 1 }, in: $0)[0].sum()
    }
    return network
  }

  private func data(_ count: Int, _ channels: Int = 3) throws -> TrainingData {
    let x = try numbers([count, channels], .float64) * 2 + 5
    return try TrainingData(x, targets: x)
  }

  @Test(
    "are exact, whatever the batches, a last one of a single observation included",
    arguments: [1, 2, 3, 4, 7, 100], [TrainingOptions.Shuffle.never, .once])
  func exact(batchSize: Int, shuffle: TrainingOptions.Shuffle) throws {
    let data = try data(7)
    let network = try trained(Network { BatchNormalization() }, on: data)
    let layer = network.layers(of: BatchNormalization.self)[0]
    let before = try layer.mean.doubles()
    try network.updatePopulationStatistics(over: data, batchSize: batchSize, shuffle: shuffle)
    #expect(try layer.mean.doubles() != before)
    try expectClose(layer, plain(data.inputs))
    // Predictions use them.
    let found = try network.predict(data.inputs[0])
    let wanted = try (data.inputs[0] - layer.mean) / sqrt(layer.variance + 1e-5)
    #expect(try found.isClose(to: wanted, relative: 1e-12, absolute: 1e-12))
  }

  @Test("of images are over all places, and lose nothing far from zero in single precision")
  func images() throws {
    let x = try numbers([5, 2, 3, 2]) + 1000
    let network = Network { BatchNormalization() }
    try network.updatePopulationStatistics(
      over: TrainingData(x, targets: x), batchSize: 2, shuffle: .never)
    let layer = network.layers(of: BatchNormalization.self)[0]
    #expect(layer.mean.scalarType == .float32)
    let wanted = try plain([x.reshaped(to: [30, 2]).cast(to: .float64)])
    for (one, other) in zip(try layer.mean.doubles() + layer.variance.doubles(), wanted) {
      #expect(abs(one - other) < 1e-4 * abs(other))
    }
  }

  @Test("behind another normalisation are those of what its batches make, in nested networks too")
  func nested() throws {
    let data = try data(8)
    let inner = Network {
      FullyConnected(4); BatchNormalization().named("first"); Tanh()
    }
    let network = try trained(
      Network {
        inner.named("inner"); BatchNormalization().named("second").shared()
      }, on: data)
    try network.updatePopulationStatistics(over: data, batchSize: 3, shuffle: .never)
    let layers = network.layers(of: BatchNormalization.self)
    let batches = try [0..<3, 3..<6, 6..<8].map { try data.inputs[0].slice($0) }
    let dense = inner.layers(of: FullyConnected.self)[0]
    let sums = try batches.map { try linear($0, weights: dense.weights, bias: dense.bias) }
    try expectClose(layers[0], plain(sums))
    try expectClose(layers[1], plain(batches.map { try inner.outputs(for: [$0], .training)[0] }))
  }

  @Test("of a layer used twice are those of all uses, or of each", arguments: [true, false])
  func uses(isShared: Bool) throws {
    let data = try data(5)
    let network = try trained(
      Network {
        Twice(norm: BatchNormalization(statistics: isShared ? .shared : .perUse))
      }, on: data)
    try network.updatePopulationStatistics(over: data, batchSize: 2)
    let x = data.inputs[0]
    let wanted = try isShared ? [plain([x, x * 2 + 1])] : [plain([x]), plain([x * 2 + 1])]
    // The present value comes first, then one for each use that has written.
    let states = network.stateValues
    let means = try #require(states.first { $0.key.hasSuffix("mean") }).value.dropFirst()
    #expect(means.count == wanted.count)
    let found = try means.map { try $0.doubles() }.sorted { $0[0] < $1[0] }
    for (one, other) in zip(found, wanted.map { Array($0.prefix(3)) }.sorted { $0[0] < $1[0] }) {
      #expect(zip(one, other).allSatisfy { abs($0 - $1) < 1e-12 })
    }
    if isShared { try expectClose(network.layers(of: BatchNormalization.self)[0], wanted[0]) }
  }

  @Test("of padded sequences leave padding out", arguments: [false, true])
  func sequences(groupsByLength: Bool) throws {
    let sequences = try [4, 1, 3, 2, 2].enumerated().map {
      try numbers([$1, 2], seed: UInt64($0), .float64)
    }
    let data = try TrainingData(sequences: sequences, targets: .zeros([5, 2], .float64))
    let network = try trained(
      Network {
        BatchNormalization(); LSTM(2, .last)
      }, on: data)
    var options = TrainingOptions(batchSize: 2)
    options.groupsByLength = groupsByLength
    try network.updatePopulationStatistics(over: data, options)
    try expectClose(network.layers(of: BatchNormalization.self)[0], plain(sequences))
  }

  @Test("of padded films leave padding out, as moving averages do")
  func films() throws {
    let films = try [3, 1, 2].enumerated().map {
      try numbers([$1, 2, 2, 2], seed: UInt64($0), .float64)
    }
    let data = try TrainingData(sequences: films, targets: .zeros([3, 2], .float64))
    let network = try Network(input: Layout("BTSSC", [nil, nil, 2, 2, 2])) {
      BatchNormalization(momentum: 1)
    }
    try network.initialize(for: data.inputs.map { try $0.cast(to: .float32) })
    try network.cast(to: .float64)
    let wanted = try plain(films.map { try $0.reshaped(to: [-1, 2]) })
    _ = try valueAndGradients(of: network, sequenceLengths: data.inputLengths) {
      try network(data.inputs, in: $0)[0].sum()
    }
    let layer = network.layers(of: BatchNormalization.self)[0]
    try expectClose(layer, wanted)
    network.resetStatistics()
    try network.updatePopulationStatistics(over: data, batchSize: 2)
    try expectClose(layer, wanted)
  }

  @Test("are taken in a checkpointed network as well")
  func checkpointed() throws {
    let data = try data(5)
    let network = try trained(
      Network { Checkpointed(network: Network { BatchNormalization() }) }, on: data)
    try network.updatePopulationStatistics(over: data, batchSize: 2)
    try expectClose(network.layers(of: BatchNormalization.self)[0], plain(data.inputs))
  }

  @Test("change nothing else: no learnable, no other state, no draw")
  func others() throws {
    let x = try numbers([6, 2, 3], .float64)
    let data = try TrainingData(x, targets: x)
    let network = try trained(
      Network {
        SpectralNormalization { FullyConnected(3) }
        BatchNormalization()
        Dropout(0.5)
        LSTM(2, options: RecurrentOptions(carriesState: true))
      }, on: data)
    network.resetState()
    let copy = try network.copy()
    try network.updatePopulationStatistics(over: data, batchSize: 2)
    #expect(try values(network).isIdentical(to: values(copy)))
    var changed: [String] = []
    for (path, states) in copy.stateValues {
      let now = try #require(network.stateValues[path])
      if try !now.isIdentical(to: states) { changed.append(path) }
    }
    #expect(changed.sorted() == ["batchNorm/mean", "batchNorm/variance"])
    let losses = try [network, copy].map { network in
      try valueAndGradients(of: network) { try network([x], in: $0)[0].sum() }.value.item()
    }
    #expect(losses[0] == losses[1])
  }

  @Test("stay as they were where a layer throws, batches are none, or there is one value only")
  func failures() throws {
    let data = try data(5)
    let network = try trained(
      Network {
        BatchNormalization()
        FunctionLayer { x in
          guard x.shape[0] > 1 else {
            throw TensorError("test", "a batch of one", remedy: "Give more")
          }
          return x
        }
      }, on: data)
    let layer = network.layers(of: BatchNormalization.self)[0]
    let before = try layer.mean.doubles() + layer.variance.doubles()
    #expect(
      message { try network.updatePopulationStatistics(over: data, batchSize: 2) }
        .contains("a batch of one"))
    for size in [0, -1, .min] {
      #expect(
        message { try network.updatePopulationStatistics(over: data, batchSize: size) }
          == "updatePopulationStatistics: batches of \(size) cannot be run. "
          + "Give batches of 1 or more.")
    }
    #expect(
      message { try network.updatePopulationStatistics(over: self.data(2, 4), batchSize: 2) }
        != "no error, but ()")
    let single = try trained(Network { BatchNormalization() }, on: data)
    let stale = try single.layers(of: BatchNormalization.self)[0].variance.doubles()
    try single.updatePopulationStatistics(over: self.data(1))
    #expect(try single.layers(of: BatchNormalization.self)[0].variance.doubles() == stale)
    #expect(try layer.mean.doubles() + layer.variance.doubles() == before)
  }

  @Test("are taken at the end of a training that asks for them, before its last validation")
  func training() throws {
    let data = try regression(10)
    func train(
      _ statistics: TrainingOptions.BatchNormalizationStatistics, stoppingAt step: Int = .max
    ) throws -> (network: Network, history: TrainingHistory) {
      let network = try Network(input: Layout("BC", [nil, 3])) {
        FullyConnected(4); BatchNormalization(); Tanh(); FullyConnected(2)
      }
      let options = TrainingOptions(
        epochs: 2, batchSize: 4, batchNormalizationStatistics: statistics, validation: data,
        onProgress: { ($0.epoch - 1) * 3 + $0.iteration == step ? .stop : .continue })
      let history = try LigatureTraining.train(
        network, on: data, loss: .meanSquaredError, options: options)
      return (network, history)
    }
    for step in [Int.max, 2] {
      let (moving, population) = try (
        train(.moving, stoppingAt: step), train(.population, stoppingAt: step)
      )
      #expect(try values(moving.network).isIdentical(to: values(population.network)))
      let layers = try [moving, population].map {
        try #require($0.network.layers(of: BatchNormalization.self).first)
      }
      #expect(try layers[0].mean.doubles() != layers[1].mean.doubles())
      // The same as the method's of a network that kept moving averages.
      try moving.network.updatePopulationStatistics(over: data, batchSize: 4)
      for (one, other) in zip(
        try layers[0].mean.doubles() + layers[0].variance.doubles(),
        try layers[1].mean.doubles() + layers[1].variance.doubles())
      {
        #expect(abs(one - other) < 1e-5)
      }
      let loss = try evaluate(
        population.network, on: data, loss: .meanSquaredError, TrainingOptions(batchSize: 4)
      ).loss
      #expect(population.history.epochs.last?.validationLoss == loss)
    }
    let options = TrainingOptions(epochs: 0, batchNormalizationStatistics: .population)
    let untouched = Network { BatchNormalization() }
    try LigatureTraining.train(
      untouched, on: data, loss: .meanSquaredError, options: options)
    #expect(try untouched.layers(of: BatchNormalization.self)[0].mean.doubles() == [0, 0, 0])
  }
}

/// One normalisation on an input and on what is made of it.
private struct Twice: CustomLayer {
  @Learnable var norm: BatchNormalization

  init(norm: BatchNormalization) { self.norm = norm }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try norm(x, in: context) + norm(x * 2 + 1, in: context)
  }
}

/// A network that keeps nothing of what is in between.
private struct Checkpointed: CustomLayer {
  @Learnable var network: Network

  init(network: Network) { self.network = network }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try network(checkpointing: x, in: context)
  }
}
