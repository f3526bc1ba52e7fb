import LigatureFiles
import LigatureNetworks

/// What a file of this package says in its metadata beside the architecture.
///
/// - `ligature`: the version of the format.
/// - `ligature.ties`: for each shared learnable its other paths, `{"a/weights":["b/weights"]}`.
/// - `ligature.transforms`: how other paths are made of their owners, where they are not the same
///   tensor, `{"b/weights":"transpose"}`; written wherever there are ties.
/// - `ligature.states`: for each state kept by use its uses, and which was first.
/// - `ligature.deferred`: paths without a value.
/// - `ligature.architecture`: the layers, as ``Architecture`` has them.
struct NetworkMetadata {
  static let version = "1"

  enum Key {
    static let version = "ligature"
    static let ties = "ligature.ties"
    static let transforms = "ligature.transforms"
    static let states = "ligature.states"
    static let deferred = "ligature.deferred"
    static let architecture = "ligature.architecture"
  }

  var aliases: [String: [String]] = [:]
  /// Nil where a file has none: it was written before there were any.
  var relations: [String: TieRelation]?
  var states: [String: StoredValues.State] = [:]
  var deferred: [String] = []

  init(_ stored: StoredValues) {
    aliases = stored.aliases
    relations = stored.relations
    states = stored.states
    deferred = stored.deferred
  }

  /// As strings for a file.
  var strings: [String: String] {
    var strings = [Key.version: Self.version]
    if !aliases.isEmpty {
      strings[Key.ties] = JSONValue(sorted: aliases) { .array($0.map { .string($0) }) }.text
    }
    if let relations, !aliases.isEmpty {
      strings[Key.transforms] = JSONValue(sorted: relations) { .string($0.text) }.text
    }
    if !states.isEmpty {
      strings[Key.states] =
        JSONValue(sorted: states) { state in
          .object([
            .init("first", state.first.map { JSONValue($0) } ?? .null),
            .init("uses", .array(state.uses.map { .string($0) })),
          ])
        }.text
    }
    if !deferred.isEmpty {
      strings[Key.deferred] = JSONValue.array(deferred.sorted().map { .string($0) }).text
    }
    return strings
  }

  /// Reads them from a file, which may be somebody else's and then has none.
  ///
  /// - Throws: `FileError` for a later version, and for strings that this package does not write.
  init(_ file: SafetensorsFile) throws {
    if let version = file.metadata[Key.version], version != Self.version {
      throw FileError(
        file: file.name, expected: "version \(Self.version) of the metadata \"\(Key.version)\"",
        found: "\"\(version.prefix(20))\"", remedy: "read it with a later version of Ligature")
    }
    if let reading = try JSONReading(file, Key.ties) {
      for member in try reading.members() {
        aliases[member.name] = try member.elements().map { try $0.string() }
      }
    }
    if let reading = try JSONReading(file, Key.transforms) {
      relations = [:]
      for member in try reading.members() {
        relations?[member.name] = TieRelation(text: try member.string())
      }
    }
    if let reading = try JSONReading(file, Key.states) {
      for member in try reading.members() {
        let uses = try member["uses"].elements().map { try $0.string() }
        let first = try member["first"].ifNotNull { try $0.int(in: uses.indices) }
        guard Set(uses).count == uses.count else {
          throw member.failure("uses that differ", "one twice")
        }
        states[member.name] = StoredValues.State(uses: uses, first: first)
      }
    }
    if let reading = try JSONReading(file, Key.deferred) {
      deferred = try reading.elements().map { try $0.string() }
    }
  }
}

extension JSONValue {
  /// An object with sorted keys.
  init<Value>(sorted values: [String: Value], _ json: (Value) -> JSONValue) {
    self = .object(values.sorted { $0.key < $1.key }.map { Member($0.key, json($0.value)) })
  }
}

extension SafetensorsFile {
  /// Owner and other paths of each learnable that the file declares shared, in the order of owners;
  /// empty for files of other programs.
  package var declaredTies: [[String]] {
    let aliases = (try? NetworkMetadata(self))?.aliases ?? [:]
    return aliases.sorted { $0.key < $1.key }.map { [$0.key] + $0.value }
  }
}
