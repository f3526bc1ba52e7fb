import Foundation

extension CheckReport: CustomStringConvertible {
  /// Skipped checks with reason and remedy, a line for each check, failures explained, and a
  /// summary.
  public var description: String {
    var lines = ["Checking \(layer)", ""]
    if !notices.isEmpty { lines += ["Notice"] + notices.map { "  - \($0)." } + [""] }
    if skippedCount > 0 { lines += ["Skipped"] + skippedLines + [""] }
    for entry in entries {
      switch entry.outcome {
      case .passed(let detail):
        lines.append("  ✓ \(entry.check.title)" + (detail.isEmpty ? "" : " (\(detail))"))
      case .failed(let failures):
        lines.append(
          "  ✗ \(entry.check.title)" + (failures.count > 1 ? " (\(failures.count))" : ""))
      case .skipped: break
      }
    }
    for entry in entries {
      guard case .failed(let failures) = entry.outcome else { continue }
      lines += ["", "✗ \(entry.check.title)"]
      for failure in failures { lines += failure.lines }
    }
    lines += ["", summary]
    return lines.joined(separator: "\n")
  }

  /// Reason and remedy of skipped checks, once for all that share them.
  private var skippedLines: [String] {
    var groups: [(words: String, titles: [String])] = []
    for entry in entries {
      guard case .skipped(let reason, let remedy) = entry.outcome else { continue }
      let words = "\(reason). \(remedy)."
      if let place = groups.firstIndex(where: { $0.words == words }) {
        groups[place].titles.append(entry.check.title)
      } else {
        groups.append((words, [entry.check.title]))
      }
    }
    return groups.flatMap { words, titles -> [String] in
      titles.count == 1
        ? ["  - \(titles[0]): \(words)"] : ["  - \(words)"] + Self.wrapped(titles, indent: "    ")
    }
  }

  /// Words with commas between them, in lines of at most a hundred columns.
  private static func wrapped(_ words: [String], indent: String) -> [String] {
    var lines = [indent + words[0]]
    for word in words.dropFirst() {
      let last = lines.count - 1
      lines[last] += ","
      if lines[last].count + word.count + 2 > 100 {
        lines.append(indent + word)
      } else {
        lines[last] += " " + word
      }
    }
    return lines
  }

  /// `31 passed, 0 failed, 3 skipped in 0.12 s`.
  public var summary: String {
    "\(passedCount) passed, \(failedCount) failed, \(skippedCount) skipped in "
      + String(format: seconds < 10 ? "%.2f s" : "%.1f s", seconds)
  }

  /// The report as JSON, with sorted keys.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}

extension CheckReport.Failure {
  /// What is wrong, where, expected and found, how to fix it.
  fileprivate var lines: [String] {
    [
      "  \(problem)",
      "    where:    \(place)",
      "    expected: \(expected)",
      "    found:    \(found)",
      "    remedy:   \(remedy)",
    ]
  }
}
