import LigatureFiles

extension MATPlace {
  /// Which object of the file a variable of an object's class is.
  func objectNumber() throws -> Int {
    let reference = try inner("the reference of \(what)").numbers(order: .asStored, done: {})
    guard (6...64).contains(reference.count) else {
      throw damaged("a reference to one object", "\(reference.count) numbers")
    }
    // A mark, the number of axes, the size, an object for each element, and the class.
    let numbers: [Int64] = try reference.array().values
    guard numbers.count == 6, numbers[0] == 0xDD00_0000, numbers[1] == 2, numbers[2] == 1,
      numbers[3] == 1, let number = Int(exactly: numbers[4])
    else { throw damaged("a reference to one object", "\(numbers.prefix(6))") }
    return number
  }

  /// A text of one line.
  func text() throws -> String {
    guard variable.class == .char, variable.size.count == 2,
      variable.size[0] == 1 || variable.size.contains(0)
    else { throw damaged("\(what) as a text", variable.kind) }
    guard !head.hasNoParts else { return "" }
    let data = try MATElement(from: reader, bigEndian: bigEndian, of: "the data of \(what)")
    let bytes = try data.contents(
      from: reader, atMost: max(0, head.end - reader.position), of: "the data of \(what)")
    return try self.text(of: data, bytes)
  }

  /// Characters as a text.
  func text(of data: MATElement, _ bytes: [UInt8]) throws -> String {
    switch data.storedType {
    case .int8, .uint8: return String(decoding: bytes, as: UTF8.self)
    case .uint16:
      let units = stride(from: 0, to: bytes.count - 1, by: 2).map { place -> UInt16 in
        let (first, second) = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
        return bigEndian ? first << 8 | second : second << 8 | first
      }
      return String(decoding: units, as: UTF16.self)
    default: throw damaged("\(what) as UTF-8 or UTF-16", "data type \(data.code)")
    }
  }
}

extension MATFile {
  /// Goes through the properties that the file keeps of an object; of those with the default value
  /// of their class it keeps none.
  func objectProperties(
    of number: Int, _ what: String, _ body: (_ property: String, MATPlace) throws -> Void
  ) throws {
    let store = try objectStore(what)
    var wanted: [Int: String] = [:]
    try store.forEachCell { place, cell in
      if place == 0 {
        let numbers = try cell.numbers(order: .asStored, done: {})
        let bytes: [Int64] = try numbers.array().values
        let table = MATObjectTable(bytes.compactMap { UInt8(exactly: $0) }, store.bigEndian)
        guard let found = table?.properties(of: number) else {
          throw store.damaged(
            "a table with object \(number)", "\(bytes.count) bytes in another form")
        }
        wanted = found
      } else if let property = wanted[place - MATObjectTable.leadingCells] {
        try body(property, cell)
      }
    }
  }

