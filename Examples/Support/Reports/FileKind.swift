import Foundation

/// What stands at a path.
enum FileKind {
  case file
  case folder

  /// Links are followed; nil if there is nothing.
  init?(of path: String) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
    self = isFolder.boolValue ? .folder : .file
  }
}

/// Why no file can be made in a folder; nil if one can. It is tried with an empty file, which is
/// removed at once: permissions alone do not say, on read-only volumes and for the superuser.
func writingProblem(inFolder folder: String) -> String? {
  let probe = folder + "/.probe-\(ProcessInfo.processInfo.processIdentifier)"
  let descriptor = open(probe, O_WRONLY | O_CREAT | O_EXCL, 0o600)
  guard descriptor >= 0 else { return reasonText(errno: errno) }
  close(descriptor)
  unlink(probe)
  return nil
}

/// Why a file cannot be written over; nil if it can, or is not there.
func writingProblem(ofFile path: String) -> String? {
  var status = stat()
  guard stat(path, &status) == 0 else { return errno == ELOOP ? reasonText(errno: ELOOP) : nil }
  let isWritable = status.st_mode & 0o222 != 0 && access(path, W_OK) == 0
  return isWritable ? nil : "it is read-only"
}

/// The system's words for an error number, in lower case as they stand in a sentence.
func reasonText(errno: Int32) -> String {
  String(cString: strerror(errno)).lowercased()
}
