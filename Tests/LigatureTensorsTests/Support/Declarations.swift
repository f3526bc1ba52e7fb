import Foundation

/// The public operations that the sources declare, read from their text.
enum Declarations {
  /// `name(Type, label: Type)` of each public function, operator and subscript in a source file of
  /// `LigatureTensors`, and the names of public properties that are tensors.
  static func operations(in file: String) throws -> Set<String> {
    let text = try String(contentsOf: sources.appending(path: file), encoding: .utf8)
    let function =
      /public (?:static )?(?:prefix )?func\s+(\w+|[^\w\s(]+)\s*(?:<[^(]*>)?\(([^()]*)\)/
    let subscripts = /public subscript\(([^()]*)\)/
    let property = /public var (\w+): Tensor\b/
    let functions = text.matches(of: function).map { match in
      signature(String(match.1), String(match.2))
    }
    let others = text.matches(of: subscripts).map { signature("[]", String($0.1)) }
    return Set(functions + others + text.matches(of: property).map { String($0.1) })
  }

  /// The names of the files in `Operations`, relative to the module.
  static func operationFiles() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: sources.appending(path: "Operations").path)
      .filter { $0.hasSuffix(".swift") }.map { "Operations/" + $0 }.sorted()
  }

  private static var sources: URL {
    URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources/LigatureTensors")
  }

  private static func signature(_ name: String, _ parameters: String) -> String {
    let isOperator = !name.first!.isLetter
    let parts = parameters.split(separator: ",").map { parameter -> String in
      let sides = parameter.split(separator: ":", maxSplits: 1).map {
        $0.trimmingCharacters(in: .whitespacesAndNewlines)
      }
      let type = sides[1].split(separator: "=")[0].trimmingCharacters(in: .whitespaces)
      let label = sides[0].split(separator: " ")[0]
      return isOperator || label == "_" ? type : "\(label): \(type)"
    }
    return "\(name)(\(parts.joined(separator: ", ")))"
  }
}
