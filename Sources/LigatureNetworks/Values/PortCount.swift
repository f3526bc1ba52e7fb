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
    (1...min(max(value, 1), Self.largest + 1)).map { "\(stem)\($0)" }
  }
}
