import LigatureLayers
import LigatureNetworks
import LigatureTensors
import Synchronization
import Testing

@testable import LigatureTraining

@Suite("Training")
struct TrainingTests {
  @Test("makes the loss small", arguments: [Solver.adam, .sgd, .rmsProp])
  func learning(solver: Solver) throws {
    let network = try regressor()
    let history = try train(
      network, on: regression(64), loss: .meanSquaredError,
      options: TrainingOptions(solver, epochs: 30, batchSize: 16, learnRate: 0.02))
    let first = try #require(history.epochs.first).trainingLoss
    #expect(try #require(history.epochs.last).trainingLoss < 0.2 * first)
  }

  @Test("writes down what it did")
  func history() throws {
    let validation = try regression(10, seed: 2)
    let network = try regressor()
    let history = try train(
      network, on: regression(22), loss: .meanSquaredError,
      options: TrainingOptions(
        epochs: 3, batchSize: 8, learnRate: 0.01, schedule: .piecewise(factor: 0.5, every: 1),
        metrics: [.rmse], validation: validation))
    #expect(history.epochs.map(\.epoch) == [1, 2, 3])
    #expect(history.epochs.map(\.iterations) == [3, 3, 3])
    #expect(history.epochs.map(\.learnRate) == [0.01, 0.005, 0.0025])
    #expect(history.iterationLosses.count == 9)
    #expect(!history.wasStopped)
    for (index, epoch) in history.epochs.enumerated() {
      let losses = history.iterationLosses[(index * 3)..<(index * 3 + 3)]
      #expect(abs(epoch.trainingLoss - losses.reduce(0, +) / 3) < 1e-12)
      #expect(epoch.trainingMetrics.keys.sorted() == ["rmse"])
      #expect(epoch.seconds >= 0)
    }
    let last = try #require(history.epochs.last)
    let measured = try evaluate(
      network, on: validation, loss: .meanSquaredError, TrainingOptions(metrics: [.rmse]))
    #expect(abs(try #require(last.validationLoss) - measured.loss) < 1e-7)
    #expect(abs(try #require(last.validationMetrics["rmse"]) - measured.loss.squareRoot()) < 1e-6)
  }

  @Test("gives equal bits for equal seeds, on one, two and three threads")
  func determinism() throws {
    let before = Parallel.threads
    defer { Parallel.threads = before }
    func run(threads: Int, seed: UInt64 = 3) throws -> (TrainingHistory, [Tensor]) {
      Parallel.threads = threads
      let network = try Network(input: Layout("BC", [nil, 48]), seed: seed) {
        FullyConnected(160)
        BatchNormalization()
        ReLU()
        Dropout(0.2)
        FullyConnected(48)
        Sigmoid()
      }
      let data = try TrainingData(reconstructing: sigmoid(numbers([260, 48])))
      let history = try train(
        network, on: data, loss: .binaryCrossEntropy,
        options: TrainingOptions(epochs: 1, batchSize: 130, seed: seed))
      return (history, values(network))
    }
    let (history, learned) = try run(threads: 1)
    for threads in [1, 2, 3] {
      let (other, values) = try run(threads: threads)
      #expect(other.iterationLosses == history.iterationLosses)
      #expect(try values.isIdentical(to: learned))
    }
    #expect(try run(threads: 1, seed: 4).0.iterationLosses != history.iterationLosses)
  }

  @Test("stops where a callback says so, with the history so far")
  func stopping() throws {
    let network = try regressor()
    let seen = Mutex<[TrainingProgress]>([])
    let history = try train(
      network, on: regression(20), loss: .meanSquaredError,
      options: TrainingOptions(epochs: 5, batchSize: 5, metrics: [.rmse]) { progress in
        seen.withLock { $0.append(progress) }
        return progress.epoch == 2 && progress.iteration == 3 ? .stop : .continue
      })
    #expect(history.wasStopped)
    #expect(history.epochs.map(\.iterations) == [4, 3])
    let steps = seen.withLock { $0 }
    #expect(steps.map(\.iteration) == [1, 2, 3, 4, 1, 2, 3])
    #expect(steps.map(\.epoch) == [1, 1, 1, 1, 2, 2, 2])
    #expect(steps.allSatisfy { $0.epochs == 5 && $0.iterationsPerEpoch == 4 })
    #expect(steps.map(\.loss) == history.iterationLosses)
    #expect(steps.allSatisfy { ($0.metrics["rmse"] ?? -1) >= 0 })
  }

  @Test("that is told to do nothing does nothing")
  func noEpochs() throws {
    let network = try regressor()
    let before = values(network)
    let history = try train(
      network, on: regression(20), loss: .meanSquaredError, options: TrainingOptions(epochs: 0))
    #expect(history.epochs.isEmpty && history.iterationLosses.isEmpty && !history.wasStopped)
    #expect(try values(network).isIdentical(to: before))
  }

  @Test("initialises what is deferred, and trains on an unbuilt network")
  func initialisation() throws {
    let network = Network {
      FullyConnected(4); ReLU(); FullyConnected(2)
    }
    try train(
      network, on: regression(20), loss: .meanSquaredError, options: TrainingOptions(epochs: 1))
    #expect(network.learnableCount == 3 * 4 + 4 + 4 * 2 + 2)
  }

