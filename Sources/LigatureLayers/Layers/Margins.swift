import LigatureNetworks
import LigatureTensors

/// More around the spatial axes: `[batch, spatial..., channels]` grows by what stands before and
/// after. O(count of the result); see ``Tensor/padded(before:after:with:)``.
///
///     Padding([1])                                            // zeros on all sides
///     Padding(before: [2, 0], after: [0, 1], with: .reflect)
public struct Padding: ImageLayer, Codable, CustomStringConvertible {
  private let margins: Margins
  private let filling: TensorPadding

  /// So many on both sides; one number for all spatial axes, or one for each.
  public init(_ sides: [Int], with filling: TensorPadding = .zeros) {
    self.init(before: sides, after: sides, with: filling)
  }

  /// So many before and after; one number for all spatial axes, or one for each.
  public init(before: [Int], after: [Int], with filling: TensorPadding = .zeros) {
    margins = Margins(before: before, after: after)
    self.filling = filling
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let (before, after) = try margins.widths(of: x, in: context)
    return try x.padded(before: before, after: after, with: filling)
  }

  public var defaultName: String { "padding" }
  public var description: String {
    "Padding(\(margins)" + (filling == .zeros ? ")" : ", with: \(filling))")
  }
}

/// An image without its outermost elements: `[batch, spatial..., channels]` shrinks by what stood
/// before and after. O(1); see ``Tensor/cropped(before:after:)``.
public struct Cropping: ImageLayer, Codable, CustomStringConvertible {
  private let margins: Margins

  /// So many on both sides; one number for all spatial axes, or one for each.
  public init(_ sides: [Int]) { self.init(before: sides, after: sides) }

  /// So many before and after; one number for all spatial axes, or one for each.
  public init(before: [Int], after: [Int]) { margins = Margins(before: before, after: after) }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let (before, after) = try margins.widths(of: x, in: context)
    return try x.cropped(before: before, after: after)
  }

  public var defaultName: String { "cropping" }
  public var description: String { "Cropping(\(margins))" }
}

/// So many elements at both ends of the spatial axes.
private struct Margins: Sendable, Codable, CustomStringConvertible {
  let before: [Int]
  let after: [Int]

  /// A number for each axis of an image. Throws for numbers that are none, and along the time of
  /// padded sequences, whose ends lie elsewhere.
  func widths(of x: Tensor, in context: Context) throws -> (before: [Int], after: [Int]) {
    try context.refusePadding(of: x, along: 1)
    let axes = x.rank - 2
    guard (1...3).contains(axes), [before, after].allSatisfy({ $0.count == 1 || $0.count == axes })
    else {
      throw LayerError(
        .setting, context.path, "has margins \(self), and its input has shape \(x.shape)",
        remedy: "Give [batch, spatial..., channels], and one number or one for each spatial axis")
    }
    func widths(_ sides: [Int]) -> [Int] {
      [0] + (sides.count == axes ? sides : [Int](repeating: sides[0], count: axes)) + [0]
    }
    return (widths(before), widths(after))
  }

  var description: String {
    before == after ? "\(before)" : "before: \(before), after: \(after)"
  }
}
