import ExampleSupport
import Foundation
import Ligature
import LigatureDrawing

/// The pictures the example leaves behind.
struct Pictures {
  let folder: OutputFolder

  /// The first test sequence with what both networks of the first seed make of it, after the
  /// fewest training sequences, a panel for each of the first six targets.
  func writePredictions(_ comparison: Comparison, seed: Int) throws {
    guard let row = comparison.rows.first, let shared = row[.shared].first,
      let separate = row[.separate].first
    else { return }
    let problem = comparison.problem
    let lesson = try problem.lesson(row.size, seed)
    let sequence = try lesson.test.channels.slice(0..<1)
    func curves(_ scaled: Tensor) throws -> Tensor {
      try lesson.targetScaling.undone(on: scaled).squeezed(0)
    }
    let truth = try curves(lesson.test.targets.slice(0..<1))
    let guesses = (
      shared: try curves(shared.network.predict(sequence)),
      separate: try curves(separate.network.predict(sequence))
    )
    let time = (0..<truth.shape[0]).map { Double($0) * problem.timeStep }
    let panels = try problem.targetNames.prefix(6).enumerated().map { place, name in
      func series(_ title: String, _ values: Tensor, _ style: LinePlot.Style) throws
        -> LinePlot.Series
      {
        LinePlot.Series(title, x: time, y: try values.at(place, axis: 1).doubles(), style: style)
      }
      return LinePlot.Panel(
        title: "from " + problem.channels(of: place).joined(separator: ", "),
        xLabel: problem.timeLabel, yLabel: name,
        series: [
          try series("shared LSTM", guesses.shared, .line),
          try series("LSTM of its own", guesses.separate, .dashedLine),
          try series("truth", truth, .points),
        ])
    }
    let count = row.size == 1 ? "1 training sequence" : "\(row.size) training sequences"
    let plot = LinePlot(
      title: "Predictions against truth on a test sequence, after \(count)", panels: panels
    )
    try folder.write("predictions.svg") { try plot.write(to: $0) }
  }

  /// The test error of every training by the number of training sequences; the lines go through
  /// the means.
  func writeErrors(_ comparison: Comparison) throws {
    let rows = comparison.rows
    let names = (shared: "shared LSTM", separate: "separate LSTMs")
    func means(_ rival: Rival, _ name: String, _ style: LinePlot.Style) -> LinePlot.Series {
      LinePlot.Series(
        name, x: rows.map { Double($0.size) },
        y: rows.map { Summary($0[rival].map(\.testRMSE)).mean }, style: style)
    }
    func trials(_ rival: Rival, colorOf place: Int) -> LinePlot.Series {
      LinePlot.Series(
        "", x: rows.flatMap { row in row[rival].map { _ in Double(row.size) } },
        y: rows.flatMap { $0[rival].map(\.testRMSE) }, style: .points, colorOf: place)
    }
    let plot = LinePlot(
      title: "Test error by training sequences",
      panels: [
        LinePlot.Panel(
          xLabel: "training sequences", yLabel: "RMSE in standard deviations",
          series: [
            means(.shared, names.shared, .line), means(.separate, names.separate, .dashedLine),
            trials(.shared, colorOf: 0), trials(.separate, colorOf: 1),
          ], hasLogarithmicX: true)
      ]
    )
    try folder.write("errors.svg") { try plot.write(to: $0) }
  }
}
