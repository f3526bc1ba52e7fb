import Foundation

/// How the labels of one axis are written: with as many digits as tell its ticks apart.
struct TickFormat {
  private let decimals: Int
  /// The power of ten that is split off, or `nil` if numbers are written out.
  private let exponent: Int?

  /// - Parameters:
  ///   - step: the distance of the ticks.
  ///   - largest: the largest magnitude on the axis.
  init(step: Double, largest: Double) {
    let stepExponent = Int(floor(log10(step) + 1e-9))
    let largestExponent = Int(floor(log10(max(largest, step)) + 1e-9))
    if largestExponent >= 6 || stepExponent < -5 {
      exponent = largestExponent
      decimals = min(max(largestExponent - stepExponent, 0), 15)
    } else {
      exponent = nil
      decimals = max(-stepExponent, 0)
    }
  }

  /// The label of a value.
  func label(_ value: Double) -> String {
    guard value != 0 else { return "0" }
    guard let exponent else { return Self.fixed(value, decimals) }
    return Self.fixed(value / pow(10, Double(exponent)), decimals) + "e" + Self.whole(exponent)
  }

  /// A single number in as few characters as show it: `0.005`, `20`, `1e-7`.
  static func shortest(_ value: Double) -> String {
    let text = String(format: "%.3g", value)
    guard let split = text.firstIndex(of: "e"), let exponent = Int(text[split...].dropFirst())
    else {
      return text.replacingOccurrences(of: "-", with: minus)
    }
    return text[..<split].replacingOccurrences(of: "-", with: minus) + "e" + whole(exponent)
  }

  private static let minus = "\u{2212}"

  private static func fixed(_ value: Double, _ decimals: Int) -> String {
    String(format: "%.\(decimals)f", value).replacingOccurrences(of: "-", with: minus)
  }

  private static func whole(_ value: Int) -> String {
    (value < 0 ? minus : "") + String(value.magnitude)
  }
}
