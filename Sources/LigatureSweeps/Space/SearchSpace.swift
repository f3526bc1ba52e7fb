/// The hyperparameters of a sweep with the values that each may have, in the order in which they
/// are given.
///
///     var space: SearchSpace = ["learnRate": .logUniform(1e-4, 1e-1), "hidden": .choice([64])]
///     space["dropout"] = .uniform(0, 0.5)
public struct SearchSpace: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  /// Names and hyperparameters in order.
  struct Axis: Sendable, Hashable {
    let name: String
    let hyperparameter: Hyperparameter
  }

  private(set) var axes: [Axis]

  /// A space of hyperparameters by name. Names that stand in it twice are refused by the sweep.
  public init(dictionaryLiteral elements: (String, Hyperparameter)...) {
    axes = elements.map { Axis(name: $0.0, hyperparameter: $0.1) }
  }

  /// A space without hyperparameters, to which some are added.
  public init() { axes = [] }

  /// The names in order.
  public var names: [String] { axes.map(\.name) }

  /// A hyperparameter by name: set, it is added behind the others or takes the place of the one of
  /// that name, and nil removes it.
  public subscript(name: String) -> Hyperparameter? {
    get { axes.first { $0.name == name }?.hyperparameter }
    set {
      let place = axes.firstIndex { $0.name == name }
      switch (place, newValue) {
      case (let place?, let new?): axes[place] = Axis(name: name, hyperparameter: new)
      case (let place?, nil): axes.remove(at: place)
      case (nil, let new?): axes.append(Axis(name: name, hyperparameter: new))
      case (nil, nil): break
      }
    }
  }

  /// How many different trials there are; nil for more than can be counted.
  var count: Int? {
    axes.reduce(Int?.some(1)) { product, axis in
      guard let product, let count = axis.hyperparameter.count else { return nil }
      let (result, overflows) = product.multipliedReportingOverflow(by: count)
      return overflows ? nil : result
    }
  }
}

extension SearchSpace: CustomStringConvertible {
  /// A line for each hyperparameter.
  public var description: String {
    axes.map { "\($0.name): \($0.hyperparameter)" }.joined(separator: "\n")
  }
}
