import Testing

@testable import LigatureDrawing

@Suite("Pictures of pixels")
struct RasterTests {
  private let dark = Raster(width: 2, height: 2, fill: .black)

  @Test("values from 0 to 1 become levels, rounded and clamped")
  func levels() {
    let values: [Float] = [0, 1, 0.5, -3, 7, .nan, .infinity, 0.001]
    let picture = Raster(grey: values, width: 4, height: 2)
    #expect(picture.bytes == [0, 255, 128, 0, 255, 0, 255, 0])
  }

  @Test("drawing outside the picture is cut off")
  func clipping() {
    var picture = Raster(width: 3, height: 3)
    picture.draw(dark, x: -1, y: -1)
    picture.draw(dark, x: 2, y: 2, scale: 2)
    picture.fill(x: .max, y: .min, width: .max, height: .max, with: .black)
    picture.fill(x: 0, y: 0, width: -1, height: 1, with: .black)
    #expect(picture.bytes == [0, 255, 255, 255, 255, 255, 255, 255, 0])
    #expect(picture[3, 0] == nil && picture[0, 0] == .black)
  }

  @Test("a grid puts tiles in reading order, scaled, with gaps")
  func grid() {
    let picture = Raster.grid([dark, dark, dark], columns: 2, scale: 3, gap: 1, margin: 2)
    #expect(picture.width == 2 + 6 + 1 + 6 + 2 && picture.height == 17)
    #expect(picture[2, 2] == .black && picture[8, 2] == .white && picture[9, 2] == .black)
    #expect(picture[2, 9] == .black && picture[9, 9] == .white)
  }

  @Test("a grid is in colour as soon as a tile is")
  func colorModels() {
    let colored = Raster(width: 1, height: 1, colorModel: .rgb)
    #expect(Raster.grid([dark], columns: 1).colorModel == .grey)
    #expect(Raster.grid([dark, colored], columns: 1).colorModel == .rgb)
    let background = Raster.Color(red: 1, green: 2, blue: 3)
    #expect(Raster.grid([dark], columns: 1, background: background).colorModel == .rgb)
    #expect(Raster.grid([], columns: 3, margin: 0).width == 0)
  }

  @Test("a comparison repeats its strips for every row of columns")
  func comparison() {
    let tiles = Array(repeating: dark, count: 5)
    let one = Raster.comparison([Raster.Strip("a", tiles)], columns: 5, scale: 3)
    let two = Raster.comparison(
      [Raster.Strip("a", tiles), Raster.Strip("b", tiles)], columns: 3, scale: 3, title: "two")
    #expect(one.height == 12 + 6 + 12)
    #expect(two.height > 4 * 6 + 24 && two.width < one.width)
    #expect(Raster.comparison([]).height == 24)
  }

  @Test("every printable character of ASCII has a glyph of its own")
  func glyphs() {
    var seen: [[UInt8]] = []
    for code in UInt8(32)...126 {
      let glyph = BitmapFont.glyph(Character(UnicodeScalar(code)))
      #expect(glyph.rows.count == BitmapFont.height && 1...5 ~= glyph.width)
      #expect(glyph.rows.allSatisfy { Int($0) < 1 << glyph.width })
      let shape = [UInt8(glyph.width)] + glyph.rows
      #expect(!seen.contains(shape), "\(Character(UnicodeScalar(code))) looks like another")
      seen.append(shape)
    }
  }

  @Test("text is as wide as it says")
  func textWidth() {
    #expect(Raster.textWidth("") == 0)
    let width = Raster.textWidth("IH", scale: 2)
    var picture = Raster(width: width, height: Raster.textHeight(scale: 2))
    picture.draw("IH", x: 0, y: 0, scale: 2)
    #expect(picture[0, 0] == .black && picture[width - 1, 0] == .black)
  }
}
