import Foundation
import Testing

/// The page that says what functions of PyTorch and MATLAB are called here.
@Suite("The table of functions") struct FunctionTableTests {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The last column of each row: a piece of code.
  private static func rows() throws -> [String] {
    let page = try String(
      contentsOf: root.appending(path: "Docs/Ligature.docc/TensorFunctions.md"), encoding: .utf8)
    return page.split(separator: "\n").filter { $0.hasPrefix("| ") }
      .compactMap { row in
        row.replacing("\\|", with: "").split(separator: "|").last?
          .trimmingCharacters(in: .whitespaces)
      }
      .filter { $0.hasPrefix("`") && $0.hasSuffix("`") }
      .map { String($0.dropFirst().dropLast()) }
  }

  private static func sources() throws -> String {
    let folder = root.appending(path: "Sources/LigatureTensors")
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    return try (files?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
      .map { try String(contentsOf: $0, encoding: .utf8) }.joined(separator: "\n")
  }

  @Test("has 150 rows and more, and each says a name once")
  func size() throws {
    let rows = try Self.rows()
    #expect(rows.count >= 150)
    #expect(Set(rows).count == rows.count)
  }

  @Test("names what the sources declare")
  func names() throws {
    let sources = try Self.sources()
    for row in try Self.rows() {
      let code = row.replacing(/"[^"]*"/, with: "")
      let calls = code.matches(of: /([A-Za-z]\w*)\(/).map { String($0.1) }
      let properties = code.matches(of: /^x\.(\w+)$/).map { String($0.1) }
      let operators = code.matches(of: /^\w? ?([-+*\/.<>=!]+) ?\w$/).map { String($0.1) }
      let isSubscript = code.hasPrefix("x[")
      #expect(!(calls + properties + operators).isEmpty || isSubscript, "\(row)")
      for name in calls where name != "Tensor" {
        #expect(sources.contains("func \(name)(") || sources.contains("func \(name)<"), "\(row)")
      }
      for name in properties { #expect(sources.contains("public var \(name):"), "\(row)") }
      for name in operators { #expect(sources.contains("func \(name) ("), "\(row)") }
    }
  }

  @Test("leaves no public operation out")
  func complete() throws {
    let rows = try Self.rows().joined(separator: "\n")
    for declaration in try Set(Declarations.operationFiles().flatMap(Declarations.operations)) {
      let name = String(declaration.prefix { $0 != "(" })
      guard name != "[]" else { continue }
      #expect(rows.contains(name), "\(declaration)")
    }
  }
}
