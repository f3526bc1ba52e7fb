import Foundation
import LigatureTensors
import Testing

/// One case of a file of reference values, computed in double by a script in `Tests/Reference` and
/// printed to 14 digits: tensors by name.
struct Reference {
  private struct Numbers: Decodable {
    let shape: [Int]
    let values: [Double]
  }

  private let tensors: [String: Tensor]

  init(_ file: String, _ name: String) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Reference")
    let data = try Data(contentsOf: folder.appending(path: file + ".json"))
    let cases = try JSONDecoder().decode([String: [String: Numbers]].self, from: data)
    tensors = try #require(cases[name]).mapValues { try Tensor($0.values, shape: $0.shape) }
  }

  /// A tensor that not every case has.
  func optional(_ name: String) -> Tensor? { tensors[name] }

  subscript(_ name: String) -> Tensor {
    get throws { try #require(tensors[name], "there is no \(name)") }
  }
}
