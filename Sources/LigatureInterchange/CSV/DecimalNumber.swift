/// A decimal number as a whole text, taken apart: a sign, digits with at most one point, and an
/// exponent.
struct DecimalNumber {
  /// Up to 19 digits, which `UInt64` holds, and the power of ten that they are multiplied by.
  private let digits: UInt64
  private let exponent: Int
  private let isNegative: Bool
  /// Whether there were more digits than are kept, other than zeros.
  private let isCut: Bool
  /// What was read, for numbers that need all of it; it is the caller's memory.
  private let text: UnsafeBufferPointer<UInt8>

  /// Nil for what is no number. O(bytes).
  init?(_ text: UnsafeBufferPointer<UInt8>) {
    var place = 0
    let count = text.count
    var isNegative = false
    if count > 0, text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") {
      isNegative = text[0] == UInt8(ascii: "-")
      place = 1
    }
    var (digits, exponent, isCut) = (UInt64(0), 0, false)
    // The largest number to which another digit can be added.
    let most = UInt64(999_999_999_999_999_999)
    var digitCount = 0
    while place < count, case let digit = text[place] &- UInt8(ascii: "0"), digit < 10 {
      if digits <= most {
        digits = digits &* 10 &+ UInt64(digit)
      } else {
        exponent += 1
        isCut = isCut || digit > 0
      }
      place += 1
      digitCount += 1
    }
    if place < count, text[place] == UInt8(ascii: ".") {
      place += 1
      while place < count, case let digit = text[place] &- UInt8(ascii: "0"), digit < 10 {
        if digits <= most {
          digits = digits &* 10 &+ UInt64(digit)
          exponent -= 1
        } else {
          isCut = isCut || digit > 0
        }
        place += 1
        digitCount += 1
      }
    }
    guard digitCount > 0 else { return nil }
    if place < count, text[place] | 0x20 == UInt8(ascii: "e") {
      place += 1
      var isNegative = false
      if place < count, text[place] == UInt8(ascii: "-") || text[place] == UInt8(ascii: "+") {
        isNegative = text[place] == UInt8(ascii: "-")
        place += 1
      }
      guard place < count else { return nil }
      var power = 0
      while place < count, case let digit = text[place] &- UInt8(ascii: "0"), digit < 10 {
        // Beyond that a field's digits cannot make up for it.
        if power < 100_000 { power = power * 10 + Int(digit) }
        place += 1
      }
      exponent += isNegative ? -power : power
    }
    guard place == count else { return nil }
    self.digits = digits
    self.exponent = exponent
    self.isNegative = isNegative
    self.isCut = isCut
    self.text = text
  }

  /// The nearest number of a type, infinite where it is too large for it.
  func rounded<Scalar: DecimalScalar>(to type: Scalar.Type) -> Scalar {
    guard digits > 0 else { return isNegative ? -0 : 0 }
    if let value = Scalar(digits, timesTenTo: exponent, isCut: isCut) {
      return isNegative ? -value : value
    }
    // The few that are so near to the middle between two numbers that all digits count, or far out.
    return Scalar(String(decoding: text, as: UTF8.self)) ?? .nan
  }
}

/// A type of number that decimal numbers are rounded to.
protocol DecimalScalar: BinaryFloatingPoint, LosslessStringConvertible {
  /// The number nearest to `digits` times a power of ten, where double arithmetic tells which it
  /// is.
  ///
  /// - Parameter isCut: whether the digits stand for more, by less than one.
  init?(_ digits: UInt64, timesTenTo exponent: Int, isCut: Bool)
}

extension Float: DecimalScalar {
  init?(_ digits: UInt64, timesTenTo exponent: Int, isCut: Bool) {
    guard (-PowersOfTen.most...PowersOfTen.most).contains(exponent) else { return nil }
    let power = PowersOfTen.table[PowersOfTen.most + abs(exponent)].value
    let value = exponent < 0 ? Double(digits) / power : Double(digits) * power
    guard value >= 0x1p-126, value < 0x1p127 else { return nil }
    // Digits, power and result are each rounded by 2^-53 at most, and what is cut is below 2^-59:
    // where both ends of what it can be give the same number, that is the nearest one.
    let slack = value * 0x1p-50
    let (low, high) = (Float(value - slack), Float(value + slack))
    guard low == high else { return nil }
    self = low
  }
}

extension Double: DecimalScalar {
  init?(_ digits: UInt64, timesTenTo exponent: Int, isCut: Bool) {
    guard !isCut, (-PowersOfTen.most...PowersOfTen.most).contains(exponent) else { return nil }
    let power = PowersOfTen.table[PowersOfTen.most + exponent]
    // Both factors as sums of two numbers, of which the second goes on where the first was rounded.
    let first = Double(digits)
    let second = Double(Int64(bitPattern: digits &- UInt64(first)))
    let product = first * power.value
    guard product > 0x1p-900, product < 0x1p900 else { return nil }
    let error = (-product).addingProduct(first, power.value)
    let rest = error + (first * power.rest + second * power.value)
    let sum = product + rest
    let left = rest - (sum - product)
    // All that was rounded on the way is below 2^-92.
    let slack = sum * 0x1p-88
    let (low, high) = (sum + (left - slack), sum + (left + slack))
    guard low == high else { return nil }
    self = low
  }
}

/// Powers of ten as sums of two doubles, right to 2^-95.
private enum PowersOfTen {
  static let most = 250

  typealias Power = (value: Double, rest: Double)

  /// From 10^-most to 10^most.
  static let table: [Power] = {
    var powers: [Power] = [(1, 0)]
    for exponent in 1...most {
      // What the power before times ten is beyond the nearest double.
      let last = powers[exponent - 1]
      let product = last.value * 10
      let rest = (-product).addingProduct(last.value, 10) + last.rest * 10
      let value = product + rest
      powers.append((value, rest - (value - product)))
    }
    let inverses = powers.dropFirst().map { power -> Power in
      let value = 1 / power.value
      let rest = (1.0).addingProduct(-value, power.value) - value * power.rest
      return (value, rest / power.value)
    }
    return inverses.reversed() + powers
  }()
}
