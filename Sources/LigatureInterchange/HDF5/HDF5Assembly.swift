import LigatureFiles

/// Puts the chunks of a dataset together.
struct HDF5Assembly {
  private let file: HDF5File
  private let shape: [Int]
  private let size: Int
  private let chunks: HDF5Layout.Chunks
  private let filters: [HDF5Filter]
  /// Bytes of a chunk, unpacked.
  private let chunkByteCount: Int
  /// Chunks along each axis.
  private let grid: [Int]

  init(
    _ file: HDF5File, _ shape: [Int], elementByteCount: Int, _ chunks: HDF5Layout.Chunks,
    _ filters: [HDF5Filter]
  ) throws {
    self.file = file
    self.shape = shape
    size = elementByteCount
    self.chunks = chunks
    self.filters = filters
    grid = zip(shape, chunks.shape).map { $0 == 0 ? 0 : ($0 - 1) / $1 + 1 }
    // All chunks together, with what lies over the edges; so each is unpacked once, and that is
    // bounded.
    guard let one = elementCount(of: chunks.shape), one <= file.limit.byteCount / max(1, size),
      let all = elementCount(of: grid), all / 4 <= file.limit.byteCount / max(1, one * size)
    else {
      throw file.limit.exceeded(
        by: "a dataset in chunks of size \(sizeText(chunks.shape))", in: file.source.name)
    }
    chunkByteCount = one * size
  }

