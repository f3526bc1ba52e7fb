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

  /// A tensor's name. Names that Unicode holds to be the same are different if they are spelled
  /// otherwise, as they are in other programs.
  struct Key: Hashable, Comparable, Sendable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (first: Key, second: Key) -> Bool {
      first.text.utf8.elementsEqual(second.text.utf8)
    }

    static func < (first: Key, second: Key) -> Bool {
      first.text.utf8.lexicographicallyPrecedes(second.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
      var text = text
      text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
  }

  /// Names of the tensors, sorted by their bytes.
  public let names: [String]

  /// What the file says beside its tensors.
  public let metadata: [String: String]

  let entries: [Key: Entry]
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
    names = header.entries.keys.sorted().map(\.text)
  }

  /// The size of each axis of a tensor; nil if there is none of this name.
  public func shape(of name: String) -> [Int]? { entries[Key(name)]?.shape }

  /// The type that ``tensor(named:)`` gives; nil if there is no tensor of this name, or its type is
  /// not known here.
  public func scalarType(of name: String) -> ScalarType? { entries[Key(name)]?.type?.scalarType }

  /// What errors call the file.
  var name: String { source.name }
}
