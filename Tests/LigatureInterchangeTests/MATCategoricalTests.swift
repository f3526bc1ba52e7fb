import LigatureFiles
import Testing

@testable import LigatureInterchange

@Suite("Categorical arrays in MAT files")
struct MATCategoricalTests {
  /// A file with two categorical arrays, as MATLAB writes one: variables that name an object, and
  /// behind them the list of all properties.
  static func file(
    _ layout: (bigEndian: Bool, compressed: Bool) = (false, false), codes: [UInt8] = [2, 1, 0, 3],
    damaging damage: ([UInt8]) -> [UInt8] = { $0 }
  ) throws -> [UInt8] {
    var file = MATBytes(bigEndian: layout.bigEndian)
    file.append(reference("other", object: 1, file), compressed: layout.compressed)
    file.append(reference("labels", object: 2, file), compressed: layout.compressed)
    file.append(file.doubles("x", size: [1, 1], [5]), compressed: layout.compressed)
    let offset = file.bytes.count
    file.append(list(file, codes, damage), compressed: layout.compressed)
    var bytes = file.bytes
    bytes.replaceSubrange(116..<124, with: file.number(UInt64(offset)))
    return bytes
  }

  private static func reference(_ name: String, object: UInt32, _ file: MATBytes) -> [UInt8] {
    let words: [UInt32] = [0xDD00_0000, 2, 1, 1, object, 1]
    let parts =
      file.element(6, file.number(UInt32(17)) + file.number(UInt32(0)))
      + file.element(1, Array(name.utf8)) + file.smallElement(1, Array("MCOS".utf8))
      + file.element(1, Array("categorical".utf8))
      + file.matrix(
        "", size: [6, 1], classCode: 13, data: file.element(6, words.flatMap { file.number($0) }))
    return file.number(UInt32(14)) + file.number(UInt32(parts.count)) + parts
  }

  /// Names, classes, objects and their properties, in words.
  private static func table(_ file: MATBytes) -> [UInt8] {
    let names = Array("categoryNames\0codes\0isOrdinal\0categorical\0".utf8)
    let padding = [UInt8](repeating: 0, count: (8 - names.count % 8) % 8)
    let regions: [[UInt32]] = [
      [0, 0, 0, 0, 0, 4, 0, 0], [],
      [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 2, 2],
      [0, 0, 2, 1, 1, 0, 2, 1, 1, 0, 3, 1, 1, 2, 2, 1, 3, 3, 2, 1], [], [], [],
    ]
    var start = 40 + names.count + padding.count
    var words: [UInt32] = [4, 4, UInt32(start)]
    for region in regions {
      start += 4 * region.count
      words.append(UInt32(start))
    }
    return words.flatMap { file.number($0) } + names + padding
      + regions.flatMap { $0.flatMap { file.number($0) } }
  }

  private static func list(
    _ file: MATBytes, _ codes: [UInt8], _ damage: ([UInt8]) -> [UInt8]
  ) -> [UInt8] {
    func bytes(_ values: [UInt8]) -> [UInt8] {
      file.matrix(
        "", size: [values.count, 1], classCode: 9, data: file.element(2, values))
    }
    func texts(_ texts: [String]) -> [UInt8] {
      file.matrix(
        "", size: [texts.count, 1], classCode: 1,
        data: texts.flatMap { text in
          file.matrix(
            "", size: [1, text.utf16.count], classCode: 4,
            data: file.element(
              text.utf8.count == text.utf16.count ? 16 : 17,
              text.utf8.count == text.utf16.count
                ? Array(text.utf8) : text.utf16.flatMap { file.number($0) }))
        })
    }
    let cells = [
      bytes(damage(table(file))), file.number(UInt32(14)) + file.number(UInt32(0)),
      texts(["a"]), bytes([1, 1]), texts(["nought", "one", "zwölf"]),
      file.matrix("", size: [2, 2], classCode: 9, data: file.smallElement(2, codes)),
    ]
    let store = file.matrix("", size: [6, 1], classCode: 1, data: cells.flatMap(\.self))
    let parts =
      file.element(6, file.number(UInt32(17)) + file.number(UInt32(0))) + file.element(1, [])
      + file.smallElement(1, Array("MCOS".utf8)) + file.element(1, Array("FileWrapper__".utf8))
      + store
    let structure = file.matrix(
      "", size: [1, 1], classCode: 2,
      data: file.smallElement(5, file.number(Int32(5))) + file.element(1, Array("MCOS\0".utf8))
        + file.number(UInt32(14)) + file.number(UInt32(parts.count)) + parts)
    let mark: [UInt8] = file.bigEndian ? [1, 0, 0x4D, 0x49] : [0, 1, 0x49, 0x4D]
    let inside = mark + [0, 0, 0, 0] + structure
    return file.matrix(
      "", size: [1, inside.count], classCode: 9, data: file.element(2, inside))
  }

  @Test("are read with their categories", arguments: MATContainerTests.layouts)
  func reading(_ layout: (bigEndian: Bool, compressed: Bool)) throws {
    let file = try MATFile(bytes: Self.file(layout), name: "test.mat")
    #expect(
      file.variables.map(\.description) == [
        "other: opaque categorical", "labels: opaque categorical", "x: 1x1 double",
      ])
    let labels = try file.categorical("labels")
    #expect(labels.size == [2, 2])
    #expect(labels.categories == ["nought", "one", "zwölf"])
    #expect(labels.codes == [1, nil, 0, 2])
    #expect(labels.names == ["one", nil, "nought", "zwölf"])
    #expect(try file.categorical("other").names == ["a", "a"])
    #expect(try file.array("x", as: Double.self).values == [5])
  }

  @Test("that are none are refused in words")
  func refusals() throws {
    let file = try MATFile(bytes: Self.file(), name: "test.mat")
    let number = #expect(throws: FileError.self) { try file.categorical("x") }
    #expect(number?.description.contains("it is an array of numbers") == true)
    let code = try MATFile(bytes: Self.file(codes: [2, 1, 0, 4]), name: "test.mat")
    let beyond = #expect(throws: FileError.self) { try code.categorical("labels") }
    #expect(beyond?.description.contains("4 codes and 3 names") == true)
    var bytes = try Self.file()
    bytes.replaceSubrange(116..<124, with: [UInt8](repeating: 0, count: 8))
    let without = try MATFile(bytes: bytes, name: "test.mat")
    let missing = #expect(throws: FileError.self) { try without.categorical("labels") }
    #expect(missing?.description.contains("no list of objects") == true)
  }

  @Test("with a damaged table are refused, or read as something")
  func damage() throws {
    for place in 0..<248 {
      for value: UInt8 in [0, 1, 7, 127, 255] {
        let bytes = try Self.file { table in
          var table = table
          if place < table.count { table[place] = value }
          return table
        }
        do {
          let file = try MATFile(bytes: bytes, name: "test.mat")
          _ = try file.categorical("labels")
        } catch let error as FileError {
          #expect(!error.description.isEmpty)
        }
      }
    }
  }

  @Test("cut short anywhere are refused")
  func cuts() throws {
    let whole = try Self.file()
    for count in stride(from: 0, to: whole.count, by: 3) {
      #expect(throws: FileError.self) {
        try MATFile(bytes: Array(whole.prefix(count)), name: "test.mat").categorical("labels")
      }
    }
  }
}
