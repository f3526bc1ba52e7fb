import LigatureNetworks
import LigatureTensors

/// The largest element of each window of an image, for each channel by itself: `[batch, spatial...,
/// channels]` becomes `[batch, windows..., channels]`. O(batch · windows · window · channels).
public struct MaximumPooling: CustomLayer, Codable, CustomStringConvertible {
  private let window: [Int]
  private let stride: [Int]?
  private let padding: SpatialPadding

  /// Windows of a size for each spatial axis, side by side unless a stride says otherwise. What
  /// lies outside the image takes no part.
  public init(_ window: [Int], stride: [Int]? = nil, padding: SpatialPadding = .valid) {
    self.window = window
    self.stride = stride
    self.padding = padding
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try context.refusePadding(of: x, along: 1)
    return try maximumPooling(x, window: window, stride: stride, padding: padding)
  }

  public func validate(_ inputs: [Layout]) throws {
    for layout in inputs { try ImageAxes.validate(layout) }
  }

  public var defaultName: String { "maxPool" }
  public var description: String {
    "MaximumPooling(\(window)" + ImageAxes.settings(stride ?? [1], padding, [1], 1) + ")"
  }
  public var isObservationWise: Bool { true }
}

/// The mean of each window of an image, for each channel by itself: `[batch, spatial..., channels]`
/// becomes `[batch, windows..., channels]`. O(batch · windows · window · channels).
public struct AveragePooling: CustomLayer, Codable, CustomStringConvertible {
  private let window: [Int]
  private let stride: [Int]?
  private let padding: SpatialPadding
  private let countsPadding: Bool

  /// Windows of a size for each spatial axis, side by side unless a stride says otherwise. Zeros
  /// around the image are left out of the mean unless `countsPadding`.
  public init(
    _ window: [Int], stride: [Int]? = nil, padding: SpatialPadding = .valid,
    countsPadding: Bool = false
  ) {
    self.window = window
    self.stride = stride
    self.padding = padding
    self.countsPadding = countsPadding
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try context.refusePadding(of: x, along: 1)
    return try averagePooling(
      x, window: window, stride: stride, padding: padding, countsPadding: countsPadding)
  }

  public func validate(_ inputs: [Layout]) throws {
    for layout in inputs { try ImageAxes.validate(layout) }
  }

  public var defaultName: String { "averagePool" }
  public var description: String {
    "AveragePooling(\(window)" + ImageAxes.settings(stride ?? [1], padding, [1], 1)
      + (countsPadding ? ", countsPadding: true)" : ")")
  }
  public var isObservationWise: Bool { true }
}

/// The mean over parts of an image, so many along each spatial axis, whatever its size: `[batch,
/// spatial..., channels]` becomes `[batch, size..., channels]`. See
/// ``adaptiveAveragePooling(_:to:)``.
public struct AdaptiveAveragePooling: CustomLayer, Codable, CustomStringConvertible {
  private let size: [Int]

  /// Makes the layer; `size` has a number for each spatial axis.
  public init(_ size: [Int]) { self.size = size }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try context.refusePadding(of: x, along: 1)
    return try adaptiveAveragePooling(x, to: size)
  }

  public func validate(_ inputs: [Layout]) throws {
    for layout in inputs { try ImageAxes.validate(layout, axes: size.count) }
  }

  public var defaultName: String { "adaptiveAveragePool" }
  public var description: String { "AdaptiveAveragePooling(\(size))" }
  public var isObservationWise: Bool { true }
}

/// The largest element of parts of an image, so many along each spatial axis, whatever its size:
/// `[batch, spatial..., channels]` becomes `[batch, size..., channels]`. See
/// ``adaptiveMaximumPooling(_:to:)``.
public struct AdaptiveMaximumPooling: CustomLayer, Codable, CustomStringConvertible {
  private let size: [Int]

  /// Makes the layer; `size` has a number for each spatial axis.
  public init(_ size: [Int]) { self.size = size }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try context.refusePadding(of: x, along: 1)
    return try adaptiveMaximumPooling(x, to: size)
  }

  public func validate(_ inputs: [Layout]) throws {
    for layout in inputs { try ImageAxes.validate(layout, axes: size.count) }
  }

  public var defaultName: String { "adaptiveMaxPool" }
  public var description: String { "AdaptiveMaximumPooling(\(size))" }
  public var isObservationWise: Bool { true }
}

/// The mean of each channel over all spatial axes: `[batch, spatial..., channels]` becomes `[batch,
/// channels]`. Of padded sequences over the steps that count. O(count).
public struct GlobalAveragePooling: CustomLayer, Codable {
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

  public func validate(_ inputs: [Layout]) throws {
    for layout in inputs { try ImageAxes.validate(layout) }
  }

  public var defaultName: String { "globalAveragePool" }
  public var isObservationWise: Bool { true }
}

/// The largest element of each channel over all spatial axes: `[batch, spatial..., channels]`
/// becomes `[batch, channels]`. Equals share the gradient. Of padded sequences over the steps that
/// count. O(count).
public struct GlobalMaximumPooling: CustomLayer, Codable {
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

  public func validate(_ inputs: [Layout]) throws {
    for layout in inputs { try ImageAxes.validate(layout) }
  }

  public var defaultName: String { "globalMaxPool" }
  public var isObservationWise: Bool { true }
}

extension ImageAxes {
  /// Throws unless an image has spatial axes with elements.
  static func requireElements(_ x: Tensor, in context: Context) throws {
    guard x.rank >= 3, x.shape[1..<(x.rank - 1)].allSatisfy({ $0 > 0 }) else {
      throw LayerError(
        .shape, context.path, "needs an image to pool, found shape \(x.shape)",
        remedy: "Give [batch, spatial..., channels] with elements along each spatial axis")
    }
  }
}
