import Foundation
import LigatureFiles

/// A file of TensorFlow's `Event` messages, each in a record of its length, its bytes, and masked
/// CRC-32C sums of both.
struct EventFile {
  private let handle: FileHandle

  /// A new file in a folder, which is made where it is missing. Its name tells when it began, and
  /// is no other file's.
  init(in folder: URL, at time: Double) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let process = ProcessInfo.processInfo.processIdentifier
    var number = 0
    while true {
      // Readers take the files of a folder in the order of their names.
      let name =
        "events.out.tfevents.\(Int(time)).\(Self.host).\(process)."
        + String(format: "%06d", number)
      let url = folder.appending(path: name)
      let descriptor = open(url.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
      if descriptor >= 0 {
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        break
      }
      guard errno == EEXIST, number < 999_999 else {
        throw FileError(
          file: url.path, expected: "a new file of events",
          found: "\"\(String(cString: strerror(errno)))\"",
          remedy: "check that the folder exists, may be written to and has room")
      }
      number += 1
    }
    var first = ProtocolMessage()
    first.add(1, double: time)
    first.add(3, text: "brain.Event:2")
    try append(first)
  }

  /// The machine's own name, without asking the network for it.
  private static let host: String = {
    var bytes = [CChar](repeating: 0, count: 256)
    let status = gethostname(&bytes, bytes.count - 1)
    let name = String(
      decoding: status == 0 ? bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)) : [],
      as: UTF8.self
    )
    .filter { $0.isASCII && ($0.isLetter || $0.isNumber || "-.".contains($0)) }
    return name.isEmpty ? "here" : name
  }()

  /// Writes an event behind the others.
  func append(_ event: ProtocolMessage) throws {
    let length = withUnsafeBytes(of: UInt64(event.bytes.count).littleEndian) { Data($0) }
    var record = length
    record.append(Self.sum(of: length))
    record.append(event.bytes)
    record.append(Self.sum(of: event.bytes))
    let end = try handle.offset()
    do { try handle.write(contentsOf: record) } catch {
      // A part of a record would hide all that comes behind it.
      try? handle.truncate(atOffset: end)
      throw error
    }
  }

  private static func sum(of data: Data) -> Data {
    let sum = Checksum.crc32c(data)
    let masked = (sum >> 15 | sum << 17) &+ 0xA282_EAD8
    return withUnsafeBytes(of: masked.littleEndian) { Data($0) }
  }
}
