import Foundation
import LigatureFiles
import LigatureTensors

/// A safetensors file: tensors by name, and strings by name beside them.
///
///     let file = try SafetensorsFile(contentsOf: url)
///     file.names                                    // ["fc.bias", "fc.weight"]
///     file.shape(of: "fc.weight")                   // [10, 784]
///     let weight = try file.tensor(named: "fc.weight")
///     try SafetensorsFile.write(["fc.weight": weight], to: copy)
///
/// Opening reads the header alone; each tensor is read when it is asked for. Everything that the
/// header claims is compared with the file's length first, so a damaged or hostile file costs an
/// error and no memory.
///
/// Source: "Safetensors format", huggingface.co/docs/safetensors.
public struct SafetensorsFile: Sendable {
  /// A tensor that the header lists.
  struct Entry: Sendable {
    /// As the header spells it.
    let typeName: String
    let shape: [Int]
    /// In the file.
    let bytes: Range<Int>
    /// Nil for a type that is not known here: the file can be opened, and its other tensors read.
    var type: SafetensorsType? { SafetensorsType(rawValue: typeName) }
  }

  /// Names of the tensors, sorted.
  public let names: [String]

  /// What the file says beside its tensors.
  public let metadata: [String: String]

  let entries: [String: Entry]
  let source: ByteSource

  /// Opens a file and reads its header.
  ///
  /// - Throws: `FileError` if the file cannot be opened, is cut short, or is not of this format.
  public init(contentsOf url: URL) throws { try self.init(ByteSource(url)) }

  /// Reads the header of a file that is in memory.
  ///
  /// - Parameter name: what errors call the file.
  /// - Throws: `FileError` as `init(contentsOf:)`.
  public init(bytes: [UInt8], name: String) throws {
    try self.init(ByteSource(bytes, name: name))
  }

  init(_ source: ByteSource) throws {
    let header = try SafetensorsHeader(source)
    self.source = source
    entries = header.entries
    metadata = header.metadata
    names = header.entries.keys.sorted()
  }

  /// The size of each axis of a tensor; nil if there is none of this name.
  public func shape(of name: String) -> [Int]? { entries[name]?.shape }

  /// The type that ``tensor(named:)`` gives; nil if there is no tensor of this name, or its type is
  /// not known here.
  public func scalarType(of name: String) -> ScalarType? { entries[name]?.type?.scalarType }

  /// What errors call the file.
  var name: String { source.name }
}
