import LigatureFiles

/// The chunks of a PNG picture in order: length, kind, contents, CRC-32.
struct PNGChunks {
  struct Chunk {
    let kind: String
    let byteCount: Int
    /// Where the chunk begins.
    let offset: Int
    let kindBytes: [UInt8]
  }

  private let source: ByteSource
  private let reader: ByteReader
  private let start: Int

  /// - Parameter offset: where a chunk, or the mark, begins.
  init(_ source: ByteSource, from offset: Int = 0) {
    self.source = source
    start = offset
    reader = ByteReader(PlainBytes(source, offset..<source.byteCount), capacity: 4 << 10)
  }

  mutating func readMark() throws {
    let bytes = try reader.bytes(8, of: "the beginning")
    guard bytes == PNGHead.mark else {
      throw damage("a PNG image (bytes 89 50 4E 47 D A 1A A)", "other bytes")
    }
  }

  /// The head of the next chunk.
  mutating func next() throws -> Chunk {
    let offset = start + reader.position
    let head = try reader.bytes(8, of: "the head of a chunk")
    let kind = Array(head[4...])
    let count = Self.number(head, 0)
    guard kind.allSatisfy({ (65...90).contains($0) || (97...122).contains($0) }) else {
      throw damage("a chunk of a PNG image", "bytes that name none")
    }
    let name = String(decoding: kind, as: UTF8.self)
    guard count <= Int(Int32.max), count + 4 <= reader.mostBytesLeft else {
      throw reader.failure(
        expected: "\(count) bytes of chunk \(name)", found: "\(reader.mostBytesLeft)",
        remedy: "the file is damaged or cut short, so copy or download it again")
    }
    return Chunk(kind: name, byteCount: count, offset: offset, kindBytes: kind)
  }

  /// Hands out the contents in pieces and checks their sum.
  func read(_ chunk: Chunk, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    var sum = RunningCRC32()
    chunk.kindBytes.withUnsafeBytes { sum.add($0) }
    try reader.read(chunk.byteCount, of: "chunk \(chunk.kind)") {
      sum.add($0)
      try body($0)
    }
    let stored = try reader.bytes(4, of: "the sum of chunk \(chunk.kind)")
    guard Self.number(stored, 0) == Int(sum.value) else {
      throw damage("chunk \(chunk.kind) with the CRC-32 \(Self.number(stored, 0))", "\(sum.value)")
    }
  }

  /// The contents of a short chunk.
  func contents(_ chunk: Chunk, atMost limit: Int = 1024) throws -> [UInt8] {
    guard chunk.byteCount <= limit else {
      throw damage("at most \(limit) bytes of chunk \(chunk.kind)", "\(chunk.byteCount)")
    }
    var bytes: [UInt8] = []
    try read(chunk) { bytes += $0 }
    return bytes
  }

  func skip(_ chunk: Chunk) throws { try read(chunk) { _ in } }

  /// The reader, for whoever takes the contents piece by piece.
  func take(_ count: Int, of chunk: Chunk) throws -> [UInt8] {
    try reader.bytes(count, of: "chunk \(chunk.kind)")
  }

  func damage(_ expected: String, _ found: String) -> FileError {
    reader.failure(
      expected: expected, found: found,
      remedy: "the file is damaged, so copy or download it again")
  }

  /// A big-endian number of 32 bits.
  static func number(_ bytes: [UInt8], _ place: Int) -> Int {
    (0..<4).reduce(0) { $0 << 8 | Int(bytes[place + $1]) }
  }
}

/// The compressed samples of a PNG picture, which may be spread over several chunks.
final class PNGSamples: ByteProducer {
  let name: String
  private let source: ByteSource
  private var chunks: PNGChunks
  private var chunk: PNGChunks.Chunk?
  private var left = 0
  private var sum = RunningCRC32()
  private var taken = 0
  private let start: Int
  private var ended = false

  init(_ source: ByteSource, from offset: Int) throws {
    name = source.name
    self.source = source
    start = offset
    chunks = PNGChunks(source, from: offset)
    try advance()
  }

  var fileOffset: Int { start + taken }
  var growthLimit: GrowthLimit? { nil }
  var mostBytesLeft: Int { ended ? 0 : max(0, source.byteCount - fileOffset) }

  func produce(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    while left == 0, !ended {
      try endChunk()
      try advance()
    }
    guard !ended, let chunk else { return 0 }
    let bytes = try chunks.take(min(left, buffer.count), of: chunk)
    bytes.withUnsafeBytes {
      sum.add($0)
      buffer.copyMemory(from: $0)
    }
    left -= bytes.count
    taken += bytes.count
    return bytes.count
  }

  /// Passes over what follows the samples, to the picture's end.
  func finish() throws {
    while try produceNothing() {}
    while let chunk {
      if chunk.kind == "IEND" { return try chunks.skip(chunk) }
      try chunks.skip(chunk)
      self.chunk = try chunks.next()
    }
  }

  /// Passes over chunks of samples without samples; false behind the last of them.
  private func produceNothing() throws -> Bool {
    guard !ended else { return false }
    guard left == 0 else {
      throw chunks.damage("the end of the samples", "\(left) bytes more")
    }
    try endChunk()
    try advance()
    return true
  }

  private func endChunk() throws {
    guard let chunk else { return }
    let stored = PNGChunks.number(try chunks.take(4, of: chunk), 0)
    guard stored == Int(sum.value) else {
      throw chunks.damage("chunk IDAT with the CRC-32 \(stored)", "\(sum.value)")
    }
    taken += 4
  }

  private func advance() throws {
    let next = try chunks.next()
    chunk = next
    taken += 8
    ended = next.kind != "IDAT"
    left = ended ? 0 : next.byteCount
    sum = RunningCRC32()
    next.kindBytes.withUnsafeBytes { sum.add($0) }
  }
}
