/// How a tensor's scalars lie in memory: sizes, and distances between neighbours. Tensors of one
/// shape share it, so that an operation on small tensors makes none.
package final class StridedLayout: Sendable {
  package let shape: [Int]
  /// Distance between neighbours along each axis, in scalars; 0 along a stretched axis.
  package let strides: [Int]
  package let count: Int
  package let isContiguous: Bool
  /// Whether strides are those of new memory; in a view, axes of size 1 may have any.
  private let isPlain: Bool
  /// Of a tensor without a value that is not simply deferred: why, for errors.
  package let absence: Tensor.Absence?

  /// Row-major memory without gaps.
  package init(contiguous shape: [Int]) {
    self.shape = shape
    strides = Shape.strides(shape)
    count = Shape.count(shape)
    isContiguous = true
    isPlain = true
    absence = nil
  }

  package init(shape: [Int], strides: [Int]) {
    self.shape = shape
    self.strides = strides
    count = Shape.count(shape)
    isContiguous = Shape.isContiguous(shape, strides)
    isPlain = isContiguous && Shape.isPlain(shape, strides)
    absence = nil
  }

  init(absence: Tensor.Absence?) {
    shape = []
    strides = []
    count = 1
    isContiguous = true
    isPlain = true
    self.absence = absence
  }

  static let scalar = StridedLayout(contiguous: [])
  static let deferred = StridedLayout(absence: nil)

  /// The same memory with the last two axes exchanged.
  var swappedLastAxes: StridedLayout {
    var (shape, strides) = (shape, strides)
    shape.swapAt(shape.count - 1, shape.count - 2)
    strides.swapAt(strides.count - 1, strides.count - 2)
    return StridedLayout(shape: shape, strides: strides)
  }

  /// The layout of a result of this shape.
  var contiguous: StridedLayout {
    isPlain ? self : StridedLayout(contiguous: shape)
  }
}

/// Shape and scalar type of a tensor that is yet to be computed.
package struct TensorSpec: Sendable {
  package let layout: StridedLayout
  package let scalarType: ScalarType

  package init(_ layout: StridedLayout, _ scalarType: ScalarType) {
    self.layout = layout
    self.scalarType = scalarType
  }

  package init(_ shape: [Int], _ scalarType: ScalarType) {
    self.init(
      shape.isEmpty ? StridedLayout.scalar : StridedLayout(contiguous: shape), scalarType)
  }

  /// What has the shape and the type of `tensor`.
  package init(like tensor: Tensor) {
    self.init(tensor.layout.contiguous, tensor.scalarType)
  }

  package var shape: [Int] { layout.shape }
}
