import LigatureNetworks
import LigatureTensors

/// How channels stand for places beside each other, where `factor`² (or `factor` to the number of
/// spatial axes) of them become one.
public enum PixelOrder: String, Sendable, Codable, CaseIterable {
  /// Places are neighbouring channels: channel c · factor² + place. PyTorch's, and MATLAB's "crd".
  case channelsFirst
  /// Channels are neighbours within a place: channel place · channels + c. TensorFlow's, and
  /// MATLAB's "dcr".
  case placesFirst
}

/// Makes places of channels: `[batch, spatial..., channels · factorⁿ]` becomes `[batch, spatial ·
/// factor..., channels]`, where n is the number of spatial axes (Shi et al. 2016). Time is a
/// spatial axis. O(count). ``PixelUnshuffle`` undoes it.
///
///     Convolution([3, 3], filters: 4 * 16, padding: .same)
///     PixelShuffle(2)
public struct PixelShuffle: CustomLayer, Codable, CustomStringConvertible {
  private let factor: Int
  private let order: PixelOrder

  /// A layer that makes each spatial axis `factor` times as long.
  public init(_ factor: Int, order: PixelOrder = .channelsFirst) {
    self.factor = factor
    self.order = order
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let blocks = try PixelBlocks(x, factor, in: context)
    let spatial = x.shape[1..<(x.rank - 1)]
    guard let all = x.shape.last, all % blocks.count == 0 else {
      throw LayerError(
        .shape, context.path,
        "makes \(blocks.count) places of as many channels, and its input has shape \(x.shape)",
        remedy: "Give a multiple of \(blocks.count) channels")
    }
    let channels = all / blocks.count
    let cut =
      [x.shape[0]] + spatial
      + (order == .channelsFirst ? [channels] + blocks.sides : blocks.sides + [channels])
    let result = try x.reshaped(to: cut)
      .permuted(blocks.interleaving(placesBegin: order == .channelsFirst ? 1 : 0))
      .reshaped(to: [x.shape[0]] + spatial.map { $0 * factor } + [channels])
    if x.rank == 3, let lengths = try context.lengths(of: x) {
      context.setOutputLengths([lengths.map { $0 * factor }])
    }
    return result
  }

  public func validate(_ inputs: [Layout]) throws {
    for layout in inputs { try ImageAxes.validate(layout) }
  }

  public var defaultName: String { "pixelShuffle" }
  public var description: String {
    "PixelShuffle(\(factor)\(order == .channelsFirst ? "" : ", order: .placesFirst"))"
  }
  public var isObservationWise: Bool { true }
}

/// Makes channels of places: `[batch, spatial..., channels]` becomes `[batch, spatial / factor...,
/// channels · factorⁿ]`, where n is the number of spatial axes: ``PixelShuffle`` backwards. Not for
/// padded sequences. O(count).
public struct PixelUnshuffle: CustomLayer, Codable, CustomStringConvertible {
  private let factor: Int
  private let order: PixelOrder

  /// A layer that makes each spatial axis `factor` times as short.
  public init(_ factor: Int, order: PixelOrder = .channelsFirst) {
    self.factor = factor
    self.order = order
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try context.refusePadding(of: x, along: 1)
    let blocks = try PixelBlocks(x, factor, in: context)
    let spatial = x.shape[1..<(x.rank - 1)]
    guard spatial.allSatisfy({ $0 % factor == 0 }) else {
      throw LayerError(
        .shape, context.path,
        "makes channels of blocks of \(blocks.sides), and its input has shape \(x.shape)",
        remedy: "Give spatial axes that are multiples of \(factor)")
    }
    let (batch, channels) = (x.shape[0], x.shape[x.rank - 1])
    let axes = blocks.interleaving(placesBegin: order == .channelsFirst ? 1 : 0)
    var back = axes
    for (place, axis) in axes.enumerated() { back[axis] = place }
    return try x.reshaped(to: [batch] + spatial.flatMap { [$0 / factor, factor] } + [channels])
      .permuted(back)
      .reshaped(to: [batch] + spatial.map { $0 / factor } + [channels * blocks.count])
  }

  public func validate(_ inputs: [Layout]) throws {
    for layout in inputs { try ImageAxes.validate(layout) }
  }

  public var defaultName: String { "pixelUnshuffle" }
  public var description: String {
    "PixelUnshuffle(\(factor)\(order == .channelsFirst ? "" : ", order: .placesFirst"))"
  }
  public var isObservationWise: Bool { true }
}

/// Blocks of places that channels stand for.
private struct PixelBlocks {
  /// `factor` for each spatial axis.
  let sides: [Int]
  /// Places of a block.
  let count: Int

  /// Throws unless there can be such blocks.
  init(_ x: Tensor, _ factor: Int, in context: Context) throws {
    guard (3...5).contains(x.rank) else {
      throw LayerError(
        .shape, context.path, "needs an image, found shape \(x.shape)",
        remedy: "Give [batch, spatial..., channels] with one to three spatial axes")
    }
    guard (1...1 << 16).contains(factor) else {
      throw LayerError(
        .setting, context.path, "has the factor \(factor)", remedy: "Give 1 to \(1 << 16)")
    }
    sides = [Int](repeating: factor, count: x.rank - 2)
    count = sides.reduce(1, *)
  }

  /// The order that brings axes batch, spatial..., then sides and channels, with the sides from
  /// `placesBegin` on, to batch, (spatial, side)..., channels.
  func interleaving(placesBegin begin: Int) -> [Int] {
    let n = sides.count
    var axes = [0]
    for axis in 1...n { axes += [axis, axis + n + begin] }
    axes.append(begin == 0 ? 2 * n + 1 : n + 1)
    return axes
  }
}
