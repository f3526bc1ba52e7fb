import Foundation
import LigatureFiles
import LigatureNetworks
import LigatureTensors

extension TensorStorable {
  /// Writes the value into a safetensors file, which other programs read too.
  ///
  /// A crash at any moment leaves the old file or the new one. O(bytes). Throws what storing
  /// throws, and a `FileError` if the file cannot be written.
  public func save(to url: URL) throws {
    let stored = try stored
    try SafetensorsFile.write(stored.tensors, metadata: stored.strings, to: url)
  }

  /// Reads a value that ``save(to:)`` wrote. O(bytes).
  ///
  /// Throws a `FileError` for a file that is no safetensors file or is damaged, and what making the
  /// value throws.
  public init(contentsOf url: URL) throws { try self.init(SafetensorsFile(contentsOf: url)) }

  init(_ file: SafetensorsFile) throws {
    var stored = NamedTensors(strings: file.metadata)
    for name in file.names {
      guard stored.tensors.updateValue(try file.tensor(named: name), forKey: name) == nil else {
        throw FileError(
          file: file.name, expected: "names that differ in more than Unicode normalization",
          found: "\"\(name.prefix(80))\" again", remedy: "save the value again")
      }
    }
    do { try self.init(stored) } catch let error as TensorError {
      throw TensorError("\(file.name): \(error.operation)", error.problem, remedy: error.remedy)
    }
  }

  /// The bytes of the file that ``save(to:)`` writes.
  package var savedBytes: [UInt8] {
    get throws {
      let stored = try stored
      return try SafetensorsFile.bytes(stored.tensors, metadata: stored.strings)
    }
  }

  /// The value of a file in memory.
  package init(savedBytes bytes: [UInt8], name: String) throws {
    try self.init(SafetensorsFile(bytes: bytes, name: name))
  }
}
