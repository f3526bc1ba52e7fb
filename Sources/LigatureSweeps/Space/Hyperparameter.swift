/// The values that a hyperparameter may have in a sweep.
///
/// Numbers out of order, or a logarithm of 0, are refused by `sweep(over:)`
/// before anything runs.
public struct Hyperparameter: Sendable, Hashable {
  enum Domain: Sendable, Hashable {
    case uniform(low: Double, high: Double)
    case logUniform(low: Double, high: Double)
    case integer(low: Int, high: Int)
    case logInteger(low: Int, high: Int)
    /// Numbers of which neighbours are alike.
    case values([HyperparameterValue])
    /// Things without an order.
    case choice([HyperparameterValue])
  }

  let domain: Domain
  /// How many values a grid has; nil where the domain says so itself.
  let gridPoints: Int?

  private init(_ domain: Domain, gridPoints: Int? = nil) {
    self.domain = domain
    self.gridPoints = gridPoints
  }

  /// Numbers of a range, all alike. Read in a trial as `Double`.
  ///
  /// - Parameter gridPoints: how many a grid has, with the ends and evenly spaced; 5 by default.
  public static func uniform(
    _ low: Double, _ high: Double, gridPoints: Int? = nil
  ) -> Hyperparameter {
    Hyperparameter(.uniform(low: low, high: high), gridPoints: gridPoints)
  }

  /// Numbers above 0 whose logarithms are all alike, such as learn rates: as many between 0.001 and
  /// 0.01 as between 0.01 and 0.1. Read in a trial as `Double`.
  ///
  /// - Parameter gridPoints: how many a grid has, with the ends and by even factors; 5 by default.
  public static func logUniform(
    _ low: Double, _ high: Double, gridPoints: Int? = nil
  ) -> Hyperparameter {
    Hyperparameter(.logUniform(low: low, high: high), gridPoints: gridPoints)
  }

  /// Whole numbers, both ends included. Read in a trial as `Int`.
  ///
  /// - Parameter gridPoints: how many a grid has; 5 by default, or all where there are no more.
  public static func integer(_ low: Int, _ high: Int, gridPoints: Int? = nil) -> Hyperparameter {
    Hyperparameter(.integer(low: low, high: high), gridPoints: gridPoints)
  }

  /// Whole numbers above 0, both ends included, whose logarithms are all alike. Read in a trial as
  /// `Int`.
  ///
  /// - Parameter gridPoints: how many a grid has; 5 by default, or all where there are no more.
  public static func logInteger(
    _ low: Int, _ high: Int, gridPoints: Int? = nil
  ) -> Hyperparameter {
    Hyperparameter(.logInteger(low: low, high: high), gridPoints: gridPoints)
  }

  /// Some numbers, of which neighbours are taken to give similar results: `.values([16, 32, 64])`.
  /// Read in a trial as what they were given as. A grid has all of them.
  public static func values(_ numbers: [any HyperparameterConvertible]) -> Hyperparameter {
    Hyperparameter(.values(numbers.map(\.hyperparameterValue)))
  }

  /// Some values without an order: numbers, texts, truth values, cases of an enumeration. Read in a
  /// trial as what they were given as. A grid has all of them.
  public static func choice(_ values: [any HyperparameterConvertible]) -> Hyperparameter {
    Hyperparameter(.choice(values.map(\.hyperparameterValue)))
  }
}

extension Hyperparameter: CustomStringConvertible {
  /// As it is written in code.
  public var description: String {
    func list(_ values: [HyperparameterValue]) -> String {
      let texts = values.map { value in
        if case .text(let text) = value { "\"\(text)\"" } else { "\(value)" }
      }
      return "[\(texts.joined(separator: ", "))]"
    }
    let points = gridPoints.map { ", gridPoints: \($0)" } ?? ""
    return switch domain {
    case .uniform(let low, let high): "uniform(\(low), \(high)\(points))"
    case .logUniform(let low, let high): "logUniform(\(low), \(high)\(points))"
    case .integer(let low, let high): "integer(\(low), \(high)\(points))"
    case .logInteger(let low, let high): "logInteger(\(low), \(high)\(points))"
    case .values(let values): "values(\(list(values)))"
    case .choice(let values): "choice(\(list(values)))"
    }
  }
}
