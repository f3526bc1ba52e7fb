extension Raster {
  /// The number of rows that a line of text takes, from the top of a capital to the foot of a `g`.
  ///
  /// - Parameter scale: how many pixels wide and high a dot of the built-in font becomes.
  public static func textHeight(scale: Int = 1) -> Int { BitmapFont.height * scale }

  /// The number of columns that a line of text takes. O(characters).
  public static func textWidth(_ text: String, scale: Int = 1) -> Int {
    let widths = text.map { BitmapFont.glyph($0).width + BitmapFont.spacing }
    return max(0, widths.reduce(0, +) - BitmapFont.spacing) * scale
  }

  /// Draws a line of text with its upper left corner at a place, in a small built-in font.
  ///
  /// The font has the printable characters of ASCII; others become question marks. O(characters).
  ///
  /// - Parameter scale: how many pixels wide and high a dot of the font becomes, at least 1.
  public mutating func draw(
    _ text: String, x: Int, y: Int, scale: Int = 1, color: Color = .black
  ) {
    precondition(scale >= 1, "Raster.draw: the scale is \(scale); give 1 or more")
    var left = x
    for character in text {
      let glyph = BitmapFont.glyph(character)
      for (row, bits) in glyph.rows.enumerated() {
        for column in 0..<glyph.width where bits >> (glyph.width - 1 - column) & 1 == 1 {
          fill(
            x: left + column * scale, y: y + row * scale, width: scale, height: scale, with: color)
        }
      }
      left += (glyph.width + BitmapFont.spacing) * scale
    }
  }
}