  /// The cell array behind the variables in which all properties of all objects stand.
  private func objectStore(_ what: String) throws -> MATPlace {
    let missing = FileError(
      file: source.name, expected: "the properties of \(what)", found: "no list of objects",
      remedy: "the file is cut short or was not written by MATLAB, so save it there again")
    guard subsystemOffset > 0, subsystemOffset <= source.byteCount - MATElement.tagByteCount else {
      throw missing
    }
    let (offset, limit) = (subsystemOffset, limit)
    let tagReader = ByteReader(PlainBytes(source, offset..<source.byteCount), capacity: 1 << 10)
    let tag = try MATElement(from: tagReader, bigEndian: bigEndian, of: "the list of objects")
    let isCompressed = tag.code == MATElement.Code.compressed
    guard tag.byteCount <= source.byteCount - offset - MATElement.tagByteCount else {
      throw missing
    }
    let start = isCompressed ? offset + MATElement.tagByteCount : offset
    let reader = try Entry.reader(
      source, start..<(offset + MATElement.tagByteCount + tag.byteCount),
      isCompressed: isCompressed, of: "the list of objects", limit: limit, zlib: zlib)
    let head = try MATMatrixHead(from: reader, bigEndian: bigEndian, of: "the list of objects")
    let outer = MATPlace(
      reader: reader, head: head, bigEndian: bigEndian, what: "the list of objects",
      variableEnd: head.end)
    let pending = try outer.numbers(order: .asStored, done: {})
    try pending.claim(perElement: MemoryLayout<Int64>.stride)
    let numbers: [Int64] = try pending.array().values
    let bytes = numbers.compactMap { UInt8(exactly: $0) }
    // A file within the file: a version and its byte order, and one structure.
    let own = Array(bytes.prefix(4))
    guard bytes.count == numbers.count, bytes.count > 16,
      own == [0, 1, 0x49, 0x4D] || own == [1, 0, 0x4D, 0x49]
    else { throw outer.damaged("a list of objects", "\(numbers.count) bytes in another form") }
    let inside = ByteSource(bytes, name: source.name)
    let insideReader = ByteReader(PlainBytes(inside, 8..<bytes.count))
    let isBigEndian = own[0] == 1
    let structure = try MATMatrixHead(
      from: insideReader, bigEndian: isBigEndian, of: "the list of objects")
    let wrapper = try MATPlace(
      reader: insideReader, head: structure, bigEndian: isBigEndian, what: "the list of objects",
      variableEnd: structure.end
    ).field("MCOS")
    return try wrapper.inner("the list of objects")
  }
}

/// Which properties belong to which object, as the first cell of the list of objects says.
struct MATObjectTable {
  /// Cells of the list before the first value.
  static let leadingCells = 2

  private let words: [Int]
  private let names: [String]

  /// Nil for bytes that are no such table. Words of 32 bits: a version, the number of names, the
  /// places where eight regions begin; then the names, each with a zero byte after it.
  init?(_ bytes: [UInt8], _ bigEndian: Bool) {
    guard bytes.count >= 40 else { return nil }
    words = stride(from: 0, to: bytes.count - 3, by: 4).map {
      Int(MATElement.word(bytes[$0..<$0 + 4], bigEndian: bigEndian))
    }
    guard (2...4).contains(words[0]), words[1] <= bytes.count, (40...bytes.count).contains(words[2])
    else { return nil }
    names = bytes[40..<words[2]].split(separator: 0, omittingEmptySubsequences: false)
      .prefix(words[1]).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The words of a region; nil where it lies outside of the table.
  private func region(_ number: Int) -> ArraySlice<Int>? {
    let (start, end) = (words[2 + number], words[3 + number])
    guard start <= end, start % 4 == 0, end % 4 == 0, end / 4 <= words.count else { return nil }
    return words[(start / 4)..<(end / 4)]
  }

  /// The names of an object's properties, by the number of their value; nil for an object or a
  /// property that is not there.
  func properties(of number: Int) -> [Int: String]? {
    // Six words for each object, the first of which is none: its class, two without a meaning
    // here, a place among the properties of classes that save themselves, one among those of all
    // others, and another.
    guard let objects = region(2), let lists = region(3), number >= 1,
      number < objects.count / 6
    else { return nil }
    let place = objects[objects.startIndex + number * 6 + 4]
    // For each list the number of properties, for each of these its name, how it is kept and its
    // value, and a word where their count would be odd. List 0 is empty.
    var rest = lists
    for list in 0... {
      guard let count = rest.first, count <= rest.count / 3 else { return nil }
      let length = (1 + 3 * count + 1) / 2 * 2
      guard length <= rest.count else { return nil }
      if list == place {
        return properties(Array(rest.dropFirst().prefix(3 * count)))
      }
      rest = rest.dropFirst(length)
    }
    return nil
  }

  private func properties(_ words: [Int]) -> [Int: String]? {
    var properties: [Int: String] = [:]
    for place in stride(from: 0, to: words.count, by: 3) {
      let (name, kind, value) = (words[place], words[place + 1], words[place + 2])
      guard (1...max(1, names.count)).contains(name), !names.isEmpty else { return nil }
      // Of another kind the value itself stands there.
      if kind == 1 { properties[value] = names[name - 1] }
    }
    return properties
  }
}
