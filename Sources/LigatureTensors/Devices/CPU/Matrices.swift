import LigatureKernels

/// Batches of small matrices on the processor, each on one thread.
enum Matrices {
  static func run(
    _ function: MatrixFunction, _ operands: [Tensor], into result: Tensor, _ failures: Tensor?
  ) {
    let sources = operands.map { $0.contiguous() }
    let a = sources[0]
    let n = a.shape[a.rank - 1]
    let m = sources.count > 1 ? sources[1].shape[sources[1].rank - 1] : 0
    let batch = Shape.count(a.shape.dropLast(2))
    let type = a.scalarType
    let minimum = max(1, Kernels.productMinimum / max(1, n * n * (n + m)))
    let pieces = Parallel.pieces(batch, minimum: minimum)
    let room = lk_matrix_workspace(n, m)
    let workspace = Tensor(uninitialized: [pieces.count * room], .uint8)
    let share = result.count / max(1, batch)
    Parallel.forEach(pieces) { piece, range in
      let scratch = workspace.pointer + piece * room
      for number in range {
        let matrix = a.pointer + number * n * n * type.byteCount
        let out = result.pointer + number * share * type.byteCount
        func right() -> UnsafeMutableRawPointer {
          sources[1].pointer + number * n * m * type.byteCount
        }
        let failed: Int32
        switch function {
        case .solve: failed = lk_solve(type.kernelType, n, m, matrix, right(), out, scratch)
        case .solveTriangle(let isUpper):
          failed = lk_solve_triangular(
            type.kernelType, isUpper ? 1 : 0, n, m, matrix, right(), out, scratch)
        case .cholesky: failed = lk_cholesky(type.kernelType, n, matrix, out, scratch)
        case .pivots:
          lk_pivots(type.kernelType, n, matrix, out, scratch)
          failed = 0
        }
        if failed != 0 { result.fillWithNaN(from: number * share, count: share) }
        failures?.pointer.storeBytes(of: UInt8(failed), toByteOffset: number, as: UInt8.self)
      }
    }
  }
}

extension Tensor {
  /// What means nothing is no number.
  fileprivate func fillWithNaN(from start: Int, count: Int) {
    lk_fill(
      scalarType.kernelType, count, .nan, pointer + start * scalarType.byteCount)
  }
}
