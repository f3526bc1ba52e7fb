/// Sums of whole numbers along axes, as int64, which wraps around.
struct IntegerSum: Operation {
  let axes: [Int]
  let keepsAxes: Bool

  var name: String { "sum" }
  var attributes: String { "axes: \(axes)" + (keepsAxes ? ", keepingAxes" : "") }
  var keeps: Keeping { .nothing }
  var canAdd: Bool { false }

  /// Throws unless each of `wanted` names an axis of its own; none stands for all.
  init(_ x: Tensor, _ wanted: [Int], keepsAxes: Bool) throws {
    axes = try Reduce.axes("sum", x, wanted)
    self.keepsAxes = keepsAxes
  }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    let shape = operands[0].shape
    let result = shape.indices.compactMap { axis in
      axes.contains(axis) ? (keepsAxes ? 1 : nil) : shape[axis]
    }
    return TensorSpec(result, .int64)
  }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    result.perform(.sumIntegers(axes: axes), operands)
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {}
}
