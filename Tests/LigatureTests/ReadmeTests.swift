import Foundation
import Testing

/// The README's program is the `Refinement` example, and its output is what that prints.
@Suite("The README")
struct ReadmeTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// Fenced blocks of a language, without the fences.
  private static func blocks(_ language: String) throws -> [String] {
    try text("README.md").components(separatedBy: "```\(language)\n").dropFirst().map { part in
      part.components(separatedBy: "\n```")[0]
    }
  }

  @Test("shows the program that is compiled")
  func program() throws {
    let program = try Self.text("Examples/Refinement/main.swift")
    #expect(try Self.blocks("swift").first.map { $0 + "\n" } == program)
  }

  @Test("shows what the program prints")
  func output() throws {
    let process = Process()
    process.executableURL = try #require(Self.products).appendingPathComponent("Refinement")
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["LIGATURE_VERBOSE": "0"]
    ) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let printed = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(try Self.blocks("text").contains { $0 + "\n" == printed }, "it prints\n\(printed)")
  }

  @Test("stays within 150 lines")
  func length() throws {
    #expect(
      try Self.text("README.md").split(separator: "\n", omittingEmptySubsequences: false).count
        <= 151)
  }

  /// The folder that the tests and the examples were built into.
  static var products: URL? {
    let bundles =
      Bundle.allBundles.map(\.bundleURL) + [URL(fileURLWithPath: CommandLine.arguments[0])]
    return bundles.first { $0.pathExtension == "xctest" }?.deletingLastPathComponent()
      ?? Bundle.main.executableURL?.deletingLastPathComponent()
  }
}
