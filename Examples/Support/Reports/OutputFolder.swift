import Foundation

/// A folder that results can be written to. Making one makes the folder and tries it, so that a
/// wrong `--output` is found before training rather than after it.
public struct OutputFolder: Sendable {
  /// The folder's path, as it was given.
  public let path: String

  private let url: URL

  /// Makes the folder, and those above it, where they do not exist.
  ///
  /// - Throws: `OutputError` if the path is a file, or nothing can be written there.
  public init(_ path: String) throws(OutputError) {
    self.path = path
    url = path.fileURL
    try make()
    if let problem = writingProblem(inFolder: path) {
      throw OutputError("cannot write into the folder '\(path)': \(problem)")
    }
  }

  /// The place of a file in this folder.
  public func file(_ name: String) -> URL { url.appending(path: name) }

  /// Writes a file in this folder. If the folder has gone since it was made, it is made again.
  ///
  /// - Throws: `OutputError` if the folder or the file cannot be written.
  public func write(_ name: String, _ body: (URL) throws -> Void) throws(OutputError) {
    try make()
    do {
      try body(file(name))
    } catch {
      throw OutputError("cannot write '\(path)/\(name)': \(oneLine(error))")
    }
  }

  /// Makes the folder, and those above it, where they do not exist.
  func make() throws(OutputError) {
    if let file = Self.existingFile(onTheWayTo: path) {
      throw OutputError("cannot write into the folder '\(path)': '\(file)' is a file")
    }
    do {
      try FileManager.default.createDirectory(
        atPath: url.path, withIntermediateDirectories: true)
    } catch {
      throw OutputError("cannot create the folder '\(path)': \(Self.reason(error))")
    }
  }

  /// The path itself, or the part of it that exists, if that is a file.
  private static func existingFile(onTheWayTo path: String) -> String? {
    var part = path
    while !part.isEmpty {
      switch FileKind(of: part) {
      case .file: return part
      case .folder: return nil
      case nil:
        let above = part.pathAbove
        if above == part { return nil }
        part = above
      }
    }
    return nil
  }

  private static func reason(_ error: any Error) -> String {
    let underlying = (error as? CocoaError)?.underlying as? POSIXError
    return underlying.map { reasonText(errno: $0.code.rawValue) } ?? oneLine(error)
  }
}

/// Why a result cannot be written. Its description is one line that names the file or folder.
public struct OutputError: Error, Equatable, CustomStringConvertible {
  /// What cannot be written, and why.
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
