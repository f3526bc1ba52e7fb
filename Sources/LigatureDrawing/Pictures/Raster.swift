/// A picture of 8-bit pixels in memory, grey or in colour.
///
/// Coordinates count from the upper left corner, x to the right and y down. Drawing outside the
/// picture is cut off at its edges.
public struct Raster: Sendable, Equatable {
  /// What the bytes of a pixel mean.
  public enum ColorModel: Int, Sendable {
    /// One byte: 0 is black, 255 is white.
    case grey = 1
    /// Three bytes: red, green and blue, in sRGB.
    case rgb = 3
  }

  /// A colour; in a grey picture its luma (Rec. 601 weights) is drawn.
  public struct Color: Sendable, Equatable {
    /// The parts, 0 to 255.
    public var red, green, blue: UInt8

    /// Makes a colour from its parts, 0 to 255.
    public init(red: UInt8, green: UInt8, blue: UInt8) {
      self.red = red
      self.green = green
      self.blue = blue
    }

    /// A grey: 0 is black, 255 is white.
    public static func grey(_ level: UInt8) -> Color {
      Color(red: level, green: level, blue: level)
    }

    /// Black and white.
    public static let black = Color.grey(0), white = Color.grey(255)

    var luma: UInt8 {
      let thousandths: Int = 299 * Int(red) + 587 * Int(green) + 114 * Int(blue)
      return UInt8((thousandths + 500) / 1000)
    }
  }

  /// The number of pixels in a row.
  public let width: Int

  /// The number of rows.
  public let height: Int

  /// What the bytes of a pixel mean.
  public let colorModel: ColorModel

  /// The pixels `[height, width, bytes per pixel]`, row after row without padding.
  public private(set) var bytes: [UInt8]

  /// Makes a picture of one colour. O(width × height).
  ///
  /// - Precondition: the sizes are not negative.
  public init(width: Int, height: Int, colorModel: ColorModel = .grey, fill: Color = .white) {
    precondition(
      width >= 0 && height >= 0,
      "Raster: the size is \(width) x \(height) pixels; give sizes of 0 or more")
    self.width = width
    self.height = height
    self.colorModel = colorModel
    bytes = []
    bytes.reserveCapacity(width * height * colorModel.rawValue)
    let pixel = Raster.pixel(fill, colorModel)
    for _ in 0..<width * height { bytes.append(contentsOf: pixel) }
  }

  /// Makes a grey picture from values, row after row: 0 is black, 1 is white.
  ///
  /// Values are rounded to the nearest of 256 levels and clamped; NaN is black. O(width × height).
  ///
  /// - Precondition: there are `width * height` values.
  public init(grey values: some Collection<Float>, width: Int, height: Int) {
    precondition(
      width >= 0 && height >= 0 && values.count == width * height,
      "Raster: \(values.count) values came for \(width) x \(height) pixels; give one for each")
    self.width = width
    self.height = height
    colorModel = .grey
    bytes = values.map { $0 > 0 ? UInt8(min($0, 1) * 255 + 0.5) : 0 }
  }

  /// The colour at a place; `nil` outside the picture.
  public subscript(x: Int, y: Int) -> Color? {
    guard 0..<width ~= x, 0..<height ~= y else { return nil }
    let start = (y * width + x) * colorModel.rawValue
    switch colorModel {
    case .grey: return .grey(bytes[start])
    case .rgb: return Color(red: bytes[start], green: bytes[start + 1], blue: bytes[start + 2])
    }
  }

  /// Fills a rectangle with a colour. O(its area within the picture).
  public mutating func fill(x: Int, y: Int, width: Int, height: Int, with color: Color) {
    let columns = Raster.visible(x, width, of: self.width)
    let rows = Raster.visible(y, height, of: self.height)
    let pixel = Raster.pixel(color, colorModel)
    for row in rows {
      for column in columns {
        let start = (row * self.width + column) * pixel.count
        for part in pixel.indices { bytes[start + part] = pixel[part] }
      }
    }
  }

  /// The part of `start..<start + count` that lies in `0..<size`.
  private static func visible(_ start: Int, _ count: Int, of size: Int) -> Range<Int> {
    let lower = min(max(start, 0), size)
    let (sum, overflow) = start.addingReportingOverflow(max(count, 0))
    let upper = overflow ? size : min(max(sum, lower), size)
    return lower..<upper
  }

  private static func pixel(_ color: Color, _ model: ColorModel) -> [UInt8] {
    switch model {
    case .grey: [color.luma]
    case .rgb: [color.red, color.green, color.blue]
    }
  }
}
