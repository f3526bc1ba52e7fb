import LigatureTensors

/// What goes into and comes out of a layer: a tensor, a list of them, or a ``Tuple``.
public protocol LayerValue: Sendable {
  /// The number of tensors, when the type fixes it.
  static var tensorCount: Int? { get }
  /// The tensors, in the order of the ports.
  var tensors: [Tensor] { get }
  /// The value made of tensors in the order of the ports; nil when their number does not fit.
  init?(tensors: [Tensor])
}

extension Tensor: LayerValue {
  public static var tensorCount: Int? { 1 }
  public var tensors: [Tensor] { [self] }

  public init?(tensors: [Tensor]) {
    guard tensors.count == 1 else { return nil }
    self = tensors[0]
  }
}

extension Array: LayerValue where Element == Tensor {
  public static var tensorCount: Int? { nil }
  public var tensors: [Tensor] { self }
  public init?(tensors: [Tensor]) { self = tensors }
}

/// A fixed number of inputs or outputs of a layer: `Tuple<Tensor, Tensor>`.
public struct Tuple<each Element: LayerValue>: LayerValue {
  /// The parts as a Swift tuple.
  public let elements: (repeat each Element)

  /// Makes a tuple of its parts.
  public init(_ element: repeat each Element) { elements = (repeat each element) }

  public static var tensorCount: Int? {
    var count = 0
    for part in repeat (each Element).tensorCount {
      guard let part else { return nil }
      count += part
    }
    return count
  }

  public var tensors: [Tensor] {
    var tensors: [Tensor] = []
    for element in repeat each elements { tensors += element.tensors }
    return tensors
  }

  public init?(tensors: [Tensor]) {
    guard Self.tensorCount == tensors.count else { return nil }
    var rest = tensors[...]
    func next<Part: LayerValue>(_ type: Part.Type) throws -> Part {
      let count = Part.tensorCount ?? 0
      defer { rest = rest.dropFirst(count) }
      guard let part = Part(tensors: Array(rest.prefix(count))) else { throw Misfit() }
      return part
    }
    guard let parts = try? (repeat next((each Element).self)) else { return nil }
    elements = parts
  }

  private struct Misfit: Error {}
}
