import LigatureLayers
import LigatureNetworks
import LigatureTensors
import Synchronization
import Testing

@testable import LigatureTraining

@Suite("A training run, step by step")
struct TrainingRunTests {
  private struct Mishap: Error {}

  private func run(
    _ network: Network? = nil, _ options: TrainingOptions, loss: Loss = .meanSquaredError
  ) throws -> TrainingRun {
    try TrainingRun(network ?? regressor(), on: regression(10), loss: loss, options: options)
  }

  @Test("says what each step found, and nothing after the last")
  func steps() throws {
    let run = try run(nil, TrainingOptions(epochs: 2, batchSize: 4, metrics: [.rmse]))
    var found: [TrainingProgress] = []
    while let progress = try run.step() {
      found.append(progress)
      #expect(run.iteration == found.count && run.history.iterationLosses.count == found.count)
    }
    #expect(found.map(\.epoch) == [1, 1, 1, 2, 2, 2])
    #expect(found.map(\.iteration) == [1, 2, 3, 1, 2, 3])
    #expect(found.map(\.loss) == run.history.iterationLosses)
    #expect(run.isFinished && run.epoch == 2 && run.history.epochs.count == 2)
    #expect(try run.step() == nil)
  }

  @Test("goes on behind a callback or a validation that threw")
  func mishaps() throws {
    let isBroken = Mutex(true)
    var options = TrainingOptions(epochs: 1, batchSize: 5)
    options.validation = try regression(4)
    options.metrics = [
      .custom("fragile") { outputs, _ in
        // Of validation data only.
        if outputs[0].shape[0] == 4, isBroken.withLock({ $0 }) { throw Mishap() }
        return 0
      }
    ]
    let run = try run(nil, options)
    _ = try run.step()
    #expect(throws: Mishap.self) { try run.step() }
    #expect(run.iteration == 2 && run.history.epochs.isEmpty && !run.isFinished)
    isBroken.withLock { $0 = false }
    #expect(try run.step() == nil)
    #expect(run.isFinished && run.history.epochs.map(\.iterations) == [2])
  }

  @Test("takes no part of a step whose gradient is not finite, states included")
  func nonFinite() throws {
    let network = try Network(input: Layout("BC", [nil, 3])) {
      FullyConnected(2)
      BatchNormalization()
    }
    // The slope of a root at 0 is infinite, and its value is not.
    let broken = Loss.custom { outputs, _ in try sqrt(outputs[0] * 0).sum() }
    let run = try run(network, TrainingOptions(epochs: 1, batchSize: 5), loss: broken)
    let (before, mean) = (values(network), network.layers(of: BatchNormalization.self)[0].mean)
    #expect(message { try run.step() as Any }.contains("is not finite"))
    #expect(try values(network).isIdentical(to: before))
    #expect(try network.layers(of: BatchNormalization.self)[0].mean.isIdentical(to: mean))
    #expect(run.iteration == 0 && run.history.iterationLosses.isEmpty && run.history.epochs.isEmpty)
  }

  @Test(
    "takes steps along gradients within a threshold",
    arguments: GradientThreshold.Method.allCases)
  func thresholds(method: GradientThreshold.Method) throws {
    let threshold = GradientThreshold(method, 0.05)
    let (network, twin) = (try regressor(), try regressor())
    try train(
      network, on: regression(8), loss: .meanSquaredError,
      options: TrainingOptions(
        .sgd, epochs: 3, batchSize: 8, learnRate: 0.1, gradientThreshold: threshold,
        shuffle: .never))
    var state = SolverState(.sgd)
    let data = try regression(8)
    for _ in 0..<3 {
      let gradients = try valueAndGradients(of: twin) {
        try meanSquaredError(twin(data.inputs[0], in: $0), data.targets[0])
      }.gradients
      let clipped = try threshold.applied(to: gradients)
      #expect(try clipped.norm() < gradients.norm())
      try state.update(along: clipped, learnRate: 0.1)
    }
    #expect(try values(network).isIdentical(to: values(twin)))
  }

  @Test("refuses options out of range before it begins")
  func ranges() throws {
    func text(_ options: TrainingOptions) -> String { message { try run(nil, options) } }
    for rate in [Double.nan, .infinity, -1] {
      #expect(text(TrainingOptions(learnRate: rate)).hasPrefix("train: learn rate \(rate) or L2"))
    }
    #expect(text(TrainingOptions(.sgd(momentum: -1))).hasPrefix("sgd: momentum is -1.0."))
    #expect(
      text(TrainingOptions(schedule: .linear(final: .nan))).hasPrefix(
        "linear: a rate cannot fall to nan after a share of 0.0."))
    #expect(text(TrainingOptions(schedule: .cosine(warmup: 2))).hasPrefix("cosine: a rate cannot"))
    #expect(
      text(TrainingOptions(schedule: .piecewise(factor: 0.5, every: 0))).hasPrefix(
        "piecewise: a rate cannot be multiplied by 0.5 every 0 epochs."))
    #expect(
      text(TrainingOptions(gradientThreshold: .norm(0)))
        == "GradientThreshold: the threshold is 0.0. Give a finite number above 0.")
    #expect(
      text(TrainingOptions(augmentation: Augmentation(duringFirst: .nan) { batch, _ in batch }))
        == "train: augmentation during the first nan of the epochs. Give a share of 0...1.")
    #expect(
      message {
        try evaluate(
          regressor(), on: regression(4), loss: .meanSquaredError, TrainingOptions(batchSize: 0))
      } == "evaluate: batches of 0 cannot be evaluated. Give batches of 1 or more.")
    #expect(
      text(TrainingOptions(metrics: [.rmse, .rmse]))
        == "train: metrics are called [\"rmse\", \"rmse\"]. Give each metric a name of its own.")
  }
}
