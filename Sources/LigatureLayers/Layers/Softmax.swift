import LigatureNetworks
import LigatureTensors

/// exp(x) / Σ exp(x) along an axis, the last unless said otherwise; not along the time of padded
/// sequences. O(count).
public struct Softmax: CustomLayer, Codable, CustomStringConvertible {
  private let axis: Int
  /// Makes the layer.
  public init(axis: Int = -1) { self.axis = axis }

  /// Decodes a layer; one of a file from before there was a choice has the last axis.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    axis = try values.decodeIfPresent(Int.self, forKey: .axis) ?? -1
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try context.refusePadding(of: x, along: axis)
    return try softmax(x, axis: axis)
  }

  public var defaultName: String { "softmax" }
  public var description: String { axis == -1 ? "Softmax" : "Softmax(axis: \(axis))" }
  public var isObservationWise: Bool { axis > 0 || axis == -1 }
}

/// x - log Σ exp(x) along an axis, the last unless said otherwise: the logarithm of the softmax,
/// without forming it; not along the time of padded sequences. O(count).
public struct LogSoftmax: CustomLayer, Codable, CustomStringConvertible {
  private let axis: Int
  /// Makes the layer.
  public init(axis: Int = -1) { self.axis = axis }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try context.refusePadding(of: x, along: axis)
    return try logSoftmax(x, axis: axis)
  }

  public var defaultName: String { "logSoftmax" }
  public var description: String { axis == -1 ? "LogSoftmax" : "LogSoftmax(axis: \(axis))" }
  public var isObservationWise: Bool { axis > 0 || axis == -1 }
}
