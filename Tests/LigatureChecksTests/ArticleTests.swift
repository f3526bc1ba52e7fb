import Foundation
import Ligature
import Testing

/// The article's programs are compiled, its reports are printed by them, and its table is that of
/// the checks.
///
/// `LIGATURE_RECORD=1 swift test --filter ArticleTests` writes all of it into the article anew.
@Suite("The article on checking a layer", .serialized)
struct ArticleTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  private static let article = root.appendingPathComponent("Docs/Ligature.docc/CheckingALayer.md")
  private static let records = ProcessInfo.processInfo.environment["LIGATURE_RECORD"] != nil

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// Compares what stands between `<!-- name -->` and `<!-- end -->` with `expected`, or writes it
  /// there.
  private func compare(_ name: String, _ expected: String) throws {
    let text = try String(contentsOf: Self.article, encoding: .utf8)
    let (opening, closing) = ("<!-- \(name) -->\n", "<!-- end -->")
    let start = try #require(text.range(of: opening), "the article has no part \(name)").upperBound
    let end = try #require(text.range(of: closing, range: start..<text.endIndex)).lowerBound
    guard Self.records else {
      let present = String(text[start..<end])
      #expect(present == expected, "record the article anew: see ArticleTests.swift")
      return
    }
    try (text[..<start] + expected + text[end...])
      .write(to: Self.article, atomically: true, encoding: .utf8)
  }

  private static func fenced(_ language: String, _ text: String) -> String {
    "```\(language)\n\(text)\(text.hasSuffix("\n") ? "" : "\n")```\n"
  }

  @Test(
    "shows programs that are compiled",
    arguments: [
      ("pattern", "Tests/LigatureTests/CheckPatternTests.swift"),
      ("broken layer", "Examples/CheckYourLayer/ForgetfulScale.swift"),
    ])
  func programs(name: String, path: String) throws {
    try compare(name, Self.fenced("swift", try Self.text(path)))
  }

  @Test("shows the report that the example prints")
  func report() throws {
    let process = Process()
    process.executableURL = try #require(Self.products).appendingPathComponent("CheckYourLayer")
    let pipe = Pipe()
    process.standardOutput = pipe
    let announcements = Pipe()
    process.standardError = announcements
    try process.run()
    let printed = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let announced = String(
      decoding: announcements.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    // A line for each layer, with every check in it.
    #expect(announced.split(separator: "\n").count == 2)
    #expect(announced.contains("Checking ForgetfulScale: first passes, unmarked properties, ports"))
    let start = try #require(printed.range(of: "Checking ForgetfulScale")).lowerBound
    #expect(printed[..<start].contains(" passed, 0 failed, "))
    // The time it took is the only thing that changes.
    let report = printed[start...].replacing(/in \d+\.\d+ s/, with: "in 0.02 s")
    try compare("report", Self.fenced("text", report.trimmingCharacters(in: .newlines)))
  }

  @Test("explains every check as the code does")
  func table() throws {
    let rows = CheckKind.allCases.map {
      "| \($0.title) | \($0.meaning) | \($0.commonCause) | \($0.remedy). |"
    }
    let head = ["| check | what holds | common cause of failure | remedy |", "|---|---|---|---|"]
    try compare("checks", (head + rows).joined(separator: "\n") + "\n")
  }

  @Test(
    "every check says what it means, why it fails and what to do", arguments: CheckKind.allCases)
  func explanations(of check: CheckKind) {
    for words in [check.meaning, check.commonCause, check.remedy] {
      #expect(words.count > 15 && !words.contains("|") && !words.contains("\n"), "\(check)")
    }
    #expect(check.meaning.hasSuffix("."))
    #expect(!check.remedy.hasSuffix("."))
  }

  @Test("names every option and every exception")
  func options() throws {
    let text = try String(contentsOf: Self.article, encoding: .utf8)
    let options = Mirror(reflecting: CheckOptions()).children.compactMap(\.label)
    let exceptions = CheckOptions.Exception.allCases.map { ".\($0.rawValue)" }
    for name in options + exceptions {
      #expect(text.contains("`\(name)`"), "\(name) is not explained")
    }
  }

  /// The folder that the tests and the examples were built into.
  private static var products: URL? {
    let bundles =
      Bundle.allBundles.map(\.bundleURL) + [URL(fileURLWithPath: CommandLine.arguments[0])]
    return bundles.first { $0.pathExtension == "xctest" }?.deletingLastPathComponent()
      ?? Bundle.main.executableURL?.deletingLastPathComponent()
  }
}
