/// Where the elements of a stored array go, in the order in which the file gives them.
///
/// A plan is an odometer over the stored axes, fastest first. Each turn of its lowest wheel is a
/// run of elements at a fixed distance in the destination.
struct ScatterPlan {
  /// Elements that go to `offset`, `offset + stride`, and so on.
  struct Run {
    let offset: Int
    let stride: Int
    let count: Int
  }

  private var sizes: [Int] = []
  private var strides: [Int] = []
  private var indices: [Int]
  private var offset = 0

  /// - Parameters:
  ///   - sizes: the stored axes, the one that varies fastest in the file first.
  ///   - strides: for each of them, how far apart neighbours are in the destination.
  init(sizes: [Int], strides: [Int]) {
    for (size, stride) in zip(sizes, strides) where size != 1 {
      // Neighbouring axes that follow one another in the destination as well turn as one wheel.
      if let last = self.sizes.last, self.strides[self.strides.count - 1] * last == stride {
        self.sizes[self.sizes.count - 1] = last * size
      } else {
        self.sizes.append(size)
        self.strides.append(stride)
      }
    }
    if self.sizes.isEmpty {
      self.sizes = [1]
      self.strides = [1]
    }
    indices = Array(repeating: 0, count: self.sizes.count)
  }

  /// A plan for an array stored column-major (MATLAB) or row-major (IDX) whose axes are reordered.
  ///
  /// - Parameters:
  ///   - shape: the stored axes in the file's own order.
  ///   - permutation: which stored axis is each axis of the row-major result.
  ///   - firstAxisFastest: whether the file is column-major.
  init(shape: [Int], permutation: [Int], firstAxisFastest: Bool) {
    var strides = Array(repeating: 1, count: shape.count)
    var stride = 1
    for axis in permutation.reversed() {
      strides[axis] = stride
      stride *= max(shape[axis], 1)
    }
    if firstAxisFastest {
      self.init(sizes: shape, strides: strides)
    } else {
      self.init(sizes: shape.reversed(), strides: strides.reversed())
    }
  }

  /// The places of the next elements, at most `limit` and at least one of them.
  mutating func next(atMost limit: Int) -> Run {
    let count = min(limit, sizes[0] - indices[0])
    let run = Run(offset: offset, stride: strides[0], count: count)
    indices[0] += count
    offset += count * strides[0]
    var wheel = 0
    while indices[wheel] == sizes[wheel] {
      offset -= sizes[wheel] * strides[wheel]
      indices[wheel] = 0
      wheel += 1
      guard wheel < sizes.count else { break }
      indices[wheel] += 1
      offset += strides[wheel]
    }
    return run
  }
}
