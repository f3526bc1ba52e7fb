import Foundation
import Testing

/// The page that says what losses and metrics there are.
@Suite("The tables of losses and metrics")
struct LossTableTests {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The names in the first column of the tables of a section, `.name` without what is behind it.
  private static func names(in section: String) throws -> [String] {
    let page = try String(
      contentsOf: root.appending(path: "Docs/Ligature.docc/Training.md"), encoding: .utf8)
    let start = try #require(page.range(of: "\n## \(section)\n")).upperBound
    let end = page[start...].range(of: "\n## ")?.lowerBound ?? page.endIndex
    let rows = page[start..<end].split(separator: "\n").filter { $0.hasPrefix("| `.") }
    return rows.flatMap { row in
      (row.split(separator: "|").first ?? "").matches(of: /`\.(\w+)/).map { String($0.1) }
    }
  }

  /// What an extension of `type` declares as `public static`, other than what makes one's own.
  private static func declared(_ type: String) throws -> Set<String> {
    let folder = root.appending(path: "Sources/LigatureTraining/Losses")
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil
    ).filter { $0.lastPathComponent.hasPrefix(type) }
    let text = try files.map { try String(contentsOf: $0, encoding: .utf8) }
      .joined(separator: "\n")
    let found = text.matches(of: /\n  public static (?:let|var|func) (\w+)/).map { String($0.1) }
    return Set(found).subtracting(["custom"])
  }

  @Test(
    "have a row for what the sources declare, and nothing else",
    arguments: zip(["Losses", "Metrics"], ["Loss", "Metric"]))
  func complete(section: String, type: String) throws {
    let (names, declared) = (Set(try Self.names(in: section)), try Self.declared(type))
    #expect(declared.count >= 12)
    #expect(names.subtracting(declared).sorted() == [])
    #expect(declared.subtracting(names).sorted() == [])
  }
}
