import Foundation
import LigatureFiles
import Testing

@testable import LigatureInterchange

@Suite("MAT files that are refused")
struct MATRefusalTests {
  /// A file with one variable of each kind of content and layout.
  static func sample(compressed: Bool) -> [UInt8] {
    var file = MATBytes()
    file.append(file.doubles("first", size: [2, 2], [1, 2, 3, 4]), compressed: compressed)
    file.append(
      file.matrix("b", size: [1, 3], classCode: 9, data: file.smallElement(2, [7, 8, 9])),
      compressed: compressed)
    return file.bytes
  }

  static func readAll(_ bytes: [UInt8]) throws {
    let file = try MATFile(bytes: bytes, name: "damaged.mat")
    for variable in file.variables {
      _ = try file.array(variable.name, as: Float.self, order: .lastFirst)
    }
  }

  @Test("containers, sparse and complex arrays are listed and refused by name")
  func otherClasses() throws {
    var file = MATBytes()
    let kinds: [(UInt32, MATVariable.Class)] = [
      (1, .cell), (2, .struct), (3, .object), (5, .sparse), (16, .function),
    ]
    for (code, kind) in kinds {
      file.append(file.matrix(kind.rawValue, size: [1, 1], classCode: code, data: []))
    }
    file.append(
      file.matrix(
        "z", size: [1, 1], classCode: 6, flags: 8, data: file.element(9, file.number(UInt64(0)))))
    let read = try MATFile(bytes: file.bytes, name: "test.mat")
    #expect(read.variables.dropLast().map(\.class) == kinds.map(\.1))
    #expect(read.variables.last?.description == "z: 1x1 complex double")
    for variable in read.variables {
      #expect(throws: FileError.self) { try read.array(variable.name, as: Float.self) }
    }
  }

  @Test("an opaque object, which has no size, is listed by its name")
  func opaqueObjects() throws {
    var file = MATBytes()
    let parts =
      file.element(6, file.number(UInt32(17)) + file.number(UInt32(0)))
      + file.element(1, Array("labels".utf8)) + file.element(1, Array("MCOS".utf8))
    file.append(file.number(UInt32(14)) + file.number(UInt32(parts.count)) + parts)
    let read = try MATFile(bytes: file.bytes, name: "test.mat")
    #expect(read.variables.map(\.description) == ["labels: opaque"])
  }

  @Test(
    "a file cut at any byte is refused by name", arguments: [false, true])
  func truncation(compressed: Bool) {
    guard Zlib.shared != nil || !compressed else { return }
    let bytes = Self.sample(compressed: compressed)
    let one = MATRefusalTests.firstVariableEnd(bytes)
    // Cut exactly between two variables, a file is whole and shorter.
    Damage.truncateEverywhere(bytes, except: [128, one]) { try Self.readAll($0) }
  }

  private static func firstVariableEnd(_ bytes: [UInt8]) -> Int {
    128 + 8 + (0..<4).reduce(0) { $0 | Int(bytes[132 + $1]) << (8 * $1) }
  }

  @Test("changed bytes are an error or another value, never a crash", arguments: [false, true])
  func mutation(compressed: Bool) {
    guard Zlib.shared != nil || !compressed else { return }
    Damage.mutate(Self.sample(compressed: compressed), times: 3000, seed: 5) {
      try Self.readAll($0)
    }
  }

  @Test("changed bytes before compression are found as well", .enabled(if: Zlib.shared != nil))
  func mutationInside() {
    let file = MATBytes()
    let small = file.matrix(
      "b", size: [1, 3], classCode: 9, data: file.smallElement(2, [7, 8, 9]))
    for inner in [file.doubles("first", size: [2, 2], [1, 2, 3, 4]), small] {
      Damage.mutate(inner, times: 2000, seed: 6) { changed in
        var copy = file
        copy.append(changed, compressed: true)
        try Self.readAll(copy.bytes)
      }
    }
  }

