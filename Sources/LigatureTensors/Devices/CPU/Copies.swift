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
    let shape = source.shape
    lk_gather(
      source.scalarType.kernelType, Shape.count(shape[..<axis]), shape[axis],
      Shape.count(shape[(axis + 1)...]), indices.count,
      indices.pointer.assumingMemoryBound(to: Int64.self), source.pointer, result.pointer)
  }

  static func scatterAdd(_ axis: Int, _ source: Tensor, _ indices: Tensor, into result: Tensor) {
    let (source, indices) = (source.contiguous(), indices.contiguous())
    let shape = result.shape
    lk_scatter_add(
      source.scalarType.kernelType, Shape.count(shape[..<axis]), shape[axis],
      Shape.count(shape[(axis + 1)...]), indices.count,
      indices.pointer.assumingMemoryBound(to: Int64.self), source.pointer, result.pointer)
  }
}
