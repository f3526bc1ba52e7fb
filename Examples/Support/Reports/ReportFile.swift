import Foundation
import Ligature

/// A JSON file that a report will be written to. Making one checks that it can be written, so that
/// a wrong `--json` is found before training rather than after it; nothing is written until then.
public struct ReportFile: Sendable {
  /// The file's path, as it was given.
  public let path: String

  private let url: URL
  private let folder: OutputFolder

  /// Checks that a file could be written here, and makes the folder that it is in, with those above
  /// it, where they do not exist.
  ///
  /// - Throws: `OutputError` if the path is a folder, or nothing can be written there.
  public init(_ path: String) throws(OutputError) {
    self.path = path
    if FileKind(of: path) == .folder || path.hasSuffix("/") {
      throw OutputError("cannot write '\(path)': it is a folder")
    }
    if let problem = writingProblem(ofFile: path) {
      throw OutputError("cannot write '\(path)': \(problem)")
    }
    url = path.fileURL
    let above = path.pathAbove
    folder = try OutputFolder(above.isEmpty ? "." : above)
  }

  /// Writes `report` with sorted keys and indentation.
  ///
  /// The text is written beside the file and renamed, so whoever reads the file finds the old
  /// report or the new one, and never a part. If the folder has gone, it is made again. Numbers
  /// that JSON lacks become `"NaN"`, `"Infinity"` and `"-Infinity"`.
  ///
  /// - Throws: `OutputError` if the report cannot be written; `EncodingError` if it cannot be
  ///   encoded.
  public func write(_ report: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    let text = try encoder.encode(report) + Data("\n".utf8)
    try folder.make()
    do {
      try writeAtomically(text, to: url)
    } catch {
      throw OutputError("cannot write '\(path)': \(oneLine(error))")
    }
  }
}
