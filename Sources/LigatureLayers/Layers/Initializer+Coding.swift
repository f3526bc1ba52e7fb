import LigatureNetworks
import LigatureTensors

/// As JSON an initialiser is its name with its settings: `{"normal":{"standardDeviation":0.1}}`.
extension Initializer: Codable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
    /// Under which a copy finds the initialiser itself.
    static let place = Key(stringValue: "@place")
  }

  /// Those whose settings are all there is to know.
  private static func builtIn(
    _ name: String, _ setting: (String) throws -> Double
  ) rethrows -> Initializer? {
    let plain = [
      zeros, ones, glorotUniform, glorotNormal, heUniform, heNormal, orthogonal,
    ]
    return switch name {
    case "normal": try .normal(standardDeviation: setting("standardDeviation"))
    case "uniform": try .uniform(limit: setting("limit"))
    default: plain.first { $0.name == name }
    }
  }

  /// Throws where an initialiser of one's own has the name of one of the package's, which a file
  /// would be read as.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    var nested = container.nestedContainer(keyedBy: Key.self, forKey: Key(stringValue: name))
    for (name, value) in settings { try nested.encode(value, forKey: Key(stringValue: name)) }
    guard !isBuiltIn else { return }
    if let place = encoder.carry(self) { return try container.encode(place, forKey: .place) }
    guard Self.builtIn(name, { _ in 0 }) == nil, name != Key.place.stringValue else {
      throw LayerError(
        .name, "", "an initialiser is called \"\(name)\", as one of the package's is",
        remedy: "Give it a name of its own")
    }
  }

  /// The initialiser of a name. One that is not of the package throws when it is asked for values.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    if container.contains(.place),
      let carried = decoder.carried(at: try container.decode(Int.self, forKey: .place))
    {
      guard let initializer = carried as? Initializer else {
        throw LayerError(
          .coding, "", "an initialiser was not carried along", remedy: "Copy it anew")
      }
      self = initializer
      return
    }
    let names = container.allKeys.filter { $0.stringValue != Key.place.stringValue }
    guard let key = names.first, names.count == 1 else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath,
          debugDescription: "expected one initialiser, found \(names.count)"))
    }
    let nested = try container.nestedContainer(keyedBy: Key.self, forKey: key)
    let name = key.stringValue
    if let known = try Self.builtIn(
      name, { try nested.decode(Double.self, forKey: Key(stringValue: $0)) })
    {
      self = known
      return
    }
    let settings = Dictionary(
      try nested.allKeys.map { ($0.stringValue, try nested.decode(Double.self, forKey: $0)) }
    ) { first, _ in first }
    self.init(name, settings: settings) { _, _, _ in
      throw TensorError(
        String(name.prefix(80)),
        "this initialiser is of a layer read from a file, which has its name alone",
        remedy: "Files keep values and not closures: make the layer in code to initialise it anew")
    }
  }
}
