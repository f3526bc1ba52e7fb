/// A normalisation of channels, the last axis, with what follows it.
package struct ChannelForm: Sendable, Hashable {
  package let statistics: ChannelStatistics
  /// Added to the variance.
  package let epsilon: Double
  package let hasScale: Bool
  package let hasOffset: Bool
}

/// Over which elements a normalisation of channels, the last axis, takes its statistics.
package enum ChannelStatistics: Sendable, Hashable {
  /// Of each channel, over all other axes.
  case batch
  /// Of groups of neighbouring channels, over all axes but the first: one for each observation.
  case groups(Int)
}

/// `[batch, ..., channels]` as blocks `[outer, places, groups, depth]`, with statistics for each
/// `outer` and group.
package struct ChannelBlocks: Sendable {
  package let outer: Int
  package let places: Int
  package let groups: Int
  package let depth: Int

  package var channels: Int { groups * depth }

  package init(_ statistics: ChannelStatistics, _ shape: [Int]) {
    let channels = shape[shape.count - 1]
    switch statistics {
    case .batch:
      (outer, places, groups, depth) = (1, Shape.count(shape.dropLast()), channels, 1)
    case .groups(let number):
      (outer, places) = (shape[0], Shape.count(shape[1..<(shape.count - 1)]))
      (groups, depth) = (number, channels / number)
    }
  }
}
