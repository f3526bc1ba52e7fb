import LigatureKernels

/// Random numbers on the processor.
enum Randoms {
  static func fill(_ distribution: RandomDistribution, _ place: RandomPlace, into result: Tensor) {
    let type = result.scalarType
    Parallel.split(result.count, granularity: 1024, minimum: Kernels.transcendentalMinimum) {
      range in
      let first = place.first + UInt64(range.lowerBound)
      let pointer = result.pointer + range.lowerBound * type.byteCount
      switch distribution {
      case .uniform(let bounds):
        lk_random_uniform(
          type.kernelType, place.seed, place.stream, first, range.count, bounds.lowerBound,
          bounds.upperBound, pointer)
      case .normal(let mean, let deviation):
        lk_random_normal(
          type.kernelType, place.seed, place.stream, first, range.count, mean, deviation, pointer)
      case .mask(let keep, let value):
        lk_random_mask(
          type.kernelType, place.seed, place.stream, first, range.count, keep, value, pointer)
      }
    }
  }

  /// The low 64 bits of one block of a stream.
  static func word(_ seed: UInt64, _ stream: UInt64, _ position: UInt64) -> UInt64 {
    var words: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
    withUnsafeMutablePointer(to: &words) { tuple in
      tuple.withMemoryRebound(to: UInt32.self, capacity: 4) {
        lk_random_block(seed, stream, position, $0)
      }
    }
    return UInt64(words.0) | UInt64(words.1) << 32
  }
}
