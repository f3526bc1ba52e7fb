import LigatureNetworks
import LigatureTensors

/// The mean over parts of an image, so many along each spatial axis, whatever its size: `[batch,
/// spatial..., channels]` becomes `[batch, size..., channels]`. See
/// ``adaptiveAveragePooling(_:to:)``.
public struct AdaptiveAveragePooling: ImageLayer, Codable, CustomStringConvertible {
  private let size: [Int]

  /// Makes the layer; `size` has a number for each spatial axis.
  public init(_ size: [Int]) { self.size = size }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try context.refusePadding(of: x, along: 1)
    return try adaptiveAveragePooling(x, to: size)
  }

  public var spatialAxes: Int? { size.count }
  public var defaultName: String { "adaptiveAveragePool" }
  public var description: String { "AdaptiveAveragePooling(\(size))" }
}

/// The largest element of parts of an image, so many along each spatial axis, whatever its size:
/// `[batch, spatial..., channels]` becomes `[batch, size..., channels]`. See
/// ``adaptiveMaximumPooling(_:to:)``.
public struct AdaptiveMaximumPooling: ImageLayer, Codable, CustomStringConvertible {
  private let size: [Int]

  /// Makes the layer; `size` has a number for each spatial axis.
  public init(_ size: [Int]) { self.size = size }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try context.refusePadding(of: x, along: 1)
    return try adaptiveMaximumPooling(x, to: size)
  }

  public var spatialAxes: Int? { size.count }
  public var defaultName: String { "adaptiveMaxPool" }
  public var description: String { "AdaptiveMaximumPooling(\(size))" }
}

/// The mean of each channel over all spatial axes: `[batch, spatial..., channels]` becomes `[batch,
/// channels]`. Of padded sequences over the steps that count. O(count).
public struct GlobalAveragePooling: ImageLayer, Codable {
  /// Makes the layer.
  public init() {}

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try ImageAxes.requireElements(x, in: context)
    if x.rank == 3, let lengths = try context.lengths(of: x) {
      return try x.mean(over: .time, counting: lengths)
    }
    try context.refusePadding(of: x, along: 1)
    return try x.mean(axes: Array(1..<(x.rank - 1)))
  }

  public func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] {
    shapes.map { Layout("BC", $0) }
  }

  public var defaultName: String { "globalAveragePool" }
}

/// The largest element of each channel over all spatial axes: `[batch, spatial..., channels]`
/// becomes `[batch, channels]`. Equals share the gradient. Of padded sequences over the steps that
/// count. O(count).
public struct GlobalMaximumPooling: ImageLayer, Codable {
  /// Makes the layer.
  public init() {}

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try ImageAxes.requireElements(x, in: context)
    if x.rank == 3, let lengths = try context.lengths(of: x) {
      return try x.max(over: .time, counting: lengths)
    }
    try context.refusePadding(of: x, along: 1)
    let image = try x.reshaped(
      to: [x.shape[0], x.shape[1..<(x.rank - 1)].reduce(1, *), x.shape[x.rank - 1]])
    return try image.max(1)
  }

  public func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] {
    shapes.map { Layout("BC", $0) }
  }

  public var defaultName: String { "globalMaxPool" }
}
