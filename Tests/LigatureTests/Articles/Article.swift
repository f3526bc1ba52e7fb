import Foundation
import Testing

/// A page of the documentation whose programs are compiled: they stand in a file of tests, between
/// `// article: name` and `// end`, and are shown in the page between `<!-- name -->` and
/// `<!-- end -->`, as is what they print.
struct Article {
  /// The page, from the root of the package.
  let page: String
  /// The file of its programs, beside this one.
  let source: String

  /// Whether pages are written anew instead of compared.
  private static let records = ProcessInfo.processInfo.environment["LIGATURE_RECORD"] != nil
  /// Held while a page is read and written.
  private static let lock = NSLock()

  private var url: URL { SourceTree.root.appending(path: page) }

  /// Compares a part of the page with `expected`, or writes it there.
  func compare(_ name: String, _ expected: String) throws {
    try Self.lock.withLock {
      let text = try String(contentsOf: url, encoding: .utf8)
      let (opening, closing) = ("<!-- \(name) -->\n", "<!-- end -->")
      let start = try #require(text.range(of: opening), "\(page) has no part \(name)")
      let rest = start.upperBound..<text.endIndex
      let end = try #require(text.range(of: closing, range: rest)).lowerBound
      guard Self.records else {
        let present = String(text[start.upperBound..<end])
        #expect(present == expected, "record the page anew: LIGATURE_RECORD=1 swift test")
        return
      }
      try (text[..<start.upperBound] + expected + text[end...])
        .write(to: url, atomically: true, encoding: .utf8)
    }
  }

  static func fenced(_ language: String, _ text: String) -> String {
    "```\(language)\n\(text)\n```\n"
  }

  /// The programs by name, each moved to the left margin.
  func programs() throws -> [(name: String, text: String)] {
    let source = try String(
      contentsOf: SourceTree.root.appending(path: "Tests/LigatureTests/Articles/\(source)"),
      encoding: .utf8)
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

  /// Compares every program with what the page shows, which shows no others.
  func compareAll() throws {
    let programs = try programs()
    for (name, text) in programs { try compare(name, Self.fenced("swift", text)) }
    let text = try String(contentsOf: url, encoding: .utf8)
    #expect(text.components(separatedBy: "```swift").count - 1 == programs.count)
  }
}
