import Foundation

/// The file that writing to a path makes or replaces: the one that reading from there would open.
///
/// Links are followed one at a time as the system does it, by joining what a link says to the
/// folder that it stands in: after a link to a folder, `..` is the folder above the one it leads
/// to.
struct WritingPlace {
  enum Kind {
    /// A file that is there, with its permissions, or will be.
    case regular(permissions: mode_t?)
    /// A device, a pipe or a folder.
    case other
  }

  let path: String
  let kind: Kind

  /// As many links in a row as Linux follows.
  private static let mostLinks = 40

  /// - Throws: `FileError` for links that lead in a circle, and for a file that may not be written
  ///   to.
  init(_ url: URL) throws {
    func refusal(_ expected: String, _ found: String, _ remedy: String) -> FileError {
      FileError(file: url.path, expected: expected, found: found, remedy: remedy)
    }
    guard !url.path.utf8.contains(0) else {
      throw refusal("a path", "one with a zero byte", "name the file otherwise")
    }
    var status = stat()
    let exists = stat(url.path, &status) == 0
    guard exists || errno != ELOOP else {
      throw refusal(
        "a file to write to", "symbolic links that lead in a circle",
        "remove them, or give the path of the file")
    }
    guard !exists || status.st_mode & S_IFMT != S_IFDIR else {
      throw refusal("a file to write to", "a folder", "name a file in it")
    }
    guard !exists || status.st_mode & S_IFMT == S_IFREG else {
      (path, kind) = (url.path, .other)
      return
    }
    var path = url.path
    for _ in 0..<Self.mostLinks {
      guard let next = Self.destination(ofLink: path) else { break }
      path = next.hasPrefix("/") ? next : path.folderAbove + "/" + next
    }
    // A file that is there is replaced even by those who may write to anything only if it says so.
    if exists, status.st_mode & 0o222 == 0 || access(path, W_OK) != 0 {
      throw refusal(
        "a file that may be written to", "one that is read-only",
        "make it writable (chmod u+w), or write to another file")
    }
    self.path = path
    kind = .regular(permissions: exists ? status.st_mode & 0o777 : nil)
  }

  private static func destination(ofLink path: String) -> String? {
    var text = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink(path, &text, text.count - 1)
    guard count > 0 else { return nil }
    return String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension String {
  /// The path of the folder that the last name of this path stands in, for the system to resolve.
  var folderAbove: String {
    guard let slash = lastIndex(of: "/") else { return "." }
    return slash == startIndex ? "/" : String(self[..<slash])
  }

  /// The last name of this path.
  var lastName: Substring { self[(lastIndex(of: "/").map { index(after: $0) } ?? startIndex)...] }
}
