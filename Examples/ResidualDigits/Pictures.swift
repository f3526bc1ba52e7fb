import ExampleSupport
import Foundation
import Ligature
import LigatureDrawing

/// The pictures the example leaves behind.
struct Pictures {
  let folder: OutputFolder

  /// How often each digit was read as which: a row for each digit.
  func writeConfusion(_ reading: Reading) throws {
    let confusion = reading.confusion
    let share = String(format: "%.2f", 100 * confusion.accuracy)
    let picture = confusionPicture(
      confusion.counts, title: "\(share) % of \(confusion.total) test digits read right")
    try folder.write("confusion.png") { try picture.writePNG(to: $0) }
  }

  /// The digits that were misread, those first of which the network was surest.
  func writeMisread(_ reading: Reading, _ images: Tensor) throws {
    let shown = reading.mistakes.prefix(48)
    let tiles = try shown.map { mistake in
      let image = try images[mistake.image]
      return misreadTile(
        Raster(
          grey: try image.scalars(as: Float.self), width: image.shape[1], height: image.shape[0]),
        "\(mistake.digit) as \(mistake.readAs)")
    }
    let count = reading.mistakes.count
    let title =
      count == 0
      ? "No digit was misread"
      : count > shown.count
        ? "\(shown.count) of \(count) misread digits" : "\(count) misread digits"
    let grid = Raster.grid(tiles, columns: 8, gap: 10, margin: 12)
    let titleHeight = 12 + Raster.textHeight(scale: 2)
    var picture = Raster(
      width: max(grid.width, Raster.textWidth(title, scale: 2) + 24),
      height: titleHeight + grid.height)
    picture.draw(title, x: 12, y: 12, scale: 2, color: .grey(24))
    picture.draw(grid, x: 0, y: titleHeight)
    try folder.write("misread.png") { try picture.writePNG(to: $0) }
  }

  /// Loss and accuracy by epoch.
  func writeTraining(_ history: TrainingHistory) throws {
    let epochs = history.epochs
    let name = Metric.accuracy.name
    func panel(_ title: String, _ training: [Double], _ test: [Double?]) -> LinePlot.Panel {
      LinePlot.Panel(
        title: title, xLabel: "epoch", yLabel: title,
        series: [
          LinePlot.Series("training", y: training),
          LinePlot.Series("test", y: test.map { $0 ?? .nan }, style: .dashedLine),
        ])
    }
    let plot = LinePlot(
      title: "A residual network on digits",
      panels: [
        panel("cross-entropy", epochs.map(\.trainingLoss), epochs.map(\.validationLoss)),
        panel(
          "accuracy", epochs.map { $0.trainingMetrics[name] ?? .nan },
          epochs.map { $0.validationMetrics[name] }),
      ])
    try folder.write("training.svg") { try plot.write(to: $0) }
  }
}

/// A table of counts, coloured by their share of the row: blue where digits were read right, red
/// where they were not, so that one in a thousand can still be seen.
private func confusionPicture(_ counts: [[Int]], title: String) -> Raster {
  let (cell, margin, text) = (52, 16, 2)
  let textHeight = Raster.textHeight(scale: text)
  let (left, top) = (margin + 34, margin + 2 * textHeight + 34)
  var picture = Raster(
    width: max(left + cell * counts.count, margin + Raster.textWidth(title, scale: text)) + margin,
    height: top + cell * counts.count + margin, colorModel: .rgb)
  func centred(_ words: String, x: Int, y: Int, _ color: Raster.Color) {
    picture.draw(
      words, x: x - Raster.textWidth(words, scale: text) / 2, y: y - 7, scale: text, color: color)
  }
  picture.draw(title, x: margin, y: margin, scale: text, color: .grey(24))
  picture.draw(
    "rows: the digit, columns: what it was read as", x: margin, y: margin + textHeight + 6,
    scale: 1, color: .grey(96))
  for (row, line) in counts.enumerated() {
    let middle = cell * row + cell / 2
    centred("\(row)", x: left - 18, y: top + middle, .grey(64))
    centred("\(row)", x: left + middle, y: top - 18, .grey(64))
    let total = max(1, line.reduce(0, +))
    for (column, count) in line.enumerated() {
      let share = Double(count) / Double(total)
      let strength = row == column ? share : min(1, 2 * share.squareRoot())
      picture.fill(
        x: left + cell * column, y: top + cell * row, width: cell - 2, height: cell - 2,
        with: row == column
          ? mixed(strength, Raster.Color(red: 8, green: 81, blue: 156))
          : mixed(strength, Raster.Color(red: 203, green: 24, blue: 29)))
      guard count > 0 else { continue }
      centred(
        "\(count)", x: left + cell * column + cell / 2 - 1, y: top + middle - 1,
        strength > 0.5 ? .white : .grey(24))
    }
  }
  return picture
}

/// A colour thinned with a light grey.
private func mixed(_ strength: Double, _ color: Raster.Color) -> Raster.Color {
  func part(_ full: UInt8) -> UInt8 { UInt8(244 + strength * (Double(full) - 244)) }
  return Raster.Color(red: part(color.red), green: part(color.green), blue: part(color.blue))
}

/// An image, enlarged, over what it is and was read as.
private func misreadTile(_ image: Raster, _ words: String) -> Raster {
  let scale = 3
  var tile = Raster(
    width: max(image.width * scale, Raster.textWidth(words, scale: 2)),
    height: image.height * scale + 6 + Raster.textHeight(scale: 2))
  tile.draw(image, x: 0, y: 0, scale: scale)
  tile.draw(words, x: 0, y: image.height * scale + 6, scale: 2, color: .grey(48))
  return tile
}
