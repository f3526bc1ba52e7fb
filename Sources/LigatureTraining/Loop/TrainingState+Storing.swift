import LigatureNetworks
import LigatureTensors

extension TrainingState: TensorStorable {
  /// What a file says beside the tensors.
  private struct Record: Codable {
    var version = 1
    var iteration: Int
    var epoch: Int
    var iterationInEpoch: Int
    var plan: TrainingPlan
    var sums: Sums
    var epochs: [TrainingHistory.Epoch]
    var stopReason: TrainingHistory.StopReason?
    var validations: [TrainingHistory.Validation]
    var best: TrainingHistory.Best?
    var averagedSteps: Int?
    var options: TrainingOptions.Record?
  }

  private static let key = "ligature.training"
  private static let losses = "history/iterationLosses"
  private static let (bestPrefix, averagePrefix) = ("best/", "average/")

  /// The state as tensors and strings: `network/...` by owners' paths, `solver/...` by memories and
  /// owners' paths, `best/...` and `average/...` where these are kept, the losses, and JSON for the
  /// rest. O(learnables).
  public var stored: NamedTensors {
    get throws {
      var stored = NamedTensors()
      stored.merge(network, under: "network/")
      stored.merge(solver, under: "solver/")
      if let best {
        stored.merge(NamedTensors(best.tensors), under: Self.bestPrefix)
        for (key, text) in best.strings { stored.strings[Self.bestPrefix + key] = text }
      }
      stored.merge(NamedTensors(average?.tensors ?? [:]), under: Self.averagePrefix)
      stored.tensors[Self.losses] = try Tensor(
        history.iterationLosses, shape: [history.iterationLosses.count])
      stored.strings[Self.key] = try StateRecord.text(
        Record(
          iteration: iteration, epoch: epoch, iterationInEpoch: iterationInEpoch, plan: plan,
          sums: sums, epochs: history.epochs, stopReason: history.stopReason,
          validations: history.validations, best: history.best, averagedSteps: average?.count,
          options: history.options))
      return stored
    }
  }

  /// A stored state. Whether it fits a network is seen by ``TrainingRun/resume(from:)``.
  ///
  /// Throws for a record that is missing, damaged or of a later version.
  public init(_ stored: NamedTensors) throws {
    let record: Record = try StateRecord.value(of: stored, Self.key)
    guard record.version == 1 else {
      throw TensorError(
        "TrainingState", "its version is \(record.version), and versions up to 1 are known",
        remedy: "Read it with a later version of Ligature")
    }
    iteration = try StateRecord.count(record.iteration, "steps")
    epoch = try StateRecord.count(record.epoch, "epochs")
    iterationInEpoch = try StateRecord.count(record.iterationInEpoch, "steps in an epoch")
    let sums = record.sums
    guard sums.loss.isFinite, sums.learnRate.isFinite, sums.seconds.isFinite else {
      throw StateRecord.damage("the sums of its epoch are no sums")
    }
    guard let losses = stored.tensors[Self.losses], losses.rank == 1,
      losses.scalarType == .float64
    else { throw StateRecord.damage("it has no losses") }
    var history = TrainingHistory()
    history.epochs = record.epochs
    history.stopReason = record.stopReason
    history.validations = record.validations
    history.best = record.best
    history.options = record.options
    history.iterationLosses = try losses.doubles()
    self.history = history
    plan = record.plan
    self.sums = sums
    network = stored.part(under: "network/")
    solver = stored.part(under: "solver/")
    var best = stored.part(under: Self.bestPrefix)
    best.strings = [:]
    for (key, text) in stored.strings where key.hasPrefix(Self.bestPrefix) {
      best.strings[String(key.dropFirst(Self.bestPrefix.count))] = text
    }
    self.best = best.strings.isEmpty ? nil : best
    average = record.averagedSteps.map {
      (stored.part(under: Self.averagePrefix).tensors, $0)
    }
  }
}

extension Network {
  /// What a state of training says of the network beside its tensors.
  private struct Record: Codable {
    struct State: Codable {
      var uses: [String]
      var first: Int?
    }

    struct Factors: Codable {
      var learnRate: Double
      var l2: Double
    }

    var scalarType: String
    var aliases: [String: [String]]
    var relations: [String: String]
    var states: [String: State]
    var deferred: [String]
    var factors: [String: Factors]
  }

  private static let key = "ligature.network"

  /// Values, states and factors by owners' paths.
  func storedForTraining() throws -> NamedTensors {
    try withoutEdits {
      let values = try storedValues()
      let record = Record(
        scalarType: "\(scalarType)", aliases: values.aliases,
        relations: values.relations.mapValues(\.text),
        states: values.states.mapValues { Record.State(uses: $0.uses, first: $0.first) },
        deferred: values.deferred.sorted(),
        factors: Dictionary(
          learnables.map { learnable in
            let parameter = learnable.parameter
            return (
              learnable.path,
              Record.Factors(learnRate: parameter.learnRateFactor, l2: parameter.l2Factor)
            )
          }
        ) { first, _ in first })
      return NamedTensors(
        values.tensors.mapValues(\.detached), strings: [Self.key: try StateRecord.text(record)])
    }
  }

  /// Takes back values and states, and factors where these are wanted. Throws for what does not
  /// fit; what then stands in the network is for the caller to put right.
  func restoreForTraining(_ stored: NamedTensors, withFactors: Bool = true) throws {
    let record: Record = try StateRecord.value(of: stored, Self.key)
    guard record.scalarType == "\(scalarType)" else {
      throw TensorError(
        "resume",
        "the state is of a network of type \(record.scalarType.prefix(20)), this one is of "
          + "\(scalarType)",
        remedy: "Cast the network as it was, cast(to:), before the run is made")
    }
    var values = IncomingValues(file: "the state of training")
    values.aliases = record.aliases
    values.relations = record.relations.mapValues { TieRelation(text: $0) }
    values.deferred = Set(record.deferred)
    for (path, state) in record.states {
      let isFirstKnown = state.first.map { state.uses.indices.contains($0) } ?? true
      guard Set(state.uses).count == state.uses.count, isFirstKnown else {
        throw StateRecord.damage("the uses of \(path) are not told apart")
      }
      values.states[path] = StoredValues.State(uses: state.uses, first: state.first)
    }
    for (name, tensor) in stored.tensors {
      values.items[name] = IncomingValues.Item(key: name, shape: tensor.shape) { tensor }
    }
    resetEveryState()
    do {
      _ = try load(values, choosing: PathChoice(only: ["**"], except: []), verifyingTies: true)
    } catch let error as LoadError {
      throw error.advising("Resume with the network that the state's run trained")
    }
    for learnable in learnables where withFactors {
      guard let factors = record.factors[learnable.path] else { continue }
      guard factors.learnRate.isFinite, factors.learnRate >= 0, factors.l2.isFinite,
        factors.l2 >= 0
      else {
        throw StateRecord.damage(
          "the factors of \(learnable.path) are \(factors.learnRate) and \(factors.l2)")
      }
      learnable.parameter.learnRateFactor = factors.learnRate
      learnable.parameter.l2Factor = factors.l2
    }
  }
}
