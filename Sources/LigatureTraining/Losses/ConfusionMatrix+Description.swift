import Foundation

extension ConfusionMatrix: CustomStringConvertible {
  /// More classes than this are not printed as a table.
  private static let largestTable = 30
  /// Longer names are cut.
  private static let longestName = 12

  /// A row for each target, with the recall behind it; a column for each class that was predicted,
  /// with the precision below; and the accuracy. Of many classes, the most frequent mistakes.
  public var description: String {
    let summary = "accuracy \(Self.text(accuracy)) of \(total)"
    guard counts.count <= Self.largestTable else {
      let pairs = mistakes.prefix(10).map { mistake in
        "\(label(mistake.target)) taken for \(label(mistake.predicted)): \(mistake.count)"
      }
      return (["\(counts.count) classes, \(summary)"] + pairs).joined(separator: "\n")
    }
    let hasUndefined = undefined.contains { $0 > 0 }
    var rows = [
      ["target"] + counts.indices.map(label) + (hasUndefined ? ["none"] : []) + ["recall"]
    ]
    for (number, row) in counts.enumerated() {
      rows.append(
        [label(number)] + row.map(String.init) + (hasUndefined ? ["\(undefined[number])"] : [])
          + [Self.text(recall(.class(number)))])
    }
    rows.append(
      ["precision"] + counts.indices.map { Self.text(precision(.class($0))) }
        + (hasUndefined ? [""] : []) + [""])
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    let lines = rows.map { row -> String in
      let cells = row.enumerated().map { column, cell in
        let gap = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + gap : gap + cell
      }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
    return (lines + [summary]).joined(separator: "\n")
  }

  private func label(_ number: Int) -> String {
    let name = names[number]
    return name.count > Self.longestName ? name.prefix(Self.longestName - 1) + "…" : name
  }

  /// A share with three digits; a dash for none.
  private static func text(_ share: Double) -> String {
    share.isNaN ? "-" : String(format: "%.3f", share)
  }
}
