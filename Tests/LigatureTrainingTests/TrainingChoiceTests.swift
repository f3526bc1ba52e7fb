import Foundation
import LigatureLayers
import LigatureNetworks
import LigatureTensors
import Synchronization
import Testing

@testable import LigatureTraining

@Suite("Validation in training")
struct ValidationTests {
  /// Trains with validation data on which the loss first falls and then rises, since the network
  /// learns other targets.
  private func trained(
    _ change: (inout TrainingOptions) -> Void
  ) throws -> (network: Network, history: TrainingHistory) {
    let network = try regressor()
    var options = TrainingOptions(
      .sgd(momentum: 0), epochs: 12, batchSize: 5, learnRate: 0.3, shuffle: .never,
      validation: try regression(6, seed: 3))
    change(&options)
    let history = try train(
      network, on: regression(10), loss: .meanSquaredError, options: options)
    return (network, history)
  }

  @Test("is measured after every so many steps or epochs, and in the end")
  func frequency() throws {
    func iterations(_ frequency: Frequency) throws -> [Int] {
      try trained { ($0.epochs, $0.validationFrequency) = (5, frequency) }.history.validations
        .map(\.iteration)
    }
    #expect(try iterations(.epochs(1)) == [2, 4, 6, 8, 10])
    #expect(try iterations(.epochs(2)) == [4, 8, 10])
    #expect(try iterations(.iterations(3)) == [3, 6, 9, 10])
    #expect(try iterations(.epochs(7)) == [10])
    #expect(try iterations(.minutes(60)) == [10])
  }

  @Test("changes nothing of what is learned, whenever it is measured")
  func harmless() throws {
    let (plain, _) = try trained { $0.validation = nil }
    for frequency in [Frequency.epochs(1), .iterations(1), .epochs(5)] {
      let (network, _) = try trained { $0.validationFrequency = frequency }
      #expect(try values(network).isIdentical(to: values(plain)))
    }
  }

  @Test("ends a training that becomes no better, with the best network if that is wanted")
  func patience() throws {
    let bestNumber = Mutex(0)
    let isWorseAfterThree = Metric("score", collecting: .sums(1)) { outputs, _ in
      // Of validation data only: 6 observations.
      guard outputs[0].shape[0] == 6 else { return [0] }
      return [
        Double(
          bestNumber.withLock {
            $0 += 1; return $0 > 3 ? 1 - $0 : $0
          })
      ]
    } finish: {
      $0[0]
    }
    let snapshots = Mutex<[[Tensor]]>([])
    let network = try regressor()
    let held = try regression(6, seed: 3)
    let history = try train(
      network, on: regression(10), loss: .meanSquaredError,
      options: TrainingOptions(
        epochs: 12, batchSize: 10, learnRate: 0.1, metrics: [isWorseAfterThree], validation: held,
        validationPatience: 2, outputNetwork: .best, objective: .highest("score"),
        onProgress: { _ in
          snapshots.withLock { $0.append(values(network)) }
          return .continue
        }))
    #expect(history.stopReason == .validationPatience && history.epochs.count == 5)
    #expect(history.best == TrainingHistory.Best(iteration: 3, epoch: 3, value: 3))
    let kept = snapshots.withLock { $0 }
    #expect(try values(network).isIdentical(to: kept[2]))
    #expect(try !values(network).isIdentical(to: kept[4]))
  }

