import Foundation

extension CheckReport: CustomStringConvertible {
  /// Skipped checks with reason and remedy, a line for each check, failures explained, and a
  /// summary.
  public var description: String {
    var lines = ["Checking \(layer)", ""]
    if !notices.isEmpty { lines += ["Notice"] + notices.map { "  - \($0)." } + [""] }
    let skipped = entries.compactMap { entry -> String? in
      guard case .skipped(let reason, let remedy) = entry.outcome else { return nil }
      return "  - \(entry.check.title): \(reason). \(remedy)."
    }
    if !skipped.isEmpty { lines += ["Skipped"] + skipped + [""] }
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
  /// What is wrong, where, expected and found, how to mend it.
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
