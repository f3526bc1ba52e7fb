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
}
