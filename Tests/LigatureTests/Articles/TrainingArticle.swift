import Foundation
import Ligature
import Testing

// article: solver
extension Solver {
  static func signedSteps(momentum: Double) -> Solver {
    Solver("signedSteps", settings: ["momentum": momentum], remembering: ["velocity"]) { step in
      let gradient = try step.penalizedGradient()
      step.memory[0] = try step.memory[0] * momentum - sign(gradient) * step.learnRate
      step.value = try step.value + step.memory[0]
    }
  }
}
// end

// article: schedule and initializer
extension LearnRateSchedule {
  static let halving = LearnRateSchedule("halving") { place in
    place.initial / Double(1 << min(place.epoch, 60))
  }
}

extension Initializer {
  static let halves = Initializer("halves") { shape, type, stream in try .full(shape, 0.5, type) }
}
// end

@Suite("Articles: Training")
final class TrainingArticle {
  private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func makeNetwork(outputs: Int = 1) throws -> Network {
    try Network(input: Layout("BC", [nil, 3]), seed: 1) {
      Network {
        FullyConnected(4)
        BatchNormalization()
        Tanh()
      }.named("encoder")
      FullyConnected(outputs)
    }
  }

  /// Observations whose target is the sum of their numbers.
  private func sums(_ count: Int, seed: UInt64) throws -> TrainingData {
    let x = try numbers([count, 3], seed: seed)
    return try TrainingData(x, targets: x.sum(1, keepingAxes: true))
  }

  @Test("a training")
  func training() throws {
    let (network, data, held) = try (makeNetwork(), sums(256, seed: 1), sums(32, seed: 2))
    // article: train
    let history = try train(
      network, on: data, loss: .meanSquaredError,
      options: TrainingOptions(
        .adam, epochs: 60, batchSize: 32, learnRate: 3e-3, schedule: .cosine(warmup: 0.05),
        l2: 1e-4,
        gradientThreshold: .globalNorm(1), metrics: [.rmse], validation: held))
    // end
    let losses = history.epochs.map(\.trainingLoss)
    #expect(losses[59] < losses[0] / 2, "\(losses[0]), \(losses[59])")
  }

  @Test("solvers, schedules and initialisers of one's own")
  func own() throws {
    let network = try Network(input: Layout("BC", [nil, 3]), seed: 1) {
      FullyConnected(1, weightsInitializer: .halves)
    }
    #expect(try network.parameter(at: "fc/weights").value.doubles() == [0.5, 0.5, 0.5])
    let history = try train(
      network, on: sums(64, seed: 1), loss: .meanSquaredError,
      options: TrainingOptions(
        .signedSteps(momentum: 0.5), epochs: 10, batchSize: 32, learnRate: 0.1, schedule: .halving))
    let losses = history.epochs.map(\.trainingLoss)
    #expect(losses[9] < losses[0] / 5, "\(losses)")
    #expect(history.epochs[3].learnRate == 0.1 / 8)
  }

  @Test("solvers that search")
  func search() throws {
    let network = try makeNetwork()
    let data = try sums(32, seed: 1)
    let (x, targets) = (data.inputs[0], data.targets[0])
    // article: search
    var solver = SolverState(.lbfgs)
    while try solver.search(
      network, lossIsKnown: true,
      loss: { context in
        try meanSquaredError(network(x, in: context), targets)
      }
    ).end == nil {}
    // end
    #expect(try evaluate(network, on: data, loss: .meanSquaredError).loss < 0.1)
    #expect(solver.step > 5)
  }

  @Test("pictures and numbers for TensorBoard")
  func board() throws {
    let (activations, picture) = try (numbers([40]), Tensor.full([4, 4], 0.5))
    // article: board
    let board = try TensorBoardWriter(in: folder)
    try board.scalar("temperature", 0.5, step: 17)
    try board.histogram("activations", activations, step: 17)
    try board.image("input", picture, step: 17)
    // end
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
  }

  @Test("metrics")
  func metrics() throws {
    // article: metric
    let bias = Metric("bias", collecting: .sums(2)) { outputs, targets in
      [try (outputs[0] - targets[0]).sum().item(), Double(outputs[0].count)]
    } finish: {
      $0[0] / $0[1]
    }
    // end
    #expect(try bias.value(of: Tensor([Float(3), 5]), Tensor([Float(1), 1])) == 3)

    let network = try makeNetwork(outputs: 3)
    let test = try TrainingData(numbers([6, 3]), targets: Tensor([Int64(0), 1, 2, 0, 1, 2]))
    // article: confusion
    let matrix = try ConfusionMatrix(of: network, on: test, names: ["cat", "dog", "owl"])
    print(matrix)
    print(matrix.recall(.class(1)), matrix.mistakes.first ?? "none")
    // end
    #expect("\(matrix)".contains("owl"))
  }

  @Test("gradients")
  func gradients() throws {
    let network = try makeNetwork()
    let (x, targets) = try (numbers([8, 3]), numbers([8, 1]))
    let before = try network.parameter(at: "fc/weights").value.doubles()
    // article: gradients
    var solver = SolverState(.adam)
    let (loss, gradients) = try valueAndGradients(of: network) { context in
      try meanSquaredError(network(x, in: context), targets)
    }
    for entry in gradients.entries { print(entry.path, try entry.norm()) }
    let encoder = try gradients.filtered(by: "encoder/**").clipped(byGlobalNorm: 1)
    try solver.update(along: encoder, learnRate: 1e-3)
    // end
    #expect(try loss.isFinite())
    #expect(try network.parameter(at: "fc/weights").value.doubles() == before)
  }

  @Test("statistics and validation")
  func settings() throws {
    let network = try makeNetwork(outputs: 2)
    let data = try TrainingData(
      numbers([20, 3]), targets: Tensor((0..<20).map { Int64($0 % 2) }))
    // article: statistics
    // At the end of a training, before its last validation,
    let options = TrainingOptions(batchNormalizationStatistics: .population)
    // or at any time.
    try network.updatePopulationStatistics(over: data, batchSize: 256)
    // end
    #expect(options.epochs == 30)
    // article: validation
    var validated = TrainingOptions(
      metrics: [.accuracy], averaging: .exponential(decay: 0.999), validationShare: 0.1,
      validationFrequency: .iterations(50), validationPatience: 5, outputNetwork: .best,
      objective: .highest("accuracy"))
    // end
    validated.epochs = 2
    let history = try train(
      network, on: data, loss: .crossEntropy(from: .logits), options: validated)
    #expect(history.best != nil)
  }

  @Test("checkpoints and resuming")
  func resuming() throws {
    let (network, data, loss) = try (makeNetwork(), sums(8, seed: 1), Loss.meanSquaredError)
    let (folder, url) = (folder, folder.appending(path: "state.safetensors"))
    // article: checkpoints
    let options = TrainingOptions(
      epochs: 100, checkpoints: Checkpoints(in: folder, every: .minutes(10)))
    try train(network, on: data, loss: loss, options: options, resumingFrom: .latest(in: folder))
    // end
    try shortly(network, data, url)
    #expect(FileManager.default.fileExists(atPath: url.path))
  }

  private func shortly(_ network: Network, _ data: TrainingData, _ url: URL) throws {
    let options = TrainingOptions(epochs: 100)
    // article: resuming
    let run = try TrainingRun(network, on: data, loss: .meanSquaredError, options: options)
    if let state = try? TrainingState(contentsOf: url) { try run.resume(from: state) }
    while try run.step() != nil {
      if run.iteration % 100 == 0 { try run.state.save(to: url) }
    }
    // end
  }
}
