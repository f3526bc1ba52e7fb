import LigatureKernels

/// The shared paths of elementwise operations; the operations themselves are one line each, in
/// `Tensor+Maps.swift` and `Tensor+Arithmetic.swift`.
enum Elementwise {
  /// A function of one tensor, with its derivative.
  static func map(
    _ name: String, _ op: LKMap, _ x: Tensor, _ p: Double = 0, _ q: Double = 0,
    origin: (Tensor) -> Tape.Origin = { _ in .operation }
  ) throws -> Tensor {
    try x.requireFloatingPoint(name)
    let source = x.contiguous()
    let result = Tensor(uninitialized: x.shape, x.scalarType)
    forEachPart(of: result, minimum: Kernels.transcendentalMinimum) { start, count in
      lk_map(
        result.scalarType.kernelType, op, count, source.pointer + start, result.pointer + start, p,
        q)
    }
    guard let recorder = Recorder([x]) else { return result }
    // Only what the derivative reads is kept.
    let readsInput = lk_map_gradient_reads_input(op) != 0
    let kept = readsInput ? source : result
    return recorder.record(result, origin: origin(x)) { pull, gradient in
      let gradient = gradient.contiguous()
      pull.accumulate(to: 0, kept.shape, kept.scalarType) { target, adding in
        forEachPart(of: kept, minimum: Kernels.transcendentalMinimum) { start, count in
          let value = kept.pointer + start
          lk_map_gradient(
            kept.scalarType.kernelType, op, count, readsInput ? value : nil,
            readsInput ? nil : value, gradient.pointer + start, target + start, p, q,
            adding ? 1 : 0)
        }
      }
    }
  }

  /// Calls `body` with byte offset and count of pieces of contiguous memory, on several threads.
  static func forEachPart(
    of tensor: Tensor, minimum: Int = Kernels.elementwiseMinimum,
    _ body: (_ start: Int, _ count: Int) -> Void
  ) {
    let width = tensor.scalarType.byteCount
    Parallel.split(tensor.count, granularity: 1024, minimum: minimum) { range in
      body(range.lowerBound * width, range.count)
    }
  }

  /// The shape two operands are stretched to; throws when they do not fit or cannot be computed
  /// with.
  static func commonShape(
    _ name: String, _ a: Tensor, _ b: Tensor, computing: Bool = true
  ) throws -> [Int] {
    try a.require(name)
    try b.require(name)
    guard a.scalarType == b.scalarType else {
      throw TensorError(
        name, "one operand is \(a.scalarType) \(a.shape), the other \(b.scalarType) \(b.shape)",
        remedy: "Convert one with cast(to:)")
    }
    guard !computing || a.scalarType != .uint8 else {
      throw TensorError(
        name, "uint8 tensors such as \(a.shape) are stored and converted, not computed with",
        remedy: "Convert with cast(to: .float32) first")
    }
    guard let shape = Shape.broadcast(a.shape, b.shape) else {
      throw TensorError(
        name, "shapes \(a.shape) and \(b.shape) do not fit",
        remedy: "Sizes must be equal or 1, counted from the last axis")
    }
    if shape != a.shape, shape != b.shape { try Tensor.validate(shape, name) }
    return shape
  }

  /// op(a, b) with broadcasting, as a constant.
  static func zip(_ op: LKZip, _ a: Tensor, _ b: Tensor, shape: [Int]) -> Tensor {
    let result = Tensor(uninitialized: shape, a.scalarType)
    zip(op, a, b, shape: shape, into: result.pointer, adding: false)
    return result
  }

  /// op(a, b) with broadcasting into contiguous memory of `shape`.
  static func zip(
    _ op: LKZip, _ a: Tensor, _ b: Tensor, shape: [Int], into target: UnsafeMutableRawPointer,
    adding: Bool
  ) {
    let type = a.scalarType
    forEachRun(shape, [a, b]) { pointers, strides, start, count in
      lk_zip(
        type.kernelType, op, count, pointers[0], strides[0], pointers[1], strides[1],
        target + start, adding ? 1 : 0)
    }
  }

