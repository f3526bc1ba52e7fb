/// What a solver, a schedule or a metric is called, and its settings.
public struct NamedSettings: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The name.
  public let name: String
  /// Its settings by name.
  public let settings: [String: Double]
  /// What it is made of, where it is made of others.
  public let parts: [NamedSettings]

  init(_ name: String, _ settings: [String: Double] = [:], parts: [NamedSettings] = []) {
    self.name = name
    self.settings = settings
    self.parts = parts
  }

  /// Name and settings as in `adam(epsilon: 1e-08)`.
  public var description: String {
    let words =
      settings.sorted { $0.key < $1.key }.map { "\($0.key): \(number($0.value))" }
      + parts.map(\.description)
    return words.isEmpty ? name : "\(name)(\(words.joined(separator: ", ")))"
  }
}

private func number(_ value: Double) -> String {
  Int(exactly: value).map { "\($0)" } ?? "\(value)"
}

extension LearnRateSchedule {
  /// Name, settings and parts.
  var record: NamedSettings { NamedSettings(name, settings, parts: parts.map(\.record)) }
}
