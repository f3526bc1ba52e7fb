import LigatureNetworks
import LigatureTensors

/// The sum of several inputs, element by element and with broadcasting. O(inputs · count).
public struct Addition: CustomLayer, Codable {
  private let count: PortCount
  /// A layer of ports `in1` ... `in<count>`.
  public init(_ count: Int = 2) { self.count = PortCount(count) }
  public var inputNames: [String] { count.names("in") }
  public func predict(_ inputs: [Tensor], in context: Context) throws -> Tensor {
    try folded(inputs, context) { try $0 + $1 }
  }
  public var defaultName: String { "addition" }
  public var isObservationWise: Bool { true }
}

/// The product of several inputs, element by element and with broadcasting. O(inputs · count).
public struct Multiplication: CustomLayer, Codable {
  private let count: PortCount
  /// A layer of ports `in1` ... `in<count>`.
  public init(_ count: Int = 2) { self.count = PortCount(count) }
  public var inputNames: [String] { count.names("in") }
  public func predict(_ inputs: [Tensor], in context: Context) throws -> Tensor {
    try folded(inputs, context) { try $0 * $1 }
  }
  public var defaultName: String { "multiplication" }
  public var isObservationWise: Bool { true }
}

/// Several inputs concatenated along an axis, the last unless said otherwise; not along the
/// time of padded sequences. O(count).
public struct Concatenation: CustomLayer, Codable, CustomStringConvertible {
  private let count: PortCount
  private let axis: Int
  /// A layer of ports `in1` ... `in<count>`.
  public init(_ count: Int = 2, axis: Int = -1) {
    self.count = PortCount(count)
    self.axis = axis
  }
  public var inputNames: [String] { count.names("in") }
  public func predict(_ inputs: [Tensor], in context: Context) throws -> Tensor {
    for x in inputs { try context.refusePadding(of: x, along: axis) }
    return try concatenate(inputs, axis: axis)
  }
  public var defaultName: String { "concatenation" }
  public var description: String { "Concatenation(axis: \(axis))" }
  public var isObservationWise: Bool { axis > 0 || axis == -1 }
}

private func folded(
  _ inputs: [Tensor], _ context: Context, _ combine: (Tensor, Tensor) throws -> Tensor
) throws -> Tensor {
  guard let first = inputs.first else {
    throw LayerError(
      .portCount, context.path, "was given no inputs", remedy: "Connect at least one")
  }
  return try inputs.dropFirst().reduce(first, combine)
}
