import LigatureNetworks
import LigatureTensors

/// All axes after the batch in one: `[batch, ...]` becomes `[batch, features]`. O(1).
public struct Flatten: CustomLayer, Codable {
  /// Makes the layer.
  public init() {}
  public func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x.flattened() }
  public func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] {
    shapes.map { Layout("BC", $0) }
  }
  public var defaultName: String { "flatten" }
  public var isObservationWise: Bool { true }
}

/// Gives each observation another shape: `[batch, ...]` becomes `[batch] + shape`. O(1).
public struct Reshape: CustomLayer, Codable, CustomStringConvertible {
  private let shape: [Int]
  private let labels: String?

  /// A layer that reshapes each observation to `shape`, in which one size may be -1. `labels` names
  /// the axes of the result, batch included.
  public init(_ shape: [Int], labels: String? = nil) {
    self.shape = shape
    self.labels = labels
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    guard let batch = x.shape.first else {
      throw LayerError(.shape, context.path, "needs a batch axis", remedy: "Give [batch, ...]")
    }
    return try x.reshaped(to: [batch] + shape)
  }

  public func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] {
    shapes.map { Layout(labels ?? Layout.labels(rank: $0.count), $0) }
  }

  public var defaultName: String { "reshape" }
  public var description: String { "Reshape(\(shape))" }
  public var isObservationWise: Bool { true }
}

/// The axes in another order: axis `i` of the result is axis `axes[i]` of the input. O(1).
public struct Permute: CustomLayer, AxisPermuting, Codable, CustomStringConvertible {
  private let axes: [Int]
  /// Makes the layer; `axes` names each axis once, batch included.
  public init(_ axes: [Int]) { self.axes = axes }
  /// Whether it transposes a matrix.
  package var exchangesMatrixAxes: Bool { axes == [1, 0] || axes == [-1, -2] || axes == [-1, 0] }
  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let result = try x.permuted(axes)
    // An axis of the same size that is not time has no lengths.
    if axes.prefix(2).map({ $0 < 0 ? $0 + x.rank : $0 }) != [0, 1] {
      context.setOutputLengths([nil])
    }
    return result
  }

  public func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] {
    guard let input = inputs.first, input.rank == axes.count else {
      return shapes.map { Layout(Layout.labels(rank: $0.count), $0) }
    }
    let letters = Array(input.labels)
    return shapes.map { shape in
      Layout(String(axes.map { letters[($0 + letters.count) % letters.count] }), shape)
    }
  }
  public var defaultName: String { "permute" }
  public var description: String { "Permute(\(axes))" }
}
