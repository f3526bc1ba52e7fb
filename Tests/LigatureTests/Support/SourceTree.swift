import Foundation

/// The package's own sources, read as text.
enum SourceTree {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  struct File: Sendable {
    /// From the root of the package: `Sources/LigatureFiles/Bytes/ByteReader.swift`.
    let path: String
    /// The text without comments and strings.
    let code: String

    /// The folder that the file stands in: `LigatureFiles/Bytes`.
    var folder: String {
      path.split(separator: "/").dropFirst().dropLast().joined(separator: "/")
    }

    /// The modules of the package that it imports.
    var imports: [String] {
      code.matches(of: /(?m)^\s*(?:@\w+\s+)*import (Ligature\w*)/).map { String($0.1) }
    }

    /// The types it declares outside all others, but for private ones.
    var types: [String] {
      let declaration =
        /(?m)^(?:@\w+(?:\([^)]*\))?\s+)*((?:[a-z]+\s+)*)(?:struct|class|enum|protocol|actor|typealias)\s+(\w+)/
      return code.matches(of: declaration).filter { !$0.1.contains("private") }
        .map { String($0.2) }
    }

    /// The names it mentions that begin with a capital, but for members of something.
    var names: Set<String> {
      Set(code.matches(of: /(?:^|[^.\w])([A-Z]\w*)/).map { String($0.1) })
    }
  }

  /// The Swift files in a folder, at any depth.
  static func files(in folder: String) throws -> [File] {
    let paths = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
    let names = paths?.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") } ?? []
    return try names.sorted().map { name in
      let text = try String(contentsOf: root.appending(path: "\(folder)/\(name)"), encoding: .utf8)
      return File(path: "\(folder)/\(name)", code: stripped(text))
    }
  }

  /// The names of the modules.
  static func modules() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path)
      .filter { $0.hasPrefix("Ligature") }.sorted()
  }

  /// Comments and strings are left out, with what is interpolated in them.
  private static func stripped(_ text: String) -> String {
    text.replacing(/(?s)""".*?"""/, with: "\"\"")
      .replacing(/"(?:\\.|[^"\\\n])*"/, with: "\"\"")
      .replacing(/\/\/[^\n]*/, with: "")
  }
}
