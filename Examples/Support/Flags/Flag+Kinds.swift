extension Flag where Value == String {
  /// A flag whose value is any text.
  public static func string(
    _ name: String, _ placeholder: String, _ help: String, default defaultValue: String
  ) -> Flag {
    Flag(name, placeholder, help, default: defaultValue, shownAs: defaultValue) { $0 }
  }
}

extension Flag where Value == String? {
  /// A flag whose value is any text, nil where it is not given. `shownDefault` says in the help
  /// what happens then.
  public static func string(
    _ name: String, _ placeholder: String, _ help: String, shownDefault: String? = nil
  ) -> Flag {
    Flag(name, placeholder, help, default: nil, shownAs: shownDefault) { $0 }
  }
}

extension Flag where Value == Int {
  /// A flag whose value is a whole number in `range`.
  public static func int(
    _ name: String, _ placeholder: String, _ help: String, default defaultValue: Int,
    in range: ClosedRange<Int> = .min ... .max
  ) -> Flag {
    Flag(name, placeholder, help, default: defaultValue, shownAs: String(defaultValue)) {
      text throws(FlagError) in try wholeNumber(text, of: name, in: range)
    }
  }
}

extension Flag where Value == Int? {
  /// A flag whose value is a whole number in `range`, nil where it is not given. `shownDefault`
  /// says in the help what happens then.
  public static func int(
    _ name: String, _ placeholder: String, _ help: String, shownDefault: String? = nil,
    in range: ClosedRange<Int> = .min ... .max
  ) -> Flag {
    Flag(name, placeholder, help, default: nil, shownAs: shownDefault) {
      text throws(FlagError) in try wholeNumber(text, of: name, in: range)
    }
  }
}

extension Flag where Value == Double {
  /// A flag whose value is a finite number in `range`.
  public static func double(
    _ name: String, _ placeholder: String, _ help: String, default defaultValue: Double,
    in range: ClosedRange<Double> = -.infinity ... .infinity
  ) -> Flag {
    Flag(name, placeholder, help, default: defaultValue, shownAs: plain(defaultValue)) {
      text throws(FlagError) in
      guard let number = Double(text), number.isFinite, range.contains(number) else {
        let limits = limits(
          range.lowerBound == -.infinity ? nil : plain(range.lowerBound),
          range.upperBound == .infinity ? nil : plain(range.upperBound))
        throw .invalidValue(flag: name, value: text, wanted: "a number" + limits)
      }
      return number
    }
  }
}

extension Flag where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
  /// A flag whose value is the name of one of an enumeration's cases.
  public static func choice(_ name: String, _ help: String, default defaultValue: Value) -> Flag {
    let names = Value.allCases.map(\.rawValue)
    let shown = defaultValue.rawValue
    return Flag(name, names.joined(separator: "|"), help, default: defaultValue, shownAs: shown) {
      text throws(FlagError) in
      guard let value = Value(rawValue: text) else {
        let wanted = names.joined(separator: " or ")
        throw .invalidValue(flag: name, value: text, wanted: wanted)
      }
      return value
    }
  }
}

extension Flag where Value == Bool {
  /// A flag without a value: true where it is given.
  public static func `switch`(_ name: String, _ help: String) -> Flag {
    Flag(name, nil, help, default: false, shownAs: nil) { _ in true }
  }
}

private func wholeNumber(
  _ text: String, of name: String, in range: ClosedRange<Int>
) throws(FlagError) -> Int {
  guard let number = Int(text), range.contains(number) else {
    let limits = limits(
      range.lowerBound == .min ? nil : String(range.lowerBound),
      range.upperBound == .max ? nil : String(range.upperBound))
    throw .invalidValue(flag: name, value: text, wanted: "a whole number" + limits)
  }
  return number
}

private func limits(_ lowest: String?, _ highest: String?) -> String {
  switch (lowest, highest) {
  case (let lowest?, let highest?): " from \(lowest) to \(highest)"
  case (let lowest?, nil): " of at least \(lowest)"
  case (nil, let highest?): " of at most \(highest)"
  case (nil, nil): ""
  }
}

/// A number as people write it: 2 rather than 2.0.
private func plain(_ number: Double) -> String {
  let text = "\(number)"
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
