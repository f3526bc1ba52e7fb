/// Where each matrix of a batch begins.
struct BatchOffsets {
  let shape: [Int]
  let strides: [Int]

  init(_ tensor: Tensor) {
    shape = Array(tensor.shape.dropLast(2))
    strides = Array(tensor.strides.dropLast(2))
  }

  func offset(_ batch: Int) -> Int {
    var rest = batch
    var offset = 0
    for axis in shape.indices.reversed() {
      offset += rest % shape[axis] * strides[axis]
      rest /= shape[axis]
    }
    return offset
  }
}
