import LigatureLayers
import LigatureNetworks
import LigatureTensors
import LigatureTraining
import Testing

/// Every setting of training with values that make no sense: refused in words before the first
/// step, with the network as it was.
@Suite("Absurd training options")
struct AbsurdOptionTests {
  private static let notPositive: [Double] = [0, -1, .nan, .infinity, -.infinity]
  private static let negative: [Double] = [-1, -.leastNonzeroMagnitude, .nan, .infinity]
  private static let noDecay: [Double] = [-0.1, 1, 1.5, .nan, .infinity]

  /// A setting, and the options that hold it.
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let options: @Sendable () throws -> TrainingOptions
  }

  private static func cases<Value: Sendable>(
    _ name: String, _ values: [Value],
    _ change: @escaping @Sendable (inout TrainingOptions, Value) -> Void
  ) -> [Case] {
    values.map { value in
      Case(testDescription: "\(name) of \(value)") {
        var options = TrainingOptions(epochs: 1, batchSize: 4)
        change(&options, value)
        return options
      }
    }
  }

  private static func solvers(
    _ name: String, _ values: [Double], _ solver: @escaping @Sendable (Double) -> Solver
  ) -> [Case] {
    cases(name, values) { $0.solver = solver($1) }
  }

  private static func schedules(
    _ name: String, _ values: [Double],
    _ schedule: @escaping @Sendable (Double) -> LearnRateSchedule
  ) -> [Case] {
    cases(name, values) { $0.schedule = schedule($1) }
  }

  static let refused: [Case] =
    cases("epochs", [-1, .min]) { $0.epochs = $1 }
    + cases("batch size", [0, -1, .min]) { $0.batchSize = $1 }
    + cases("learn rate", negative) { $0.learnRate = $1 }
    + cases("L2", negative) { $0.l2 = $1 }
    + cases("share of augmentation", [-0.1, 1.1, .nan, .infinity]) {
      $0.augmentation = .randomShift(upTo: 1, duringFirst: $1)
    }
    + cases("pixels of a shift", [-1, .min]) { $0.augmentation = .randomShift(upTo: $1) }
    + cases("norm threshold", notPositive) { $0.gradientThreshold = .norm($1) }
    + cases("global norm threshold", notPositive) { $0.gradientThreshold = .globalNorm($1) }
    + cases("value threshold", notPositive) { $0.gradientThreshold = .value($1) }
    + cases("metrics of one name", [2]) {
      $0.metrics = Array(repeating: .rmse, count: $1)
    }
    + cases("passes of a batch", [0, -1, .min]) { $0.microBatchSize = $1 }
    + cases("share for validation", [-0.1, 1, 1.5, .nan, .infinity]) { $0.validationShare = $1 }
    + cases("validation every so many steps", [0, -1]) { $0.validationFrequency = .iterations($1) }
    + cases("validation every so many epochs", [0, .min]) { $0.validationFrequency = .epochs($1) }
    + cases("validation every so many minutes", notPositive) {
      $0.validationFrequency = .minutes($1)
    }
    + cases("patience", [0, -1, .min]) {
      ($0.validationShare, $0.validationPatience) = (0.5, $1)
    }
    + cases("patience without validation", [1]) { $0.validationPatience = $1 }
    + cases("the best network without validation", [TrainingOptions.OutputNetwork.best]) {
      $0.outputNetwork = $1
    }
    + cases("an objective that is not measured", [Objective.highest("accuracy")]) {
      $0.objective = $1
    }
    + cases("decay of averages", noDecay) { $0.averaging = .exponential(decay: $1) }
    + cases("beginning of averages", [-0.1, 1, .nan]) { $0.averaging = .stochastic(from: $1) }
    + solvers("AdamW's weight decay", negative) { .adamW(weightDecay: $0) }
    + solvers("AdamW's first decay", noDecay) { .adamW(gradientDecay: $0) }
    + solvers("AdamW's second decay", noDecay) { .adamW(squaredGradientDecay: $0) }
    + solvers("AdamW's epsilon", notPositive) { .adamW(epsilon: $0) }
    + solvers("AdaMax's first decay", noDecay) { .adamax(gradientDecay: $0) }
    + solvers("AdaMax's second decay", noDecay) { .adamax(boundDecay: $0) }
    + solvers("AdaMax's epsilon", notPositive) { .adamax(epsilon: $0) }
    + solvers("Lion's weight decay", negative) { .lion(weightDecay: $0) }
    + solvers("Lion's first decay", noDecay) { .lion(stepDecay: $0) }
    + solvers("Lion's second decay", noDecay) { .lion(gradientDecay: $0) }
    + cases("L-BFGS's history", [0, -1, .min]) { $0.solver = .lbfgs(historySize: $1) }
    + cases("L-BFGS's trials", [0, -1, .min]) { $0.solver = .lbfgs(trials: $1) }
    + solvers("L-BFGS's gradient tolerance", negative) { .lbfgs(gradientTolerance: $0) }
    + solvers("L-BFGS's step tolerance", negative) { .lbfgs(stepTolerance: $0) }
    + solvers("damping", notPositive) { .levenbergMarquardt(initialDamping: $0) }
    + solvers("rise of damping", notPositive + [1]) { .levenbergMarquardt(dampingIncrease: $0) }
    + solvers("fall of damping", notPositive + [2]) { .levenbergMarquardt(dampingDecrease: $0) }
    + solvers("least damping", notPositive + [1]) { .levenbergMarquardt(minimumDamping: $0) }
    + solvers("greatest damping", notPositive) { .levenbergMarquardt(maximumDamping: $0) }
    + solvers("gradient tolerance", negative) { .levenbergMarquardt(gradientTolerance: $0) }
    + solvers("step tolerance", negative) { .levenbergMarquardt(stepTolerance: $0) }
    + schedules("power of a polynomial", notPositive) { .polynomial(power: $0) }
    + schedules("final rate of a polynomial", negative) { .polynomial(final: $0) }
    + schedules("factor of an exponential", negative) { .exponential(factor: $0) }
    + schedules("factor at milestones", negative) { .piecewise(factor: $0, at: [1]) }
    + cases("milestones", [-1, .min]) { $0.schedule = .piecewise(factor: 0.5, at: [$1]) }
    + cases("epochs of a restart", [0, -1]) { $0.schedule = .cosineRestarts(epochs: $1) }
    + schedules("growth of restarts", [0.5, .nan, .infinity]) {
      .cosineRestarts(epochs: 1, growth: $0)
    }
    + schedules("final rate of restarts", negative) { .cosineRestarts(epochs: 1, final: $0) }
    + schedules("rise of a cycle", [-0.1, 1.1, .nan]) { .oneCycle(rise: $0) }
    + schedules("divisor of a cycle", notPositive) { .oneCycle(divisor: $0) }
    + schedules("final divisor of a cycle", notPositive) { .oneCycle(finalDivisor: $0) }
    + schedules("factor on a plateau", [-0.1, 1, .nan]) { .reduceOnPlateau(factor: $0) }
    + schedules("threshold of a plateau", [-0.1, 1, .nan]) { .reduceOnPlateau(threshold: $0) }
    + schedules("minimum on a plateau", negative) { .reduceOnPlateau(minimum: $0) }
    + cases("patience of a plateau", [-1]) { $0.schedule = .reduceOnPlateau(patience: $1) }
    + cases("cooldown of a plateau", [-1]) { $0.schedule = .reduceOnPlateau(cooldown: $1) }
    + schedules("epochs of a warm-up", negative) { .warmup(epochs: $0) }
    + schedules("beginning of a warm-up", [-0.1, 1.1, .nan]) { .warmup(epochs: 1, from: $0) }
    + cases("epochs of a sequence", [[], [0], [-1], [1, 2]]) {
      $0.schedule = .sequence([.constant, .linear()], epochs: $1)
    }
    + solvers("momentum", noDecay) { .sgd(momentum: $0) }
    + solvers("Adam's first decay", noDecay) { .adam(gradientDecay: $0) }
    + solvers("Adam's second decay", noDecay) { .adam(squaredGradientDecay: $0) }
    + solvers("Adam's epsilon", notPositive) { .adam(epsilon: $0) }
    + solvers("RMSProp's decay", noDecay) { .rmsProp(squaredGradientDecay: $0) }
    + solvers("RMSProp's epsilon", notPositive) { .rmsProp(epsilon: $0) }
    + schedules("final rate of a line", negative) { .linear(final: $0) }
    + schedules("warm-up of a line", [-0.1, 1.1, .nan]) { .linear(warmup: $0) }
    + schedules("final rate of a cosine", negative) { .cosine(final: $0) }
    + schedules("warm-up of a cosine", [-0.1, 1.1, .nan]) { .cosine(warmup: $0) }
    + schedules("factor of a stair", negative) { .piecewise(factor: $0, every: 1) }
    + cases("epochs of a stair", [0, -1, .min]) { $0.schedule = .piecewise(factor: 0.5, every: $1) }
    + cases("rate of a schedule of one's own", negative) { options, rate in
      options.schedule = LearnRateSchedule("absurd") { _ in rate }
    }

  private func network() throws -> Network {
    try Network(input: Layout("BSSC", [nil, 2, 2, 1])) {
      Flatten()
      FullyConnected(2)
    }
  }

  private func data() throws -> TrainingData {
    var stream = RandomStream(seed: 1)
    return try TrainingData(stream.normal([6, 2, 2, 1]), targets: stream.normal([6, 2]))
  }

  @Test("are refused in words, and nothing is learned", arguments: refused)
  func refusing(_ one: Case) throws {
    let (network, data) = (try network(), try data())
    try network.initialize()
    let before = network.parameters.map(\.value)
    let options = try one.options()
    let error = #expect(throws: TensorError.self) {
      try train(network, on: data, loss: .meanSquaredError, options: options)
    }
    #expect(error?.remedy.isEmpty == false && error?.problem.contains("Optional") == false)
    for (value, former) in zip(network.parameters.map(\.value), before) {
      #expect(try value.isIdentical(to: former))
    }
  }

  @Test("extreme settings that mean something are taken")
  func taken() throws {
    var never = TrainingOptions(epochs: 0, batchSize: .max, learnRate: 0, l2: 0)
    never.schedule = .piecewise(factor: 0, every: .max)
    let (network, data) = (try network(), try data())
    let history = try train(network, on: data, loss: .meanSquaredError, options: never)
    #expect(history.iterationLosses.isEmpty)
    never.epochs = 2
    let still = try train(network, on: data, loss: .meanSquaredError, options: never)
    #expect(still.iterationLosses.count == 2)
  }

  @Test("endless epochs and phases are watched without an overflow")
  func endless() throws {
    var options = TrainingOptions(
      .sgd, epochs: .max, batchSize: 1,
      schedule: .sequence([.linear(final: 0), .cosine()], epochs: [.max]))
    options.onProgress = { $0.totalIterations == 3 ? .stop : .continue }
    let history = try train(network(), on: data(), loss: .meanSquaredError, options: options)
    #expect(history.stopReason == .callback)
    let reading = ProgressReading(epoch: 1, of: .max, iteration: 1, of: .max)
    #expect(reading.remaining(after: .seconds(1)) == nil)
    for mode in [ProgressDisplay.Mode.lines, .live(.ascii)] {
      let lines = Lock("")
      let display = ProgressDisplay(
        mode, width: { 80 }, now: { .seconds(3600) },
        write: { text in lines.withLock { $0 += text } })
      display.show(reading)
      display.finish()
      #expect(lines.withLock { $0 }.contains("1/\(Int.max)"))
    }
  }
}
