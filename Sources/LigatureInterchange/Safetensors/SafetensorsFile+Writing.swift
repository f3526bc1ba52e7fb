import Foundation
import LigatureFiles
import LigatureTensors

extension SafetensorsFile {
  /// Writes tensors by name, and strings beside them.
  ///
  /// The same tensors give the same bytes: they lie in the order of their types, widest first, and
  /// names, each aligned to its type's size. The file is written beside its place and renamed, so
  /// that a crash leaves the old one or the new one. O(bytes).
  ///
  /// - Throws: `FileError` for a name that the format reserves, a header of more than 100 MB, and
  ///   with the system's reason; `TensorError` for a tensor without a value.
  public static func write(
    _ tensors: [String: Tensor], metadata: [String: String] = [:], to url: URL
  ) throws {
    let name = url.isFileURL ? url.path : url.absoluteString
    let (header, order) = try header(tensors, metadata, name: name)
    try AtomicFile.write(to: url) { file in
      try header.withUnsafeBytes { try file.write($0) }
      for tensor in order { try tensor.withFileBytes { try file.write($0) } }
    }
  }

  /// The bytes of a file.
  package static func bytes(
    _ tensors: [String: Tensor], metadata: [String: String] = [:]
  ) throws -> [UInt8] {
    var (bytes, order) = try header(tensors, metadata, name: "a file in memory")
    for tensor in order { try tensor.withFileBytes { bytes += $0 } }
    return bytes
  }

  /// Length and header, padded so that the data begin at a multiple of eight, and the tensors in
  /// their order.
  private static func header(
    _ tensors: [String: Tensor], _ metadata: [String: String], name: String
  ) throws -> (bytes: [UInt8], order: [Tensor]) {
    if tensors[SafetensorsHeader.metadataKey] != nil {
      throw FileError(
        file: name, expected: "a tensor's name", found: "\"\(SafetensorsHeader.metadataKey)\"",
        remedy: "call it something else: the format keeps this name for its strings")
    }
    let order = tensors.sorted { first, second in
      let (a, b) = (first.value.scalarType.byteCount, second.value.scalarType.byteCount)
      return a == b ? first.key < second.key : a > b
    }
    var members: [JSONValue.Member] = []
    if !metadata.isEmpty {
      members.append(
        JSONValue.Member(
          SafetensorsHeader.metadataKey,
          .object(metadata.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })))
    }
    var offset = 0
    for (name, tensor) in order {
      try tensor.require("SafetensorsFile.write, \"\(name)\"")
      members.append(
        JSONValue.Member(
          name,
          .object([
            .init("dtype", .string(SafetensorsType(tensor.scalarType).rawValue)),
            .init("shape", .array(tensor.shape.map { JSONValue($0) })),
            .init(
              "data_offsets", .array([offset, offset + tensor.byteCount].map { JSONValue($0) })),
          ])))
      offset += tensor.byteCount
    }
    var text = Array(JSONValue.object(members).text.utf8)
    text += [UInt8](repeating: 32, count: (8 - text.count % 8) % 8)
    guard text.count <= SafetensorsHeader.largestByteCount else {
      throw FileError(
        file: name, expected: "a header of at most \(SafetensorsHeader.largestByteCount) bytes",
        found: "\(text.count)", remedy: "write fewer tensors or shorter strings")
    }
    return (
      withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text, order.map(\.1)
    )
  }
}
