import Foundation

/// A file under way, beside the target whose place it will take: `.ligature-TARGET-RANDOM.part`,
/// where TARGET is a sum of the target's name.
///
/// Its writer holds a lock on it, which the system gives back when the process ends, however it
/// ends. So a part file without a lock is what a killed writer left, and whoever writes to the same
/// target next removes it. Where a file system has no locks (`flock`), nothing is removed.
final class PartFile {
  let descriptor: Int32
  private let path: String
  private var isOpen = true

  /// Makes and locks a part file, after those that killed writers left are removed. O(names in the
  /// folder).
  ///
  /// - Parameter permissions: those of the file that is replaced; by default a new file's.
  /// - Returns: nil with `errno` if the file cannot be made.
  init?(for target: String, permissions: mode_t?) {
    let folder = target.folderAbove
    let prefix = ".ligature-\(Self.sum(of: target.lastName))-"
    Self.removeAbandoned(in: folder, prefix: prefix)
    while true {
      let number = String(UInt64.random(in: .min ... .max), radix: 36)
      let path = "\(folder)/\(prefix)\(number)\(Self.suffix)"
      let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, permissions ?? 0o666)
      guard descriptor >= 0 else { return nil }
      // Between these two lines another writer may take the file for abandoned and remove it.
      let isTaken = flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
      var status = stat()
      guard !isTaken, fstat(descriptor, &status) == 0, status.st_nlink > 0 else {
        _ = unlink(path)
        _ = close(descriptor)
        continue
      }
      if let permissions { _ = fchmod(descriptor, permissions) }
      self.path = path
      self.descriptor = descriptor
      return
    }
  }

  deinit { end() }

  /// Puts the file in the place of the target; `false` with `errno` if that fails. The lock is held
  /// until then, so that nobody takes the file for abandoned.
  func rename(to target: String) -> Bool {
    guard systemRename(path, target) == 0 else { return false }
    end()
    return true
  }

  /// Removes the file.
  func remove() {
    if isOpen { _ = unlink(path) }
    end()
  }

  private func end() {
    if isOpen { _ = close(descriptor) }
    isOpen = false
  }

  private static let suffix = ".part"

  /// FNV-1a of the name's bytes, which has room beside any name.
  private static func sum(of name: Substring) -> String {
    let sum = name.utf8.reduce(UInt64(14_695_981_039_346_656_037)) {
      ($0 ^ UInt64($1)) &* 1_099_511_628_211
    }
    return String(sum, radix: 36)
  }

  private static func removeAbandoned(in folder: String, prefix: String) {
    guard let stream = opendir(folder) else { return }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 1) { text in
          strncmp(text, prefix, prefix.utf8.count) == 0 ? String(cString: text) : nil
        }
      }
      if let name, name.hasSuffix(suffix) { removeIfAbandoned(folder + "/" + name) }
    }
  }

  private static func removeIfAbandoned(_ path: String) {
    let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
    guard descriptor >= 0 else { return }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { _ = unlink(path) }
    _ = close(descriptor)
  }
}

/// The system's `rename`, which the method of that name hides.
private func systemRename(_ path: String, _ target: String) -> Int32 { rename(path, target) }
