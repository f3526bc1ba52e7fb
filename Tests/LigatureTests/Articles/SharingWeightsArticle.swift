import Foundation
import Testing

/// The article's programs are those of `SharingWeightsPrograms`, and what they print stands below
/// them.
///
/// `LIGATURE_RECORD=1 swift test --filter SharingWeights` writes all of it into the article anew.
@Suite("The article on sharing weights")
struct SharingWeightsArticle {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let article = root.appendingPathComponent("Docs/SharingWeights.md")
  private static let records = ProcessInfo.processInfo.environment["LIGATURE_RECORD"] != nil
  /// Held while the article is read and written.
  private static let lock = NSLock()

  /// Compares what stands between `<!-- name -->` and `<!-- end -->` with `expected`, or writes it
  /// there.
  static func compare(_ name: String, _ expected: String) throws {
    try lock.withLock {
      let text = try String(contentsOf: article, encoding: .utf8)
      let (opening, closing) = ("<!-- \(name) -->\n", "<!-- end -->")
      let start = try #require(text.range(of: opening), "the article has no part \(name)")
      let rest = start.upperBound..<text.endIndex
      let end = try #require(text.range(of: closing, range: rest)).lowerBound
      guard records else {
        let present = String(text[start.upperBound..<end])
        #expect(present == expected, "record the article anew: see SharingWeightsArticle.swift")
        return
      }
      try (text[..<start.upperBound] + expected + text[end...])
        .write(to: article, atomically: true, encoding: .utf8)
    }
  }

  static func fenced(_ language: String, _ text: String) -> String {
    "```\(language)\n\(text)\n```\n"
  }

  /// The programs by name, each moved to the left margin.
  private static func programs() throws -> [(name: String, text: String)] {
    let source = try String(
      contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("SharingWeightsPrograms.swift"), encoding: .utf8)
    var programs: [(name: String, text: String)] = []
    var lines: [Substring]?
    var name = ""
    for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
      let words = line.drop { $0 == " " }
      if words.hasPrefix("// article: ") {
        (name, lines) = (String(words.dropFirst(12)), [])
      } else if words == "// end", let found = lines {
        let margin = found.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
        programs.append((name, found.map { $0.dropFirst(margin) }.joined(separator: "\n")))
        lines = nil
      } else {
        lines?.append(line)
      }
    }
    return programs
  }

  @Test("shows programs that are compiled and run")
  func code() throws {
    let programs = try Self.programs()
    for (name, text) in programs { try Self.compare(name, Self.fenced("swift", text)) }
    let article = try String(contentsOf: Self.article, encoding: .utf8)
    #expect(article.components(separatedBy: "```swift").count - 1 == programs.count)
  }
}