  /// The elements in the order of the whole; zeros where no chunk is stored.
  func assembled(_ byteCount: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: byteCount)
    guard byteCount > 0 else { return bytes }
    var seen: Set<[Int]> = []
    try forEachChunk { place, address, stored, mask in
      guard zip(place, grid).allSatisfy({ $0 >= 0 && $0 < $1 }), seen.insert(place).inserted else {
        throw file.damage("each chunk once, and in the dataset", "chunk \(place)", at: address)
      }
      let chunk = try unpacked(stored, at: address, mask: mask)
      copy(chunk, at: place, into: &bytes)
    }
    return bytes
  }

  /// Calls `body` with each chunk's place in the grid, its address, how many bytes it takes, and
  /// which filters were left out.
  private func forEachChunk(_ body: ([Int], Int, Int, Int) throws -> Void) throws {
    let all = grid.reduce(1, *)
    func place(_ number: Int) -> [Int] {
      var rest = number
      return grid.reversed().map { count in
        defer { rest /= count }
        return rest % count
      }.reversed()
    }
    switch chunks.index {
    case .single(let address, let stored, let mask):
      guard address != HDF5File.undefined else { return }
      try body(place(0), address, stored ?? chunkByteCount, mask)
    case .row(let address):
      guard address != HDF5File.undefined else { return }
      _ = try file.range(all * chunkByteCount, at: address, of: "the chunks of a dataset")
      for number in 0..<all {
        try body(place(number), address + number * chunkByteCount, chunkByteCount, 0)
      }
    case .array(let address):
      guard address != HDF5File.undefined else { return }
      try forEachEntry(of: address, count: all) { number, address, stored, mask in
        try body(place(number), address, stored, mask)
      }
    case .tree(let address):
      guard address != HDF5File.undefined else { return }
      var seen: Set<Int> = []
      try walk(address, level: nil, seen: &seen, body)
    }
  }

  private func walk(
    _ address: Int, level: Int?, seen: inout Set<Int>,
    _ body: ([Int], Int, Int, Int) throws -> Void
  ) throws {
    let what = "the tree of chunks"
    guard seen.insert(address).inserted else {
      throw file.damage("\(what) with each node once", "one twice", at: address)
    }
    var head = try file.fields(24, at: address, of: what)
    try head.mark("TREE")
    let kind = try head.number(1)
    let own = try head.number(1)
    let count = try head.number(2)
    guard kind == 1, own < 32, level == nil || own == level else {
      throw head.damage("a node of \(what)", "kind \(kind), level \(own)")
    }
    let entryByteCount = 8 + 8 * (shape.count + 1) + 8
    var entries = try file.fields(entryByteCount * count, at: address + 24, of: what)
    for _ in 0..<count {
      let (stored, mask) = (try entries.number(4), try entries.number(4))
      let offsets = try shape.map { _ in try entries.number(8) }
      try entries.skip(8)
      let child = try entries.address()
      if own > 0 {
        try walk(child, level: own - 1, seen: &seen, body)
      } else {
        guard zip(offsets, chunks.shape).allSatisfy({ $0 % $1 == 0 }) else {
          throw entries.damage("a chunk at a multiple of \(sizeText(chunks.shape))", "\(offsets)")
        }
        try body(zip(offsets, chunks.shape).map { $0 / $1 }, child, stored, mask)
      }
    }
  }

  /// Goes through a list of fixed length without pages.
  private func forEachEntry(
    of address: Int, count: Int, _ body: (Int, Int, Int, Int) throws -> Void
  ) throws {
    let what = "the list of chunks"
    var head = try file.fields(24, at: address, of: what)
    try head.mark("FAHD")
    try head.skip(1)
    let isFiltered = try head.number(1) == 1
    let width = try head.number(1)
    let pageBits = try head.number(1)
    let entries = try head.number(8)
    let block = try head.address()
    guard entries == count, width >= 8, !isFiltered || (13...20).contains(width), pageBits < 32
    else { throw head.damage("\(what) of \(count) entries", "\(entries) of \(width) bytes") }
    guard entries <= 1 << pageBits else {
      throw file.refusal("a list of at most \(1 << pageBits) chunks", "\(entries), in pages")
    }
    guard block != HDF5File.undefined else { return }
    var fields = try file.fields(14 + entries * width, at: block, of: what)
    try fields.mark("FADB")
    try fields.skip(10)
    for number in 0..<entries {
      let chunk = try fields.address()
      let stored = isFiltered ? try fields.number(width - 12) : chunkByteCount
      let mask = isFiltered ? try fields.number(4) : 0
      if !isFiltered { try fields.skip(width - 8) }
      if chunk != HDF5File.undefined { try body(number, chunk, stored, mask) }
    }
  }

  /// A chunk without its filters.
  private func unpacked(_ stored: Int, at address: Int, mask: Int) throws -> [UInt8] {
    let what = "a chunk of a dataset"
    let range = try file.range(stored, at: address, of: what)
    var rest = stored
    var bytes: [UInt8]?
    func plain() throws -> [UInt8] {
      if let bytes { return bytes }
      guard rest <= chunkByteCount + 64 else {
        throw file.damage("a chunk of \(chunkByteCount) bytes", "\(rest)", at: address)
      }
      return try file.bytes(rest, at: address, of: what)
    }
    for (number, filter) in filters.enumerated().reversed() where mask >> number & 1 == 0 {
      switch filter {
      case .fletcher32:
        let all =
          bytes == nil && rest > chunkByteCount + 64
          ? try file.bytes(rest, at: address, of: what) : try plain()
        guard HDF5Filter.hasRightSum(all) else {
          throw file.damage("a chunk with the right checksum", "another", at: address)
        }
        rest = all.count - 4
        bytes = Array(all.dropLast(4))
      case .deflate:
        let packed: any ByteProducer
        if let bytes {
          let source = ByteSource(bytes, name: file.source.name)
          packed = PlainBytes(source, 0..<bytes.count)
        } else {
          packed = PlainBytes(file.source, range)
        }
        let reader = ByteReader(
          try InflatedBytes(
            packed, wrapping: .zlib, limit: file.limit, of: what, zlib: file.zlib))
        // A checksum before the packing is part of what was packed.
        let extra = 4 * filters[..<number].count { $0 == .fletcher32 }
        var inflated: [UInt8] = []
        inflated.reserveCapacity(min(chunkByteCount + extra, reader.mostBytesLeft))
        try reader.read(chunkByteCount + extra, of: what) { inflated.append(contentsOf: $0) }
        guard try reader.isAtEnd() else {
          throw file.damage("a chunk of \(chunkByteCount) bytes", "more", at: address)
        }
        bytes = inflated
      case .shuffle: bytes = HDF5Filter.unshuffled(try plain(), elementByteCount: size)
      }
    }
    let chunk = try plain()
    guard chunk.count == chunkByteCount else {
      throw file.damage("a chunk of \(chunkByteCount) bytes", "\(chunk.count)", at: address)
    }
    return chunk
  }

  /// Copies the part of a chunk that lies in the dataset, row by row.
  private func copy(_ chunk: [UInt8], at place: [Int], into bytes: inout [UInt8]) {
    let rank = shape.count
    guard rank > 0 else {
      bytes.replaceSubrange(0..<size, with: chunk[..<size])
      return
    }
    let start = zip(place, chunks.shape).map { $0 * $1 }
    let extent = (0..<rank).map { min(chunks.shape[$0], shape[$0] - start[$0]) }
    let rowBytes = extent[rank - 1] * size
    var index = Array(repeating: 0, count: rank)
    while true {
      var (from, to) = (0, 0)
      for axis in 0..<rank {
        from = from * chunks.shape[axis] + index[axis]
        to = to * shape[axis] + start[axis] + index[axis]
      }
      bytes.withUnsafeMutableBytes { target in
        chunk.withUnsafeBytes { source in
          UnsafeMutableRawBufferPointer(rebasing: target[(to * size)..<(to * size + rowBytes)])
            .copyMemory(
              from: UnsafeRawBufferPointer(
                rebasing: source[(from * size)..<(from * size + rowBytes)]))
        }
      }
      var axis = rank - 2
      while axis >= 0 {
        index[axis] += 1
        if index[axis] < extent[axis] { break }
        index[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }
}
