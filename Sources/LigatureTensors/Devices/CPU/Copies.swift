import LigatureKernels

/// Moving elements on the processor.
enum Copies {
  static func copy(_ source: Tensor, into result: Tensor, adding: Bool) {
    guard source.count > 0 else { return }
    let type = source.scalarType.kernelType
    let (strides, target) = (result.strides, result.pointer)
    let rank = Int32(source.rank)
    guard source.count >= Kernels.elementwiseMinimum,
      let axis = source.shape.indices.first(where: { source.shape[$0] > 1 })
    else {
      lk_copy(
        type, rank, source.shape, source.pointer, source.strides, target, strides, adding ? 1 : 0)
      return
    }
    let width = source.scalarType.byteCount
    Parallel.split(source.shape[axis], minimum: 1) { range in
      var part = source.shape
      part[axis] = range.count
      lk_copy(
        type, rank, part, source.pointer + range.lowerBound * source.strides[axis] * width,
        source.strides, target + range.lowerBound * strides[axis] * width, strides, adding ? 1 : 0)
    }
  }

  static func gather(_ axis: Int, _ source: Tensor, _ indices: Tensor, into result: Tensor) {
    let (source, indices) = (source.contiguous(), indices.contiguous())
    let (outer, size, inner) = Shape.around(axis, of: source.shape)
    let type = source.scalarType
    let places = indices.pointer.assumingMemoryBound(to: Int64.self)
    let count = indices.count
    // Whole boxes, or the places of the only one, are dealt to threads.
    if outer == 1 {
      let minimum = max(1, Kernels.elementwiseMinimum / max(1, inner))
      return Parallel.split(count, minimum: minimum) { range in
        lk_gather(
          type.kernelType, 1, size, inner, range.count, places + range.lowerBound, source.pointer,
          result.pointer + range.lowerBound * inner * type.byteCount)
      }
    }
    let minimum = max(1, Kernels.elementwiseMinimum / max(1, count * inner))
    Parallel.split(outer, minimum: minimum) { range in
      lk_gather(
        type.kernelType, range.count, size, inner, count, places,
        source.pointer + range.lowerBound * size * inner * type.byteCount,
        result.pointer + range.lowerBound * count * inner * type.byteCount)
    }
  }

  static func scatterAdd(_ axis: Int, _ source: Tensor, _ indices: Tensor, into result: Tensor) {
    let (source, indices) = (source.contiguous(), indices.contiguous())
    let (outer, size, inner) = Shape.around(axis, of: result.shape)
    let type = source.scalarType
    let places = indices.pointer.assumingMemoryBound(to: Int64.self)
    let count = indices.count
    let minimum = max(1, Kernels.elementwiseMinimum / max(1, count * inner))
    Parallel.split(outer, minimum: minimum) { range in
      lk_scatter_add(
        type.kernelType, range.count, size, inner, count, places,
        source.pointer + range.lowerBound * count * inner * type.byteCount,
        result.pointer + range.lowerBound * size * inner * type.byteCount)
    }
  }
}
