import LigatureFiles

/// The first chunk of a PNG picture, and those that say what its samples mean.
struct PNGHead: Sendable {
  static let mark: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// What a sample stands for, by the number in the file.
  enum Colour: UInt8, Sendable {
    case grey = 0, rgb = 2, palette = 3, greyWithOpacity = 4, rgbWithOpacity = 6

    var samples: Int {
      switch self {
      case .grey, .palette: 1
      case .greyWithOpacity: 2
      case .rgb: 3
      case .rgbWithOpacity: 4
      }
    }

    func allows(_ depth: Int) -> Bool {
      switch self {
      case .grey: [1, 2, 4, 8, 16].contains(depth)
      case .palette: [1, 2, 4, 8].contains(depth)
      default: depth == 8 || depth == 16
      }
    }
  }

  let rows: Int
  let columns: Int
  let depth: Int
  let colour: Colour
  let isInterlaced: Bool

  /// Colours of a palette as red, green, blue and opacity, each 0...255.
  private(set) var palette: [[Float]] = []

  /// The one sample value of each channel that is transparent, where there is one.
  private(set) var transparent: [Int]?

  /// Whether a palette has opacities.
  private(set) var paletteHasOpacity = false

  /// Where the first chunk of compressed samples begins.
  private(set) var dataOffset = 0

  /// Numbers of a pixel once it is decoded.
  var channels: Int {
    switch colour {
    case .palette: paletteHasOpacity ? 4 : 3
    case .grey, .rgb: colour.samples + (transparent == nil ? 0 : 1)
    case .greyWithOpacity, .rgbWithOpacity: colour.samples
    }
  }

  /// Bytes of a row of samples, without the byte that says how it is filtered.
  func rowByteCount(_ columns: Int) -> Int { (columns * colour.samples * depth + 7) / 8 }

  /// Reads all chunks before the samples.
  init(_ source: ByteSource, limit: GrowthLimit) throws {
    var walk = PNGChunks(source)
    try walk.readMark()
    let first = try walk.next()
    guard first.kind == "IHDR", first.byteCount == 13 else {
      throw walk.damage("the header (IHDR, 13 bytes)", "\(first.kind), \(first.byteCount) bytes")
    }
    let bytes = try walk.contents(first)
    rows = PNGChunks.number(bytes, 4)
    columns = PNGChunks.number(bytes, 0)
    depth = Int(bytes[8])
    guard let colour = Colour(rawValue: bytes[9]), colour.allows(depth), bytes[10] == 0,
      bytes[11] == 0, bytes[12] <= 1
    else {
      throw walk.damage("a known kind of samples", "\(bytes[8...].map(String.init))")
    }
    self.colour = colour
    isInterlaced = bytes[12] == 1
    // What is refused here has no more than 2^31 rows and columns, so that products of both fit.
    guard (1...Int(Int32.max)).contains(rows), (1...Int(Int32.max)).contains(columns) else {
      throw walk.damage("1 to \(Int32.max) rows and columns", "\(rows) and \(columns)")
    }
    let most = limit.byteCount / MemoryLayout<Float>.size
    guard rows <= most / 4 / columns else {
      throw limit.exceeded(by: "an image of \(rows) rows and \(columns) columns", in: source.name)
    }
    while true {
      let chunk = try walk.next()
      switch chunk.kind {
      case "IDAT":
        dataOffset = chunk.offset
        guard colour != .palette || !palette.isEmpty else {
          throw walk.damage("a palette (PLTE) before the samples", "none")
        }
        return
      case "PLTE":
        guard chunk.byteCount % 3 == 0, (1...256).contains(chunk.byteCount / 3) else {
          throw walk.damage("1 to 256 colours of a palette", "\(chunk.byteCount) bytes")
        }
        let bytes = try walk.contents(chunk).map { Float($0) }
        palette = stride(from: 0, to: bytes.count, by: 3).map {
          [bytes[$0], bytes[$0 + 1], bytes[$0 + 2], 255]
        }
      case "tRNS": try takeTransparency(walk.contents(chunk, atMost: 256), &walk)
      case "IEND": throw walk.damage("samples (IDAT)", "the end")
      default: try walk.skip(chunk)
      }
    }
  }

  private mutating func takeTransparency(_ bytes: [UInt8], _ walk: inout PNGChunks) throws {
    switch colour {
    case .palette:
      guard bytes.count <= palette.count else {
        throw walk.damage("at most \(palette.count) opacities", "\(bytes.count)")
      }
      paletteHasOpacity = true
      for (place, byte) in bytes.enumerated() { palette[place][3] = Float(byte) }
    case .grey, .rgb:
      guard bytes.count == 2 * colour.samples else {
        throw walk.damage("\(2 * colour.samples) bytes of a transparent colour", "\(bytes.count)")
      }
      transparent = stride(from: 0, to: bytes.count, by: 2).map {
        Int(bytes[$0]) << 8 | Int(bytes[$0 + 1])
      }
    case .greyWithOpacity, .rgbWithOpacity:
      throw walk.damage("no transparent colour beside opacities", "one")
    }
  }
}
