extension Raster {
  /// Pictures that belong together, such as all originals, with the caption of their rows.
  public struct Strip: Sendable {
    /// What stands before each row.
    public var caption: String

    /// The pictures from left to right; those at one index of several strips stand below each
    /// other.
    public var tiles: [Raster]

    /// Makes a strip.
    public init(_ caption: String, _ tiles: [Raster]) {
      self.caption = caption
      self.tiles = tiles
    }
  }

  /// A picture that compares strips column by column, such as originals above their
  /// reconstructions.
  ///
  ///     let picture = Raster.comparison([
  ///       Raster.Strip("original", images), Raster.Strip("reconstruction", rebuilt),
  ///     ])
  ///     try picture.writePNG(to: url)
  ///
  /// Every row of `columns` tiles of the first strip is followed by the same columns of the others.
  /// A wider gap parts these groups, and captions stand on the left. O(its area).
  ///
  /// - Parameters:
  ///   - strips: from top to bottom.
  ///   - columns: tiles in a row, at least 1.
  ///   - scale: how many pixels wide and high a tile's pixel becomes.
  ///   - title: a line above all, or nothing.
  public static func comparison(
    _ strips: [Strip], columns: Int = 8, scale: Int = 3, title: String = ""
  ) -> Raster {
    precondition(
      columns >= 1 && scale >= 1,
      "Raster.comparison: \(columns) columns at a scale of \(scale); give 1 or more of each"
    )
    let plan = ComparisonPlan(strips, columns: columns, scale: scale, title: title)
    let tiles = strips.flatMap(\.tiles)
    var picture = Raster(
      width: plan.width, height: plan.height, colorModel: colorModel(of: tiles), fill: .white)
    picture.draw(
      title, x: plan.margin, y: plan.margin, scale: ComparisonPlan.textScale, color: .grey(24))
    for group in 0..<plan.groups {
      for (index, strip) in strips.enumerated() {
        let y = plan.y(group: group, strip: index)
        let textWidth = textWidth(strip.caption, scale: ComparisonPlan.textScale)
        let ascent = BitmapFont.ascent * ComparisonPlan.textScale
        picture.draw(
          strip.caption, x: plan.margin + plan.captionWidth - textWidth,
          y: y + (plan.cellHeight - ascent) / 2, scale: ComparisonPlan.textScale, color: .grey(64))
        for (column, tile) in strip.tiles.dropFirst(group * columns).prefix(columns).enumerated() {
          picture.draw(tile, x: plan.x(column: column), y: y, scale: scale)
        }
      }
    }
    return picture
  }
}

/// Where the parts of a comparison stand.
private struct ComparisonPlan {
  static let textScale = 2

  let margin = 12
  let captionWidth: Int
  let cellWidth: Int
  let cellHeight: Int
  let groups: Int
  private let columns: Int
  private let strips: Int
  private let titleWidth: Int
  private let titleHeight: Int
  private let gap = 3
  private let groupGap = 12
  private let captionGap: Int

  init(_ strips: [Raster.Strip], columns: Int, scale: Int, title: String) {
    let tiles = strips.flatMap(\.tiles)
    let most = strips.map(\.tiles.count).max() ?? 0
    cellWidth = (tiles.map(\.width).max() ?? 0) * scale
    cellHeight = (tiles.map(\.height).max() ?? 0) * scale
    groups = (most + columns - 1) / columns
    self.columns = min(columns, most)
    self.strips = strips.count
    captionWidth =
      strips.map { Raster.textWidth($0.caption, scale: Self.textScale) }.max() ?? 0
    captionGap = captionWidth > 0 ? 10 : 0
    titleWidth = Raster.textWidth(title, scale: Self.textScale)
    titleHeight = title.isEmpty ? 0 : Raster.textHeight(scale: Self.textScale) + 6
  }

  var width: Int {
    let tilesWidth = captionWidth + captionGap + max(0, columns * (cellWidth + gap) - gap)
    return 2 * margin + max(titleWidth, tilesWidth)
  }

  var height: Int {
    2 * margin + titleHeight + max(0, groups * (groupHeight + groupGap) - groupGap)
  }

  func x(column: Int) -> Int {
    margin + captionWidth + captionGap + column * (cellWidth + gap)
  }

  func y(group: Int, strip: Int) -> Int {
    margin + titleHeight + group * (groupHeight + groupGap) + strip * (cellHeight + gap)
  }

  private var groupHeight: Int { max(0, strips * (cellHeight + gap) - gap) }
}
