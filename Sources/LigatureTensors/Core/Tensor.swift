/// A row-major array of numbers of any rank, with its place in the pass that computed it.
///
/// A tensor is a value: no operation changes one, and copying it costs nothing. Transposes, slices,
/// permutations and broadcasts are views that share their source's memory. Its scalar type is known
/// at run time, so a layer is written once and runs in `float32` and in `float64` alike.
///
/// Every operation throws a ``TensorError`` for operands that do not fit, so one `try` covers an
/// expression: `try relu(matmul(x, weights) + bias)`.
public struct Tensor: Sendable {
  package let layout: StridedLayout
  /// Index of the first scalar in the storage.
  package let offset: Int
  /// The type of the scalars.
  public let scalarType: ScalarType
  package var storage: Storage?
  /// Where this value was computed, on each tape that recorded it; nil for a constant.
  package var node: Node?

  package init(
    storage: Storage?, layout: StridedLayout, offset: Int, scalarType: ScalarType
  ) {
    self.layout = layout
    self.offset = offset
    self.scalarType = scalarType
    self.storage = storage
    self.node = nil
  }

  private init(absence: Absence?) {
    self.init(
      storage: nil, layout: absence.map { StridedLayout(absence: $0) } ?? .deferred, offset: 0,
      scalarType: .float32)
  }

  /// New contiguous memory with undefined contents.
  package init(uninitialized shape: [Int], _ scalarType: ScalarType) {
    self.init(uninitialized: TensorSpec(shape, scalarType))
  }

  /// New contiguous memory with undefined contents, on the device that is in use.
  package init(uninitialized spec: TensorSpec) {
    self.init(
      storage: Storage(byteCount: spec.layout.count * spec.scalarType.byteCount),
      layout: spec.layout, offset: 0, scalarType: spec.scalarType)
  }

  /// The size along each axis; empty for a scalar.
  public var shape: [Int] { layout.shape }

  /// Distance between neighbours along each axis, in scalars; 0 along a stretched axis.
  package var strides: [Int] { layout.strides }

  package var absence: Absence? { layout.absence }

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
  public var rank: Int { layout.shape.count }

  /// The number of scalars, 1 for a scalar.
  public var count: Int { layout.count }

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
  package var isContiguous: Bool { layout.isContiguous }

  /// Shape, type and place on tapes without the memory: what a record keeps of an operand whose
  /// scalars its derivative does not read.
  package var hollow: Tensor {
    var copy = self
    copy.storage = nil
    return copy
  }

  /// The first scalar. Valid while `self` is alive; use inside `withExtendedLifetime` or before its
  /// last use.
  package var pointer: UnsafeMutableRawPointer {
    guard let storage else { fatalError("a deferred tensor has no memory") }
    return storage.pointer + offset * scalarType.byteCount
  }

  /// A view of the same memory.
  package func view(shape: [Int], strides: [Int], offset: Int? = nil) -> Tensor {
    view(StridedLayout(shape: shape, strides: strides), offset: offset)
  }

  /// A view of the same memory.
  package func view(_ layout: StridedLayout, offset: Int? = nil) -> Tensor {
    guard let storage else { return self }
    return Tensor(
      storage: storage, layout: layout, offset: offset ?? self.offset, scalarType: scalarType)
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
