import LigatureKernels

/// What works row by row on the processor: softmax, normalisation, the epilogue of a product.
enum Rows {
  /// Calls `body` with pieces of a tensor's rows, on several threads.
  private static func forEachRow(
    of tensor: Tensor, _ body: (_ first: Int, _ rows: Int, _ columns: Int) -> Void
  ) {
    let columns = tensor.shape.last ?? 1
    let rows = Shape.count(tensor.shape.dropLast())
    let minimum = max(1, Kernels.transcendentalMinimum / max(1, columns))
    Parallel.split(rows, minimum: minimum) { body($0.lowerBound, $0.count, columns) }
  }

  static func softmax(_ logarithm: Bool, _ x: Tensor, into result: Tensor) {
    let source = x.contiguous()
    let type = x.scalarType
    forEachRow(of: result) { first, rows, columns in
      let start = first * columns * type.byteCount
      lk_softmax(
        type.kernelType, logarithm ? 1 : 0, rows, columns, source.pointer + start,
        result.pointer + start)
    }
  }

  static func softmaxGradient(
    _ logarithm: Bool, _ y: Tensor, _ gradient: Tensor, into result: Tensor, adding: Bool
  ) {
    let (y, gradient) = (y.contiguous(), gradient.contiguous())
    let type = y.scalarType
    forEachRow(of: result) { first, rows, columns in
      let start = first * columns * type.byteCount
      lk_softmax_gradient(
        type.kernelType, logarithm ? 1 : 0, rows, columns, y.pointer + start,
        gradient.pointer + start,
        result.pointer + start, adding ? 1 : 0)
    }
  }

  static func normalize(
    _ epsilon: Double, _ x: Tensor, into result: Tensor, mean: Tensor, inverse: Tensor
  ) {
    let source = x.contiguous()
    let type = x.scalarType
    forEachRow(of: x) { first, rows, columns in
      let (start, single) = (first * columns * type.byteCount, first * type.byteCount)
      lk_normalize_rows(
        type.kernelType, rows, columns, epsilon, source.pointer + start, result.pointer + start,
        mean.pointer + single, inverse.pointer + single)
    }
  }

  static func normalizeGradient(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    let (y, inverse, gradient) = (
      operands[0].contiguous(), operands[1].contiguous(), operands[2].contiguous()
    )
    let type = y.scalarType
    forEachRow(of: y) { first, rows, columns in
      let start = first * columns * type.byteCount
      lk_normalize_rows_gradient(
        type.kernelType, rows, columns, y.pointer + start, inverse.pointer + first * type.byteCount,
        gradient.pointer + start, result.pointer + start, adding ? 1 : 0)
    }
  }

  /// Activation and bias of a product, both of whose derivatives are taken in one pass.
  static func activationGradient(
    _ activation: FusedActivation, _ output: Tensor, _ gradient: Tensor, into result: Tensor,
    bias: Tensor?, adding: Bool
  ) {
    let columns = gradient.shape.last ?? 1
    let rows = columns == 0 ? 0 : gradient.count / columns
    let (output, gradient) = (output.contiguous(), gradient.contiguous())
    let type = gradient.scalarType
    let kernel = activation.kernel
    let minimum = max(16, Kernels.elementwiseMinimum / max(rows, 1))
    Parallel.split(columns, granularity: 16, minimum: minimum) { range in
      let start = range.lowerBound * type.byteCount
      lk_activation_gradient(
        type.kernelType, kernel, 0, rows, range.count, columns, output.pointer + start,
        gradient.pointer + start, result.pointer + start, bias.map { $0.pointer + start },
        adding ? 1 : 0)
    }
  }
}
