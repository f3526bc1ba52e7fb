/// A value that a hyperparameter has in a trial.
public enum HyperparameterValue: Sendable, Hashable, CustomStringConvertible {
  /// A number, of ``Hyperparameter/uniform(_:_:gridPoints:)`` and its like.
  case number(Double)
  /// A whole number.
  case integer(Int)
  /// A text.
  case text(String)
  /// Yes or no.
  case truth(Bool)

  /// The value with all its digits.
  public var description: String {
    switch self {
    case .number(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .text(let value): value
    case .truth(let value): "\(value)"
    }
  }

  /// The value as a number, where it is one.
  public var double: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Double(value)
    case .text, .truth: nil
    }
  }

  /// The type that a trial reads it as.
  var typeName: String {
    switch self {
    case .number: "Double"
    case .integer: "Int"
    case .text: "String"
    case .truth: "Bool"
    }
  }
}

/// What a hyperparameter's values are given as, and read as in a trial: numbers, texts, truth
/// values, and enumerations of these.
///
///     enum Activation: String, HyperparameterConvertible { case relu, tanh }
///
///     try sweep(over: ["activation": .choice([Activation.relu, .tanh])], trials: 2) { trial in
///       let activation: Activation = try trial["activation"]
///       …
///     }
public protocol HyperparameterConvertible: Sendable {
  /// The value as a trial keeps it.
  var hyperparameterValue: HyperparameterValue { get }
  /// The value that a trial keeps; nil where it is of another kind.
  init?(hyperparameterValue: HyperparameterValue)
}

extension Double: HyperparameterConvertible {
  public var hyperparameterValue: HyperparameterValue { .number(self) }
  /// A number; a whole one, too.
  public init?(hyperparameterValue: HyperparameterValue) {
    guard let value = hyperparameterValue.double else { return nil }
    self = value
  }
}

extension Float: HyperparameterConvertible {
  public var hyperparameterValue: HyperparameterValue { .number(Double(self)) }
  /// A number, rounded; a whole one, too.
  public init?(hyperparameterValue: HyperparameterValue) {
    guard let value = hyperparameterValue.double else { return nil }
    self = Float(value)
  }
}

extension Int: HyperparameterConvertible {
  public var hyperparameterValue: HyperparameterValue { .integer(self) }
  /// A whole number, and none of a range of others.
  public init?(hyperparameterValue: HyperparameterValue) {
    guard case .integer(let value) = hyperparameterValue else { return nil }
    self = value
  }
}

extension String: HyperparameterConvertible {
  public var hyperparameterValue: HyperparameterValue { .text(self) }
  public init?(hyperparameterValue: HyperparameterValue) {
    guard case .text(let value) = hyperparameterValue else { return nil }
    self = value
  }
}

extension Bool: HyperparameterConvertible {
  public var hyperparameterValue: HyperparameterValue { .truth(self) }
  public init?(hyperparameterValue: HyperparameterValue) {
    guard case .truth(let value) = hyperparameterValue else { return nil }
    self = value
  }
}

extension HyperparameterValue: HyperparameterConvertible {
  public var hyperparameterValue: HyperparameterValue { self }
  public init?(hyperparameterValue: HyperparameterValue) { self = hyperparameterValue }
}

/// Enumerations conform by saying so.
extension HyperparameterConvertible
where Self: RawRepresentable, RawValue: HyperparameterConvertible {
  public var hyperparameterValue: HyperparameterValue { rawValue.hyperparameterValue }
  public init?(hyperparameterValue: HyperparameterValue) {
    guard let raw = RawValue(hyperparameterValue: hyperparameterValue) else { return nil }
    self.init(rawValue: raw)
  }
}
