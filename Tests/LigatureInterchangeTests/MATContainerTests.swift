import LigatureFiles
import LigatureTensors
import Testing

@testable import LigatureInterchange

@Suite("Containers in MAT files")
struct MATContainerTests {
  static let layouts = MATFileTests.layouts.filter { Zlib.shared != nil || !$0.compressed }

  /// Two sequences of two features, an empty cell without parts, and one of small numbers.
  static func cells(_ file: MATBytes) -> [UInt8] {
    file.doubles("", size: [2, 3], [1, 4, 2, 5, 3, 6]) + file.doubles("", size: [2, 1], [7, 8])
      + file.number(UInt32(14)) + file.number(UInt32(0))
      + file.matrix("", size: [1, 2], classCode: 9, data: file.smallElement(2, [9, 10]))
  }

  /// A structure with the fields `x` (numbers), `long` (cells) and `n` (a number).
  static func structure(_ file: MATBytes, _ name: String = "data") -> [UInt8] {
    let names = ["x", "long", "n"].flatMap { name in
      Array(name.utf8) + [UInt8](repeating: 0, count: 8 - name.utf8.count)
    }
    return file.matrix(
      name, size: [1, 1], classCode: 2,
      data: file.smallElement(5, file.number(Int32(8))) + file.element(1, names)
        + file.doubles("", size: [2, 2], [1, 3, 2, 4])
        + file.matrix("", size: [4, 1], classCode: 1, data: cells(file))
        + file.doubles("", size: [1, 1], [11]))
  }

  static func object(_ name: String, _ className: String, _ file: MATBytes) -> [UInt8] {
    let parts =
      file.element(6, file.number(UInt32(17)) + file.number(UInt32(0)))
      + file.element(1, Array(name.utf8)) + file.smallElement(1, Array("MCOS".utf8))
      + file.element(1, Array(className.utf8))
      + file.matrix("", size: [1, 1], classCode: 13, data: file.smallElement(6, [1, 0, 0, 0]))
    return file.number(UInt32(14)) + file.number(UInt32(parts.count)) + parts
  }

  static func read(_ layout: (bigEndian: Bool, compressed: Bool), _ make: (MATBytes) -> [[UInt8]])
    throws -> MATFile
  {
    var file = MATBytes(bigEndian: layout.bigEndian)
    for element in make(file) { file.append(element, compressed: layout.compressed) }
    return try MATFile(bytes: file.bytes, name: "test.mat")
  }

  @Test("a cell array is read as a list, columns first", arguments: layouts)
  func cellArrays(_ layout: (bigEndian: Bool, compressed: Bool)) throws {
    let file = try Self.read(layout) { file in
      [
        file.matrix("X", size: [2, 2], classCode: 1, data: Self.cells(file)),
        file.doubles("after", size: [1, 1], [5]),
      ]
    }
    #expect(file.variables.map(\.description) == ["X: 2x2 cell", "after: 1x1 double"])
    let arrays = try file.arrays("X", as: Double.self)
    #expect(arrays.map(\.shape) == [[2, 3], [2, 1], [0, 0], [1, 2]])
    #expect(arrays.map(\.values) == [[1, 2, 3, 4, 5, 6], [7, 8], [], [9, 10]])
    let sequences = try file.tensors("X", order: .reversed)
    #expect(sequences.map(\.shape) == [[3, 2], [1, 2], [0, 0], [2, 1]])
    #expect(try sequences[0].scalars(as: Float.self) == [1, 4, 2, 5, 3, 6])
    #expect(try file.tensor("after").doubles() == [5])
  }

