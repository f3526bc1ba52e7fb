import LigatureFiles
import LigatureTensors

/// Turns the compressed samples of a PNG picture into numbers.
///
/// Source: W3C, "Portable Network Graphics (PNG) Specification", third edition: filters in section
/// 9, interlacing in 8.2, the scaling of samples in 13.12.
struct PNGDecoder {
  /// The rows and columns at which a pass of an interlaced picture begins, and their distances.
  private static let passes = [
    (0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2),
    (1, 0, 2, 1),
  ]

  private let head: PNGHead
  private let samples: PNGSamples
  private let reader: ByteReader

  init(_ source: ByteSource, _ head: PNGHead, limit: GrowthLimit, zlib: Zlib?) throws {
    self.head = head
    samples = try PNGSamples(source, from: head.dataOffset)
    reader = ByteReader(
      try InflatedBytes(samples, wrapping: .zlib, limit: limit, of: "the samples", zlib: zlib))
  }

  /// The pixels as `[rows, columns, channels]`.
  func tensor(_ channels: ImageFile.Channels, _ range: ImageFile.Range) throws -> Tensor {
    let count = channels.count(of: head.channels)
    let needed = head.rows * (head.rowByteCount(head.columns) + 1)
    guard head.isInterlaced || needed <= reader.mostBytesLeft else {
      throw reader.failure(
        expected: "samples of \(head.rows) rows and \(head.columns) columns",
        found: "at most \(reader.mostBytesLeft) bytes",
        remedy: "the file is damaged or cut short, so copy or download it again")
    }
    return try Tensor(shape: [head.rows, head.columns, count], as: Float.self) { pixels in
      let passes = head.isInterlaced ? Self.passes : [(0, 0, 1, 1)]
      for (row, column, down, right) in passes where row < head.rows && column < head.columns {
        let columns = (head.columns - column + right - 1) / right
        var previous = [UInt8](repeating: 0, count: head.rowByteCount(columns))
        for row in stride(from: row, to: head.rows, by: down) {
          previous = try unfiltered(after: previous)
          let start = (row * head.columns + column) * count
          write(
            previous, columns, into: pixels, from: start, by: right * count, channels, range)
        }
      }
      guard try reader.isAtEnd() else {
        throw reader.failure(
          expected: "the end of the samples", found: "more",
          remedy: "the file is damaged, so copy or download it again")
      }
      try samples.finish()
    }
  }

  /// The next row of samples without its filter.
  private func unfiltered(after previous: [UInt8]) throws -> [UInt8] {
    let kind = try reader.bytes(1, of: "the samples")[0]
    var row: [UInt8] = []
    row.reserveCapacity(previous.count)
    try reader.read(previous.count, of: "the samples") { row.append(contentsOf: $0) }
    let distance = max(1, head.colour.samples * head.depth / 8)
    guard kind <= 4 else {
      throw reader.failure(
        expected: "a filter from 0 to 4", found: "\(kind)",
        remedy: "the file is damaged, so copy or download it again")
    }
    guard kind > 0 else { return row }
    row.withUnsafeMutableBufferPointer { row in
      previous.withUnsafeBufferPointer { above in
        for place in 0..<row.count {
          let left = place >= distance ? Int(row[place - distance]) : 0
          let up = Int(above[place])
          let predicted: Int
          switch kind {
          case 1: predicted = left
          case 2: predicted = up
          case 3: predicted = (left + up) / 2
          default:
            let corner = place >= distance ? Int(above[place - distance]) : 0
            predicted = Self.paeth(left, up, corner)
          }
          row[place] = row[place] &+ UInt8(truncatingIfNeeded: predicted)
        }
      }
    }
    return row
  }

  /// Whichever of three neighbours is nearest to their plane, in this order among equals.
  private static func paeth(_ left: Int, _ up: Int, _ corner: Int) -> Int {
    let (a, b, c) = (abs(up - corner), abs(left - corner), abs(left + up - 2 * corner))
    return a <= b && a <= c ? left : b <= c ? up : corner
  }

  /// Writes a row of pixels, each `step` numbers behind the one before.
  private func write(
    _ row: [UInt8], _ columns: Int, into pixels: UnsafeMutableBufferPointer<Float>,
    from start: Int, by step: Int, _ channels: ImageFile.Channels, _ range: ImageFile.Range
  ) {
    let stored = head.colour.samples
    let largest = Float((1 << head.depth) - 1)
    let full: Float = range == .bytes ? 255 : 1
    var pixel = [Float](repeating: 0, count: head.channels)
    for column in 0..<columns {
      if head.colour == .palette {
        // An index beyond the palette is black, as the specification recommends to be lenient.
        let index = sample(row, column)
        let colour = index < head.palette.count ? head.palette[index] : [0, 0, 0, 255]
        for channel in 0..<pixel.count { pixel[channel] = colour[channel] / 255 * full }
      } else {
        var isTransparent = head.transparent != nil
        for channel in 0..<stored {
          let value = sample(row, column * stored + channel)
          pixel[channel] = Float(value) * full / largest
          if isTransparent, value != head.transparent?[channel] { isTransparent = false }
        }
        if head.transparent != nil { pixel[stored] = isTransparent ? 0 : full }
      }
      pixel.withUnsafeBufferPointer {
        channels.convert($0, into: pixels, at: start + column * step)
      }
    }
  }

  /// The sample with a number in a row.
  @inline(__always)
  private func sample(_ row: [UInt8], _ number: Int) -> Int {
    switch head.depth {
    case 8: return Int(row[number])
    case 16: return Int(row[2 * number]) << 8 | Int(row[2 * number + 1])
    default:
      let bit = number * head.depth
      return Int(row[bit / 8]) >> (8 - head.depth - bit % 8) & ((1 << head.depth) - 1)
    }
  }
}
