import Foundation
import LigatureLayers
import LigatureNetworks
import LigatureTensors
import LigatureTraining
import Testing

@testable import LigatureSweeps

@Suite("A sweep")
struct SweepTests {
  enum Activation: String, HyperparameterConvertible { case relu, tanh }

  struct Failure: Error, CustomStringConvertible {
    let description = "the disk is full."
  }

  @Test("sorts its trials by their objective, and prints them")
  func table() throws {
    let results = try sweep(
      over: ["rate": .values([0.125, 0.5, 2]), "kind": .choice([Activation.relu, .tanh])],
      strategy: .grid, verbose: .silent
    ) { trial in
      let kind: Activation = try trial["kind"]
      let rate: Double = try trial["rate"]
      if rate == 2, kind == .tanh { throw Failure() }
      return ["loss": rate * (kind == .relu ? 1 : 0.5), "time": rate * 1e6]
    }
    #expect(results.trials.map(\.number) == [2, 1, 4, 3, 5, 6])
    let best = try #require(results.best)
    #expect(try best["kind"] == Activation.tanh && best["rate"] == 0.125)
    #expect(best.metrics == ["loss": 0.0625, "time": 125_000])
    #expect(best.hyperparameters == ["rate": .number(0.125), "kind": .text("tanh")])
    #expect(results.trials.last?.status == .failed("the disk is full."))
    #expect(
      results.csv == """
        trial,rate,kind,loss,time,status
        2,0.125,tanh,0.0625,125000.0,completed
        1,0.125,relu,0.125,125000.0,completed
        4,0.5,tanh,0.25,500000.0,completed
        3,0.5,relu,0.5,500000.0,completed
        5,2,relu,2.0,2000000.0,completed
        6,2,tanh,,,failed: the disk is full.

        """)
    #expect(
      "\(results)" == """
        trial   rate  kind    loss      time  status
        ---------------------------------------------------------------
            2  0.125  tanh  0.0625  1.25e+05  completed
            1  0.125  relu   0.125  1.25e+05  completed
            4    0.5  tanh    0.25     5e+05  completed
            3    0.5  relu     0.5     5e+05  completed
            5      2  relu       2     2e+06  completed
            6      2  tanh                    failed: the disk is full.
        best is trial 2, loss 0.0625; 5 trials completed, 1 failed
        """)
  }

  @Test("does what its documentation shows in one line")
  func oneLine() throws {
    for strategy in [SweepStrategy.grid, .random, .bayesian] {
      let results = try sweep(
        over: ["learnRate": .logUniform(1e-4, 1e-1), "hidden": .choice([64, 128])], trials: 10,
        strategy: strategy, verbose: .silent
      ) { trial in
        let (rate, hidden): (Double, Int) = (try trial["learnRate"], try trial["hidden"])
        return abs(log10(rate) + 2) + 1 / Double(hidden)
      }
      #expect(results.trials.count == 10 && results.stopReason == nil)
      #expect(results.best?.objective == results.objectives.values.min())
    }
  }

  @Test("gives the same results on any number of threads, whoever is done first")
  func order() throws {
    for stopping in [EarlyStopping?.none, .successiveHalving(to: 9), .hyperband(to: 9)] {
      for strategy in [SweepStrategy.random, .bayesian] {
        func results(_ parallel: Int) throws -> SweepResults {
          try sweep(
            over: ["x": .uniform(-5, 10), "y": .integer(0, 15)], trials: 22, strategy: strategy,
            earlyStopping: stopping, seed: 3, parallel: parallel, verbose: .silent
          ) { trial in
            let (x, y): (Double, Double) = (try trial["x"], try trial["y"])
            if parallel > 1 { Thread.sleep(forTimeInterval: .random(in: 0...0.004)) }
            if trial.number == 5 { throw Failure() }
            for epoch in 1...9 { try trial.report(branin(x, y) + 9 / Double(epoch), at: epoch) }
            return branin(x, y)
          }
        }
        let expected = try results(1)
        #expect(expected.trials.count == 22)
        for parallel in [2, 7] {
          let found = try results(parallel)
          #expect(found == expected)
          #expect(found.csv == expected.csv && "\(found)" == "\(expected)")
          #expect(found.json == expected.json)
        }
      }
    }
  }

  @Test("draws other trials for another seed, and the same for the same")
  func seeds() throws {
    func values(_ seed: UInt64, _ strategy: SweepStrategy) throws -> [[String: HyperparameterValue]]
    {
      try sweep(over: braninSpace, trials: 7, strategy: strategy, seed: seed, verbose: .silent) {
        try branin($0["x"], $0["y"])
      }.trials.sorted { $0.number < $1.number }.map(\.hyperparameters)
    }
    for strategy in [SweepStrategy.random, .bayesian] {
      #expect(try values(1, strategy) == values(1, strategy))
      #expect(try values(1, strategy) != values(2, strategy))
    }
    // A trial drawn at random does not depend on how many there are.
    let seeds = Lock(Set<UInt64>())
    _ = try sweep(over: braninSpace, trials: 9, verbose: .silent) { trial in
      seeds.withLock { _ = $0.insert(trial.seed) }
      return 0.0
    }
    #expect(seeds.withLock { $0.count } == 9)
  }

  @Test("tries no trial of a finite space twice, and ends when there is none left")
  func finite() throws {
    for strategy in [SweepStrategy.random, .bayesian, .bayesian(initialTrials: 5)] {
      let results = try sweep(
        over: ["a": .integer(1, 3), "b": .choice(["x", "y"]), "c": .values([1, 2])], trials: 50,
        strategy: strategy, verbose: .silent
      ) { try $0["a"] as Double }
      #expect(results.trials.count == 12 && results.plannedCount == 12)
      #expect(Set(results.trials.map(\.values.values)).count == 12)
    }
    let one = try sweep(
      over: ["a": .uniform(2, 2)], trials: 5, strategy: .bayesian, verbose: .silent
    ) { try $0["a"] as Double }
    #expect(one.trials.count == 1 && one.best?.objective == 2)
  }

  @Test("takes the highest of a metric where that is asked for")
  func highest() throws {
    let results = try sweep(
      over: ["a": .integer(1, 5)], strategy: .grid, objective: .highest("accuracy"),
      verbose: .silent
    ) { trial in
      let a: Int = try trial["a"]
      return ["accuracy": Double(a) / 5, "loss": Double(a)]
    }
    #expect(results.best?.number == 5 && results.trials.map(\.number) == [5, 4, 3, 2, 1])
    let number = try sweep(
      over: ["a": .integer(1, 5)], trials: 5, strategy: .bayesian,
      objective: .highest("accuracy"), verbose: .silent
    ) { try $0["a"] as Float }
    #expect(try number.best?["a"] == 5 && number.best?.metrics == ["accuracy": 5])
  }

  @Test("counts what is not finite, or not measured, as a failure, and goes on")
  func failures() throws {
    for strategy in [SweepStrategy.grid, .random, .bayesian] {
      let results = try sweep(
        over: ["a": .integer(1, 8, gridPoints: 8)], trials: 8, strategy: strategy,
        verbose: .silent
      ) { trial in
        switch try trial["a"] as Int {
        case 1: return ["loss": Double.nan]
        case 2: return ["loss": -.infinity]
        case 3: return ["error": 1]
        case 4: return [:]
        case 5: throw Failure()
        case let a: return ["loss": Double(a)]
        }
      }
      let words = results.trials.compactMap(\.failure).sorted()
      #expect(
        words == [
          "its loss is -inf", "its loss is nan", "the disk is full.",
          "the objective is \"loss\", and the trial measured \"error\"",
          "the objective is \"loss\", and the trial measured nothing",
        ])
      #expect(results.trials.prefix(3).allSatisfy { $0.status == .completed })
    }
  }

  @Test("throws what the first trial says where all fail")
  func allFail() {
    #expect(
      message {
        try sweep(over: braninSpace, trials: 3, verbose: .silent) { trial -> Double in
          throw Failure()
        }
      }
        == "sweep: all 3 trials failed; trial 1 says: the disk is full. "
        + "Mend that, or search elsewhere.")
    #expect(
      message {
        try sweep(over: braninSpace, trials: 1, verbose: .silent) { try $0["z"] as Double }
      }
        == "sweep: the only trial failed; trial 1 says: trial 1: there is no hyperparameter \"z\". "
        + "Name one of \"x\", \"y\". Mend that, or search elsewhere.")
  }

  @Test("gives values as the types that they have, and says which there are")
  func access() throws {
    let results = try sweep(
      over: [
        "a": .integer(3, 3), "b": .uniform(0.5, 0.5), "c": .choice(["tanh"]), "d": .choice([true]),
      ],
      trials: 1, verbose: .silent
    ) { trial in
      let (a, b): (Int, Double) = (try trial["a"], try trial["b"])
      let (c, d): (String, Bool) = (try trial["c"], try trial["d"])
      #expect(a == 3 && b == 0.5 && c == "tanh" && d)
      #expect(try trial["a"] as Double == 3 && trial["b"] as Float == 0.5)
      #expect(try trial["c"] as Activation == .tanh)
      #expect(try trial["c"] as HyperparameterValue == .text("tanh"))
      #expect(
        message { try trial["b"] as Int }
          == "trial 1: \"b\" is 0.5 of type Double, and was read as Int. "
          + "Read it as it is, let value: Double = try trial[\"b\"].")
      #expect(
        message { try trial["B"] as Int }
          == "trial 1: there is no hyperparameter \"B\". Name one of \"a\", \"b\", \"c\", \"d\".")
      for name in ["a", "b", "d"] {
        #expect(throws: (any Error).self) { try trial[name] as String }
        #expect(throws: (any Error).self) { try trial[name] as Activation }
      }
      return 1.0
    }
    let best = try #require(results.best)
    #expect(message { try best["a"] as Bool }.contains("of type Int"))
  }

  @Test("ends in good order where its task is cancelled, with what is done")
  func cancellation() async throws {
    let results = try await inTask { cancel in
      try sweep(over: braninSpace, trials: 200, seed: 1, parallel: 2, verbose: .silent) { trial in
        for step in 1...50 {
          Thread.sleep(forTimeInterval: 0.0005)
          try trial.report(1, at: step)
          if trial.number >= 6 { cancel() }
        }
        return try branin(trial["x"], trial["y"])
      }
    }
    #expect(results.stopReason == .cancelled)
    #expect((4..<200).contains(results.trials.count) && results.best != nil)
    #expect(results.trials.allSatisfy { $0.status == .completed })
    #expect("\(results)".contains("cancelled before the other \(200 - results.trials.count)"))
    #expect(results.plannedCount == 200)
  }

  @Test("ends trainings in its closures where it is cancelled, and does not count these")
  func cancelledTraining() async throws {
    let data = try regression()
    let results = try await inTask { cancel in
      try sweep(over: trainingSpace, trials: 4, parallel: 2, verbose: .silent) { trial in
        let network = try training(trial, epochs: 1, on: data).network
        return try train(
          network, on: data.training, loss: .meanSquaredError,
          options: TrainingOptions(
            epochs: 1_000_000, batchSize: 24, validation: data.held,
            onProgress: { progress in
              if progress.epoch > 3 { cancel() }
              return .continue
            }))
      }
    }
    #expect(results.stopReason == .cancelled && results.trials.isEmpty && results.best == nil)
  }

  @Test("trains, and has the best network")
  func trainings() throws {
    let data = try regression()
    let results = try sweep(
      over: trainingSpace, trials: 5, objective: .lowest("rmse"), seed: 1, verbose: .silent
    ) { trial in
      let network = try training(trial, epochs: 1, on: data).network
      return try TrainingRun(
        network, on: data.training, loss: .meanSquaredError,
        options: TrainingOptions(
          epochs: 4, batchSize: 8, learnRate: trial["learnRate"], metrics: [.rmse],
          validation: data.held))
    }
    #expect(results.trials.count == 5)
    let best = try #require(results.best)
    #expect(best.metrics.keys.sorted() == ["loss", "rmse"])
    let network = try #require(results.bestNetwork)
    let found = try evaluate(
      network, on: data.held, loss: .meanSquaredError, TrainingOptions(metrics: [.rmse]))
    #expect(abs(found.loss - (best.metrics["loss"] ?? 0)) < 1e-6)
    #expect(abs(found.metrics["rmse"] ?? 0) - (best.objective ?? 0) < 1e-6)
  }

  @Test(
    "takes the history of a training for what it measured, of the best network where that is kept")
  func histories() throws {
    let data = try regression()
    for output in [TrainingOptions.OutputNetwork.last, .best] {
      let histories = Lock([Int: TrainingHistory]())
      let results = try sweep(
        over: ["learnRate": .logUniform(0.1, 1)], trials: 4, seed: 2, verbose: .silent
      ) { trial in
        let network = try Network(input: Layout("BC", [nil, 3]), seed: 5) { FullyConnected(1) }
        let history = try train(
          network, on: data.training, loss: .meanSquaredError,
          options: TrainingOptions(
            epochs: 5, batchSize: 8, learnRate: trial["learnRate"], validation: data.held,
            outputNetwork: output))
        histories.withLock { $0[trial.number] = history }
        return history
      }
      for (number, history) in histories.withLock({ $0 }) {
        let losses = history.validations.map(\.loss)
        let expected = output == .best ? losses.min() : losses.last
        #expect(results.objectives[number] == expected)
      }
      #expect(results.bestNetwork == nil)
    }
  }

  @Test("says in words what a training does not measure")
  func trainingFailures() throws {
    let data = try regression()
    func words(
      _ objective: Objective, _ stopping: EarlyStopping? = nil,
      _ change: @escaping @Sendable (inout TrainingOptions) -> Void
    ) -> String {
      message {
        try sweep(
          over: trainingSpace, trials: 1, objective: objective, earlyStopping: stopping,
          verbose: .silent
        ) { trial in
          var options = TrainingOptions(epochs: 3, batchSize: 8)
          change(&options)
          return try TrainingRun(
            training(trial, epochs: 1, on: data).network, on: data.training,
            loss: .meanSquaredError, options: options)
        }
      }
    }
    #expect(words(.loss) { _ in }.contains("no validation data to be judged by. Give its options"))
    #expect(
      words(.lowest("rmse")) { $0.validation = data.held }
        .contains("the objective is metric \"rmse\", and the training measures none"))
    #expect(
      words(.loss, .successiveHalving(to: 3)) {
        ($0.validation, $0.validationFrequency) = (data.held, .epochs(2))
      }.contains("nothing was measured on validation data in epoch 1. Give the training"))
  }
}
