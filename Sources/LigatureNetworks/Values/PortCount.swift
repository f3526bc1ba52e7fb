/// The number of ports of a layer, as a file may claim it: within bounds, since ports are
/// named one by one.
package struct PortCount: Codable, Sendable {
  /// More than anybody connects by hand.
  package static let largest = 1024

  package let value: Int

  package init(_ value: Int) { self.value = value }

  package init(from decoder: any Decoder) throws {
    value = try decoder.singleValueContainer().decode(Int.self)
    guard (0...Self.largest).contains(value) else {
      throw LayerError(.setting, "", "has \(value) ports", remedy: "Give 1 to \(Self.largest)")
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }

  /// `in1`, `in2`, ... for the stem `in`.
  package func names(_ stem: String) -> [String] {
    // One more than a graph takes, which it then refuses.
    let count = min(max(value, 1), Self.largest + 1)
    if count > Self.few, let all = Self.all[stem] { return Array(all.prefix(count)) }
    return (1...count).map { "\(stem)\($0)" }
  }

  /// As many names as are as soon made as copied.
  private static let few = 8
  /// Names are asked for with every connection that is made.
  private static let all = Dictionary(
    uniqueKeysWithValues: ["in", "out"].map { stem in
      (stem, (1...largest + 1).map { "\(stem)\($0)" })
    })
}
