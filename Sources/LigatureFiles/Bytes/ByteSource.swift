import Foundation

/// The bytes of a file or of memory, read at any offset.
///
/// A file is read piece by piece with `pread`, not mapped: a file that somebody cuts short
/// meanwhile gives an error where a mapping would end the process.
package final class ByteSource: Sendable {
  private enum Storage: Sendable {
    case descriptor(Int32)
    case memory([UInt8])
  }

  /// What to call the file in errors.
  package let name: String

  /// The number of bytes when the source was opened.
  package let byteCount: Int

  private let storage: Storage

  /// Opens a regular file for reading.
  ///
  /// - Throws: `FileError` if it is missing, a folder, or not allowed to be read.
  package init(_ url: URL) throws {
    guard url.isFileURL else {
      throw FileError(
        file: url.absoluteString, expected: "the URL of a file", found: "another kind of URL",
        remedy: "download it first")
    }
    name = url.path
    func refusal(
      _ found: String, _ remedy: String = "check the path and its permissions"
    ) -> FileError {
      FileError(file: url.path, expected: "a file that can be read", found: found, remedy: remedy)
    }
    // The system would see the path end there.
    guard !url.path.utf8.contains(0) else { throw refusal("a path with a zero byte") }
    // Without O_NONBLOCK, opening a pipe would wait for a writer.
    let descriptor = open(url.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw refusal("\"\(String(cString: strerror(errno)))\"") }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      _ = close(descriptor)
      throw isFolder
        ? refusal("a folder", "name a file in it")
        : refusal("a device, pipe or socket", "copy what it gives into a file")
    }
    byteCount = Int(status.st_size)
    storage = .descriptor(descriptor)
  }

  /// Reads from memory under the name of a file.
  package init(_ bytes: [UInt8], name: String) {
    self.name = name
    byteCount = bytes.count
    storage = .memory(bytes)
  }

  deinit {
    if case .descriptor(let descriptor) = storage { _ = close(descriptor) }
  }

  /// Reads up to `buffer.count` bytes at `offset`; 0 at the end.
  package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
    guard offset < byteCount else { return 0 }
    let room = UnsafeMutableRawBufferPointer(
      rebasing: buffer.prefix(min(buffer.count, byteCount - offset)))
    switch storage {
    case .memory(let bytes):
      bytes.withUnsafeBytes {
        room.copyMemory(from: .init(rebasing: $0[offset...].prefix(room.count)))
      }
      return room.count
    case .descriptor(let descriptor):
      while true {
        let count = pread(descriptor, room.baseAddress, room.count, off_t(offset))
        if count >= 0 { return count }
        if errno != EINTR {
          throw FileError(
            file: name, offset: offset, expected: "\(room.count) bytes",
            found: "\"\(String(cString: strerror(errno)))\"",
            remedy: "check the disk and try again")
        }
      }
    }
  }
}
