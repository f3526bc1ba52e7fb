import Foundation
import Ligature

extension Problem {
  /// Where learning and validation end in a series, as shares of its rows.
  private static let (trainingEnd, validationEnd) = (0.5, 0.7)

  /// A series of one's own, in a CSV file whose rows follow one another in time.
  ///
  /// The first half of the rows is cut into windows to learn from, the next fifth into windows for
  /// validation, the rest into windows to be tested on. No window reaches over a border, no two
  /// share a row, and means and deviations are those of the training windows, so that nothing of
  /// what comes later gets into what is learned.
  ///
  /// - Parameters:
  ///   - targets: the columns to be told. The other columns are the channels, split among the
  ///     targets
  ///     in their order: as many to each.
  ///   - ignored: columns that are neither.
  ///   - window: the rows of a sequence.
  ///   - sizes: numbers of training windows, the latest ones; by default all of them.
  static func series(
    _ path: String, targets: [String], ignoring ignored: [String], window: Int, sizes: [Int]?
  ) throws -> Problem {
    let file = try CSVFile(contentsOf: URL(fileURLWithPath: path))
    func refuse(_ problem: String) -> UnusableSeries {
      UnusableSeries(path: path, problem: problem)
    }
    let channels = file.columnNames.filter { !targets.contains($0) && !ignored.contains($0) }
    if let both = targets.first(where: ignored.contains) {
      throw refuse("column '\(both)' is named by --targets and by --ignore")
    }
    for name in ignored where !file.columnNames.contains(name) {
      throw refuse(
        "--ignore names '\(name)', and the columns are "
          + file.columnNames.prefix(20).joined(separator: ", "))
    }
    let told = try file.tensor(targets, as: Double.self)
    guard channels.count >= targets.count else {
      throw refuse(
        "\(channels.count) channels are too few for "
          + (targets.count == 1 ? "a target" : "\(targets.count) targets")
          + "; name fewer columns with --targets and --ignore")
    }
    guard channels.count.isMultiple(of: targets.count) else {
      throw refuse(
        "its \(channels.count) channels cannot be split among \(targets.count) targets; "
          + "leave columns out with --ignore until each target has as many")
    }
    let read = try file.tensor(channels, as: Double.self)
    let borders = [trainingEnd, validationEnd].map { Int(Double(file.rowCount) * $0) }
    let counts = [borders[0], borders[1] - borders[0], file.rowCount - borders[1]].map {
      $0 / window
    }
    guard !counts.contains(0) else {
      throw refuse(
        "\(file.rowCount) rows make \(counts[0]) training, \(counts[1]) validation and "
          + "\(counts[2]) test windows of \(window); "
          + (window > 1 ? "make --window smaller" : "give a longer file"))
    }
    if let size = sizes?.last, size > counts[0] {
      throw refuse(
        "--sizes asks for \(size) training windows, and there are \(counts[0]); "
          + "ask for no more, or make --window smaller")
    }
    func windows(_ count: Int, from row: Int) throws -> Lesson.Sequences {
      func cut(_ values: Tensor) throws -> Tensor {
        try values.slice(row..<(row + count * window)).reshaped(to: [
          count, window, values.shape[1],
        ])
      }
      return (try cut(read), try cut(told))
    }
    return Problem(
      source: "\(path), \(file.rowCount) rows", channelNames: channels, targetNames: targets,
      sizes: sizes ?? [counts[0]], timeLabel: "row", timeStep: 1
    ) { size, _ in
      let lesson = try Lesson(
        training: windows(size, from: borders[0] - size * window),
        validation: windows(counts[1], from: borders[0]),
        test: windows(counts[2], from: borders[1]))
      guard try lesson.isFinite() else {
        throw refuse("its values are too large to be squared; rescale the columns")
      }
      return lesson
    }
  }
}

/// `--data` is no series that can be learned from.
private struct UnusableSeries: Error, CustomStringConvertible {
  let path: String
  let problem: String
  var description: String { "'\(path)': \(problem)" }
}
