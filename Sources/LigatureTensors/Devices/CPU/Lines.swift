import LigatureKernels

/// What goes along an axis, line by line, on the processor.
enum Lines {
  /// Cuts `outer` over threads where a piece of it is worth one.
  private static func split(_ outer: Int, of count: Int, _ body: (Range<Int>) -> Void) {
    let minimum = max(1, Kernels.elementwiseMinimum / max(1, count / max(1, outer)))
    Parallel.split(outer, minimum: minimum, body)
  }

  static func scan(
    _ function: ScanFunction, _ axis: Int, _ reversed: Bool, _ operands: [Tensor],
    into result: Tensor
  ) {
    let sources = operands.map { $0.contiguous() }
    let (factors, terms): (Tensor?, Tensor?) =
      switch function {
      case .sum: (nil, sources[0])
      case .product: (sources[0], nil)
      case .linear: (sources[0], sources[1])
      }
    let (outer, n, inner) = Shape.around(axis, of: result.shape)
    let type = result.scalarType
    split(outer, of: result.count) { range in
      let start = range.lowerBound * n * inner * type.byteCount
      lk_scan(
        type.kernelType, reversed ? 1 : 0, range.count, n, inner,
        factors.map { $0.pointer + start },
        terms.map { $0.pointer + start }, result.pointer + start)
    }
  }

  static func cumulativeExtreme(_ axis: Int, _ smallest: Bool, _ x: Tensor, into result: Tensor) {
    let source = x.contiguous()
    let (outer, n, inner) = Shape.around(axis, of: x.shape)
    let type = x.scalarType
    split(outer, of: x.count) { range in
      let start = range.lowerBound * n * inner
      lk_cumulative_extreme(
        type.kernelType, smallest ? 1 : 0, range.count, n, inner,
        source.pointer + start * type.byteCount,
        result.pointer.assumingMemoryBound(to: Int64.self) + start)
    }
  }

  static func argsort(_ axis: Int, _ descending: Bool, _ x: Tensor, into result: Tensor) {
    let source = x.contiguous()
    let (outer, n, inner) = Shape.around(axis, of: x.shape)
    guard n > 0 else { return }
    let minimum = max(1, Kernels.transcendentalMinimum / n)
    let pieces = Parallel.pieces(outer * inner, minimum: minimum)
    let room = lk_argsort_workspace(n)
    let workspace = Tensor(uninitialized: [pieces.count * room], .uint8)
    Parallel.forEach(pieces) { piece, range in
      lk_argsort(
        x.scalarType.kernelType, descending ? 1 : 0, n, inner, range.lowerBound, range.count,
        source.pointer, result.pointer.assumingMemoryBound(to: Int64.self),
        workspace.pointer + piece * room)
    }
  }

  static func searchSorted(
    _ right: Bool, _ sorted: Tensor, _ values: Tensor, into result: Tensor
  ) {
    let (lines, values) = (sorted.contiguous(), values.contiguous())
    let isOne = lines.rank == 1
    let n = lines.shape.last ?? 1
    let m = isOne ? values.count : values.shape.last ?? 1
    let rows = isOne ? 1 : lines.count / max(n, 1)
    guard n > 0 else { return result.perform(.fill(0)) }
    lk_search_sorted(
      lines.scalarType.kernelType, right ? 1 : 0, rows, n, m, lines.pointer, isOne ? 0 : n,
      values.pointer, result.pointer.assumingMemoryBound(to: Int64.self))
  }

  static func take(_ axis: Int, _ source: Tensor, _ indices: Tensor, into result: Tensor) {
    let (source, indices) = (source.contiguous(), indices.contiguous())
    let (outer, count, inner) = Shape.around(axis, of: result.shape)
    let size = source.shape[axis]
    let type = source.scalarType
    split(outer, of: result.count) { range in
      let start = range.lowerBound * count * inner
      lk_take_along(
        type.kernelType, range.count, size, count, inner,
        indices.pointer.assumingMemoryBound(to: Int64.self) + start,
        source.pointer + range.lowerBound * size * inner * type.byteCount,
        result.pointer + start * type.byteCount)
    }
  }

  static func put(
    _ axis: Int, _ source: Tensor, _ indices: Tensor, into result: Tensor, adding: Bool
  ) {
    let (source, indices) = (source.contiguous(), indices.contiguous())
    let (outer, count, inner) = Shape.around(axis, of: source.shape)
    let size = result.shape[axis]
    let type = source.scalarType
    split(outer, of: source.count) { range in
      let start = range.lowerBound * count * inner
      lk_put_along(
        type.kernelType, range.count, size, count, inner,
        indices.pointer.assumingMemoryBound(to: Int64.self) + start,
        source.pointer + start * type.byteCount,
        result.pointer + range.lowerBound * size * inner * type.byteCount, adding ? 1 : 0)
    }
  }
}
