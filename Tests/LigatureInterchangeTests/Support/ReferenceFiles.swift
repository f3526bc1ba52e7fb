import Foundation

/// The files in `Reference/data`, and what they hold; `Reference/write_data.py` wrote them.
enum ReferenceFiles {
  struct Array: Decodable, Sendable {
    let shape: [Int]
    let values: [Double]
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Reference/data")

  static let expected: [String: Array] =
    (try? JSONDecoder().decode(
      [String: Array].self, from: Data(contentsOf: folder.appending(path: "expected.json")))) ?? [:]

  /// The names of those with an ending, in order.
  static func names(_ ending: String) -> [String] {
    expected.keys.filter { $0.hasSuffix(ending) }.sorted()
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appending(path: name)))
  }
}
