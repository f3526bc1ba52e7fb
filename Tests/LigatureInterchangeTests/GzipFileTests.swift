import Testing

@testable import LigatureFiles

@Suite("gzip files", .enabled(if: Zlib.shared != nil))
struct GzipFileTests {
  private func contents(_ bytes: [UInt8], atMost limit: Int = 1 << 20) throws -> [UInt8] {
    try GzipFile(ByteSource(bytes, name: "damaged.gz"), zlib: .shared).contents(atMost: limit)
  }

  @Test("members follow one another as one stream, and zeros after them are passed over")
  func members() throws {
    let halves: [[UInt8]] = [Array("one ".utf8), [], Array("two".utf8)]
    let bytes = halves.flatMap(GzipBytes.member)
    #expect(try contents(bytes) == Array("one two".utf8))
    #expect(try contents(bytes + [0, 0, 0]) == Array("one two".utf8))
  }

  @Test("contents longer than the buffers come whole")
  func longContents() throws {
    var generator = SeededGenerator(seed: 3)
    let bytes = (0..<300_000).map { _ in UInt8.random(in: 0...40, using: &generator) }
    #expect(try contents(GzipBytes.member(bytes)) == bytes)
  }

  @Test("a wrong checksum or length is found")
  func checksums() {
    let bytes = GzipBytes.member(Array("some text".utf8))
    for distance in 1...8 {
      var copy = bytes
      copy[bytes.count - distance] ^= 1
      #expect(throws: FileError.self) { try contents(copy) }
    }
  }

  @Test("a file cut at any byte is refused by name")
  func truncation() {
    let bytes = GzipBytes.member(Array("some text".utf8))
    Damage.truncateEverywhere(bytes) { _ = try contents($0) }
  }

  @Test("contents beyond the limit are refused while they come")
  func limit() {
    let bytes = GzipBytes.member([UInt8](repeating: 0, count: 1 << 20))
    #expect(bytes.count < 2000)
    #expect(throws: FileError.self) { try contents(bytes, atMost: 100_000) }
  }
}
