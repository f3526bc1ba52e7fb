import Foundation
import LigatureFiles
import LigatureTensors
import Testing

@testable import LigatureInterchange

@Suite("Hostile safetensors files")
struct SafetensorsRefusalTests {
  /// A file with a header and a number of bytes of data.
  private static func file(_ header: String, data: Int = 0) -> [UInt8] {
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
      + Array(header.utf8) + [UInt8](repeating: 0, count: data)
  }

  private static func tensor(
    _ name: String = "a", _ type: String = "U8", _ shape: String = "[4]", _ begin: String = "0",
    _ end: String = "4"
  ) -> String {
    "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":[\(begin),\(end)]}"
  }

  private static let max = "9223372036854775807"

  /// Headers, the bytes of data behind them, and what the error must say.
  private static let rows: [(header: String, data: Int, says: String)] = [
    ("{\(tensor())}", 3, "within the 3 bytes of data, found 0 to 4"),
    ("{\(tensor())}", 5, "found 1 more bytes"),
    ("{\(tensor("a", "U8", "[4]", "4", "0"))}", 4, "in order"),
    ("{\(tensor("a", "U8", "[4]", "1", "5"))}", 5, "found a gap"),
    ("{\(tensor()),\(tensor("b"))}", 4, "found an overlap"),
    ("{\(tensor()),\(tensor("b", "U8", "[4]", "2", "6"))}", 6, "found an overlap"),
    ("{\(tensor()),\(tensor())}", 4, "each key of the header once, found \"a\" again"),
    ("{\(tensor("a")),\(tensor("\\u0061"))}", 4, "found \"a\" again"),
    ("{\(tensor("a", "u 9"))}", 4, "such as F32, found \"u 9\""),
    ("{\(tensor("a", String(repeating: "F", count: 17)))}", 4, "such as F32"),
    ("{\(tensor("a", "F8_E4M3", "[9]", "1", "2"))}", 2, "found a gap"),
    ("{\(tensor("a", "F32"))}", 4, "the 16 bytes of tensor \"a\", F32 [4], found 4"),
    ("{\(tensor("a", "F64", "[\(max),2]"))}", 4, "the countless bytes"),
    ("{\(tensor("a", "F64", "[\(max)]"))}", 4, "the countless bytes"),
    ("{\(tensor("a", "U8", "[4294967296,4294967296,4]"))}", 4, "the countless bytes"),
    ("{\(tensor("a", "U8", "[99999999999999999999]"))}", 4, "a whole number from 0"),
    ("{\(tensor("a", "U8", "[-4]"))}", 4, "a whole number from 0"),
    ("{\(tensor("a", "U8", "[4.0]"))}", 4, "a whole number from 0"),
    ("{\(tensor("a", "U8", "[4]", "0", "4,4"))}", 4, "at most 2"),
    (
      "{\(tensor("a", "U8", "[" + [String](repeating: "1", count: 65).joined(separator: ",") + "]"))}",
      1, "at most 64"
    ),
    ("{\"a\":{\"dtype\":\"U8\",\"shape\":[4]}}", 4, "two data_offsets"),
    ("{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\"}}", 0, "found \"dtype\" again"),
    ("{\"a\":{\"other\":1}}", 0, "found \"other\""),
    ("{\"a\":[]}", 0, "\"{\" of tensor \"a\""),
    ("{\"a\":\(String(repeating: "[", count: 100_000))}", 0, "\"{\" of tensor \"a\""),
    (String(repeating: "{\"a\":", count: 50_000), 0, "found \"a\""),
    ("{\"__metadata__\":{\"a\":1}}", 0, "a string"),
    ("{\"__metadata__\":nul}", 0, "\"{\" of the metadata"),
    (
      "{\"__metadata__\":{\"\u{e9}\":\"1\",\"e\u{301}\":\"2\"}}", 0,
      "in more than Unicode normalization"
    ),
    ("{\(tensor("\u{e9}")),\(tensor("\u{e9}"))}", 4, "each key of the header once"),
    ("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", 0, "each key of the metadata once"),
    ("{\"__metadata__\":{\"a\":\"\\ud800\"}}", 0, "an escape that JSON knows"),
    ("{\"__metadata__\":{\"a\":\"\\x\"}}", 0, "an escape that JSON knows"),
    ("{\"__metadata__\":{\"a\":\"\n\"}}", 0, "a control byte"),
    ("{\"__metadata__\":{\"a\":\"", 0, "the end of the text"),
    ("{}x", 0, "the end of the JSON text"),
    ("{\"a\" 1}", 0, "\":\" after a key"),
    ("{,}", 0, "a key of the header"),
    ("[]", 0, "\"{\" of the header"),
    ("", 0, "\"{\" of the header"),
  ]

  @Test("are refused with what is wrong and where", arguments: rows.indices)
  func headers(_ row: Int) {
    let (header, data, says) = Self.rows[row]
    let error = #expect(throws: FileError.self) {
      try SafetensorsFile(bytes: Self.file(header, data: data), name: "hostile")
    }
    #expect(error?.description.contains(says) == true, "\(String(describing: error))")
    #expect(error?.offset != nil)
  }

  @Test(
    "of other formats are told what they are",
    arguments: [
      (
        [0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 22) + [16, 0, 0, 0]
          + Array("archive/data.pkl".utf8), "a zip archive, as torch.save writes it"
      ),
      ([0x50, 0x4B, 3, 4], "a zip archive"),
      ([0x80, 2, 0x8A, 0x0A], "a Python pickle"),
    ] as [([UInt8], String)])
  func otherFormats(start: [UInt8], says: String) {
    let error = #expect(throws: FileError.self) {
      try SafetensorsFile(bytes: start + [UInt8](repeating: 0, count: 40), name: "model.pt")
    }
    #expect(error?.description.contains(says) == true)
    #expect(error?.remedy.contains("save_file") == true)
  }

  @Test(
    "whose header is longer than the file or than any header are refused at once",
    arguments: [
      1, 100_000_000, 100_000_001, UInt64(Int.max), .max, .max - 7,
    ])
  func lengths(_ length: UInt64) {
    let bytes = withUnsafeBytes(of: length.littleEndian) { Array($0) }
    #expect(throws: FileError.self) { try SafetensorsFile(bytes: bytes, name: "hostile") }
  }

  @Test("of a type that is not known here are opened, and only that tensor is refused")
  func unknownTypes() throws {
    let header = "{\(Self.tensor()),\(Self.tensor("b", "F8_E4M3", "[3]", "4", "7"))}"
    let file = try SafetensorsFile(bytes: Self.file(header, data: 7), name: "mixed")
    #expect(file.names == ["a", "b"] && file.shape(of: "b") == [3])
    #expect(file.scalarType(of: "b") == nil)
    #expect(try file.tensor(named: "a").shape == [4])
    let error = #expect(throws: FileError.self) { try file.tensor(named: "b") }
    #expect(error?.description.contains("found F8_E4M3") == true)
    #expect(error?.description.contains("store it as F32, or leave it out") == true)
  }

  @Test("with null for the metadata have none")
  func noMetadata() throws {
    let header = "{\"__metadata__\": null,\(Self.tensor())}"
    let file = try SafetensorsFile(bytes: Self.file(header, data: 4), name: "null")
    #expect(file.metadata.isEmpty && file.names == ["a"])
  }

  @Test("with names that differ only in Unicode normalization hold two tensors")
  func normalization() throws {
    let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}")
    #expect(composed == decomposed)
    let header = "{\(Self.tensor(composed)),\(Self.tensor(decomposed, "U8", "[2]", "4", "6"))}"
    var bytes = Self.file(header, data: 6)
    bytes[bytes.count - 1] = 7
    let file = try SafetensorsFile(bytes: bytes, name: "names")
    #expect(file.names.count == 2)
    #expect(try file.tensor(named: composed).scalars(as: UInt8.self) == [0, 0, 0, 0])
    #expect(try file.tensor(named: decomposed).scalars(as: UInt8.self) == [0, 7])
    #expect(file.shape(of: composed) == [4] && file.shape(of: decomposed) == [2])
  }

  @Test("that are not UTF-8 are refused")
  func notUTF8() {
    var bytes = Self.file("{\"__metadata__\":{\"a\":\"xy\"}}")
    bytes[bytes.count - 5] = 0xFF
    let error = #expect(throws: FileError.self) {
      try SafetensorsFile(bytes: bytes, name: "hostile")
    }
    #expect(error?.description.contains("in UTF-8") == true)
  }

  @Test("with U64 beyond int64 open, and say so when the tensor is asked for")
  func largeNumbers() throws {
    var bytes = Self.file("{\(Self.tensor("a", "U64", "[1]", "0", "8"))}", data: 8)
    bytes[bytes.count - 1] = 0x80
    let file = try SafetensorsFile(bytes: bytes, name: "hostile")
    let error = #expect(throws: FileError.self) { try file.tensor(named: "a") }
    #expect(error?.description.contains("found 9223372036854775808") == true)
  }

  @Test(
    "with empty axes of any size, or too many axes, open, and the tensor is refused",
    arguments: [
      "[0,\(max)]", "[1,1,1,1,1,1,1,1,0]",
    ])
  func impossibleShapes(_ shape: String) throws {
    let bytes = Self.file("{\(Self.tensor("a", "F32", shape, "0", "0"))}")
    let file = try SafetensorsFile(bytes: bytes, name: "hostile")
    #expect(throws: FileError.self) { try file.tensor(named: "a") }
  }

  @Test("cannot be written by reserved name")
  func reserved() {
    #expect(throws: FileError.self) {
      try SafetensorsFile.bytes(["__metadata__": Tensor([1] as [Float])])
    }
    #expect(throws: TensorError.self) { try SafetensorsFile.bytes(["a": .deferred]) }
  }
}
