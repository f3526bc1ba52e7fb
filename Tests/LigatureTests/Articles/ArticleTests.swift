import Foundation
import Testing

@Suite("Articles")
struct ArticleTests {
  @Test("show code that is compiled, all of it, and no other", arguments: try Article.all)
  func code(of article: Article) throws {
    let programs = try article.programs()
    #expect(Set(programs.map(\.part)).count == programs.count, "two pieces have one name")
    for (part, text) in programs { try article.compare(part, Article.fenced("swift", text)) }
    let blocks = try article.text.matches(of: #/(?m)^ *(```|~~~) *[sS]wift/#).count
    #expect(blocks == programs.count, "every block of Swift has its source in a file of tests")
  }

  /// Pages for people, wherever they are.
  private static var pages: [String] {
    get throws {
      let docs = SourceTree.root.appending(path: "Docs")
      let found = FileManager.default.enumerator(atPath: docs.path)?.compactMap { $0 as? String }
      return ["README.md"] + (found ?? []).filter { $0.hasSuffix(".md") }.map { "Docs/" + $0 }
    }
  }

  @Test("link to files that are there", arguments: try pages)
  func links(of page: String) throws {
    let url = SourceTree.root.appending(path: page)
    let text = try String(contentsOf: url, encoding: .utf8)
    let prose = text.replacing(#/(?s)```.*?```/#, with: "").replacing(#/`[^`]*`/#, with: "")
    for match in prose.matches(of: #/\]\(([^)\s]+)\)/#) {
      let target = String(match.1)
      if target.contains("://") || target.hasPrefix("#") { continue }
      let path = String(target.prefix { $0 != "#" })
      let file = url.deletingLastPathComponent().appending(path: path)
      #expect(FileManager.default.fileExists(atPath: file.path), "\(page) links to \(target)")
    }
  }

  @Test("name programs that there are", arguments: try pages)
  func runs(of page: String) throws {
    let examples = SourceTree.root.appending(path: "Examples")
    let text = try String(
      contentsOf: SourceTree.root.appending(path: page), encoding: .utf8)
    for match in text.matches(of: #/swift run (?:-c release )?([A-Z]\w+)/#) {
      let folder = examples.appending(path: String(match.1))
      #expect(FileManager.default.fileExists(atPath: folder.path), "\(page): swift run \(match.1)")
    }
  }

  /// Every word of the package's code.
  private static func words() throws -> Set<String> {
    var words: Set<String> = []
    for file in try SourceTree.files(in: "Sources") {
      for word in file.code.utf8.split(whereSeparator: { byte in
        !(UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
          || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte)
      }) {
        words.insert(String(Substring(word)))
      }
    }
    return words
  }

  @Test("that translate names give names that there are")
  func names() throws {
    let known = try Self.words().union(["print", "MyLayer"])
    for page in ["ComingFromMATLAB", "ComingFromPyTorch"] {
      let rows = try Article(page).text.split(separator: "\n").filter { $0.hasPrefix("| ") }
      for row in rows {
        let ours = row.split(separator: " | ")[1].replacing(#/"[^"]*"/#, with: "")
        for code in ours.matches(of: #/`([^`]+)`/#) where !code.1.hasPrefix("swift build") {
          for word in code.1.matches(of: #/[A-Za-z]\w+/#) {
            let isKnown = known.contains(String(word.0))
            #expect(isKnown, "\(page): \(word.0) in \(row)")
          }
        }
      }
    }
  }

  @Test("are all on the landing page")
  func landing() throws {
    let text = try Article("Ligature").text
    for article in try Article.all where article.name != "Ligature" {
      #expect(text.contains("](\(article.name).md)"), "\(article.name)")
    }
  }
}
