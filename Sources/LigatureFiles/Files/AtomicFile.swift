import Foundation

/// Writes a file so that a reader sees the old contents or the new, and never a part of either.
///
/// The bytes go into a new file in the same folder (``PartFile``), are flushed to the disk, and
/// take the place of the target by renaming. If anything fails before that, the new file is removed
/// and the old one is as it was; if the process is killed, the next write to the same target
/// removes it. A symbolic link stays a link: the file it leads to is replaced, or made. A file that
/// may not be written to is refused. Something that is no regular file (`/dev/stdout`, a pipe)
/// cannot be replaced and is written to directly.
package final class AtomicFile {
  private enum Destination {
    case replaced(PartFile, path: String)
    case direct(Int32)
  }

  private let path: String
  private let destination: Destination

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
    let place = try WritingPlace(url)
    path = url.path
    switch place.kind {
    case .regular(let permissions):
      guard let part = PartFile(for: place.path, permissions: permissions) else {
        throw Self.failure(url.path, "to create the file")
      }
      destination = .replaced(part, path: place.path)
    case .other:
      let descriptor = open(place.path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw Self.failure(url.path, "to open the file") }
      destination = .direct(descriptor)
    }
  }

  private var descriptor: Int32 {
    switch destination {
    case .replaced(let part, _): part.descriptor
    case .direct(let descriptor): descriptor
    }
  }

  private func commit() throws {
    switch destination {
    case .replaced(let part, let target):
      guard fsync(part.descriptor) == 0 else { throw failure("to flush the file to the disk") }
      guard part.rename(to: target) else { throw failure("to put the finished file in place") }
      flushFolder(of: target)
    case .direct(let descriptor):
      guard close(descriptor) == 0 else { throw failure("to close the file") }
    }
  }

  /// After a loss of power the folder must have the new name too. Where a file system cannot do
  /// that, the file itself is safe under the old or the new name.
  private func flushFolder(of target: String) {
    let folder = open(target.folderAbove, O_RDONLY | O_CLOEXEC)
    guard folder >= 0 else { return }
    _ = fsync(folder)
    _ = close(folder)
  }

  private func abandon() {
    switch destination {
    case .replaced(let part, _): part.remove()
    case .direct(let descriptor): _ = close(descriptor)
    }
  }

  private func failure(_ expected: String) -> FileError { Self.failure(path, expected) }

  private static func failure(_ path: String, _ expected: String) -> FileError {
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
/// - Throws: `FileError` with the system's reason, and for a file that may not be written to.
///   O(bytes).
public func writeAtomically(_ data: Data, to url: URL) throws {
  try AtomicFile.write(to: url) { file in
    try data.withUnsafeBytes { try file.write($0) }
  }
}

/// Replaces the file at `url` by `text` in UTF-8, as a whole or not at all.
///
/// - Throws: as ``writeAtomically(_:to:)-(Data,_)``. O(bytes).
public func writeAtomically(_ text: String, to url: URL) throws {
  try writeAtomically(Data(text.utf8), to: url)
}
