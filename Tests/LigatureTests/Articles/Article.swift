import Foundation
import Testing

/// A page of the documentation whose code is compiled and run.
///
/// The code of `Docs/Ligature.docc/Training.md` stands in the file `TrainingArticle.swift` beside
/// this one, in tests, between `// article: name` and `// end`. The page shows it between
/// `<!-- name -->` and `<!-- end -->`; other parts of that kind show what it prints. A whole file
/// is shown by its path: `<!-- file: Examples/FirstNetwork/main.swift -->`.
///
/// `LIGATURE_RECORD=1 swift test --filter Article` writes what belongs there into every page.
struct Article: Sendable, CustomTestStringConvertible {
  /// The page's file, without the ending.
  let name: String

  /// Whether pages are written anew instead of compared.
  private static let records = ProcessInfo.processInfo.environment["LIGATURE_RECORD"] != nil
  /// Held while a page is read and written.
  private static let lock = NSLock()

  init(_ name: String) { self.name = name }

  /// Every page of the catalogue.
  static var all: [Article] {
    get throws {
      try FileManager.default.contentsOfDirectory(
        at: SourceTree.root.appending(path: "Docs/Ligature.docc"), includingPropertiesForKeys: nil
      )
      .filter { $0.pathExtension == "md" }
      .map { Article($0.deletingPathExtension().lastPathComponent) }
      .sorted { $0.name < $1.name }
    }
  }

  var testDescription: String { name }

  private var url: URL {
    SourceTree.root.appending(path: "Docs/Ligature.docc/\(name).md")
  }

  var text: String {
    get throws { try String(contentsOf: url, encoding: .utf8) }
  }

  /// Compares a part of the page with `expected`, or writes it there.
  func compare(_ part: String, _ expected: String) throws {
    try Self.lock.withLock {
      let text = try text
      let (opening, closing) = ("<!-- \(part) -->\n", "<!-- end -->")
      let start = try #require(text.range(of: opening), "\(name) has no part \(part)")
      let rest = start.upperBound..<text.endIndex
      let end = try #require(text.range(of: closing, range: rest)).lowerBound
      guard Self.records else {
        let present = String(text[start.upperBound..<end])
        #expect(
          present == expected,
          "record the page anew: LIGATURE_RECORD=1 swift test --filter Article")
        return
      }
      try (text[..<start.upperBound] + expected + text[end...])
        .write(to: url, atomically: true, encoding: .utf8)
    }
  }

  /// Compares a part of the page with text in a fence.
  func compareText(_ part: String, _ text: String) throws {
    try compare(part, Self.fenced("text", text))
  }

  static func fenced(_ language: String, _ text: String) -> String {
    "```\(language)\n\(text)\(text.hasSuffix("\n") ? "" : "\n")```\n"
  }

  /// The pieces of code that belong to the page, by the name of the part that shows each.
  func programs() throws -> [(part: String, text: String)] {
    let pieces = try markedPieces()
    let files = try text.matches(of: #/<!-- (file: (.+)) -->/#).map { match in
      (
        part: String(match.1),
        text: try String(
          contentsOf: SourceTree.root.appending(path: String(match.2)), encoding: .utf8)
      )
    }
    return pieces + files
  }

  /// What stands between the marks of the page's file of programs, each moved to the left margin.
  private func markedPieces() throws -> [(part: String, text: String)] {
    let file = SourceTree.root.appending(path: "Tests/LigatureTests/Articles/\(name)Article.swift")
    guard FileManager.default.fileExists(atPath: file.path) else { return [] }
    let source = try String(contentsOf: file, encoding: .utf8)
    var pieces: [(part: String, text: String)] = []
    var lines: [Substring]?
    var part = ""
    for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
      let words = line.drop { $0 == " " }
      if words.hasPrefix("// article: ") {
        (part, lines) = (String(words.dropFirst(12)), [])
      } else if words == "// end", let found = lines {
        let margin = found.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
        pieces.append((part, found.map { $0.dropFirst(margin) }.joined(separator: "\n")))
        lines = nil
      } else {
        lines?.append(line)
      }
    }
    return pieces
  }
}
