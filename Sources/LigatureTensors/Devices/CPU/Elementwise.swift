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
    forEachStretch(of: [a, b], to: result) { operands, first, count in
      lk_zip_broadcast(type, op, operands, first, count, target, adding ? 1 : 0)
    }
  }

  static func select(_ operands: [Tensor], into result: Tensor) {
    let (type, target) = (result.scalarType.kernelType, result.pointer)
    forEachStretch(of: operands, to: result) { operands, first, count in
      lk_select_broadcast(type, operands, first, count, target)
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

  /// Calls `body` with operands as if they had the result's shape and with pieces of the result's
  /// elements, on several threads.
  private static func forEachStretch(
    of operands: [Tensor], to result: Tensor,
    _ body: (_ operands: UnsafePointer<LKBroadcast>, _ first: Int, _ count: Int) -> Void
  ) {
    guard result.count > 0 else { return }
    let shape = result.shape
    // Runs go along the last axis that is longer than 1. An operand that steps further there is
    // copied once, by way of blocks that fit caches.
    let run = shape.lastIndex { $0 != 1 } ?? 0
    let operands = operands.map { operand -> Tensor in
      let axis = run - (shape.count - operand.rank)
      guard axis >= 0, operand.rank > 0, operand.shape[axis] != 1 else { return operand }
      return operand.strides[axis] <= 1 ? operand : operand.contiguous()
    }
    var broadcast = LKBroadcast()
    lk_broadcast_begin(&broadcast, Int32(shape.count), shape)
    for operand in operands {
      lk_broadcast_add(
        &broadcast, Int32(operand.rank), operand.shape, operand.strides, operand.pointer)
    }
    lk_broadcast_merge(&broadcast)
    withExtendedLifetime(operands) {
      withUnsafePointer(to: broadcast) { broadcast in
        Parallel.split(result.count, granularity: 1024, minimum: Kernels.elementwiseMinimum) {
          body(broadcast, $0.lowerBound, $0.count)
        }
      }
    }
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
