import LigatureNetworks
import LigatureTensors

/// Images of another size: `[batch, spatial..., channels]` becomes `[batch, size..., channels]`.
/// See ``Tensor/resized(to:axes:by:alignsCorners:)``.
public struct Resize: ImageLayer, Codable, CustomStringConvertible {
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

  public var spatialAxes: Int? { size?.count }
  public var defaultName: String { "resize" }
  public var description: String {
    "Resize(\(size.map { "to: \($0)" } ?? "scale: \(scale)"), by: \(interpolation.rawValue))"
  }
}
