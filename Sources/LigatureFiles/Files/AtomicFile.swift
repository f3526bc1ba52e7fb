import Foundation

/// Writes a file so that a reader sees the old contents or the new, and never a part of either.
///
/// The bytes go into a new file in the same folder, are flushed to the disk, and take the place of
/// the target by renaming. If anything fails before that, the new file is removed and the old one
/// is as it was. A symbolic link stays a link: the file it leads to is replaced, or made. Something
/// that is no regular file (`/dev/stdout`, a pipe) cannot be replaced and is written to directly.
package final class AtomicFile {
  private let path: String
  private let target: String
  private let replacesTarget: Bool
  private let writtenPath: String
  private var descriptor: Int32 = -1

  /// Writes everything that `body` sends, and puts it in place when `body` returns.
  ///
  /// - Throws: what `body` throws, or a `FileError` with the system's reason.
  package static func write(to url: URL, _ body: (AtomicFile) throws -> Void) throws {
    let file = try AtomicFile(url)
    do {
      try body(file)
      try file.commit()
    } catch {
      file.abandon()
      throw error
    }
  }

  /// Appends bytes to the file. O(count).
  package func write(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest)
      let count = systemWrite(descriptor, part.baseAddress, part.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw failure("to write \(part.count) bytes") }
      rest = rest.dropFirst(count)
    }
  }

  private init(_ url: URL) throws {
    guard url.isFileURL else {
      throw FileError(
        file: url.absoluteString, expected: "a file to write to",
        found: "a URL of the scheme \"\(url.scheme ?? "")\"",
        remedy: "give a path on this machine, URL(filePath:), and upload the file from there")
    }
    path = url.path
    target = AtomicFile.destination(of: url.resolvingSymlinksInPath().path)
    var status = stat()
    let exists = stat(target, &status) == 0
    let kind = status.st_mode & S_IFMT
    replacesTarget = !exists || kind == S_IFREG
    if replacesTarget {
      let folder = URL(fileURLWithPath: target).deletingLastPathComponent()
      let suffix = String(UInt64.random(in: .min ... .max), radix: 36)
      writtenPath = folder.appendingPathComponent(".ligature-\(suffix).part").path
      let permissions = exists ? status.st_mode & 0o777 : 0o666
      descriptor = open(writtenPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, permissions)
      if descriptor >= 0 && exists { _ = fchmod(descriptor, permissions) }
    } else {
      writtenPath = target
      descriptor = open(target, O_WRONLY | O_CLOEXEC)
    }
    guard descriptor >= 0 else { throw failure("to create the file") }
  }

  /// Where a link leads whose file does not exist yet; other paths as they are.
  private static func destination(of path: String) -> String {
    var path = path
    // As many links in a row as Linux follows.
    for _ in 0..<40 {
      guard let next = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else {
        break
      }
      let folder = URL(filePath: path).deletingLastPathComponent()
      path = URL(filePath: next, relativeTo: folder).standardizedFileURL.path
    }
    return path
  }

  private func commit() throws {
    if replacesTarget && fsync(descriptor) != 0 { throw failure("to flush the file to the disk") }
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0 else { throw failure("to close the file") }
    if replacesTarget && rename(writtenPath, target) != 0 {
      throw failure("to put the finished file in place")
    }
    flushFolder()
  }

  /// After a loss of power the folder must have the new name too. Where a file system cannot do
  /// that, the file itself is safe under the old or the new name.
  private func flushFolder() {
    guard replacesTarget else { return }
    let folder = open(URL(filePath: target).deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
    guard folder >= 0 else { return }
    _ = fsync(folder)
    _ = close(folder)
  }

  private func abandon() {
    if descriptor >= 0 { _ = close(descriptor) }
    descriptor = -1
    if replacesTarget { _ = unlink(writtenPath) }
  }

  private func failure(_ expected: String) -> FileError {
    FileError(
      file: path, expected: expected, found: "\"\(String(cString: strerror(errno)))\"",
      remedy: "check that the folder exists, may be written to and has room")
  }
}

/// The system's `write`, which the methods of that name hide.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}

/// Replaces the file at `url` by `data`, as a whole or not at all.
///
/// The bytes are written beside the target and renamed over it, so an interrupted or failed write
/// leaves the old file as it was. A symbolic link is followed; a device or pipe is written to
/// directly.
///
/// - Throws: `FileError` with the system's reason. O(bytes).
public func writeAtomically(_ data: Data, to url: URL) throws {
  try AtomicFile.write(to: url) { file in
    try data.withUnsafeBytes { try file.write($0) }
  }
}

/// Replaces the file at `url` by `text` in UTF-8, as a whole or not at all.
///
/// - Throws: `FileError` with the system's reason. O(bytes).
public func writeAtomically(_ text: String, to url: URL) throws {
  try writeAtomically(Data(text.utf8), to: url)
}