  @Test("takes a network of several inputs and outputs")
  func severalPorts() throws {
    let network = Network()
    try network.addInput("a")
    try network.addInput("b")
    try network.add(Addition(), named: "sum")
    try network.add(FullyConnected(2), named: "left")
    try network.add(FullyConnected(3), named: "right")
    try network.connect("a", to: "sum/in1")
    try network.connect("b", to: "sum/in2")
    try network.connect("sum", to: "left")
    try network.connect("sum", to: "right")
    let data = try TrainingData(
      inputs: [numbers([12, 4]), numbers([12, 4], seed: 2)],
      targets: [numbers([12, 2]), numbers([12, 3])])
    let history = try train(
      network, on: data, loss: .meanSquaredError,
      options: TrainingOptions(epochs: 20, batchSize: 4, learnRate: 0.05))
    #expect(history.epochs[19].trainingLoss < history.epochs[0].trainingLoss)
  }
}

@Suite("Training that fails")
struct FailingTrainingTests {
  private struct Mishap: Error {}

  /// Fails in its third training pass, after a layer before it has written its state.
  private struct Fragile: CustomLayer {
    @LayerState(.shared) var passes: Tensor = Tensor([Float(0)])
    func predict(_ x: Tensor, in context: Context) throws -> Tensor { x }
    func forward(_ x: Tensor, in context: Context) throws -> Tensor {
      passes = try passes + 1
      if try passes.item() == 3 { throw Mishap() }
      return x
    }
  }

  private func network(_ last: any Layer) throws -> Network {
    let network = Network([BatchNormalization(), FullyConnected(2), last])
    try network.initialize(for: [.zeros([2, 3])])
    return network
  }

  private let options = TrainingOptions(epochs: 1, batchSize: 4, shuffle: .never)

  @Test("by a thrown error leaves learnables and states where the last whole step left them")
  func thrown() throws {
    let failing = try network(
      Network {
        FunctionLayer { try tanh($0) }; Fragile()
      })
    let text = message {
      try train(
        failing, on: regression(12), loss: .meanSquaredError,
        options: options)
    }
    #expect(text.hasPrefix("network/fragile: threw Mishap"))
    let twelve = try network(FunctionLayer { try tanh($0) })
    try train(
      twelve, on: regression(12).slice(0..<8), loss: .meanSquaredError, options: options)
    #expect(try values(failing).isIdentical(to: values(twelve)))
    let means = [failing, twelve].map { $0.layers(of: BatchNormalization.self)[0].mean }
    #expect(try means[0].isIdentical(to: means[1]))
  }

  @Test("because the loss is no longer finite says when, and takes no step")
  func nonFinite() throws {
    let network = try network(Tanh())
    let before = values(network)
    let mean = network.layers(of: BatchNormalization.self)[0].mean
    let broken = Loss.custom { outputs, targets in try (outputs[0] / 0).sum() }
    let text = message { try train(network, on: regression(8), loss: broken, options: options) }
    #expect(text.hasPrefix("train: the loss is "))
    #expect(
      text.hasSuffix(
        " in epoch 1, step 1. Lower the learn rate, or look for a division by zero, a logarithm "
          + "of 0, or data that is not finite."))
    #expect(try values(network).isIdentical(to: before))
    #expect(try network.layers(of: BatchNormalization.self)[0].mean.isIdentical(to: mean))
  }

  @Test("in a callback or a metric keeps to whole steps too")
  func callbacks() throws {
    let network = try network(Tanh())
    #expect(throws: Mishap.self) {
      var options = options
      options.onProgress = { progress in
        if progress.iteration == 2 { throw Mishap() }
        return .continue
      }
      try train(network, on: regression(12), loss: .meanSquaredError, options: options)
    }
    let reference = try self.network(Tanh())
    try train(
      reference, on: regression(12).slice(0..<8), loss: .meanSquaredError, options: options)
    #expect(try values(network).isIdentical(to: values(reference)))

    let before = network.layers(of: BatchNormalization.self)[0].mean
    #expect(throws: Mishap.self) {
      var options = options
      options.metrics = [.custom("broken") { _, _ in throw Mishap() }]
      try train(network, on: regression(12), loss: .meanSquaredError, options: options)
    }
    #expect(try values(network).isIdentical(to: values(reference)))
    #expect(try network.layers(of: BatchNormalization.self)[0].mean.isIdentical(to: before))
  }

  @Test("before it begins says which option is to blame")
  func refusals() throws {
    func text(_ options: TrainingOptions) throws -> String {
      message {
        try train(regressor(), on: regression(8), loss: .meanSquaredError, options: options)
      }
    }
    #expect(
      try text(TrainingOptions(epochs: -1))
        == "train: -1 epochs of batches of 128 cannot be trained. "
        + "Give 0 or more epochs and batches of 1 or more.")
    #expect(try text(TrainingOptions(batchSize: 0)).hasPrefix("train: 30 epochs of batches of 0 "))
    #expect(
      try text(TrainingOptions(learnRate: -1))
        == "train: learn rate -1.0 or L2 factor 0.0 is negative or not finite. Give 0 or more.")
    #expect(
      try text(TrainingOptions(incompleteBatch: .drop))
        == "train: 8 observations cannot fill one batch of 128. "
        + "Give a smaller batchSize, or incompleteBatch: .keep.")
  }

  @Test("for data that does not fit names input and layouts")
  func data() throws {
    #expect(
      message {
        try train(
          regressor(), on: TrainingData(numbers([8, 4]), targets: numbers([8, 2])),
          loss: .meanSquaredError)
      } == "network: input \"input\" expects BC [*, 3], found shape [8, 4]. "
        + "Give data of that layout, or declare another one.")
  }
}
