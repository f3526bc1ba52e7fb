import LigatureTensors

/// Labels and sizes of a tensor at the border between two layers: `Layout("BTC", [nil, 100, 3])`.
///
/// Labels are B (batch), T (time), S (space), C (channel) and U (unspecified); the canonical order
/// is batch, time, space, channels, unspecified. A size of nil is free. A network refuses a layout
/// with other letters, with a size too many or too few, with two axes B, T or C, or with a U before
/// another label, which would change places: ``problem`` says what is wrong.
public struct Layout: Sendable, Hashable, Codable, CustomStringConvertible {
  /// What an axis means.
  public enum Label: Character, Sendable, Hashable, CaseIterable {
    /// Observations of a mini-batch.
    case batch = "B"
    /// Time steps of a sequence.
    case time = "T"
    /// A spatial axis: rows, columns, depth.
    case space = "S"
    /// Channels or features.
    case channel = "C"
    /// Anything else.
    case unspecified = "U"
  }

  /// One letter an axis.
  public let labels: String
  /// The size along each axis, nil where it is free.
  public let sizes: [Int?]
  /// The type of the scalars.
  public var scalarType: ScalarType
  /// What it was made with, where that is no layout.
  private let misspelt: Misspelling?

  private enum Misspelling: Hashable {
    case labels(String)
    case size(Int)
  }

  private enum CodingKeys: CodingKey { case labels, sizes, scalarType }

  /// A layout of labelled sizes: a letter for each. Where it is none, see ``problem``, letters that
  /// are no label count as U and those that are missing too.
  public init(_ labels: String, _ sizes: [Int?], _ scalarType: ScalarType = .float32) {
    let known = labels.map { Label(rawValue: $0) == nil ? "U" : $0 }
    self.labels =
      String(known.prefix(sizes.count))
      + String(repeating: "U", count: max(0, sizes.count - known.count))
    self.sizes = sizes
    self.scalarType = scalarType
    let negative = sizes.lazy.compactMap { $0 }.first { $0 < 0 }
    misspelt =
      Layout.problem(labels, sizes.count) != nil
      ? .labels(labels) : negative.map { .size($0) }
  }

  /// What keeps this from being a layout, in words; nil where nothing does.
  public var problem: String? {
    switch misspelt {
    case nil: nil
    case .labels(let labels): Layout.problem(labels, sizes.count)
    case .size(let size): "layout \(labels) has a size of \(size)"
    }
  }

  private static func problem(_ labels: String, _ count: Int) -> String? {
    let name = "layout \"\(labels.prefix(40))\""
    let letters = "B (batch), T (time), S (space), C (channel) and U (unspecified)"
    if let letter = labels.first(where: { Label(rawValue: $0) == nil }) {
      return "\(name) has the letter \(letter), and labels are \(letters), in capitals"
    }
    if labels.count != count {
      return "\(name) has \(counted(labels.count, "label")) for \(counted(count, "size"))"
    }
    for label in [Label.batch, .time, .channel]
    where labels.count(where: { $0 == label.rawValue }) > 1 {
      return "\(name) has two axes \(label.rawValue), and only S and U may stand twice"
    }
    let behind = labels.drop { $0 != Label.unspecified.rawValue }
    if let label = behind.first(where: { $0 != Label.unspecified.rawValue }) {
      return "\(name) has a U before \(label), and unspecified axes come last: they would change "
        + "places"
    }
    return nil
  }

  /// Throws unless this is a layout.
  func requireSound(at path: String) throws {
    if let problem {
      throw LayerError(.setting, path, problem, remedy: Layout.remedy)
    }
  }

  package static let remedy =
    "Give one label for each size, such as Layout(\"BTC\", [nil, 100, 3]), and nil for a free size"

  /// Decodes a layout that is sound: a file may claim anything.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      try values.decode(String.self, forKey: .labels),
      try values.decode([Int?].self, forKey: .sizes),
      try values.decode(ScalarType.self, forKey: .scalarType))
    try requireSound(at: "")
  }

  /// The layout of a tensor, under the given labels.
  public init(_ labels: String, of tensor: Tensor) {
    self.init(labels, tensor.shape, tensor.scalarType)
  }

  public var description: String {
    "\(labels) [\(sizes.map { $0.map(String.init) ?? "*" }.joined(separator: ", "))]"
  }

  /// The label of each axis.
  public var axes: [Label] { labels.map { Label(rawValue: $0) ?? .unspecified } }

  /// The number of axes.
  public var rank: Int { sizes.count }

  /// The axes of a label.
  public func axes(labelled label: Label) -> [Int] { axes.indices.filter { axes[$0] == label } }

  /// The same labels and sizes with `size` along every axis of `label`.
  public func with(_ label: Label, _ size: Int?) -> Layout {
    let sizes = zip(axes, self.sizes).map { $0 == label ? size : $1 }
    return Layout(labels, sizes, scalarType)
  }

  /// Sizes with the free ones filled in.
  public func shape(batch: Int = 2, time: Int = 3, other: Int = 2) -> [Int] {
    zip(axes, sizes).map { label, size in
      size ?? (label == .batch ? batch : label == .time ? time : other)
    }
  }

  /// Whether a tensor of `shape` has this layout.
  public func fits(_ shape: [Int]) -> Bool {
    shape.count == rank && zip(sizes, shape).allSatisfy { $0 == nil || $0 == $1 }
  }

  /// The order of axes that brings these labels into canonical order; nil when they are in it.
  package var canonicalPermutation: [Int]? {
    let order: [Label] = [.batch, .time, .space, .channel, .unspecified]
    let sorted = axes.indices.sorted { first, second in
      let (a, b) = (order.firstIndex(of: axes[first])!, order.firstIndex(of: axes[second])!)
      return a == b ? first < second : a < b
    }
    return sorted == Array(axes.indices) ? nil : sorted
  }

  /// The layout in canonical order.
  package var canonical: Layout {
    guard let order = canonicalPermutation else { return self }
    let letters = Array(labels)
    return Layout(String(order.map { letters[$0] }), order.map { sizes[$0] }, scalarType)
  }
}

extension Layout {
  /// The labels that a tensor of a rank most likely has.
  package static func labels(rank: Int) -> String {
    switch rank {
    case 0: ""
    case 1: "C"
    case 2: "BC"
    case 3: "BTC"
    default: "B" + String(repeating: "S", count: rank - 2) + "C"
    }
  }
}
