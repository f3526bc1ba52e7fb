import Foundation
import Ligature
import Testing

@Suite("Articles: Sweeps")
struct SweepsArticle {
  private func data() throws -> (training: TrainingData, held: TrainingData) {
    var stream = RandomStream(seed: 3)
    let x = try stream.normal([60, 8])
    let data = try TrainingData(x, targets: tanh(x.sum(1, keepingAxes: true)))
    return (try data.subset(Array(0..<40)), try data.subset(Array(40..<60)))
  }

  private func inFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  @Test("a sweep of trainings")
  func trainings() throws {
    let (data, held) = try data()
    // article: trainings
    let results = try sweep(
      over: ["learnRate": .logUniform(1e-4, 1e-1), "hidden": .choice([64, 128])],
      trials: 8, strategy: .bayesian
    ) { trial in
      let network = try Network(input: Layout("BC", [nil, 8])) {
        FullyConnected(try trial["hidden"])
        ReLU()
        FullyConnected(1)
      }
      return try TrainingRun(
        network, on: data, loss: .meanSquaredError,
        options: TrainingOptions(epochs: 3, learnRate: trial["learnRate"], validation: held))
    }
    print(results)
    // end
    #expect(results.trials.count == 8)
    try inFolder { folder in
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      // article: results
      if let best = results.best {
        let rate: Double = try best["learnRate"]
        print(best.number, rate, best.metrics)
      }
      let network = results.bestNetwork
      try results.csv.write(
        to: folder.appending(path: "sweep.csv"), atomically: true, encoding: .utf8)
      try results.save(to: folder.appending(path: "sweep.html"))
      // end
      #expect(network != nil)
    }
  }

  @Test("a sweep of numbers")
  func numbers() throws {
    // article: numbers
    let results = try sweep(
      over: ["x": .uniform(-5, 10), "y": .uniform(0, 15)], trials: 12, strategy: .bayesian
    ) { trial in
      let (x, y): (Double, Double) = (try trial["x"], try trial["y"])
      return (x - 3) * (x - 3) + y
    }
    // end
    #expect(results.best?.objective ?? 99 < 9)
  }

  @Test("a space of every kind")
  func space() throws {
    // article: space
    enum Activation: String, CaseIterable, HyperparameterConvertible { case relu, tanh, gelu }

    var space: SearchSpace = [
      "learnRate": .logUniform(1e-4, 1e-1, gridPoints: 4),
      "dropout": .uniform(0, 0.5),
      "layers": .integer(1, 4),
      "hidden": .logInteger(16, 512),
      "batchSize": .values([16, 32, 64, 128]),
      "activation": .choice(Activation.allCases),
      "bias": .choice([true, false]),
    ]
    space["layers"] = .choice([2])
    // end
    let results = try sweep(over: space, trials: 3) { trial in
      let activation: Activation = try trial["activation"]
      let bias: Bool = try trial["bias"]
      let size: Int = try trial["batchSize"]
      return activation == .relu && bias ? Double(size) : try trial["dropout"]
    }
    #expect(results.trials.count == 3)
  }

  @Test("early stopping of trainings, and in a loop of one's own")
  func stopping() throws {
    let (data, held) = try data()
    @Sendable func network(_ trial: Trial) throws -> Network {
      try Network(input: Layout("BC", [nil, 8])) { FullyConnected(1) }
    }
    // article: stopping
    let results = try sweep(
      over: ["learnRate": .logUniform(1e-4, 1e-1)], trials: 9,
      earlyStopping: .successiveHalving(from: 1, to: 9, factor: 3)
    ) { trial in
      let options = TrainingOptions(epochs: 9, learnRate: try trial["learnRate"])
      let run = try TrainingRun(network(trial), on: data, loss: .meanSquaredError, options: options)
      var loss = Double.infinity
      while let progress = try run.step() {
        guard progress.endsEpoch else { continue }
        loss = try evaluate(run.network, on: held, loss: .meanSquaredError).loss
        try trial.report(loss, at: progress.epoch)
      }
      return loss
    }
    // end
    #expect(results.trials.count { $0.status == .completed } == 1)
  }

  @Test("a sweep that goes on")
  func folder() throws {
    let (data, held) = try data()
    @Sendable func training(_ trial: Trial) throws -> TrainingRun {
      try TrainingRun(
        Network(input: Layout("BC", [nil, 8])) { FullyConnected(1) }, on: data,
        loss: .meanSquaredError,
        options: TrainingOptions(
          epochs: 3, learnRate: trial["learnRate"], metrics: [.rmse], validation: held))
    }
    try inFolder { folder in
      // article: folder
      let results = try sweep(
        over: ["learnRate": .logUniform(1e-4, 1e-1)], trials: 12, objective: .lowest("rmse"),
        earlyStopping: .hyperband(to: 3), seed: 1, folder: folder
      ) { trial in try training(trial) }
      // end
      #expect(results.trials.count == 12)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(names.contains("best.safetensors") && names.contains("sweep.html"))
    }
  }
}
