/// A row-major array of numbers of any rank, with its place in the pass that computed it.
///
/// A tensor is a value: no operation changes one, and copying it costs nothing. Transposes, slices,
/// permutations and broadcasts are views that share their source's memory. Its scalar type is known
/// at run time, so a layer is written once and runs in `float32` and in `float64` alike.
///
/// Every operation throws a ``TensorError`` for operands that do not fit, so one `try` covers an
/// expression: `try relu(matmul(x, weights) + bias)`.
public struct Tensor: Sendable {
  /// The size along each axis; empty for a scalar.
  public let shape: [Int]
  /// The type of the scalars.
  public let scalarType: ScalarType

  /// Distance between neighbours along each axis, in scalars; 0 along a stretched axis.
  package let strides: [Int]
  /// Index of the first scalar in the storage.
  package let offset: Int
  package var storage: Storage?
  /// Where this value was computed on a tape; nil for a constant.
  package var node: Node?
  /// Of a tensor without a value that is not simply deferred: why, for errors.
  package let absence: Absence?

  package init(
    storage: Storage, shape: [Int], strides: [Int], offset: Int, scalarType: ScalarType
  ) {
    self.shape = shape
    self.scalarType = scalarType
    self.strides = strides
    self.offset = offset
    self.storage = storage
    self.node = nil
    self.absence = nil
  }

  private init(absence: Absence?) {
    shape = []
    scalarType = .float32
    strides = []
    offset = 0
    storage = nil
    node = nil
    self.absence = absence
  }

  /// New contiguous memory with undefined contents.
  package init(uninitialized shape: [Int], _ scalarType: ScalarType) {
    let byteCount = Shape.count(shape) * scalarType.byteCount
    self.init(
      storage: Storage(byteCount: byteCount), shape: shape, strides: Shape.strides(shape),
      offset: 0, scalarType: scalarType)
  }

  /// A learnable whose value is set later, by `initialize(for:in:)`. Operations on it throw.
  public static var deferred: Tensor { Tensor(absence: nil) }

  /// A deferred tensor that knows its name.
  package static func deferred(_ note: String) -> Tensor {
    let error = TensorError.deferred("", note)
    return .absent(error.problem, remedy: error.remedy)
  }

  /// What stands for a value that does not exist: every use throws `problem` and `remedy`.
  package static func absent(_ problem: String, remedy: String) -> Tensor {
    Tensor(absence: Absence(problem: problem, remedy: remedy))
  }

  /// Why there is no value, and what to do about it.
  package final class Absence: Sendable {
    package let problem: String
    package let remedy: String

    init(problem: String, remedy: String) {
      self.problem = problem
      self.remedy = remedy
    }
  }

  /// Whether this is a learnable without a value.
  public var isDeferred: Bool { storage == nil }

  /// The number of axes.
  public var rank: Int { shape.count }

  /// The number of scalars, 1 for a scalar.
  public var count: Int { Shape.count(shape) }

  /// Bytes of the scalars, not counting memory shared by views.
  public var byteCount: Int { count * scalarType.byteCount }

  /// The same value as a constant: nothing computed from it has a derivative with respect to it.
  public var detached: Tensor {
    var copy = self
    copy.node = nil
    return copy
  }
}

// MARK: - Memory

extension Tensor {
  package var isContiguous: Bool { Shape.isContiguous(shape, strides) }

  /// The first scalar. Valid while `self` is alive; use inside `withExtendedLifetime` or before its
  /// last use.
  package var pointer: UnsafeMutableRawPointer {
    guard let storage else { fatalError("a deferred tensor has no memory") }
    return storage.pointer + offset * scalarType.byteCount
  }

  /// A view of the same memory.
  package func view(shape: [Int], strides: [Int], offset: Int? = nil) -> Tensor {
    guard let storage else { return self }
    return Tensor(
      storage: storage, shape: shape, strides: strides, offset: offset ?? self.offset,
      scalarType: scalarType)
  }

  /// Throws when this tensor, an operand of `operation`, has no value.
  package func require(_ operation: String) throws(TensorError) {
    guard isDeferred else { return }
    guard let absence else { throw .deferred(operation, nil) }
    throw TensorError(operation, absence.problem, remedy: absence.remedy)
  }

  /// Throws unless this operand of `operation` holds floating-point numbers.
  package func requireFloatingPoint(_ operation: String) throws(TensorError) {
    try require(operation)
    guard scalarType.isFloatingPoint else {
      throw TensorError(
        operation, "needs float32 or float64, found \(scalarType) of shape \(shape)",
        remedy: "Convert with cast(to: .float32)")
    }
  }
}
