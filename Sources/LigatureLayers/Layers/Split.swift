import LigatureNetworks
import LigatureTensors

/// Parts of equal size along an axis, the last unless said otherwise: `out1` ... `out<count>`.
/// Not along the time of padded sequences, whose lengths would be lost. O(1).
public struct Split: CustomLayer, Codable, CustomStringConvertible {
  private let count: PortCount
  private let axis: Int

  /// A layer of `count` outputs. It throws where the size does not divide.
  public init(_ count: Int, axis: Int = -1) {
    self.count = PortCount(count)
    self.axis = axis
  }

  public var outputNames: [String] { count.names("out") }

  public func predict(_ x: Tensor, in context: Context) throws -> [Tensor] {
    try context.refusePadding(of: x, along: axis)
    return try x.split(into: count.value, axis: axis)
  }

  public var defaultName: String { "split" }
  public var description: String { "Split(\(count.value), axis: \(axis))" }
  public var isObservationWise: Bool { axis > 0 || axis == -1 }
}
