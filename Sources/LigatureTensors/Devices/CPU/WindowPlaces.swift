import LigatureKernels

/// Places in windows of images, on the processor.
enum WindowPlaces {
  static func maximum(_ windows: SpatialWindows, _ x: Tensor, into result: Tensor) {
    let source = x.contiguous()
    let missing = 3 - windows.size.count
    let ranges = [[Range<Int>]](repeating: [0..<1], count: missing) + windows.ranges
    let size = [Int](repeating: 1, count: missing) + windows.size
    let step = [Int](repeating: 1, count: missing) + windows.step
    let bounds = ranges.map { $0.map(\.lowerBound) } + ranges.map { $0.map(\.upperBound) }
    let flat = bounds.flatMap { $0 }
    let starts = bounds.indices.map { bounds[..<$0].reduce(0) { $0 + $1.count } }
    let lines = source.shape[0] * ranges[0].count * ranges[1].count
    let perLine = max(1, source.count / max(1, lines))
    flat.withUnsafeBufferPointer { flat in
      guard let base = flat.baseAddress else { return }
      func list(_ number: Int) -> UnsafePointer<Int> { base + starts[number] }
      let pooling = LKPooling(
        batch: source.shape[0], channels: source.shape[source.rank - 1],
        size: (size[0], size[1], size[2]),
        output: (ranges[0].count, ranges[1].count, ranges[2].count),
        step: (step[0], step[1], step[2]),
        first: (list(0), list(1), list(2)), last: (list(3), list(4), list(5)))
      let places = result.pointer.assumingMemoryBound(to: Int64.self)
      Parallel.split(lines, minimum: max(1, Kernels.elementwiseMinimum / perLine)) { range in
        withUnsafePointer(to: pooling) {
          lk_pool_places(
            source.scalarType.kernelType, $0, range.lowerBound, range.count, source.pointer, places)
        }
      }
    }
  }

  static func take(_ x: Tensor, _ places: Tensor, into result: Tensor, adding: Bool) {
    let (source, indices) = (x.contiguous(), places.contiguous())
    eachObservation(source, indices) { rows, channels, pixels, count, places, source, offset in
      lk_take_places(
        x.scalarType.kernelType, rows, channels, pixels, count, places, source,
        result.pointer + offset, adding ? 1 : 0)
    }
  }

  static func add(_ y: Tensor, _ places: Tensor, into result: Tensor) {
    let (source, indices) = (y.contiguous(), places.contiguous())
    eachObservation(result, indices) { rows, channels, pixels, count, places, target, offset in
      lk_add_places(
        y.scalarType.kernelType, rows, channels, pixels, count, places, source.pointer + offset,
        target)
    }
  }

  /// Some observations at a time: with their channels, pixels and places, where the indices and the
  /// image begin, and how many bytes before the values at the places.
  private static func eachObservation(
    _ image: Tensor, _ indices: Tensor,
    _ body: (Int, Int, Int, Int, UnsafePointer<Int64>, UnsafeMutableRawPointer, Int) -> Void
  ) {
    let batch = indices.shape[0]
    guard batch > 0, indices.count > 0 else { return }
    let channels = indices.shape[indices.rank - 1]
    let pixels = image.count / batch / channels
    let count = indices.count / batch / channels
    let width = image.scalarType.byteCount
    let all = indices.pointer.assumingMemoryBound(to: Int64.self)
    let minimum = max(1, Kernels.elementwiseMinimum / max(1, (pixels + count) * channels))
    Parallel.split(batch, minimum: minimum) { range in
      let place = range.lowerBound * count * channels
      body(
        range.count, channels, pixels, count, UnsafePointer(all + place),
        image.pointer + range.lowerBound * pixels * channels * width, place * width)
    }
  }
}
