import LigatureTensors

/// Labels and sizes of a tensor at the border between two layers: `Layout("BTC", [nil, 100, 3])`.
///
/// Labels are B (batch), T (time), S (space), C (channel) and U (unspecified); the canonical order
/// is batch, time, space, channels. A size of nil is free.
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

  /// A layout of labelled sizes. Letters that are no label count as U; missing sizes are free.
  public init(_ labels: String, _ sizes: [Int?], _ scalarType: ScalarType = .float32) {
    let known = labels.map { Label(rawValue: $0) == nil ? "U" : $0 }
    self.labels =
      String(known.prefix(sizes.count))
      + String(repeating: "U", count: max(0, sizes.count - known.count))
    self.sizes = sizes
    self.scalarType = scalarType
  }

  /// Decodes a layout as ``init(_:_:_:)`` makes it: a file may claim what no initialiser allows.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let sizes = try values.decode([Int?].self, forKey: .sizes)
    guard sizes.allSatisfy({ $0 ?? 0 >= 0 }) else {
      throw LayerError(
        .setting, "", "a layout has sizes \(sizes)", remedy: "Give sizes of 0 or more")
    }
    self.init(
      try values.decode(String.self, forKey: .labels), sizes,
      try values.decode(ScalarType.self, forKey: .scalarType))
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
