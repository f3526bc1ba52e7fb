import LigatureTensors

extension Solver {
  /// A built-in solver from its name and settings. Throws for one that is not built in, and for
  /// settings it does not have.
  init(_ record: NamedSettings) throws {
    let value = SettingsReader(record, "solver")
    switch record.name {
    case "adam":
      self = .adam(
        gradientDecay: try value("gradientDecay"),
        squaredGradientDecay: try value("squaredGradientDecay"), epsilon: try value("epsilon"))
    case "adamW":
      self = .adamW(
        weightDecay: try value("weightDecay"), gradientDecay: try value("gradientDecay"),
        squaredGradientDecay: try value("squaredGradientDecay"), epsilon: try value("epsilon"))
    case "adamax":
      self = .adamax(
        gradientDecay: try value("gradientDecay"), boundDecay: try value("boundDecay"),
        epsilon: try value("epsilon"))
    case "lion":
      self = .lion(
        weightDecay: try value("weightDecay"), stepDecay: try value("stepDecay"),
        gradientDecay: try value("gradientDecay"))
    case "sgd":
      self = .sgd(
        momentum: try value("momentum"), nesterov: record.settings["nesterov"] == 1)
    case "rmsProp":
      self = .rmsProp(
        squaredGradientDecay: try value("squaredGradientDecay"), epsilon: try value("epsilon"))
    case "lbfgs":
      let search = LineSearch.allCases.first { record.settings[$0.rawValue] == 1 }
      self = .lbfgs(
        historySize: try value.count("historySize"), lineSearch: search ?? .strongWolfe,
        trials: try value.count("trials"), gradientTolerance: try value("gradientTolerance"),
        stepTolerance: try value("stepTolerance"))
    case "levenbergMarquardt":
      self = .levenbergMarquardt(
        initialDamping: try value("initialDamping"),
        dampingIncrease: try value("dampingIncrease"),
        dampingDecrease: try value("dampingDecrease"),
        minimumDamping: try value("minimumDamping"),
        maximumDamping: try value("maximumDamping"),
        gradientTolerance: try value("gradientTolerance"),
        stepTolerance: try value("stepTolerance"))
    default: throw value.unknown
    }
    try validate()
  }
}

extension LearnRateSchedule {
  /// A built-in schedule from its name, settings and parts. Throws for one that is not built in,
  /// and for settings it does not have.
  init(_ record: NamedSettings, depth: Int = 0) throws {
    let value = SettingsReader(record, "schedule")
    guard depth < 16 else { throw value.unknown }
    let parts = try record.parts.map { try LearnRateSchedule($0, depth: depth + 1) }
    switch record.name {
    case "constant": self = .constant
    case "linear": self = .linear(final: try value("final"), warmup: try value("warmup"))
    case "cosine": self = .cosine(final: try value("final"), warmup: try value("warmup"))
    case "polynomial":
      self = .polynomial(
        power: try value("power"), final: try value("final"), warmup: try value("warmup"))
    case "piecewise":
      self = .piecewise(factor: try value("factor"), every: try value.count("every"))
    case "milestones":
      self = .piecewise(factor: try value("factor"), at: try value.list("at"))
    case "exponential": self = .exponential(factor: try value("factor"))
    case "cosineRestarts":
      self = .cosineRestarts(
        epochs: try value.count("epochs"), growth: try value("growth"), final: try value("final"))
    case "oneCycle":
      self = .oneCycle(
        rise: try value("rise"), divisor: try value("divisor"),
        finalDivisor: try value("finalDivisor"))
    case "warmup":
      guard parts.count == 1 else { throw value.unknown }
      self = .warmup(epochs: try value("epochs"), from: try value("from"), of: parts[0])
    case "sequence": self = .sequence(parts, epochs: try value.list("epochs"))
    default:
      let words = record.name.split(separator: " of ", maxSplits: 1)
      guard words.first == "reduceOnPlateau" else { throw value.unknown }
      let isHighest = record.settings["highest"] == 1
      let metric = words.count > 1 ? String(words[1]) : nil
      self = .reduceOnPlateau(
        factor: try value("factor"), patience: try value.count("patience"),
        threshold: try value("threshold"), cooldown: try value.count("cooldown"),
        minimum: try value("minimum"),
        objective: metric.map { isHighest ? .highest($0) : .lowest($0) } ?? .loss)
    }
    try validate()
  }
}

/// Reads settings that came from a file.
private struct SettingsReader {
  private let record: NamedSettings
  private let what: String

  init(_ record: NamedSettings, _ what: String) {
    self.record = record
    self.what = what
  }

  var unknown: TensorError {
    TensorError(
      "TrainingOptions", "no \(what) \"\(record.name.prefix(80))\" is built in",
      remedy: "Give it, as it was when the options were stored")
  }

  func callAsFunction(_ name: String) throws -> Double {
    guard let value = record.settings[name] else {
      throw TensorError(
        "TrainingOptions",
        "the stored \(what) \"\(record.name.prefix(80))\" does not say its \(name)",
        remedy: "Give the \(what), as it was when the options were stored")
    }
    return value
  }

  func count(_ name: String) throws -> Int {
    let value = try self(name)
    guard let count = Int(exactly: value) else {
      throw TensorError(
        "TrainingOptions",
        "the stored \(what) \"\(record.name.prefix(80))\" has \(value) as its \(name)",
        remedy: "Give the \(what), as it was when the options were stored")
    }
    return count
  }

  /// The values of `name 1`, `name 2` and so on.
  func list(_ name: String) throws -> [Int] {
    var found: [Int] = []
    while record.settings["\(name) \(found.count + 1)"] != nil {
      found.append(try count("\(name) \(found.count + 1)"))
    }
    return found
  }
}
