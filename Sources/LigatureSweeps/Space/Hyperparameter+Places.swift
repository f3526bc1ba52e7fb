import Foundation

/// Values as places between 0 and 1, and back.
extension Hyperparameter {
  /// How many values there are; nil for a range of numbers.
  var count: Int? {
    switch domain {
    case .uniform(let low, let high), .logUniform(let low, let high): low == high ? 1 : nil
    case .integer(let low, let high), .logInteger(let low, let high): high - low + 1
    case .values(let values), .choice(let values): values.count
    }
  }

  /// The value at a share of the domain, 0 to 1: evenly spread shares give values as the domain
  /// says.
  func value(at share: Double) -> HyperparameterValue {
    let share = share > 0 ? min(share, 1) : 0
    func pick(_ values: [HyperparameterValue]) -> HyperparameterValue {
      values[min(values.count - 1, Int(share * Double(values.count)))]
    }
    switch domain {
    case .uniform(let low, let high):
      return .number(min(max(low * (1 - share) + high * share, low), high))
    case .logUniform(let low, let high):
      return .number(min(max(exp(log(low) * (1 - share) + log(high) * share), low), high))
    case .integer(let low, let high):
      return .integer(low + min(high - low, Int(share * Double(high - low + 1))))
    case .logInteger(let low, let high):
      let (first, last) = (log(Double(low) - 0.5), log(Double(high) + 0.5))
      let value = exp(first * (1 - share) + last * share).rounded()
      return .integer(Int(min(max(value, Double(low)), Double(high))))
    case .values(let values), .choice(let values): return pick(values)
    }
  }

  /// Where a value lies, 0 for the first and 1 for the last; 0 where there is only one. Things
  /// without an order lie in that in which they were given.
  func place(of value: HyperparameterValue) -> Double {
    func among(_ values: [HyperparameterValue]) -> Double {
      let place = values.firstIndex(of: value) ?? 0
      return values.count > 1 ? Double(place) / Double(values.count - 1) : 0
    }
    func between(_ low: Double, _ high: Double) -> Double {
      high > low ? ((value.double ?? low) - low) / (high - low) : 0
    }
    func betweenLogarithms(_ low: Double, _ high: Double) -> Double {
      high > low ? (log(value.double ?? low) - log(low)) / (log(high) - log(low)) : 0
    }
    switch domain {
    case .uniform(let low, let high):
      // Halves, so that no difference overflows.
      return high > low
        ? ((value.double ?? low) / 2 - low / 2) / (high / 2 - low / 2) : 0
    case .logUniform(let low, let high): return betweenLogarithms(low, high)
    case .integer(let low, let high): return between(Double(low), Double(high))
    case .logInteger(let low, let high): return betweenLogarithms(Double(low), Double(high))
    case .values(let values), .choice(let values): return among(values)
    }
  }

  /// A share of the domain that has a value, the middle one of those that do.
  func share(of value: HyperparameterValue) -> Double {
    func among(_ place: Int, _ count: Int) -> Double { (Double(place) + 0.5) / Double(count) }
    switch domain {
    case .uniform, .logUniform: return place(of: value)
    case .integer(let low, let high):
      let number = value.double.map { Int($0) } ?? low
      return among(number - low, high - low + 1)
    case .logInteger(let low, let high):
      let (first, last) = (log(Double(low) - 0.5), log(Double(high) + 0.5))
      return (log(value.double ?? Double(low)) - first) / (last - first)
    case .values(let values), .choice(let values):
      return among(values.firstIndex(of: value) ?? 0, values.count)
    }
  }

  /// The values of a grid, in order.
  var grid: [HyperparameterValue] {
    if let count, count <= gridPoints ?? (isRange ? Self.usualGridPoints : count) {
      return (0..<count).map(value(numbered:))
    }
    let points = gridPoints ?? Self.usualGridPoints
    var values: [HyperparameterValue] = []
    for point in 0..<points {
      let share = points > 1 ? Double(point) / Double(points - 1) : 0.5
      let value = gridValue(at: share)
      if values.last != value { values.append(value) }
    }
    return values
  }

  private static let usualGridPoints = 5

  private var isRange: Bool {
    switch domain {
    case .values, .choice: false
    default: true
    }
  }

  /// A value of a finite domain, counted from 0.
  func value(numbered number: Int) -> HyperparameterValue {
    switch domain {
    case .uniform(let low, _), .logUniform(let low, _): .number(low)
    case .integer(let low, _), .logInteger(let low, _): .integer(low + number)
    case .values(let values), .choice(let values): values[number]
    }
  }

  /// The value at a share, where ends are met exactly, and other numbers are as round as their
  /// first ten digits.
  private func gridValue(at share: Double) -> HyperparameterValue {
    switch domain {
    case .uniform(let low, let high), .logUniform(let low, let high):
      guard case .number(let exact) = value(at: share) else { return value(at: share) }
      let round = Double(String(format: "%.10g", exact)) ?? exact
      return .number(min(max(round, low), high))
    case .integer(let low, let high):
      return .integer(low + Int((Double(high - low) * share).rounded()))
    case .logInteger(let low, let high):
      let value = Double(low) * pow(Double(high) / Double(low), share)
      return .integer(min(max(Int(value.rounded()), low), high))
    case .values, .choice: return value(at: share)
    }
  }
}
