import Foundation
import LigatureTensors

/// What a layer holds that is not its own: the slots of its learnables and states.
enum LayerSlot {
  case learnable(LearnableSlot)
  case state(StateSlot)

  var identity: ObjectIdentifier {
    switch self {
    case .learnable(let slot): ObjectIdentifier(slot)
    case .state(let slot): ObjectIdentifier(slot)
    }
  }
}

/// Takes a layer apart by `Codable`, and puts one together again.
///
/// Learnables and states encode themselves as places in a list of slots beside the rest, so whoever
/// decodes, a copy or a file, decides which slots the new layer holds.
enum LayerCoding {
  /// A layer without its slots as JSON, an array of one element, and its slots in order.
  struct Coded {
    let configuration: Data
    let slots: [LayerSlot]
    /// Of a copy, what was carried along beside them.
    let carried: [any Sendable]
  }

  /// The list that places refer to, handed to encoders and decoders.
  fileprivate final class Places: @unchecked Sendable {
    static let key = CodingUserInfoKey(rawValue: "ligature.places")!
    var slots: [LayerSlot]
    /// Values that go along as they are; nil where a file is written or read.
    var carried: [any Sendable]?

    init(_ slots: [LayerSlot] = [], carrying carried: [any Sendable]? = nil) {
      self.slots = slots
      self.carried = carried
    }

    static func current(_ info: [CodingUserInfoKey: Any], _ path: [any CodingKey]) throws -> Places
    {
      guard let places = info[key] as? Places else {
        throw LayerError(
          .coding, path.map(\.stringValue).joined(separator: "/"),
          "learnables and networks are not encoded on their own",
          remedy: "Copy a network with copy(), and store it with save(to:)")
      }
      return places
    }
  }

  /// A layer in its parts; nil if its own type, not that of a class it is declared as, is not
  /// `Codable`. Throws for a learnable or state that a class adds and the coding of its superclass
  /// leaves out.
  static func encode(_ entry: LayerEntry, isCopy: Bool = false) throws -> Coded? {
    guard let codable = entry.layer as? any Codable else { return nil }
    let coded = try encoded(codable, isCopy)
    let kept = Set(coded.slots.map(\.identity))
    let own =
      entry.learnables.map { ($0.name, ObjectIdentifier($0.slot)) }
      + entry.states.map { ($0.name, ObjectIdentifier($0.slot)) }
    if let forgotten = own.first(where: { entry.added.contains($0.0) && !kept.contains($0.1) }) {
      throw LayerError(
        .coding, "",
        "the Codable of \(type(of: entry.layer as Any)) leaves out \"\(forgotten.0)\", whose value "
          + "would be lost",
        remedy: "Override encode(to:) and init(from:), and code it there as well")
    }
    return coded
  }

  private static func encoded<L: Encodable>(_ layer: L, _ isCopy: Bool) throws -> Coded {
    let places = Places(carrying: isCopy ? [] : nil)
    let encoder = JSONEncoder()
    encoder.userInfo[Places.key] = places
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    // An array around it, since a layer may encode itself as a single value.
    let configuration = try encoder.encode([layer])
    return Coded(
      configuration: configuration, slots: places.slots, carried: places.carried ?? [])
  }

  /// A layer of a type from its parts. Throws what its decoding throws.
  static func decode(
    _ type: any Codable.Type, from configuration: Data, holding slots: [LayerSlot],
    carrying carried: [any Sendable] = []
  ) throws -> any Layer {
    let decoder = JSONDecoder()
    decoder.userInfo[Places.key] = Places(slots, carrying: carried)
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    func decoded<L: Decodable>(_ type: L.Type) throws -> L? {
      try decoder.decode([L].self, from: configuration).first
    }
    guard let layer = try decoded(type) as? any Layer else {
      throw LayerError(
        .damagedFile, "", "\(type) is no layer", remedy: "Declare it as a CustomLayer")
    }
    return layer
  }
}

// MARK: - What goes along with a copy as it is

extension Encoder {
  /// In a copy, keeps a value that no file can hold, such as a closure, and returns its place; nil
  /// where a file is written.
  package func carry(_ value: any Sendable) -> Int? {
    guard let places = userInfo[LayerCoding.Places.key] as? LayerCoding.Places,
      let carried = places.carried
    else { return nil }
    places.carried = carried + [value]
    return carried.count
  }
}

extension Decoder {
  /// In a copy, the value that was kept at a place; nil where a file is read.
  package func carried(at place: Int) -> (any Sendable)? {
    guard let places = userInfo[LayerCoding.Places.key] as? LayerCoding.Places,
      let carried = places.carried, carried.indices.contains(place)
    else { return nil }
    return carried[place]
  }
}

extension LayerCoding {
  /// The error that a property is whose record in a file is of another kind.
  fileprivate static func misfit(_ path: [any CodingKey], _ wanted: String) -> LayerError {
    let name =
      path.last { $0.intValue == nil }.map { "property `\($0.stringValue)`" } ?? "a property"
    return LayerError(
      .damagedFile, "", "\(name) is \(wanted), and the file holds something else for it",
      remedy: "If the layer has been changed since, build the network in code and load(from:) the "
        + "values; if not, the file is damaged, so copy or save it again")
  }
}

// MARK: - What encodes itself as a place

extension Learnable: Codable {
  public func encode(to encoder: any Encoder) throws {
    let places = try LayerCoding.Places.current(encoder.userInfo, encoder.codingPath)
    var container = encoder.singleValueContainer()
    try container.encode(places.slots.count)
    places.slots.append(.learnable(slot))
  }

  public init(from decoder: any Decoder) throws {
    let places = try LayerCoding.Places.current(decoder.userInfo, decoder.codingPath)
    let place = try decoder.singleValueContainer().decode(Int.self)
    guard places.slots.indices.contains(place), case .learnable(let slot) = places.slots[place],
      Value._accepts(slot.tree)
    else {
      throw LayerCoding.misfit(decoder.codingPath, "a learnable \(Value.self)")
    }
    self.init(slot: slot)
  }
}

extension LayerState: Codable {
  public func encode(to encoder: any Encoder) throws {
    let places = try LayerCoding.Places.current(encoder.userInfo, encoder.codingPath)
    var container = encoder.singleValueContainer()
    try container.encode(places.slots.count)
    places.slots.append(.state(slot))
  }

  public init(from decoder: any Decoder) throws {
    let places = try LayerCoding.Places.current(decoder.userInfo, decoder.codingPath)
    let place = try decoder.singleValueContainer().decode(Int.self)
    guard places.slots.indices.contains(place), case .state(let slot) = places.slots[place] else {
      throw LayerCoding.misfit(decoder.codingPath, "a state")
    }
    self.init(slot: slot)
  }
}