  @Test("of a share learns from the rest")
  func share() throws {
    let network = try regressor()
    let run = try TrainingRun(
      network, on: regression(10), loss: .meanSquaredError,
      options: TrainingOptions(epochs: 1, batchSize: 4, validationShare: 0.3, seed: 5))
    #expect(run.data.count == 7 && run.validation?.count == 3)
    while try run.step() != nil {}
    #expect(run.history.epochs[0].iterations == 2 && run.history.validations.count == 1)
    let text = message {
      try train(
        network, on: regression(3), loss: .meanSquaredError,
        options: TrainingOptions(epochs: 1, validationShare: 0.1))
    }
    #expect(
      text == "train: a share of 0.1 of 3 observations leaves 3 to learn from and 0 to measure. "
        + "Give more data, or another validationShare.")
  }

  @Test("goes on with what it learned where the training had ended with the best network")
  func resumed() throws {
    func options(_ epochs: Int) throws -> TrainingOptions {
      TrainingOptions(
        epochs: epochs, batchSize: 5, learnRate: 0.5, averaging: .exponential(decay: 0.5),
        validation: try regression(6, seed: 3), outputNetwork: .best)
    }
    func run(_ epochs: Int, from state: TrainingState? = nil) throws -> TrainingRun {
      let run = try TrainingRun(
        regressor(), on: regression(10), loss: .meanSquaredError, options: options(epochs))
      if let state { try run.resume(from: TrainingState(state.stored)) }
      while try run.step() != nil {}
      return run
    }
    let whole = try run(8)
    let parts = try run(8, from: run(3).state)
    #expect(try values(parts.network).isIdentical(to: values(whole.network)))
    #expect(parts.history.iterationLosses == whole.history.iterationLosses)
    #expect(parts.history.validations == whole.history.validations)
    #expect(parts.history.best == whole.history.best)
  }
}

@Suite("Averaged weights")
struct WeightAverageTests {
  @Test("follow their formulas")
  func formulas() throws {
    let network = try regressor()
    _ = try network.predict(numbers([1, 3]))
    var averages = (
      try WeightAverage(.exponential(decay: 0.75), of: network),
      try WeightAverage(.equal, of: network)
    )
    var history: [[Double]] = []
    for step in 0..<4 {
      for (place, parameter) in network.parameters.enumerated() {
        try parameter.set(
          numbers(parameter.value.shape, seed: UInt64(10 * step + place)))
      }
      history.append(try values(network)[0].doubles())
      try averages.0.update()
      try averages.1.update()
    }
    let path = network.learnables[0].path
    let found = (
      try #require(averages.0.tensors[path]).doubles(),
      try #require(averages.1.tensors[path]).doubles()
    )
    for place in history[0].indices {
      var expected = history[0][place]
      for step in 1..<4 { expected = 0.75 * expected + 0.25 * history[step][place] }
      #expect(abs(found.0[place] - expected) < 1e-6)
      let mean = history.map { $0[place] }.reduce(0, +) / 4
      #expect(abs(found.1[place] - mean) < 1e-6)
    }
    let before = values(network)
    let inside = try averages.1.withAverages { values(network) }
    #expect(try inside[0].doubles() == found.1)
    #expect(try values(network).isIdentical(to: before))
    try averages.1.apply()
    #expect(try values(network).isIdentical(to: inside))
    let back = try WeightAverage(
      .equal, of: network, tensors: averages.1.tensors, count: averages.1.count)
    #expect(try back.tensors[path]?.isIdentical(to: inside[0]) == true && back.count == 4)
    #expect(
      message {
        try WeightAverage(.equal, of: network, tensors: ["nobody": .ones([1])], count: 1)
      }.hasPrefix("nobody: there is an average of it"))
  }

  @Test("are what a training ends with, and what is validated")
  func training() throws {
    let network = try regressor()
    let held = try regression(6, seed: 3)
    let options = TrainingOptions(
      .sgd, epochs: 4, batchSize: 5, learnRate: 0.2, shuffle: .never,
      averaging: .stochastic(from: 0.5),
      validation: held)
    let weights = Mutex<[[Tensor]]>([])
    var watched = options
    watched.onProgress = { progress in
      if progress.endsEpoch { weights.withLock { $0.append(values(network)) } }
      return .continue
    }
    let history = try train(network, on: regression(10), loss: .meanSquaredError, options: watched)
    let plain = try regressor()
    var without = options
    without.averaging = nil
    let other = try train(plain, on: regression(10), loss: .meanSquaredError, options: without)
    #expect(history.iterationLosses == other.iterationLosses)
    #expect(
      history.validations.prefix(2).map(\.loss) == other.validations.prefix(2).map(\.loss))
    let third = weights.withLock { $0 }[2]
    let mean = try zip(third, values(plain)).map { try $0 + ($1 - $0) * 0.5 }
    #expect(try values(network).isIdentical(to: mean))
    let measured = try evaluate(network, on: held, loss: .meanSquaredError, options)
    #expect(history.validations[3].loss == measured.loss)
  }
}

