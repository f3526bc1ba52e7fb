import Foundation
import LigatureFiles
import Testing

@testable import LigatureDrawing

@Suite("PNG files")
struct PNGTests {
  static let pictures: [Raster] = {
    var sloped = Raster(grey: (0..<35).map { Float($0) / 34 }, width: 7, height: 5)
    sloped.fill(x: 2, y: 1, width: 3, height: 2, with: .white)
    var colored = Raster(width: 9, height: 6, colorModel: .rgb)
    for index in 0..<9 {
      colored.fill(
        x: index, y: index / 2, width: 2, height: 2,
        with: Raster.Color(red: UInt8(index * 28), green: UInt8(255 - index * 9), blue: 77))
    }
    return [
      sloped, colored, Raster(width: 1, height: 1), Raster(width: 300, height: 250, fill: .black),
    ]
  }()

  @Test("what is written is what a plain decoder reads", arguments: pictures.indices)
  func roundTrip(_ index: Int) throws {
    let picture = Self.pictures[index]
    if let zlib = Zlib.shared {
      let file = try PNGBytes(picture.pngData(zlib: zlib))
      #expect(try file.pixels(file.inflated(zlib)) == picture.bytes)
    }
    let file = try PNGBytes(picture.pngData(zlib: nil))
    #expect(file.width == picture.width && file.height == picture.height)
    #expect(try file.pixels(file.unstored()) == picture.bytes)
  }

  @Test("a picture without pixels still makes a file")
  func empty() throws {
    let file = try PNGBytes(Raster(width: 0, height: 3).pngData())
    #expect(file.width == 1 && file.height == 1)
  }

  @Test("the checksums have the values that their definitions give")
  func checksums() {
    #expect(Checksum.crc32("123456789".utf8) == 0xCBF4_3926)
    #expect(Checksum.adler32("Wikipedia".utf8) == 0x11E6_0398)
    #expect(Checksum.crc32([]) == 0 && Checksum.adler32([]) == 1)
  }
}

/// A plain PNG decoder, kept apart from the encoder.
private struct PNGBytes {
  struct Malformed: Error {}

  let width: Int
  let height: Int
  private let bytesPerPixel: Int
  private let stream: [UInt8]

  init(_ data: Data) throws {
    var rest = Array(data)[...]
    guard rest.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else {
      throw Malformed()
    }
    rest = rest.dropFirst(8)
    var chunks: [(type: String, contents: [UInt8])] = []
    while !rest.isEmpty {
      let count = PNGBytes.number(rest.prefix(4))
      let body = rest.dropFirst(4).prefix(4 + count)
      guard PNGBytes.number(rest.dropFirst(8 + count).prefix(4)) == Int(Checksum.crc32(body)) else {
        throw Malformed()
      }
      chunks.append((String(decoding: body.prefix(4), as: UTF8.self), Array(body.dropFirst(4))))
      rest = rest.dropFirst(12 + count)
    }
    guard chunks.map(\.type) == ["IHDR", "IDAT", "IEND"] else { throw Malformed() }
    let header = chunks[0].contents
    width = PNGBytes.number(header[0..<4])
    height = PNGBytes.number(header[4..<8])
    bytesPerPixel = header[9] == 0 ? 1 : 3
    stream = chunks[1].contents
  }

  private static func number(_ bytes: some Sequence<UInt8>) -> Int {
    bytes.reduce(0) { $0 << 8 | Int($1) }
  }

  func inflated(_ zlib: Zlib) throws -> [UInt8] {
    guard let inflater = Inflater(zlib, wrapping: .zlib) else { throw Malformed() }
    var rows = [UInt8](repeating: 0, count: height * (width * bytesPerPixel + 1))
    let step = stream.withUnsafeBytes { input in
      rows.withUnsafeMutableBytes { inflater.inflate(input, into: $0) }
    }
    guard step.progress == .ended && step.produced == rows.count else { throw Malformed() }
    return rows
  }

  func unstored() throws -> [UInt8] {
    var rest = stream.dropFirst(2)
    var rows: [UInt8] = []
    var isLast = false
    while !isLast {
      let head = Array(rest.prefix(5))
      isLast = head[0] == 1
      let count = Int(head[1]) | Int(head[2]) << 8
      guard head[3] == ~head[1], head[4] == ~head[2] else { throw Malformed() }
      rows += rest.dropFirst(5).prefix(count)
      rest = rest.dropFirst(5 + count)
    }
    guard PNGBytes.number(rest) == Int(Checksum.adler32(rows)) else { throw Malformed() }
    return rows
  }

  func pixels(_ rows: [UInt8]) throws -> [UInt8] {
    let length = width * bytesPerPixel
    var pixels = [UInt8](repeating: 0, count: length * height)
    for row in 0..<height {
      let filter = rows[row * (length + 1)]
      for column in 0..<length {
        let a = column < bytesPerPixel ? 0 : Int(pixels[row * length + column - bytesPerPixel])
        let b = row == 0 ? 0 : Int(pixels[(row - 1) * length + column])
        let c =
          row == 0 || column < bytesPerPixel
          ? 0 : Int(pixels[(row - 1) * length + column - bytesPerPixel])
        let p = a + b - c
        let paeth = [a, b, c].enumerated().min {
          (abs(p - $0.element), $0.offset) < (abs(p - $1.element), $1.offset)
        }
        guard filter <= 4 else { throw Malformed() }
        let prediction = [0, a, b, (a + b) / 2, paeth?.element ?? 0][Int(filter)]
        pixels[row * length + column] =
          rows[row * (length + 1) + 1 + column] &+ UInt8(prediction)
      }
    }
    return pixels
  }
}
