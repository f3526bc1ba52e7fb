extension Flags {
  /// The text that `--help` prints: usage, summary, and a line for each flag with its default.
  public var help: String {
    let rows = declared.map(Self.row) + [(left: "--help", right: "print this text")]
    let width = rows.map(\.left.count).max() ?? 0
    let lines = rows.map { row in
      let gap = String(repeating: " ", count: width - row.left.count + 2)
      return "  " + row.left + gap + row.right
    }
    return """
      usage: \(program) [flags]

      \(summary)

      \(lines.joined(separator: "\n"))
      """
  }

  private static func row(of flag: any DeclaredFlag) -> (left: String, right: String) {
    let left = "--" + flag.name + (flag.placeholder.map { " " + $0 } ?? "")
    let right = flag.help + (flag.defaultText.map { " (default: \($0))" } ?? "")
    return (left, right)
  }
}
