import Foundation

extension Flag where Value == [Int]? {
  /// A flag whose value is whole numbers in `range`, parted by commas, in rising order; nil where
  /// it is not given. `shownDefault` says in the help what happens then.
  public static func ints(
    _ name: String, _ placeholder: String, _ help: String, shownDefault: String? = nil,
    in range: ClosedRange<Int>
  ) -> Flag {
    Flag(name, placeholder, help, default: nil, shownAs: shownDefault) {
      text throws(FlagError) in
      let numbers = listed(text).map { Int($0) }
      let sound = numbers.compactMap { $0 }.filter(range.contains)
      guard sound.count == numbers.count, zip(sound, sound.dropFirst()).allSatisfy(<) else {
        throw .invalidValue(
          flag: name, value: text,
          wanted: "rising whole numbers from \(range.lowerBound) to \(range.upperBound), "
            + "parted by commas")
      }
      return sound
    }
  }
}

extension Flag where Value == [String]? {
  /// A flag whose value is names parted by commas, none empty and no two equal, without the spaces
  /// around them; nil where it is not given. `shownDefault` says in the help what happens then.
  public static func names(
    _ name: String, _ placeholder: String, _ help: String, shownDefault: String? = nil
  ) -> Flag {
    Flag(name, placeholder, help, default: nil, shownAs: shownDefault) {
      text throws(FlagError) in
      let names = listed(text)
      guard !names.contains(""), Set(names).count == names.count else {
        throw .invalidValue(
          flag: name, value: text, wanted: "different names, parted by commas")
      }
      return names
    }
  }
}

private func listed(_ text: String) -> [String] {
  text.split(separator: ",", omittingEmptySubsequences: false)
    .map { $0.trimmingCharacters(in: .whitespaces) }
}
