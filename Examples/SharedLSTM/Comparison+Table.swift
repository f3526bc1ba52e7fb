import Foundation
import Ligature

extension Comparison {
  /// The test errors and times of both networks, a row for each number of training sequences.
  var table: String {
    let seedCount = rows.first?[.shared].count ?? 0
    let titles = [
      "sequences", "epochs", "shared", "separate", "shared wins", "ms/epoch shared", "separate",
    ]
    let cells = rows.map { row in
      [
        "\(row.size)", "\(row[.shared].first?.epochs ?? 0)", row.error(of: .shared),
        row.error(of: .separate), "\(row.sharedWins) of \(seedCount)",
        fixed(1000 * row.secondsPerEpoch(of: .shared), 2),
        fixed(1000 * row.secondsPerEpoch(of: .separate), 2),
      ]
    }
    let widths = titles.indices.map { column in
      ([titles] + cells).map { $0[column].count }.max() ?? 0
    }
    func line(_ cells: [String]) -> String {
      zip(cells, widths).map { cell, width in
        String(repeating: " ", count: width - cell.count) + cell
      }.joined(separator: "  ")
    }
    let rule = String(repeating: "-", count: line(titles).count)
    let caption =
      "test RMSE in standard deviations of the targets; mean ± deviation of \(seedCount) "
      + (seedCount == 1 ? "seed" : "seeds")
    return ([caption, line(titles), rule] + cells.map(line)).joined(separator: "\n")
  }
}

extension Comparison.Row {
  /// The median of the seeds.
  func secondsPerEpoch(of rival: Rival) -> Double { self[rival].map(\.secondsPerEpoch).median }

  fileprivate func error(of rival: Rival) -> String {
    let summary = Summary(self[rival].map(\.testRMSE))
    return "\(fixed(summary.mean, 3)) ± \(fixed(summary.deviation, 3))"
  }
}

/// How many numbers the LSTMs of both networks learn, and which part of the separate ones' the
/// shared one's are.
func learnablesText(shared: Network, separate: Network) -> String {
  let (one, all) = (shared.lstmLearnableCount, separate.lstmLearnableCount)
  let part = all.isMultiple(of: one) ? "1/\(all / one)" : fixed(Double(one) / Double(all), 3)
  return "LSTM learnables: \(one) shared, \(all) separate (\(part)); "
    + "in all \(shared.learnableCount) and \(separate.learnableCount)"
}

extension Network {
  /// The scalars that its LSTMs learn, each shared one counted once.
  var lstmLearnableCount: Int {
    learnables.filter { $0.path.hasPrefix("lstm") }.map(\.count).reduce(0, +)
  }
}

/// A number with so many decimals.
func fixed(_ value: Double, _ decimals: Int) -> String {
  String(format: "%.\(decimals)f", value)
}
