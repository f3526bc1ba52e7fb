import Foundation
import LigatureFiles
import LigatureTensors

extension NPYFile {
  /// Writes a tensor as `numpy.load` reads it: row-major, little-endian, version 1.0. The file is
  /// written beside its place and renamed, so that a crash leaves the old one or the new one.
  /// O(bytes).
  ///
  /// - Throws: `FileError` with the system's reason; `TensorError` for a tensor without a value.
  public static func write(_ tensor: Tensor, to url: URL) throws {
    try tensor.require("NPYFile.write")
    try AtomicFile.write(to: url) { file in
      try head(of: tensor).withUnsafeBytes { try file.write($0) }
      try tensor.withFileBytes { try file.write($0) }
    }
  }

  /// Mark, version, length and text, padded so that the elements begin at a multiple of 64.
  static func head(of tensor: Tensor) -> [UInt8] {
    let type = ElementType(tensor.scalarType).rawValue
    let sizes = tensor.shape.map(String.init).joined(separator: ", ")
    var text = Array(
      """
      {'descr': '\(type == "u1" ? "|" : "<")\(type)', 'fortran_order': False, \
      'shape': (\(sizes)\(tensor.rank == 1 ? "," : "")), }
      """.utf8)
    let unpadded = 10 + text.count + 1
    text += [UInt8](repeating: 32, count: (64 - unpadded % 64) % 64) + [10]
    return [0x93] + Array("NUMPY".utf8)
      + [1, 0, UInt8(text.count & 0xFF), UInt8(text.count >> 8)] + text
  }
}

extension NPZFile {
  /// Writes tensors by name as `numpy.load` reads them, each as it is, in the order of their names.
  /// The same tensors give the same bytes. The file is written beside its place and renamed, so
  /// that a crash leaves the old one or the new one. O(bytes).
  ///
  ///     try NPZFile.write(["images": images, "labels": labels], to: url)
  ///
  /// - Throws: `FileError` for names that the format has no place for, and with the system's
  ///   reason; `TensorError` for a tensor without a value.
  public static func write(_ tensors: [String: Tensor], to url: URL) throws {
    for (name, tensor) in tensors {
      try tensor.require("NPZFile.write, \"\(name)\"")
      guard !name.isEmpty, name.utf8.count <= 4096, !name.utf8.contains(0) else {
        throw FileError(
          file: url.isFileURL ? url.path : url.absoluteString,
          expected: "a name of 1 to 4096 bytes without a zero byte",
          found: "\"\(name.prefix(40))\" of \(counted(name.utf8.count, "byte"))",
          remedy: "call the tensor something else")
      }
    }
    try AtomicFile.write(to: url) { file in
      var archive = ZipWriter(file)
      for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
        let head = NPYFile.head(of: tensor)
        try archive.add(name + ".npy", byteCount: head.count + tensor.byteCount) { body in
          try head.withUnsafeBytes { try body($0) }
          try tensor.withFileBytes { try body($0) }
        }
      }
      try archive.finish()
    }
  }
}
