/// A decimal number as a whole text: a sign, digits with at most one point, and an exponent. It is
/// infinite where it is too large to be stored.
func decimalNumber(_ bytes: ArraySlice<UInt8>) -> Double? {
  var rest = bytes
  func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
  func skip(_ letters: String) -> Bool {
    guard let first = rest.first, letters.utf8.contains(first) else { return false }
    rest = rest.dropFirst()
    return true
  }
  func skipDigits() -> Int {
    let count = rest.prefix(while: isDigit).count
    rest = rest.dropFirst(count)
    return count
  }
  _ = skip("+-")
  var digits = skipDigits()
  if skip(".") { digits += skipDigits() }
  guard digits > 0 else { return nil }
  if skip("eE") {
    _ = skip("+-")
    guard skipDigits() > 0 else { return nil }
  }
  return rest.isEmpty ? Double(String(decoding: bytes, as: UTF8.self)) : nil
}
