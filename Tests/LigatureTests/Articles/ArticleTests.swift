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
    for match in text.matches(of: #/\]\(([^)\s]+)\)/#) {
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

  @Test("are all on the landing page")
  func landing() throws {
    let text = try Article("Ligature").text
    for article in try Article.all where article.name != "Ligature" {
      #expect(text.contains("](\(article.name).md)"), "\(article.name)")
    }
  }
}
