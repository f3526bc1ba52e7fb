import LigatureKernels

/// Normalisation of channels on the processor: moments of chunks of places, their merging, and the
/// result. One observation after the other where there are many, else each step over all chunks.
struct ChannelNormalization {
  private let form: ChannelForm
  private let blocks: ChannelBlocks
  private let type: ScalarType
  /// How many places a chunk has: as few as stay in the first-level cache, whatever the level and
  /// the number of threads.
  private let chunk: Int
  private let chunks: Int

  init(_ form: ChannelForm, _ x: Tensor) {
    self.form = form
    blocks = ChannelBlocks(form.statistics, x.shape)
    type = x.scalarType
    chunk = max(32, 8192 / max(1, blocks.channels))
    chunks = (blocks.places + chunk - 1) / chunk
  }

  /// Of [x], with scale and offset where there are such.
  func run(_ operands: [Tensor], into result: Tensor, statistics: Tensor) {
    let (x, kind) = (operands[0].contiguous(), type.kernelType)
    guard result.count > 0 else {
      return lk_fill(kind, statistics.count, 0, statistics.pointer)
    }
    let parameters = operands.dropFirst().map { $0.contiguous() }
    let scale = form.hasScale ? parameters.first?.pointer : nil
    let offset = form.hasOffset ? parameters.last?.pointer : nil
    let moments = Storage(byteCount: pairs * blocks.outer * chunks)
    let channels = blocks.channels
    withExtendedLifetime((x, parameters, moments)) {
      forEachStep(
        { outer, place, places, number in
          lk_channel_moments(
            kind, places, channels, x.pointer + start(outer, place),
            moments.pointer + number * pairs)
        },
        { outer in
          lk_merge_moments(
            kind, blocks.places, chunk, blocks.groups, blocks.depth,
            moments.pointer + outer * chunks * pairs, statistics.pointer + outer * pairs)
        },
        { outer, place, places, _ in
          lk_normalize_channels(
            kind, places, channels, form.epsilon, x.pointer + start(outer, place),
            statistics.pointer + outer * pairs, scale, offset,
            result.pointer + start(outer, place))
        })
    }
  }

  /// Of [x, statistics, gradient], with the scale where there is one: the gradient in x, and those
  /// in scale and offset.
  func gradient(_ operands: [Tensor], into result: Tensor, parameters: Tensor, adding: Bool) {
    let kind = type.kernelType
    guard result.count > 0 else {
      return lk_fill(kind, parameters.count, 0, parameters.pointer)
    }
    let operands = operands.map { $0.contiguous() }
    let (x, statistics, upstream) = (operands[0], operands[1], operands[2])
    let scale = form.hasScale ? operands[3].pointer : nil
    let sums = Storage(byteCount: pairs * blocks.outer * chunks)
    let slopes = Storage(byteCount: pairs * blocks.outer)
    let shares = Storage(byteCount: pairs * blocks.outer)
    let channels = blocks.channels
    withExtendedLifetime((operands, sums, slopes, shares)) {
      forEachStep(
        { outer, place, places, number in
          lk_channel_slopes(
            kind, places, channels, x.pointer + start(outer, place),
            upstream.pointer + start(outer, place), statistics.pointer + outer * pairs,
            sums.pointer + number * pairs)
        },
        { outer in
          lk_merge_slopes(
            kind, blocks.places, chunk, blocks.groups, blocks.depth, form.epsilon,
            sums.pointer + outer * chunks * pairs, statistics.pointer + outer * pairs, scale,
            slopes.pointer + outer * pairs, shares.pointer + outer * pairs)
        },
        { outer, place, places, _ in
          lk_normalize_channels_gradient(
            kind, places, channels, form.epsilon, x.pointer + start(outer, place),
            upstream.pointer + start(outer, place), statistics.pointer + outer * pairs, scale,
            slopes.pointer + outer * pairs, result.pointer + start(outer, place), adding ? 1 : 0)
        })
      lk_reduce(kind, LK_SUM, 1, blocks.outer, 2 * channels, shares.pointer, parameters.pointer, 0)
    }
  }

  /// Bytes of two numbers for each channel.
  private var pairs: Int { 2 * blocks.channels * type.byteCount }

  private func start(_ outer: Int, _ place: Int) -> Int {
    (outer * blocks.places + place) * blocks.channels * type.byteCount
  }

  /// Runs `gather` for every chunk, then `merge` for every observation, then `apply` for every
  /// chunk. Chunks come with their first place, their number of places and their own number.
  private func forEachStep(
    _ gather: (_ outer: Int, _ place: Int, _ places: Int, _ number: Int) -> Void,
    _ merge: (_ outer: Int) -> Void,
    _ apply: (_ outer: Int, _ place: Int, _ places: Int, _ number: Int) -> Void
  ) {
    func each(
      _ range: Range<Int>,
      _ body: (_ outer: Int, _ place: Int, _ places: Int, _ number: Int) -> Void
    ) {
      for number in range {
        let (outer, part) = (number / chunks, number % chunks)
        let place = part * chunk
        body(outer, place, min(chunk, blocks.places - place), number)
      }
    }
    let size = max(1, blocks.places * blocks.channels)
    if chunks == 1 || blocks.outer >= 2 * Parallel.threads {
      Parallel.split(blocks.outer, minimum: max(1, Kernels.elementwiseMinimum / size)) { range in
        for outer in range {
          let all = (outer * chunks)..<((outer + 1) * chunks)
          each(all, gather)
          merge(outer)
          each(all, apply)
        }
      }
    } else {
      let minimum = max(1, Kernels.elementwiseMinimum * chunks / size)
      Parallel.split(blocks.outer * chunks, minimum: minimum) { each($0, gather) }
      for outer in 0..<blocks.outer { merge(outer) }
      Parallel.split(blocks.outer * chunks, minimum: minimum) { each($0, apply) }
    }
  }
}
