import LigatureKernels

/// Losses on the processor: value and slopes in one sweep.
enum Losses {
  /// A sum is cut into pieces of fixed size, so that it does not depend on the number of threads.
  private static let pieceSize = 1 << 14

  static func evaluate(
    _ loss: FusedLoss, _ predictions: Tensor, _ targets: Tensor, _ scale: Double,
    into result: Tensor, slopes: Tensor?
  ) {
    let (x, t) = (predictions.contiguous(), targets.contiguous())
    let type = x.scalarType
    let count = x.count
    let pieces = (count + pieceSize - 1) / pieceSize
    let sums = PieceSums(pieces)
    Parallel.split(pieces) { range in
      for piece in range {
        let first = piece * pieceSize
        let start = first * type.byteCount
        sums.values[piece] = sum(
          loss, type.kernelType, min(pieceSize, count - first), x.pointer + start,
          t.pointer + start, scale, slopes.map { $0.pointer + start })
      }
    }
    let total = sums.values.reduce(0, +) * scale
    lk_fill(type.kernelType, 1, total, result.pointer)
  }

  private static func sum(
    _ loss: FusedLoss, _ type: LKScalar, _ count: Int, _ x: UnsafeRawPointer,
    _ t: UnsafeRawPointer, _ scale: Double, _ slopes: UnsafeMutableRawPointer?
  ) -> Double {
    switch loss {
    case .binaryCrossEntropyOfLogits:
      lk_binary_cross_entropy_logits(type, count, x, t, scale, slopes)
    case .binaryCrossEntropy(let epsilon):
      lk_binary_cross_entropy(type, count, x, t, epsilon, scale, slopes)
    case .squaredError: lk_squared_error(type, count, x, t, scale, slopes)
    }
  }
}

/// One number for each piece, each written by whoever has the piece.
private final class PieceSums: @unchecked Sendable {
  let values: UnsafeMutableBufferPointer<Double>

  init(_ count: Int) {
    values = .allocate(capacity: count)
    values.initialize(repeating: 0)
  }

  deinit { values.deallocate() }
}