@Suite("Passes over parts of a mini-batch")
struct MicroBatchTests {
  @Test("make the step of one pass, up to rounding", arguments: [1, 3, 4, 7, 100])
  func parts(size: Int) throws {
    func run(_ size: Int?) throws -> (network: Network, history: TrainingHistory) {
      let network = try Network(input: Layout("BC", [nil, 3]), seed: 2) {
        FullyConnected(5)
        Dropout(0.4)
        FullyConnected(2)
      }
      try network.cast(to: .float64)
      let data = try TrainingData(
        numbers([10, 3], .float64), targets: numbers([10, 2], seed: 4, .float64))
      let history = try train(
        network, on: data, loss: .meanSquaredError,
        options: TrainingOptions(
          .sgd, epochs: 3, batchSize: 7, microBatchSize: size, learnRate: 0.1, l2: 0.01,
          gradientThreshold: .globalNorm(0.5), metrics: [.rmse]))
      return (network, history)
    }
    let (whole, parts) = (try run(nil), try run(size))
    for (a, b) in zip(whole.history.iterationLosses, parts.history.iterationLosses) {
      #expect(abs(a - b) < 1e-12)
    }
    for (a, b) in zip(values(whole.network), values(parts.network)) {
      for (x, y) in zip(try a.doubles(), try b.doubles()) { #expect(abs(x - y) < 1e-12) }
    }
    for (a, b) in zip(whole.history.epochs, parts.history.epochs) {
      #expect(abs(a.trainingMetrics["rmse"]! - b.trainingMetrics["rmse"]!) < 1e-12)
    }
  }

  @Test("weigh weighted losses and steps of sequences by what counts")
  func weighted() throws {
    func run(_ size: Int?) throws -> [Double] {
      let network = try Network(input: Layout("BTC", [nil, nil, 2]), seed: 2) { LSTM(3) }
      try network.cast(to: .float64)
      let sequences = try [4, 1, 3, 2, 5].map { try numbers([$0, 2], seed: UInt64($0), .float64) }
      let targets = try [4, 1, 3, 2, 5].map { try numbers([$0, 3], seed: UInt64($0), .float64) }
      return try train(
        network, on: TrainingData(sequences: sequences, targetSequences: targets),
        loss: .meanSquaredError,
        options: TrainingOptions(.sgd, epochs: 3, batchSize: 5, microBatchSize: size, learnRate: 1)
      ).iterationLosses
    }
    for (a, b) in zip(try run(nil), try run(2)) { #expect(abs(a - b) < 1e-12) }
  }

  @Test("see states go on from part to part, and store none where a part throws")
  func states() throws {
    struct Mishap: Error {}
    let network = try Network(input: Layout("BC", [nil, 3])) { BatchNormalization() }
    let isBroken = Mutex(true)
    let loss = Loss("fragile") { outputs, targets in
      if try targets[0].doubles().contains(9), isBroken.withLock({ $0 }) { throw Mishap() }
      return try meanSquaredError(outputs[0], targets[0])
    }
    let targets = try Tensor([0, 0, 0, 9.0], shape: [4, 1]).cast(to: .float32) * .ones([4, 3])
    let run = try TrainingRun(
      network, on: TrainingData(numbers([4, 3]), targets: targets), loss: loss,
      options: TrainingOptions(epochs: 1, batchSize: 4, microBatchSize: 2, shuffle: .never))
    let layer = network.layers(of: BatchNormalization.self)[0]
    let before = layer.mean
    #expect(throws: Mishap.self) { try run.step() }
    #expect(try layer.mean.isIdentical(to: before))
    isBroken.withLock { $0 = false }
    _ = try run.step()
    // Two passes, each moving the mean a tenth of the way to that of its part.
    let x = try numbers([4, 3])
    let parts = try [x.slice(0..<2).mean(axes: [0]), x.slice(2..<4).mean(axes: [0])]
    let expected = try parts[0] * 0.1 * 0.9 + parts[1] * 0.1
    for (a, b) in zip(try layer.mean.doubles(), try expected.doubles()) {
      #expect(abs(a - b) < 1e-6)
    }
  }
}

@Suite("Options as a value")
struct OptionRecordTests {
  @Test("come back from what was stored of them, and print in full")
  func record() throws {
    let options = TrainingOptions(
      .adamW(weightDecay: 0.1), epochs: 7, batchSize: 9, microBatchSize: 3, learnRate: 0.01,
      schedule: .warmup(epochs: 1, of: .cosine()), l2: 0.001,
      gradientThreshold: .globalNorm(2), shuffle: .once, incompleteBatch: .drop,
      groupsByLength: true, batchNormalizationStatistics: .population, metrics: [.rmse],
      averaging: .exponential(decay: 0.9, from: 0.25), validationShare: 0.2,
      validationFrequency: .iterations(50), validationPatience: 3, outputNetwork: .best,
      objective: .lowest("rmse"), seed: 11)
    let stored = try JSONEncoder().encode(options.record)
    let record = try JSONDecoder().decode(TrainingOptions.Record.self, from: stored)
    let back = try TrainingOptions(record, metrics: [.rmse])
    #expect(back.record == options.record)
    #expect(
      "\(record)" == """
        solver               adamW(epsilon: 1e-08, gradientDecay: 0.9, squaredGradientDecay: 0.999, weightDecay: 0.1)
        learn rate           0.01
        schedule             warmup(epochs: 1, from: 0, cosine(final: 0, warmup: 0))
        epochs               7
        batch size           9
        observations a pass  3
        L2 penalty           0.001
        gradient threshold   globalNorm 2.0
        shuffle              once
        incomplete batch     drop
        grouped by length    yes
        sequences padded     to the longest, right
        split after          never
        batch normalisation  population statistics
        averaged weights     exponential, decay 0.9, after each step from a share of 0.25 on
        augmentation         none
        metrics              rmse
        validation           a share of 0.2, every 50 steps, patience 3
        objective            lowest rmse
        output network       best
        seed                 11
        """)
    #expect(
      message { try TrainingOptions(record) }
        == "TrainingOptions: the stored options have metrics [\"rmse\"], and [] was given. Give the "
        + "metrics that the options had.")
    for solver in [
      Solver.adam, .adamW, .adamax, .lion, .lbfgs, .levenbergMarquardt, .sgd,
      .sgd(momentum: 0.5, nesterov: true), .rmsProp,
    ] {
      let back = try Solver(NamedSettings(solver.name, solver.settings))
      #expect(back.name == solver.name && back.settings == solver.settings)
    }
    let history = try train(
      regressor(), on: regression(10), loss: .meanSquaredError, options: TrainingOptions(epochs: 1))
    #expect(history.options == TrainingOptions(epochs: 1).record)
  }
}

@Suite("What a step that goes wrong says")
struct BrokenStepTests {
  @Test("names the layer where numbers stop being finite, and keeps the last good network")
  func place() throws {
    let network = try Network(input: Layout("BC", [nil, 3])) {
      FullyConnected(4).named("first")
      Network {
        FunctionLayer { x in try log(x * 0 - 1) }.named("logarithm")
        Tanh().named("behind")
      }.named("inner")
      FullyConnected(2).named("last")
    }
    let run = try TrainingRun(
      network, on: regression(4), loss: .meanSquaredError, options: TrainingOptions(epochs: 1))
    let before = values(network)
    #expect(
      message { try run.step() as Any }
        == "train: the loss is nan in epoch 1, step 1, and inner/logarithm is the first layer to "
        + "make it. Lower the learn rate, or look for a division by zero, a logarithm of 0, or data "
        + "that is not finite.")
    #expect(try values(network).isIdentical(to: before) && run.iteration == 0)
    let broken = try TrainingData(.full([4, 3], .infinity), targets: .zeros([4, 2]))
    #expect(
      message { try train(regressor(), on: broken, loss: .meanSquaredError) }.contains(
        "the loss is nan in epoch 1, step 1, of inputs that are not finite"))
  }
}