  /// Walks operands stretched to `shape` in runs in which each has stride 0 or 1. `body` gets each
  /// operand's first scalar and stride, the byte offset in the result, and the run's length.
  static func forEachRun(
    _ shape: [Int], _ operands: [Tensor],
    _ body: ([UnsafeMutableRawPointer], [Int], _ start: Int, _ count: Int) -> Void
  ) {
    guard Shape.count(shape) > 0 else { return }
    let walk = BroadcastWalk(shape: shape, operands: operands)
    let width = operands[0].scalarType.byteCount
    if walk.outerCount == 1 {
      Parallel.split(walk.runLength, granularity: 1024, minimum: Kernels.elementwiseMinimum) {
        range in
        let pointers = zipPointers(walk, [], range.lowerBound)
        body(pointers, walk.runStrides, range.lowerBound * width, range.count)
      }
    } else {
      let minimum = max(1, Kernels.elementwiseMinimum / walk.runLength)
      Parallel.split(walk.outerCount, minimum: minimum) { range in
        for outer in range {
          let pointers = zipPointers(walk, walk.position(outer), 0)
          body(pointers, walk.runStrides, outer * walk.runLength * width, walk.runLength)
        }
      }
    }
  }

  private static func zipPointers(
    _ walk: BroadcastWalk, _ position: [Int], _ start: Int
  ) -> [UnsafeMutableRawPointer] {
    walk.operands.indices.map { number in
      let operand = walk.operands[number]
      var index = start * walk.runStrides[number]
      for (axis, place) in position.enumerated() {
        index += place * walk.outerStrides[number][axis]
      }
      return operand.pointer + index * operand.scalarType.byteCount
    }
  }
}

/// How several stretched operands are walked together: the axes of the result, merged where every
/// operand allows it, the last one being the run.
struct BroadcastWalk {
  let operands: [Tensor]
  let outerShape: [Int]
  let outerStrides: [[Int]]
  let runLength: Int
  let runStrides: [Int]
  let outerCount: Int

  init(shape: [Int], operands: [Tensor]) {
    // A run needs stride 0 or 1: an operand that steps further along the axis of the runs, the last
    // one that is longer than 1, is copied once.
    let run = shape.lastIndex { $0 != 1 } ?? 0
    let operands = operands.map { operand -> Tensor in
      let axis = run - (shape.count - operand.rank)
      guard axis >= 0, operand.rank > 0, operand.shape[axis] != 1 else { return operand }
      return operand.strides[axis] <= 1 ? operand : operand.contiguous()
    }
    let strides = operands.map { Shape.broadcastStrides($0.shape, $0.strides, to: shape) }
    var mergedShape: [Int] = []
    var merged = operands.map { _ in [Int]() }
    for axis in shape.indices where shape[axis] != 1 {
      let fits =
        !mergedShape.isEmpty
        && operands.indices.allSatisfy { merged[$0].last! == strides[$0][axis] * shape[axis] }
      if fits {
        mergedShape[mergedShape.count - 1] *= shape[axis]
        for number in operands.indices {
          merged[number][mergedShape.count - 1] = strides[number][axis]
        }
      } else {
        mergedShape.append(shape[axis])
        for number in operands.indices { merged[number].append(strides[number][axis]) }
      }
    }
    if mergedShape.isEmpty {
      mergedShape = [1]
      merged = operands.map { _ in [0] }
    }
    self.operands = operands
    runLength = mergedShape.last!
    runStrides = merged.map { $0.last! }
    outerShape = Array(mergedShape.dropLast())
    outerStrides = merged.map { Array($0.dropLast()) }
    outerCount = Shape.count(outerShape)
  }

  /// The multi-index of run number `outer`.
  func position(_ outer: Int) -> [Int] {
    var rest = outer
    var position = outerShape
    for axis in outerShape.indices.reversed() {
      position[axis] = rest % outerShape[axis]
      rest /= outerShape[axis]
    }
    return position
  }
}
