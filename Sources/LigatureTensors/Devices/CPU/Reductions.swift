import LigatureKernels
import Synchronization

/// Reductions on the processor.
enum Reductions {
  /// Each run of neighbouring axes at once, the last run first.
  static func reduce(
    _ reduction: Reduction, _ axes: [Int], _ x: Tensor, into result: Tensor, adding: Bool
  ) {
    var current = x.contiguous()
    var sizes = x.shape
    // A scalar: reducing it over no axis still applies the operation once.
    guard !axes.isEmpty else { return run(reduction, current, 1, 1, 1, into: result, adding) }
    var end = axes.count
    while end > 0 {
      var start = end - 1
      while start > 0, axes[start - 1] == axes[start] - 1 { start -= 1 }
      let (first, last) = (axes[start], axes[end - 1])
      let outer = Shape.count(sizes[..<first])
      let inner = Shape.count(sizes[(last + 1)...])
      let n = Shape.count(sizes[first...last])
      for axis in first...last { sizes[axis] = 1 }
      if start == 0 { return run(reduction, current, outer, n, inner, into: result, adding) }
      let next = Tensor(uninitialized: sizes, x.scalarType)
      run(reduction, current, outer, n, inner, into: next, false)
      current = next
      end = start
    }
  }

  private static func run(
    _ reduction: Reduction, _ source: Tensor, _ outer: Int, _ n: Int, _ inner: Int,
    into result: Tensor, _ adding: Bool
  ) {
    let type = source.scalarType
    let op = reduction.kernel
    if outer == 1, inner > 1 {
      // One box: its columns are cut instead.
      let minimum = max(1, Kernels.elementwiseMinimum / max(1, n))
      return Parallel.split(inner, granularity: 64, minimum: minimum) { range in
        let start = range.lowerBound * type.byteCount
        lk_reduce_columns(
          type.kernelType, op, n, inner, range.count, source.pointer + start,
          result.pointer + start, adding ? 1 : 0)
      }
    }
    let minimum = max(1, Kernels.elementwiseMinimum / max(1, n * inner))
    Parallel.split(outer, minimum: minimum) { range in
      lk_reduce(
        type.kernelType, op, range.count, n, inner,
        source.pointer + range.lowerBound * n * inner * type.byteCount,
        result.pointer + range.lowerBound * inner * type.byteCount, adding ? 1 : 0)
    }
  }

  /// As `reduce`, but that sums are int64 from the first run of axes on.
  static func sumIntegers(_ axes: [Int], _ x: Tensor, into result: Tensor) {
    var current = x.contiguous()
    var sizes = x.shape
    var end = axes.count
    guard end > 0 else {
      return lk_sum_integers(
        current.scalarType.kernelType, 1, 1, current.count, current.pointer,
        result.pointer.assumingMemoryBound(to: Int64.self))
    }
    while end > 0 {
      var start = end - 1
      while start > 0, axes[start - 1] == axes[start] - 1 { start -= 1 }
      let (first, last) = (axes[start], axes[end - 1])
      let outer = Shape.count(sizes[..<first])
      let inner = Shape.count(sizes[(last + 1)...])
      let n = Shape.count(sizes[first...last])
      for axis in first...last { sizes[axis] = 1 }
      let next = start == 0 ? result : Tensor(uninitialized: sizes, .int64)
      let source = current
      let minimum = max(1, Kernels.elementwiseMinimum / max(1, n * inner))
      Parallel.split(outer, minimum: minimum) { range in
        lk_sum_integers(
          source.scalarType.kernelType, range.count, n, inner,
          source.pointer + range.lowerBound * n * inner * source.scalarType.byteCount,
          next.pointer.assumingMemoryBound(to: Int64.self) + range.lowerBound * inner)
      }
      current = next
      end = start
    }
  }

  static func allWithin(_ range: ClosedRange<Double>, _ x: Tensor) -> Bool {
    let source = x.contiguous()
    let type = source.scalarType
    let isWithin = Atomic<Bool>(true)
    Parallel.split(source.count, granularity: 1024, minimum: Kernels.elementwiseMinimum) { part in
      let start = source.pointer + part.lowerBound * type.byteCount
      if lk_all_within(
        type.kernelType, part.count, range.lowerBound, range.upperBound, start) == 0
      {
        isWithin.store(false, ordering: .relaxed)
      }
    }
    return isWithin.load(ordering: .relaxed)
  }

  static func argExtreme(_ x: Tensor, _ axis: Int, _ smallest: Bool, into result: Tensor) {
    let source = x.contiguous()
    let shape = x.shape
    lk_arg_extreme(
      x.scalarType.kernelType, smallest ? 1 : 0, Shape.count(shape[..<axis]), shape[axis],
      Shape.count(shape[(axis + 1)...]), source.pointer,
      result.pointer.assumingMemoryBound(to: Int64.self))
  }
}
