import Foundation
import LigatureNetworks
import LigatureTensors

/// Records beside stored tensors, as JSON, and numbers in them that are trusted only within
/// bounds.
enum StateRecord {
  /// Far more than anyone counts to, and far from overflowing.
  private static let largestCount = 1 << 53

  static func text<Record: Encodable>(_ record: Record) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return String(decoding: try encoder.encode(record), as: UTF8.self)
  }

  static func value<Record: Decodable>(of stored: NamedTensors, _ key: String) throws -> Record {
    guard let text = stored.strings[key] else {
      throw TensorError(
        key == "ligature.solver" ? "SolverState" : "TrainingState",
        "there is no \"\(key)\" in it, so it is no stored state",
        remedy: "Give what a state's stored or save(to:) made")
    }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do { return try decoder.decode(Record.self, from: Data(text.utf8)) } catch {
      throw damage("\"\(key)\" cannot be read: \(reason(error))")
    }
  }

  /// A number of things.
  static func count(_ count: Int, _ what: String) throws -> Int {
    guard (0...largestCount).contains(count) else { throw damage("it has \(count) \(what)") }
    return count
  }

  static func damage(_ problem: String) -> TensorError {
    TensorError(
      "TrainingState", String(problem.prefix(400)),
      remedy: "The state is damaged: copy its file again, or begin anew")
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _): "\"\(key.stringValue)\" is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
      DecodingError.dataCorrupted(let context):
      "\(context.codingPath.map(\.stringValue).joined(separator: "/")): "
        + context.debugDescription.trimmingCharacters(in: ["."])
    default: "\(error)"
    }
  }
}
