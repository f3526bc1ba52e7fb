import Foundation
import Ligature

/// A JSON file that a report will be written to. Making one checks that it can be written, so that
/// a wrong `--json` is found before training rather than after it; nothing is written until then.
public struct ReportFile: Sendable {
  /// The file's path, as it was given.
  public let path: String

  /// Checks that a file could be written here.
  ///
  /// - Throws: `OutputError` if the path is a folder, its folder does not exist, or nothing can be
  ///   written there.
  public init(_ path: String) throws(OutputError) {
    self.path = path
    if FileKind(of: path) == .folder || path.hasSuffix("/") {
      throw OutputError("cannot write '\(path)': it is a folder")
    }
    switch FileKind(of: folder) {
    case nil: throw OutputError("cannot write '\(path)': the folder '\(folder)' does not exist")
    case .file: throw OutputError("cannot write '\(path)': '\(folder)' is a file, not a folder")
    case .folder: break
    }
    if let problem = writingProblem(inFolder: folder) {
      throw OutputError("cannot write '\(path)': \(problem)")
    }
  }

  /// Writes `report` with sorted keys and indentation.
  ///
  /// The text is written beside the file and renamed, so whoever reads the file finds the old
  /// report or the new one, and never a part. Numbers that JSON lacks become `"NaN"`, `"Infinity"`
  /// and `"-Infinity"`.
  ///
  /// - Throws: `OutputError` if the report cannot be written; `EncodingError` if it cannot be
  ///   encoded.
  public func write(_ report: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    let text = try encoder.encode(report) + Data("\n".utf8)
    do {
      try writeAtomically(text, to: URL(fileURLWithPath: path))
    } catch {
      throw OutputError("cannot write '\(path)': \(oneLine(error))")
    }
  }

  private var folder: String {
    let folder = path.pathAbove
    return folder.isEmpty ? "." : folder
  }
}
