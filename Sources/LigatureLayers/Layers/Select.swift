import LigatureNetworks
import LigatureTensors

/// Some elements along an axis, the last unless said otherwise: channels of a sequence, or its
/// first steps, unless it is padded. O(1).
public struct Select: CustomLayer, Codable, CustomStringConvertible {
  private let range: Range<Int>
  private let axis: Int

  /// A layer that hands `range` on. It throws where the axis is shorter.
  public init(_ range: Range<Int>, axis: Int = -1) {
    self.range = range
    self.axis = axis
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try context.refusePadding(of: x, along: axis)
    return try x.slice(range, axis: axis)
  }

  public var defaultName: String { "select" }
  public var description: String { "Select(\(range), axis: \(axis))" }
  public var isObservationWise: Bool { axis > 0 || axis == -1 }
}