  @Test("fields of a structure are read by name", arguments: layouts)
  func structures(_ layout: (bigEndian: Bool, compressed: Bool)) throws {
    let file = try Self.read(layout) { file in
      [
        Self.structure(file),
        file.matrix(
          "outer", size: [1, 1], classCode: 2,
          data: file.smallElement(5, file.number(Int32(4)))
            + file.smallElement(1, Array("in\u{0}\u{0}".utf8)) + Self.structure(file, "")),
      ]
    }
    for path in ["data", "outer.in"] {
      #expect(try file.array(path + ".x", as: Double.self).values == [1, 2, 3, 4])
      #expect(
        try file.tensors(path + ".long").map(\.shape) == [[2, 3], [2, 1], [0, 0], [1, 2]])
      #expect(try file.tensor(path + ".n").doubles() == [11])
    }
    let missing = #expect(throws: FileError.self) { try file.tensor("data.y") }
    #expect(missing?.found == "\"x\", \"long\", \"n\"")
    for name in ["data.x.y", "data.", ".x", "data.long.n"] {
      #expect(throws: FileError.self) { try file.tensor(name) }
    }
  }

  @Test("what cannot be read as numbers is refused by what it is, with what to save instead")
  func refusals() throws {
    let file = try Self.read((false, false)) { file in
      let complex = file.matrix(
        "z", size: [1, 1], classCode: 6, flags: 8, data: file.element(9, file.number(UInt64(0))))
      return [
        Self.object("y", "categorical", file), Self.object("t", "table", file),
        Self.object("own", "Forest", file), Self.structure(file),
        file.matrix("s", size: [9, 9], classCode: 5, data: []), complex,
        file.matrix("c", size: [1, 1], classCode: 1, data: Self.object("", "string", file)),
        file.doubles("d", size: [1, 1], [1]),
        file.matrix("many", size: [1, 3], classCode: 2, data: []),
      ]
    }
    #expect(file.variables.map(\.description).first == "y: opaque categorical")
    #expect(file.variables[0].className == "categorical")
    let rows: [(String, String)] = [
      ("y", "found opaque categorical; read its codes and categories with categorical(_:)"),
      ("own", "cellfun(@double, x, 'UniformOutput', false)"), ("t", "save table2array(x)"),
      ("own", "found opaque Forest; objects cannot be decoded; save its numbers"),
      ("s", "found 9x9 sparse; save full(x)"), ("z", "real(x) and imag(x)"),
      ("data", "found 1x1 struct; name one of its fields, variable.field"),
      ("c", "found 1x1 cell; read its cells with tensors(_:) or arrays(_:as:)"),
      ("many.x", "found 1x3 struct; save a field of all of them as a cell array"),
      ("d.x", "found 1x1 double; name it without a field"),
    ]
    for (name, says) in rows {
      let error = #expect(throws: FileError.self) { try file.tensor(name) }
      #expect(error?.description.contains(says) == true, "\(String(describing: error))")
      #expect(error?.description.hasPrefix("test.mat: at byte ") == true)
    }
    let one = #expect(throws: FileError.self) { try file.tensors("d") }
    #expect(one?.description.contains("read it with tensor(_:)") == true)
    let cell = #expect(throws: FileError.self) { try file.tensors("c") }
    #expect(cell?.description.contains("cell 1 of variable \"c\"") == true)
    #expect(cell?.description.contains("found opaque string; ") == true)
  }

  @Test("sizes stored without a sign are read")
  func unsignedSizes() throws {
    var file = MATBytes()
    let whole = file.doubles("x", size: [2, 3], [1, 4, 2, 5, 3, 6])
    // The tag of the sizes stands behind the variable's own and the flags, 8 and 16 bytes.
    #expect(whole[24] == 5)
    file.append(Array(whole[..<24]) + [6] + whole[25...])
    let read = try MATFile(bytes: file.bytes, name: "test.mat")
    #expect(try read.array("x", as: Double.self).values == [1, 2, 3, 4, 5, 6])
    var large = MATBytes()
    large.append(Array(whole[..<24]) + [6] + whole[25..<35] + [0x80] + whole[36...])
    let error = #expect(throws: FileError.self) { try MATFile(bytes: large.bytes, name: "x") }
    #expect(error?.description.contains("none of them negative") == true)
  }

  @Test("cells and fields cut or changed anywhere are an error or another value")
  func damage() {
    var file = MATBytes()
    file.append(file.matrix("X", size: [4, 1], classCode: 1, data: Self.cells(file)))
    let end = file.bytes.count
    file.append(Self.structure(file))
    func readAll(_ bytes: [UInt8]) throws {
      let file = try MATFile(bytes: bytes, name: "damaged.mat")
      _ = try file.tensors("X")
      for name in ["x", "n"] { _ = try file.tensor("data." + name) }
      _ = try file.tensors("data.long")
    }
    Damage.truncateEverywhere(file.bytes, except: [end]) { try readAll($0) }
    Damage.mutate(file.bytes, times: 600, seed: 8) { try readAll($0) }
    guard Zlib.shared != nil else { return }
    let plain = MATBytes()
    Damage.mutate(Self.structure(plain), times: 400, seed: 9) { changed in
      var copy = plain
      copy.append(plain.doubles("X", size: [1, 1], [1]))
      copy.append(changed, compressed: true)
      let file = try MATFile(bytes: copy.bytes, name: "damaged.mat")
      for name in ["x", "n"] { _ = try file.tensor("data." + name) }
      _ = try file.tensors("data.long")
    }
  }

  @Test("more cells than the variable has room for are refused before any is made")
  func hugeCounts() throws {
    var file = MATBytes()
    let most = Int(Int32.max)
    for (number, size) in [[most, 1], [most, most], [most, most, most], [5, 1]].enumerated() {
      file.append(file.matrix("c\(number)", size: size, classCode: 1, data: []))
    }
    let read = try MATFile(bytes: file.bytes, name: "test.mat")
    for variable in read.variables {
      let error = #expect(throws: FileError.self) { try read.tensors(variable.name) }
      #expect(error?.expected.contains("cells in variable") == true)
    }
  }
}
