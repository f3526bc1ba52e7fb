import LigatureTensors

extension SearchSpace {
  /// Throws for the first thing in it that makes no sense.
  public func validate() throws {
    guard !axes.isEmpty else {
      throw TensorError(
        "sweep", "there is no hyperparameter to choose values for",
        remedy: "Give one or more, as in [\"learnRate\": .logUniform(1e-4, 1e-1)]")
    }
    var seen: Set<String> = []
    for axis in axes {
      guard axis.name.contains(where: { !$0.isWhitespace }) else {
        throw TensorError(
          "sweep", "a hyperparameter has the name \"\(axis.name)\"",
          remedy: "Give it one that can be read")
      }
      guard !axis.name.contains(where: \.isNewline) else {
        throw TensorError(
          "sweep", "the name \"\(axis.name)\" of a hyperparameter has several lines",
          remedy: "Give it one of a single line")
      }
      guard seen.insert(axis.name).inserted else {
        throw TensorError(
          "sweep", "two hyperparameters are called \"\(axis.name)\"",
          remedy: "Give each a name of its own")
      }
      try axis.hyperparameter.validate(axis.name)
    }
  }
}

extension Hyperparameter {
  /// Far more than anyone counts to, and exact as a number of any kind.
  private static let largestInteger = 1 << 53
  private static let mostValues = 10_000

  fileprivate func validate(_ name: String) throws {
    func refuse(_ problem: String, _ remedy: String) -> TensorError {
      TensorError("sweep", "\(name) is \(shortDescription), \(problem)", remedy: remedy)
    }
    switch domain {
    case .uniform(let low, let high), .logUniform(let low, let high):
      guard low.isFinite, high.isFinite else {
        throw refuse("and its ends are not finite", "Give finite numbers")
      }
      guard low <= high else {
        throw refuse("and the first number is above the second", "Give the lower one first")
      }
      if case .logUniform = domain, low <= 0 {
        throw refuse(
          "and \(low) has no logarithm", "Give numbers above 0, or take .uniform(\(low), \(high))")
      }
      guard (high - low).isFinite else {
        throw refuse("a range wider than numbers are large", "Give ends nearer to each other")
      }
    case .integer(let low, let high), .logInteger(let low, let high):
      guard low >= -Self.largestInteger, high <= Self.largestInteger else {
        throw refuse("and its ends are too large", "Give whole numbers within ±2^53")
      }
      guard low <= high else {
        throw refuse("and the first number is above the second", "Give the lower one first")
      }
      if case .logInteger = domain, low < 1 {
        throw refuse(
          "and \(low) has no logarithm", "Give numbers above 0, or take .integer(\(low), \(high))")
      }
    case .values(let values):
      guard values.allSatisfy({ $0.double?.isFinite ?? false }) else {
        throw refuse(
          "and some of these are no finite numbers", "Give numbers, or take .choice([...])")
      }
      let numbers = values.compactMap(\.double)
      guard numbers == numbers.sorted() else {
        throw refuse("and they are not in order", "Give the lowest first, or take .choice([...])")
      }
      try requireDistinct(values, refuse)
    case .choice(let values):
      guard values.allSatisfy({ $0.double?.isFinite ?? true }) else {
        throw refuse("and some of these are not finite", "Give finite numbers")
      }
      try requireDistinct(values, refuse)
    }
    guard let gridPoints else { return }
    guard (1...Self.mostValues).contains(gridPoints) else {
      throw refuse(
        "and a grid cannot have \(gridPoints) of its values", "Give 1 to \(Self.mostValues)")
    }
  }

  private func requireDistinct(
    _ values: [HyperparameterValue], _ refuse: (String, String) -> TensorError
  ) throws {
    guard !values.isEmpty else { throw refuse("without a value", "Give one or more") }
    guard values.count <= Self.mostValues else {
      throw refuse("of \(values.count) values", "Give at most \(Self.mostValues)")
    }
    // 1 and 1.0 would be told apart in code and not in a table or file.
    var seen: Set<String> = []
    for value in values {
      let key = value.double.map { "\($0)" } ?? "\(value.typeName) \(value)"
      guard seen.insert(key).inserted else {
        throw refuse("and \(value) stands in it twice", "Give each value once")
      }
    }
  }

  /// What errors say of it.
  private var shortDescription: String {
    let text = description
    return text.count > 120 ? text.prefix(120) + "…" : text
  }
}
