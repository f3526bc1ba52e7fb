import LigatureNetworks
import LigatureTensors

/// The largest element of each window of an image, for each channel by itself: `[batch, spatial...,
/// channels]` becomes `[batch, windows..., channels]`. Of padded sequences the windows within each,
/// unless padding stands after them. O(batch · windows · window · channels); see
/// ``maximumPooling(_:window:stride:padding:dilation:)``.
public struct MaximumPooling: ImageLayer, Codable, CustomStringConvertible {
  private let windows: PoolingWindows

  /// Windows of a size for each spatial axis, side by side unless a stride says otherwise, with
  /// elements a dilation apart. What lies outside the image takes no part.
  public init(
    _ window: [Int], stride: [Int]? = nil, padding: SpatialPadding = .valid, dilation: [Int] = [1]
  ) {
    windows = PoolingWindows(window: window, stride: stride, padding: padding, dilation: dilation)
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try windows.pooled(x, in: context) {
      try maximumPooling(
        x, window: $0.window, stride: $0.stride, padding: $0.padding, dilation: $0.dilation)
    }
  }

  public var defaultName: String { "maxPool" }
  public var description: String { "MaximumPooling(\(windows))" }
}

/// The largest element of each window and its place, which ``MaximumUnpooling`` takes: outputs
/// `out` and `indices`, int64 of the same shape. O(batch · windows · window · channels); see
/// ``maximumPoolingWithIndices(_:window:stride:padding:dilation:)``.
///
///     try network.connect("maxPool/indices", to: "maxUnpool/indices")
public struct MaximumPoolingWithIndices: ImageLayer, Codable, CustomStringConvertible {
  private let windows: PoolingWindows

  /// Windows as those of ``MaximumPooling``.
  public init(
    _ window: [Int], stride: [Int]? = nil, padding: SpatialPadding = .valid, dilation: [Int] = [1]
  ) {
    windows = PoolingWindows(window: window, stride: stride, padding: padding, dilation: dilation)
  }

  public var outputNames: [String] { ["out", "indices"] }

  public func predict(_ x: Tensor, in context: Context) throws -> Tuple<Tensor, Tensor> {
    try context.refusePadding(of: x, along: 1)
    let (values, indices) = try maximumPoolingWithIndices(
      x, window: windows.window, stride: windows.stride, padding: windows.padding,
      dilation: windows.dilation)
    return Tuple(values, indices)
  }

  public var defaultName: String { "maxPool" }
  public var description: String { "MaximumPoolingWithIndices(\(windows))" }
}

/// Undoes ``MaximumPoolingWithIndices``: each element of `in` at the place in a larger
/// image that `indices` names, zeros elsewhere. O(count); see
/// ``maximumUnpooling(_:indices:size:)``.
public struct MaximumUnpooling: ImageLayer, Codable, CustomStringConvertible {
  private let windows: PoolingWindows
  private let outputSize: [Int]?

  /// Undoes windows as they were pooled. Where the stride leaves several sizes of the
  /// image possible, it is the smallest of them unless `outputSize` says otherwise.
  public init(
    _ window: [Int], stride: [Int]? = nil, padding: SpatialPadding = .valid,
    outputSize: [Int]? = nil
  ) {
    windows = PoolingWindows(window: window, stride: stride, padding: padding)
    self.outputSize = outputSize
  }

  public var inputNames: [String] { ["in", "indices"] }

  public func predict(_ inputs: Tuple<Tensor, Tensor>, in context: Context) throws -> Tensor {
    let (x, indices) = inputs.elements
    try context.refusePadding(of: x, along: 1)
    let size =
      try outputSize
      ?? unpooledSize(
        of: x, window: windows.window, stride: windows.stride, padding: windows.padding)
    return try maximumUnpooling(x, indices: indices, size: size)
  }

  public var defaultName: String { "maxUnpool" }
  public var description: String {
    "MaximumUnpooling(\(windows)" + (outputSize.map { ", outputSize: \($0))" } ?? ")")
  }
}

/// The mean of each window of an image, for each channel by itself: `[batch, spatial..., channels]`
/// becomes `[batch, windows..., channels]`. Of padded sequences the windows within each, unless
/// padding stands after them. O(batch · windows · window · channels); see
/// ``averagePooling(_:window:stride:padding:countsPadding:)``.
public struct AveragePooling: ImageLayer, Codable, CustomStringConvertible {
  private let windows: PoolingWindows
  private let countsPadding: Bool

  /// Windows of a size for each spatial axis, side by side unless a stride says otherwise. Zeros
  /// around the image are left out of the mean unless `countsPadding`.
  public init(
    _ window: [Int], stride: [Int]? = nil, padding: SpatialPadding = .valid,
    countsPadding: Bool = false
  ) {
    windows = PoolingWindows(window: window, stride: stride, padding: padding)
    self.countsPadding = countsPadding
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try windows.pooled(x, in: context) {
      try averagePooling(
        x, window: $0.window, stride: $0.stride, padding: $0.padding, countsPadding: countsPadding)
    }
  }

  public var defaultName: String { "averagePool" }
  public var description: String {
    "AveragePooling(\(windows)" + (countsPadding ? ", countsPadding: true)" : ")")
  }
}

/// Windows of an image.
private struct PoolingWindows: Sendable, Codable, CustomStringConvertible {
  let window: [Int]
  let stride: [Int]?
  let padding: SpatialPadding
  var dilation = [1]

  /// What `pool` makes of x. Of padded sequences the outputs of windows within them count; throws
  /// where padding after them would have to move to the end of each.
  func pooled(
    _ x: Tensor, in context: Context, by pool: (PoolingWindows) throws -> Tensor
  ) throws -> Tensor {
    let lengths = try context.lengths(of: x)
    if lengths != nil, !padding.endsWithSequence { try context.refusePadding(of: x, along: 1) }
    let result = try pool(self)
    if let lengths {
      let extent = (window[0] - 1) * dilation[0] + 1
      context.setOutputLengths([
        padding.outputLengths(
          lengths, extent: extent, stride: (stride ?? window)[0], most: result.shape[1])
      ])
    }
    return result
  }

  var description: String { "\(window)" + ImageAxes.settings(stride ?? [1], padding, dilation) }
}
