import Foundation
import Testing

/// The README's program is the `Refinement` example, and its output is what that prints.
@Suite("The README")
struct ReadmeTests {
  private static func text(_ path: String) throws -> String {
    try String(contentsOf: SourceTree.root.appending(path: path), encoding: .utf8)
  }

  /// Fenced blocks of a language, without the fences.
  private static func blocks(_ language: String) throws -> [String] {
    try text("README.md").components(separatedBy: "```\(language)\n").dropFirst().map { part in
      part.components(separatedBy: "\n```")[0]
    }
  }

  @Test("shows the program that is compiled, and no other")
  func program() throws {
    let program = try Self.text("Examples/Refinement/main.swift")
    #expect(try Self.blocks("swift").map { $0 + "\n" } == [program])
  }

  @Test("shows what the program prints")
  func output() throws {
    let (printed, _) = try BuiltProgram("Refinement").run()
    #expect(try Self.blocks("text").contains { $0 + "\n" == printed }, "it prints\n\(printed)")
  }

  @Test("stays within 150 lines")
  func length() throws {
    #expect(
      try Self.text("README.md").split(separator: "\n", omittingEmptySubsequences: false).count
        <= 151)
  }
}
