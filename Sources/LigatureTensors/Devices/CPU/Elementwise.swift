import LigatureKernels

/// Functions of elements on the processor.
enum Elementwise {
  static func map(_ function: MapFunction, _ x: Tensor, into result: Tensor) {
    let (op, p, q) = function.kernel
    let type = result.scalarType.kernelType
    if x.isContiguous, x.layout.count < Kernels.transcendentalMinimum {
      return lk_map(type, op, x.layout.count, x.pointer, result.pointer, p, q)
    }
    let source = x.contiguous()
    forEachPart(of: result, minimum: Kernels.transcendentalMinimum) { start, count in
      lk_map(type, op, count, source.pointer + start, result.pointer + start, p, q)
    }
  }

  static func mapGradient(
    _ function: MapFunction, _ kept: Tensor, _ gradient: Tensor, into result: Tensor, adding: Bool
  ) {
    let (op, p, q) = function.kernel
    let type = result.scalarType.kernelType
    let readsInput = function.derivativeReadsInput
    let count = result.layout.count
    if kept.isContiguous, gradient.isContiguous, count < Kernels.transcendentalMinimum {
      return lk_map_gradient(
        type, op, count, readsInput ? kept.pointer : nil, readsInput ? nil : kept.pointer,
        gradient.pointer, result.pointer, p, q, adding ? 1 : 0)
    }
    let (kept, gradient) = (kept.contiguous(), gradient.contiguous())
    forEachPart(of: result, minimum: Kernels.transcendentalMinimum) { start, count in
      let value = kept.pointer + start
      lk_map_gradient(
        type, op, count, readsInput ? value : nil, readsInput ? nil : value,
        gradient.pointer + start, result.pointer + start, p, q, adding ? 1 : 0)
    }
  }

  static func addScaled(_ x: Tensor, _ scale: Double, into result: Tensor) {
    let source = x.contiguous()
    let type = result.scalarType.kernelType
    forEachPart(of: result) { start, count in
      lk_add_scaled(type, count, scale, source.pointer + start, result.pointer + start)
    }
  }

  static func zip(
    _ function: ZipFunction, _ a: Tensor, _ b: Tensor, into result: Tensor, adding: Bool
  ) {
    let (type, op) = (a.scalarType.kernelType, function.kernel)
    let target = result.pointer
    let layout = result.layout
    // The most frequent small work asks no further.
    if layout.count < Kernels.elementwiseMinimum, a.layout === layout, b.layout === layout {
      return lk_zip(
        type, op, layout.count, a.pointer, 1, b.pointer, 1, target, adding ? 1 : 0)
    }
    // Most operands are contiguous and of one shape, or a single number: no walk is needed.
    if let strideA = a.stride(along: result), let strideB = b.stride(along: result) {
      forEachPart(of: result) { start, count in
        lk_zip(
          type, op, count, a.pointer + start * strideA, strideA, b.pointer + start * strideB,
          strideB, target + start, adding ? 1 : 0)
      }
      return
    }
    forEachRun(result, [a, b]) { pointers, strides, start, count in
      lk_zip(
        type, op, count, pointers[0], strides[0], pointers[1], strides[1], target + start,
        adding ? 1 : 0)
    }
  }

  static func select(_ operands: [Tensor], into result: Tensor) {
    let (type, target) = (result.scalarType.kernelType, result.pointer)
    forEachRun(result, operands) { pointers, strides, start, count in
      lk_select(
        type, count, pointers[0], strides[0], pointers[1], strides[1], pointers[2], strides[2],
        target + start)
    }
  }

  /// Calls `body` with byte offset and count of pieces of contiguous memory, on several threads.
  private static func forEachPart(
    of tensor: Tensor, minimum: Int = Kernels.elementwiseMinimum,
    _ body: (_ start: Int, _ count: Int) -> Void
  ) {
    let width = tensor.scalarType.byteCount
    Parallel.split(tensor.count, granularity: 1024, minimum: minimum) { range in
      body(range.lowerBound * width, range.count)
    }
  }

  /// Walks operands stretched to the result in runs in which each has stride 0 or 1. `body` gets
  /// each operand's first scalar and stride, the byte offset in the result, and the run's length.
  private static func forEachRun(
    _ result: Tensor, _ operands: [Tensor],
    _ body: ([UnsafeMutableRawPointer], [Int], _ start: Int, _ count: Int) -> Void
  ) {
    guard result.count > 0 else { return }
    let walk = BroadcastWalk(shape: result.shape, operands: operands)
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

extension Tensor {
  /// How this operand is read along a whole contiguous result: 1 where it is one of its shape, 0
  /// where it is a single number; nil where it needs a walk.
  fileprivate func stride(along result: Tensor) -> Int? {
    if isContiguous, layout === result.layout || shape == result.shape { return 1 }
    return count == 1 ? 0 : nil
  }
}
