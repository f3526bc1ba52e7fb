import LigatureFiles

/// The header of a safetensors file: eight bytes of length, little-endian, then a JSON object.
struct SafetensorsHeader {
  /// As the reference implementation has it.
  static let largestByteCount = 100_000_000
  /// More axes than any program makes.
  static let largestRank = 64
  static let metadataKey = "__metadata__"

  private(set) var entries: [SafetensorsFile.Key: SafetensorsFile.Entry] = [:]
  private(set) var metadata: [String: String] = [:]

  /// Reads and verifies a header. O(header · log tensors).
  init(_ source: ByteSource) throws {
    self = try source.reading("a safetensors file", own: [.safetensors]) {
      try SafetensorsHeader(judging: source)
    }
  }

  private init(judging source: ByteSource) throws {
    let reader = ByteReader(PlainBytes(source, 0..<source.byteCount), capacity: 4 << 10)
    let length = try reader.bytes(8, of: "the header's length")
      .reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= Self.largestByteCount else {
      throw FileError(
        file: source.name, offset: 0,
        expected: "a header of at most \(Self.largestByteCount) bytes", found: "\(length)",
        remedy: "the file is damaged or no safetensors file, so copy or download it again")
    }
    guard Int(length) <= source.byteCount - 8 else {
      throw FileError(
        file: source.name, offset: 0, expected: "a header of \(length) bytes",
        found: "\(source.byteCount - 8) to the end of the file",
        remedy: "the file is damaged or cut short, so copy or download it again")
    }
    let text = try reader.bytes(Int(length), of: "the header")
    let start = 8 + Int(length)
    var json = JSONReader(text, name: source.name, base: 8)
    try json.object(of: "the header") { json, name in
      if name.utf8.elementsEqual(Self.metadataKey.utf8) {
        // Some writers have null where there are none.
        if json.take(literal: "null") { return }
        try json.object(of: "the metadata") { json, key in
          let text = try json.string(of: "metadata \"\(key.prefix(80))\"")
          guard metadata.updateValue(text, forKey: key) == nil else {
            throw json.failure(
              "keys of the metadata that differ in more than Unicode normalization",
              "\"\(key.prefix(80))\" again")
          }
        }
      } else {
        entries[SafetensorsFile.Key(name)] = try Self.entry(
          name, &json, data: start..<source.byteCount)
      }
    }
    try json.end()
    try verifyCover(of: start..<source.byteCount, in: source)
  }

  private static func entry(
    _ name: String, _ json: inout JSONReader, data: Range<Int>
  ) throws -> SafetensorsFile.Entry {
    let what = "tensor \"\(name.prefix(80))\""
    let place = json.position
    var type: String?
    var shape: [Int]?
    var offsets: [Int]?
    try json.object(of: what) { json, key in
      switch key {
      case "dtype":
        let found = try json.string(of: "the dtype of \(what)")
        guard SafetensorsType.isName(found) else {
          throw json.failure("the dtype of \(what), such as F32", "\"\(found.prefix(20))\"")
        }
        type = found
      case "shape": shape = try counts("the shape of \(what)", atMost: largestRank, &json)
      case "data_offsets": offsets = try counts("the offsets of \(what)", atMost: 2, &json)
      default:
        throw json.failure("dtype, shape or data_offsets of \(what)", "\"\(key.prefix(80))\"")
      }
    }
    guard let type, let shape, let offsets, offsets.count == 2 else {
      throw json.failure("dtype, shape and two data_offsets of \(what)", "fewer", at: place)
    }
    let (begin, end) = (offsets[0], offsets[1])
    guard begin <= end, end <= data.count else {
      throw json.failure(
        "offsets of \(what) in order and within the \(data.count) bytes of data",
        "\(begin) to \(end)", at: place)
    }
    let entry = SafetensorsFile.Entry(
      typeName: type, shape: shape, bytes: data.lowerBound + begin..<data.lowerBound + end)
    // How large a number of an unknown type is, nobody knows here.
    guard let known = entry.type else { return entry }
    let size = elementCount(of: shape).flatMap { count -> Int? in
      let (bytes, overflow) = count.multipliedReportingOverflow(by: known.byteCount)
      return overflow ? nil : bytes
    }
    guard size == end - begin else {
      throw json.failure(
        "the \(size.map(String.init) ?? "countless") bytes of \(what), \(type) \(shape)",
        "\(end - begin)", at: place)
    }
    return entry
  }

  private static func counts(
    _ what: String, atMost limit: Int, _ json: inout JSONReader
  ) throws -> [Int] {
    var counts: [Int] = []
    try json.array(of: what) { json in
      guard counts.count < limit else { throw json.failure("\(what), at most \(limit)", "more") }
      counts.append(try json.count(of: what))
    }
    return counts
  }

  /// Throws unless the tensors fill the data without a gap, and none of them lies in another.
  private func verifyCover(of data: Range<Int>, in source: ByteSource) throws {
    var reached = data.lowerBound
    let sorted = entries.sorted {
      ($0.value.bytes.lowerBound, $0.value.bytes.upperBound, $0.key.text)
        < ($1.value.bytes.lowerBound, $1.value.bytes.upperBound, $1.key.text)
    }
    for (name, entry) in sorted {
      guard entry.bytes.lowerBound == reached else {
        throw FileError(
          file: source.name, offset: entry.bytes.lowerBound,
          expected:
            "tensor \"\(name.text.prefix(80))\" at byte \(reached), after the one before it",
          found: entry.bytes.lowerBound < reached ? "an overlap" : "a gap",
          remedy: "write the file again with a program that knows the format")
      }
      reached = entry.bytes.upperBound
    }
    guard reached == data.upperBound else {
      throw FileError(
        file: source.name, offset: reached, expected: "the end of the file after the last tensor",
        found: "\(data.upperBound - reached) more bytes",
        remedy: "the file is damaged, so copy or download it again")
    }
  }
}
