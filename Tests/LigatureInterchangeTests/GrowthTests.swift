import LigatureFiles
import LigatureTensors
import Testing

@testable import LigatureInterchange

/// What 1 MB of compressed zeros would become is refused by the size that is claimed, before it is
/// inflated.
@Suite("Compressed files that grow", .enabled(if: Zlib.shared != nil))
struct GrowthTests {
  /// An IDX file of 512 x 1024 x 1024 bytes, by its header.
  private static let header: [UInt8] = [0, 0, 8, 3, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 4, 0]

  @Test("are refused beyond 256 MB, or what is allowed")
  func images() throws {
    // Enough behind the header for the size to be possible.
    let padded = GzipBytes.member(Self.header) + [UInt8](repeating: 0, count: 600_000)
    let error = #expect(throws: FileError.self) { try IDXFile(bytes: padded, name: "images.gz") }
    let text = error?.description ?? ""
    #expect(
      text.hasPrefix(
        "images.gz: expected the array, of size 512x1024x1024 in at most 268435456 bytes"))
    #expect(text.hasSuffix("if the file is trusted, allow more with inflatingAtMost:"))
    // Allowed, it is opened, and found to be cut short when it is read.
    #expect(throws: Never.self) {
      try IDXFile(bytes: padded, name: "images.gz", inflatingAtMost: 1 << 30)
    }
  }

  @Test("count what they are read as, where that is larger")
  func widened() throws {
    let bytes = GzipBytes.member([0, 0, 8, 1, 0, 0, 0, 100] + [UInt8](repeating: 7, count: 100))
    let file = try IDXFile(bytes: bytes, name: "a.gz", inflatingAtMost: 500)
    #expect(try file.array(as: Float.self).values.count == 100)
    #expect(throws: FileError.self) { try file.array(as: Double.self) }
    #expect(throws: FileError.self) { try IDXFile(bytes: bytes, name: "a.gz", inflatingAtMost: 99) }
    // A plain file is no larger than it is.
    let plain: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 2, 3, 4]
    #expect(try IDXFile(bytes: plain, name: "a", inflatingAtMost: 1).tensor().shape == [2])
  }

  @Test("are refused as variables of a MAT-file, and cells count together")
  func variables() throws {
    var file = MATBytes()
    let cell = file.doubles("", size: [10, 1], [Double](repeating: 0, count: 10))
    file.append(
      file.doubles("x", size: [100, 1], [Double](repeating: 0, count: 100)), compressed: true)
    file.append(
      file.matrix("c", size: [5, 1], classCode: 1, data: (0..<5).flatMap { _ in cell }),
      compressed: true)
    #expect(
      try MATFile(bytes: file.bytes, name: "a.mat", inflatingAtMost: 3000).tensors("c").count == 5)
    let small = try MATFile(bytes: file.bytes, name: "a.mat", inflatingAtMost: 700)
    for read in [{ _ = try small.tensor("x") }, { _ = try small.tensors("c") }] {
      let error = #expect(throws: FileError.self) { try read() }
      #expect(error?.remedy.contains("inflatingAtMost") == true, "\(String(describing: error))")
    }
  }

  @Test("are refused as contents of a gzip file")
  func contents() throws {
    let bytes = GzipBytes.member([UInt8](repeating: 0, count: 50_000))
    let file = try GzipFile(ByteSource(bytes, name: "zeros.gz"), zlib: .shared)
    var count = 0
    #expect(throws: FileError.self) {
      try file.forEachPiece(inflatingAtMost: 30_000) { count += $0.count }
    }
    #expect(count <= 30_000)
    count = 0
    try file.forEachPiece { count += $0.count }
    #expect(count == 50_000)
  }

  @Test("may grow by a hundred, or to 256 MB")
  func limits() {
    let source = ByteSource([1, 2, 3], name: "small")
    #expect(GrowthLimit(nil, for: source).byteCount == 256 << 20)
    #expect(GrowthLimit(5, for: source).byteCount == 5)
    #expect(GrowthLimit(-5, for: source).byteCount == 0)
  }
}
