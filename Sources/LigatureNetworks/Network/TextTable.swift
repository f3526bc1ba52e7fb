/// Columns of text, each as wide as its widest cell, two spaces apart.
package struct TextTable {
  package enum Alignment { case left, right }

  private let columns: [(title: String, alignment: Alignment)]
  private var rows: [[String]] = []

  package init(_ columns: [(title: String, alignment: Alignment)]) { self.columns = columns }

  init(_ columns: (title: String, alignment: Alignment)...) { self.columns = columns }

  var isEmpty: Bool { rows.isEmpty }

  /// Adds a row. The last cell of a row with fewer cells than columns runs on over the rest.
  package mutating func add(_ cells: [String]) { rows.append(cells) }

  /// Adds a row of one cell below the others of a column.
  mutating func add(_ cell: String, inColumn column: Int) {
    rows.append([String](repeating: "", count: column) + [cell])
  }

  /// The table with its titles and a rule below them.
  package var lines: [String] {
    var widths = columns.map(\.title.count)
    for row in rows {
      let bounded = row.count < columns.count ? row.dropLast() : row[...]
      for (column, cell) in bounded.enumerated() {
        widths[column] = max(widths[column], cell.count)
      }
    }
    let rule = String(repeating: "-", count: widths.reduce(2 * (widths.count - 1), +))
    return [line(columns.map(\.title), widths), rule] + rows.map { line($0, widths) }
  }

  /// The rule, to end the table with.
  package var rule: String { lines[1] }

  /// Parts joined by commas in lines of at most a width, where a part is no longer than that.
  static func wrapped(_ parts: [String], width: Int) -> [String] {
    var lines: [String] = []
    for (place, part) in parts.enumerated() {
      let part = place == parts.count - 1 ? part : part + ","
      if let last = lines.last, last.count + 1 + part.count <= width {
        lines[lines.count - 1] = last + " " + part
      } else {
        lines.append(part)
      }
    }
    return lines
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var text = ""
    for (column, cell) in cells.enumerated() {
      let padding = String(repeating: " ", count: max(0, widths[column] - cell.count))
      let isLast = column == cells.count - 1
      text +=
        columns[column].alignment == .right && !(isLast && cells.count < columns.count)
        ? padding + cell : cell + (isLast ? "" : padding)
      if !isLast { text += "  " }
    }
    while text.last == " " { text.removeLast() }
    return text
  }
}

extension Int {
  /// The number with commas: `1,002,148`.
  package var grouped: String {
    let digits = String(magnitude)
    var text = ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return self < 0 ? "-" + text : text
  }

  /// The number as a size in memory, in powers of 1,000: `4.0 MB`.
  package var byteText: String {
    guard self >= 1000 else { return "\(self) B" }
    var unit = 1000
    var names = ["kB", "MB", "GB", "TB"][...]
    while names.count > 1, self / unit >= 1000 {
      unit *= 1000
      names = names.dropFirst()
    }
    // In tenths, rounded. Dividing first keeps the largest numbers from overflowing.
    let tenths = self / unit * 10 + (self % unit * 10 + unit / 2) / unit
    return "\((tenths / 10).grouped).\(tenths % 10) \(names[names.startIndex])"
  }

  /// `1 state`, `2 states`.
  package func of(_ noun: String) -> String { "\(grouped) \(noun)\(self == 1 ? "" : "s")" }
}
