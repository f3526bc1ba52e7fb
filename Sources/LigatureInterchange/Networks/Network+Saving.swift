import Foundation
import LigatureFiles
import LigatureNetworks
import LigatureTensors

extension Network {
  /// Writes learnables and states into a safetensors file, which other programs read too.
  ///
  /// Each tensor stands under the path of its owner, a shared one once, with its other paths in the
  /// metadata. Unless `architecture` is false the file also says what the layers are, so that
  /// ``init(contentsOf:registry:)`` needs no code. A crash at any moment leaves the old file or the
  /// new one. O(values).
  ///
  /// The layers, ties and values are those of one moment, between two steps of a solver, whatever
  /// other threads do meanwhile.
  ///
  /// - Parameters:
  ///   - architecture: whether to store the layers; those of your own must then be `Codable`.
  ///   - metadata: more strings to keep in the file, under keys that do not begin with `ligature`.
  ///   - registry: what types of layers are called in the file.
  /// - Throws: `LayerError` by path for a layer that cannot be stored, `FileError` if the file
  ///   cannot be written.
  public func save(
    to url: URL, architecture: Bool = true, metadata: [String: String] = [:],
    registry: LayerRegistry = .builtIn
  ) throws {
    let (tensors, strings) = try contents(architecture, metadata, registry)
    try SafetensorsFile.write(tensors, metadata: strings, to: url)
  }

  /// The bytes that ``save(to:architecture:metadata:registry:)`` writes.
  package func savedBytes(
    architecture: Bool = true, registry: LayerRegistry = .builtIn
  ) throws -> [UInt8] {
    let (tensors, strings) = try contents(architecture, [:], registry)
    return try SafetensorsFile.bytes(tensors, metadata: strings)
  }

  /// What a file holds of the network as it is at one moment.
  private func contents(
    _ architecture: Bool, _ metadata: [String: String], _ registry: LayerRegistry
  ) throws -> (tensors: [String: Tensor], strings: [String: String]) {
    try withoutEdits {
      let stored = try storedValues()
      return (stored.tensors, try strings(stored, architecture, metadata, registry))
    }
  }

  private func strings(
    _ stored: StoredValues, _ architecture: Bool, _ metadata: [String: String],
    _ registry: LayerRegistry
  ) throws -> [String: String] {
    if let taken = metadata.keys.sorted().first(where: { $0.hasPrefix("ligature") }) {
      throw LayerError(
        .setting, "", "the metadata key \"\(taken)\" is kept for the package's own",
        remedy: "Give another")
    }
    var strings = NetworkMetadata(stored).strings.merging(metadata) { own, _ in own }
    if architecture {
      let records = try self.architecture { try registry.name(of: $0) }
      strings[NetworkMetadata.Key.architecture] = try records.json.text
    }
    for (key, text) in strings where text.utf8.count > JSONReading.largestByteCount {
      throw LayerError(
        .setting, "",
        "\"\(key)\" would take \(text.utf8.count) bytes in a file, more than are read",
        remedy: "Save at most \(JSONReading.largestByteCount) bytes of each string")
    }
    return strings
  }
}
