import LigatureFiles
import Testing

@testable import LigatureInterchange

@Suite("IDX files")
struct IDXFileTests {
  /// A file of two by three numbers from 1 to 6, in one of the format's types.
  static func sample(_ type: IDXFile.ElementType) -> [UInt8] {
    func big(_ value: some FixedWidthInteger) -> [UInt8] {
      withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
    let header: [UInt8] = [0, 0, type.rawValue, 2] + big(UInt32(2)) + big(UInt32(3))
    return header
      + (1...6).flatMap { value -> [UInt8] in
        switch type {
        case .uint8, .int8: [UInt8(value)]
        case .int16: big(Int16(value))
        case .int32: big(Int32(value))
        case .float32: big(Float(value).bitPattern)
        case .float64: big(Double(value).bitPattern)
        }
      }
  }

  @Test("every type of number is read", arguments: IDXFile.ElementType.allCases)
  func types(_ type: IDXFile.ElementType) throws {
    let file = try IDXFile(bytes: Self.sample(type), name: "test.idx")
    #expect(file.shape == [2, 3] && file.elementType == type)
    #expect(try file.array(as: Float.self).values == [1, 2, 3, 4, 5, 6])
    #expect(try file.array(as: Int64.self, order: .reversed).values == [1, 4, 2, 5, 3, 6])
  }

  @Test("gzip is told by its bytes", .enabled(if: Zlib.shared != nil))
  func gzip() throws {
    let file = try IDXFile(bytes: GzipBytes.member(Self.sample(.uint8)), name: "plain.idx")
    #expect(try file.array(as: Double.self).values == [1, 2, 3, 4, 5, 6])
  }

  @Test("a file cut at any byte is refused by name")
  func truncation() {
    for bytes in Self.plainAndGzip {
      Damage.truncateEverywhere(bytes) { try Self.read($0) }
    }
  }

  @Test("changed bytes are an error or another value, never a crash")
  func mutation() {
    for bytes in Self.plainAndGzip {
      Damage.mutate(bytes, times: 2000, seed: 7) { try Self.read($0) }
    }
  }

  @Test("bytes after the array are refused")
  func trailingBytes() {
    #expect(throws: FileError.self) { try Self.read(Self.sample(.int16) + [0]) }
  }

  @Test("a size that the file cannot hold is refused on opening")
  func hugeSizes() {
    let bytes: [UInt8] = [0, 0, 0x0E, 3] + [UInt8](repeating: 0xFF, count: 12)
    #expect(throws: FileError.self) { try IDXFile(bytes: bytes, name: "test.idx") }
    guard Zlib.shared != nil else { return }
    #expect(throws: FileError.self) {
      try IDXFile(bytes: GzipBytes.member(bytes), name: "test.idx.gz")
    }
  }

  @Test("an array without axes is one number")
  func scalars() throws {
    let file = try IDXFile(bytes: [0, 0, 8, 0, 42], name: "test.idx")
    #expect(try file.array(as: Int64.self, order: .lastFirst) == FileArray(shape: [], values: [42]))
  }

  private static var plainAndGzip: [[UInt8]] {
    [sample(.int16)] + (Zlib.shared == nil ? [] : [GzipBytes.member(sample(.int16))])
  }

  private static func read(_ bytes: [UInt8]) throws {
    _ = try IDXFile(bytes: bytes, name: "damaged.idx").array(as: Float.self)
  }
}
