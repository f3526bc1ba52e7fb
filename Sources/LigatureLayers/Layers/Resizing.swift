import LigatureNetworks
import LigatureTensors

/// Images of another size: `[batch, spatial..., channels]` becomes `[batch, size..., channels]`.
/// See ``Tensor/resized(to:by:)``.
public struct Resize: CustomLayer, Codable, CustomStringConvertible {
  private let size: [Int]?
  private let scale: [Int]
  private let interpolation: Interpolation

  /// A layer that makes images of `size`, a number for each spatial axis.
  public init(to size: [Int], by interpolation: Interpolation = .linear) {
    self.size = size
    scale = []
    self.interpolation = interpolation
  }

  /// A layer that makes images `scale` times as large, one number for all spatial axes or one for
  /// each.
  public init(scale: [Int], by interpolation: Interpolation = .linear) {
    size = nil
    self.scale = scale
    self.interpolation = interpolation
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try context.refusePadding(of: x, along: 1)
    if let size { return try x.resized(to: size, by: interpolation) }
    let sizes = x.shape.dropFirst().dropLast()
    guard scale.count == 1 || scale.count == sizes.count, scale.allSatisfy({ $0 >= 1 }) else {
      throw LayerError(
        .setting, context.path, "has scale \(scale), for an image of shape \(x.shape)",
        remedy: "Give one number of 1 or more, or one for each spatial axis")
    }
    let target = sizes.enumerated().map { axis, size in
      let (product, overflows) = size.multipliedReportingOverflow(
        by: scale.count == 1 ? scale[0] : scale[axis])
      return overflows ? Int.max : product
    }
    return try x.resized(to: target, by: interpolation)
  }

  public func validate(_ inputs: [Layout]) throws {
    for layout in inputs { try ImageAxes.validate(layout, axes: size?.count) }
  }

  public var defaultName: String { "resize" }
  public var description: String {
    "Resize(\(size.map { "to: \($0)" } ?? "scale: \(scale)"), by: \(interpolation.rawValue))"
  }
  public var isObservationWise: Bool { true }
}

/// Zeros around the spatial axes: `[batch, spatial..., channels]` grows by what stands before and
/// after. O(count of the result).
public struct ZeroPadding: CustomLayer, Codable, CustomStringConvertible {
  private let before: [Int]
  private let after: [Int]

  /// So many on both sides; one number for all spatial axes, or one for each.
  public init(_ sides: [Int]) { self.init(before: sides, after: sides) }

  /// So many before and after; one number for all spatial axes, or one for each.
  public init(before: [Int], after: [Int]) {
    self.before = before
    self.after = after
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try context.refusePadding(of: x, along: 1)
    return try x.zeroPadded(before: before, after: after)
  }

  public func validate(_ inputs: [Layout]) throws {
    for layout in inputs { try ImageAxes.validate(layout) }
  }

  public var defaultName: String { "zeroPadding" }
  public var description: String {
    before == after ? "ZeroPadding(\(before))" : "ZeroPadding(before: \(before), after: \(after))"
  }
  public var isObservationWise: Bool { true }
}

/// An image without its outermost elements: `[batch, spatial..., channels]` shrinks by what stood
/// before and after. O(1).
public struct Cropping: CustomLayer, Codable, CustomStringConvertible {
  private let before: [Int]
  private let after: [Int]

  /// So many on both sides; one number for all spatial axes, or one for each.
  public init(_ sides: [Int]) { self.init(before: sides, after: sides) }

  /// So many before and after; one number for all spatial axes, or one for each.
  public init(before: [Int], after: [Int]) {
    self.before = before
    self.after = after
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try context.refusePadding(of: x, along: 1)
    return try x.cropped(before: before, after: after)
  }

  public func validate(_ inputs: [Layout]) throws {
    for layout in inputs { try ImageAxes.validate(layout) }
  }

  public var defaultName: String { "cropping" }
  public var description: String {
    before == after ? "Cropping(\(before))" : "Cropping(before: \(before), after: \(after))"
  }
  public var isObservationWise: Bool { true }
}
