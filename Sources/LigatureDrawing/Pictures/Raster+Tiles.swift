extension Raster {
  /// Draws another picture with its upper left corner at a place, every pixel `scale` times as wide
  /// and high. O(its area).
  ///
  /// - Precondition: `scale` is at least 1.
  public mutating func draw(_ tile: Raster, x: Int, y: Int, scale: Int = 1) {
    precondition(scale >= 1, "Raster.draw: the scale is \(scale); give 1 or more")
    for row in 0..<tile.height {
      for column in 0..<tile.width {
        guard let color = tile[column, row] else { continue }
        fill(x: x + column * scale, y: y + row * scale, width: scale, height: scale, with: color)
      }
    }
  }

  /// A picture of pictures: tiles from left to right and from top to bottom.
  ///
  /// All cells are as large as the largest tile, and smaller tiles stand in their upper left
  /// corners. The result is grey if all tiles and the background are. O(its area).
  ///
  /// - Parameters:
  ///   - tiles: the pictures in reading order; the last row may be incomplete.
  ///   - columns: tiles in a row, at least 1.
  ///   - scale: how many pixels wide and high a tile's pixel becomes.
  ///   - gap: pixels between neighbouring tiles.
  ///   - margin: pixels around all of them.
  ///   - background: the colour between and around.
  public static func grid(
    _ tiles: [Raster], columns: Int, scale: Int = 1, gap: Int = 2, margin: Int = 2,
    background: Color = .white
  ) -> Raster {
    precondition(columns >= 1, "Raster.grid: there are \(columns) columns; give 1 or more")
    let rows = (tiles.count + columns - 1) / columns
    let cellWidth = (tiles.map(\.width).max() ?? 0) * scale
    let cellHeight = (tiles.map(\.height).max() ?? 0) * scale
    let used = min(columns, tiles.count)
    var picture = Raster(
      width: 2 * margin + max(0, used * (cellWidth + gap) - gap),
      height: 2 * margin + max(0, rows * (cellHeight + gap) - gap),
      colorModel: colorModel(of: tiles, background), fill: background)
    for (index, tile) in tiles.enumerated() {
      picture.draw(
        tile, x: margin + index % columns * (cellWidth + gap),
        y: margin + index / columns * (cellHeight + gap), scale: scale)
    }
    return picture
  }

  static func colorModel(of tiles: [Raster], _ colors: Color...) -> ColorModel {
    let isGrey = colors.allSatisfy { $0 == .grey($0.red) }
    return isGrey && tiles.allSatisfy { $0.colorModel == .grey } ? .grey : .rgb
  }
}