  @Test(
    "a variable that claims to end before its data is refused", .enabled(if: Zlib.shared != nil))
  func shortenedVariables() throws {
    let file = MATBytes()
    let small = file.matrix(
      "b", size: [1, 3], classCode: 9, data: file.smallElement(2, [7, 8, 9]))
    for shorter in 1..<small.count - 8 {
      var copy = file
      copy.append(
        Array(small[0..<4]) + file.number(UInt32(small.count - 8 - shorter)) + small[8...],
        compressed: true)
      #expect(throws: FileError.self) { try Self.readAll(copy.bytes) }
    }
  }

  @Test("a size that the file cannot hold is refused before room is made for it")
  func hugeSizes() throws {
    let most = Int(Int32.max)
    for size in [[most, most], [most, 1], [most, most, most, most]] {
      for compressed in [false, true] where Zlib.shared != nil || !compressed {
        var file = MATBytes()
        let data = file.number(UInt32(9)) + file.number(UInt32.max - 7)
        file.append(
          file.matrix("x", size: size, classCode: 6, data: data), compressed: compressed)
        let read = try MATFile(bytes: file.bytes, name: "test.mat")
        #expect(throws: FileError.self) { try read.array("x", as: Float.self) }
      }
    }
  }

  @Test("numbers that Int64 cannot hold are refused with their place")
  func inexactIntegers() throws {
    for value in [0.5, .nan, .infinity, 1e19] {
      var file = MATBytes()
      file.append(file.doubles("x", size: [1, 3], [1, 2, value]))
      let read = try MATFile(bytes: file.bytes, name: "test.mat")
      let error = #expect(throws: FileError.self) { try read.array("x", as: Int64.self) }
      #expect(error?.found == "\(value) as element 2")
    }
  }

  @Test("other formats are told by name")
  func otherFormats() {
    let cases: [([UInt8], String)] = [
      (Array("MATLAB 7.3 MAT-file".utf8) + [UInt8](repeating: 0, count: 500), "7.3"),
      ([0x89, 0x48, 0x44, 0x46] + [UInt8](repeating: 0, count: 500), "7.3"),
      (Array("\u{89}HDF\r\n\u{1A}\n".unicodeScalars.map { UInt8($0.value) }) + [0], "HDF5"),
      ([UInt8](repeating: 0, count: 500), "level 4"),
      ([UInt8](repeating: 65, count: 500), "a text that begins \"AAAAAAA"),
      ([UInt8](repeating: 1, count: 500), "byte order"),
    ]
    for (bytes, word) in cases {
      let error = #expect(throws: FileError.self) { try MATFile(bytes: bytes, name: "test.mat") }
      #expect(error?.found.contains(word) == true)
    }
  }

  @Test("without zlib a compressed file says what is missing, and a plain one reads")
  func withoutZlib() throws {
    let plain = ByteSource(Self.sample(compressed: false), name: "test.mat")
    #expect(try MATFile(plain, zlib: nil).array("first", as: Float.self).values == [1, 3, 2, 4])
    guard Zlib.shared != nil else { return }
    let compressed = ByteSource(Self.sample(compressed: true), name: "test.mat")
    let error = #expect(throws: FileError.self) { try MATFile(compressed, zlib: nil) }
    #expect(error?.description.contains("install zlib or provide the uncompressed file") == true)
  }

  @Test("missing files, folders and devices are refused in words")
  func unreadablePlaces() {
    for path in ["/no/such/file.mat", "/", "/dev/null"] {
      let error = #expect(throws: FileError.self) {
        try MATFile(contentsOf: URL(fileURLWithPath: path))
      }
      #expect(error?.file == path)
    }
  }

  @Test("a wrong name or order of axes names what there is")
  func wrongRequests() throws {
    let file = try MATFile(bytes: Self.sample(compressed: false), name: "test.mat")
    let name = #expect(throws: FileError.self) { try file.array("second", as: Float.self) }
    #expect(name?.found == "\"first\", \"b\"")
    for axes in [[0], [0, 0], [0, 2], [0, 1, 2], [-1, 0]] {
      #expect(throws: FileError.self) {
        try file.array("first", as: Float.self, order: .axes(axes))
      }
    }
  }
}
