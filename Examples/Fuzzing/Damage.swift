import ExampleSupport
import Ligature

/// Damages files, the same way for the same seed and number.
struct Damage {
  private var random: SplitMix

  init(seed: UInt64, number: UInt64) {
    random = SplitMix(state: seed &* 0x9E37_79B9_7F4A_7C15 ^ number)
    _ = random.next()
  }

  /// One of the files with one to four kinds of damage, mostly one.
  mutating func apply(to seeds: [[UInt8]]) -> [UInt8] {
    var bytes = seeds[random.below(seeds.count)]
    for _ in 0...random.below(random.below(2) == 0 ? 1 : 4) {
      switch random.below(9) {
      case 0: turnBits(&bytes)
      case 1: overwrite(&bytes)
      case 2: bytes.removeLast(random.below(bytes.count + 1))
      case 3: remove(from: &bytes)
      case 4: repeatPart(of: &bytes)
      case 5: splice(&bytes, seeds[random.below(seeds.count)])
      case 6: replaceNumber(in: &bytes)
      case 7: replaceToken(in: &bytes)
      default: swapTokens(in: &bytes)
      }
    }
    // A changed header with the right length gets further than one without.
    if random.below(2) == 0 { mendLength(&bytes) }
    return bytes
  }

  private mutating func range(in bytes: [UInt8], atMost limit: Int) -> Range<Int> {
    let start = random.below(bytes.count + 1)
    return start..<min(bytes.count, start + random.below(limit))
  }

  private mutating func turnBits(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else { return }
    for _ in 0...random.below(4) { bytes[random.below(bytes.count)] ^= 1 << random.below(8) }
  }

  /// Puts a length that nobody expects over one to eight bytes.
  private mutating func overwrite(_ bytes: inout [UInt8]) {
    let extremes: [UInt64] = [
      0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF,
      0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, .max, .max - 7, random.next(),
    ]
    let value = extremes[random.below(extremes.count)]
    let ordered = random.below(2) == 0 ? value.littleEndian : value.bigEndian
    let raw = withUnsafeBytes(of: ordered) { Array($0) }
    let start = random.below(3) == 0 ? 0 : random.below(bytes.count + 1)
    let width = [1, 2, 4, 8][random.below(4)]
    for (place, byte) in raw.prefix(width).enumerated() where start + place < bytes.count {
      bytes[start + place] = byte
    }
  }

  private mutating func remove(from bytes: inout [UInt8]) {
    bytes.removeSubrange(range(in: bytes, atMost: 24))
  }

  private mutating func repeatPart(of bytes: inout [UInt8]) {
    let part = Array(bytes[range(in: bytes, atMost: 40)])
    let times = 1 + random.below(random.below(20) == 0 ? 400 : 3)
    let place = random.below(bytes.count + 1)
    bytes.insert(contentsOf: [[UInt8]](repeating: part, count: times).joined(), at: place)
  }

  private mutating func splice(_ bytes: inout [UInt8], _ other: [UInt8]) {
    bytes.replaceSubrange(
      range(in: bytes, atMost: 64), with: other[range(in: other, atMost: 64)])
  }

  // MARK: Text

  /// Puts another number in the place of one that is spelled in digits.
  private mutating func replaceNumber(in bytes: inout [UInt8]) {
    let numbers = Damage.runs(of: bytes) { (48...57).contains($0) }
    guard !numbers.isEmpty else { return }
    let spellings = [
      "0", "1", "2", "-1", "7", "64", "1e9", "1.5", "1025", "4294967296", "9223372036854775807",
      "9223372036854775808", "18446744073709551616", "-0", "1e999", "null", "[]", "{}", "\"x\"",
    ]
    let number = numbers[random.below(numbers.count)]
    bytes.replaceSubrange(number, with: Array(spellings[random.below(spellings.count)].utf8))
  }

  /// Puts something else in the place of a string between quotes, escaped ones too.
  private mutating func replaceToken(in bytes: inout [UInt8]) {
    let strings = Damage.runs(of: bytes) { ![34, 92].contains($0) && (32..<127).contains($0) }
    guard !strings.isEmpty else { return }
    let texts = [
      "", "/", "*", "a/b", "\\ud800", "\\u0000", "F64", "F16", "U64", "BOOL", "fc/in", "input",
      "Network", "Addition", "FullyConnected", "float64", "uint8", "{", "}", "[", "]",
      "\",\"\":\"", String(repeating: "[", count: 100), String(repeating: "a/", count: 300),
    ]
    bytes.replaceSubrange(
      strings[random.below(strings.count)], with: Array(texts[random.below(texts.count)].utf8))
  }

  /// Exchanges two strings between quotes, or two numbers.
  private mutating func swapTokens(in bytes: inout [UInt8]) {
    let isNumber = random.below(2) == 0
    let runs = Damage.runs(of: bytes) { byte in
      isNumber ? (48...57).contains(byte) : ![34, 92].contains(byte) && (32..<127).contains(byte)
    }
    guard runs.count > 1 else { return }
    let chosen = [runs[random.below(runs.count)], runs[random.below(runs.count)]]
      .sorted { $0.lowerBound < $1.lowerBound }
    guard chosen[0] != chosen[1] else { return }
    let (first, second) = (Array(bytes[chosen[0]]), Array(bytes[chosen[1]]))
    bytes.replaceSubrange(chosen[1], with: first)
    bytes.replaceSubrange(chosen[0], with: second)
  }

  private static func runs(of bytes: [UInt8], _ belongs: (UInt8) -> Bool) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start: Int?
    for (place, byte) in bytes.enumerated() {
      if belongs(byte) {
        start = start ?? place
      } else if let begin = start {
        runs.append(begin..<place)
        start = nil
      }
    }
    return runs
  }

  /// Makes the length of a safetensors header that of the text up to its last brace and the spaces
  /// behind it.
  private func mendLength(_ bytes: inout [UInt8]) {
    guard bytes.count > 9, bytes[8] == UInt8(ascii: "{") else { return }
    guard let end = bytes.lastIndex(of: UInt8(ascii: "}")), end > 8 else { return }
    let padding = bytes[(end + 1)...].prefix { $0 == 32 }.count
    let length = UInt64(end + 1 + padding - 8)
    withUnsafeBytes(of: length.littleEndian) { raw in
      for (place, byte) in raw.enumerated() { bytes[place] = byte }
    }
  }
}

/// Random numbers that are the same on every run (splitmix64; Steele, Lea and Flood 2014).
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }

  /// A number from 0 to below a bound of at least 1.
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
