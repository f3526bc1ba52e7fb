import LigatureKernels
import Testing

extension KernelTests {
  @Suite struct Convolutions {
    /// Around the widths of tiles and vectors: padded and not, strided, dilated, grouped, of one to
    /// three axes.
    static func cases<S: KernelScalar>(_: S.Type) -> [ConvolutionRun<S>] {
      [
        ConvolutionRun(size: [1, 1, 1], kernel: [1, 1, 1]),
        ConvolutionRun(
          batch: 2, inputs: 1, outputs: 17, size: [1, 5, 6], kernel: [1, 3, 3],
          before: [0, 1, 1], after: [0, 1, 1]),
        ConvolutionRun(
          batch: 1, inputs: 3, outputs: 33, size: [1, 4, 16], kernel: [1, 3, 3],
          before: [0, 1, 1], after: [0, 1, 1]),
        ConvolutionRun(
          batch: 3, inputs: 17, outputs: 4, size: [1, 6, 5], kernel: [1, 2, 3], stride: [1, 2, 2]),
        ConvolutionRun(
          inputs: 4, outputs: 5, size: [1, 9, 8], kernel: [1, 3, 3], stride: [1, 3, 2],
          dilation: [1, 2, 3], before: [0, 3, 2], after: [0, 0, 4]),
        ConvolutionRun(
          batch: 2, inputs: 6, outputs: 9, groups: 3, size: [1, 5, 5], kernel: [1, 3, 3],
          before: [0, 1, 1], after: [0, 1, 1]),
        ConvolutionRun(
          batch: 2, inputs: 19, outputs: 19, groups: 19, size: [1, 5, 9], kernel: [1, 3, 3],
          stride: [1, 2, 1], before: [0, 1, 1], after: [0, 1, 1]),
        ConvolutionRun(
          inputs: 5, outputs: 10, groups: 5, size: [1, 4, 4], kernel: [1, 2, 2]),
        ConvolutionRun(
          batch: 2, inputs: 7, outputs: 5, size: [1, 1, 40], kernel: [1, 1, 4], stride: [1, 1, 3],
          before: [0, 0, 3]),
        ConvolutionRun(
          inputs: 2, outputs: 3, size: [3, 4, 5], kernel: [2, 3, 2], stride: [1, 2, 1],
          before: [1, 0, 0], after: [0, 1, 1]),
        ConvolutionRun(batch: 2, inputs: 9, outputs: 20, size: [1, 3, 5], kernel: [1, 1, 1]),
        ConvolutionRun(
          inputs: 2, outputs: 2, size: [1, 4, 4], kernel: [1, 4, 4], stride: [1, 4, 4]),
        // To few channels, from fewer and from more than a vector holds.
        ConvolutionRun(
          batch: 2, inputs: 16, outputs: 1, size: [1, 5, 11], kernel: [1, 3, 3],
          before: [0, 1, 1], after: [0, 1, 1]),
        ConvolutionRun(
          inputs: 37, outputs: 2, size: [1, 5, 9], kernel: [1, 2, 3], stride: [1, 2, 1],
          dilation: [1, 1, 2], before: [0, 1, 2], after: [0, 1, 1]),
        ConvolutionRun(
          inputs: 3, outputs: 24, size: [1, 1, 10], kernel: [1, 1, 3], before: [0, 0, 1]),
        ConvolutionRun(
          inputs: 20, outputs: 6, groups: 2, size: [1, 4, 6], kernel: [1, 3, 3], stride: [1, 1, 2],
          before: [0, 1, 1], after: [0, 1, 1]),
        // Rows whose addresses would fall on few sets of a cache.
        ConvolutionRun(
          inputs: 512, outputs: 2, size: [1, 3, 3], kernel: [1, 2, 2], before: [0, 1, 0]),
      ]
    }

    @Test("give the sums of their formula, both ways", arguments: Configuration.all)
    func values(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        for run in Self.cases(S.self) {
          let (x, y, filters) = (run.x, run.y, run.filters)
          var forward = [Double](repeating: 0, count: y.count)
          var back = [Double](repeating: 0, count: x.count)
          var slopes = [Double](repeating: 0, count: filters.count)
          run.eachProduct { a, b, c in
            forward[b] += Double(x[a]) * Double(filters[c])
            back[a] += Double(y[b]) * Double(filters[c])
            slopes[c] += Double(x[a]) * Double(y[b])
          }
          // Sums of up to some hundred numbers below 1; two thousand in the widest case.
          let tolerance = S.tolerance * (run.inputs > 100 ? 16 : 4)
          expectClose(
            run.run(LK_CONVOLUTION_FORWARD), forward, tolerance: tolerance, "\(run.sizes)")
          expectClose(
            run.run(LK_CONVOLUTION_DATA), back, tolerance: tolerance, "data \(run.sizes)")
          expectClose(run.filterGradient(), slopes, tolerance: tolerance, "filters \(run.sizes)")
          let bias = run.bias(run.outputs).map(Double.init)
          let shifted = forward.indices.map { 1 + forward[$0] + bias[$0 % run.outputs] }
          expectClose(
            run.run(LK_CONVOLUTION_FORWARD, hasBias: true, accumulate: true), shifted,
            tolerance: tolerance, "bias \(run.sizes)")
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test("give the same bits however the work is cut", arguments: Configuration.all)
    func cutting(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        for run in Self.cases(S.self) {
          for way in [LK_CONVOLUTION_FORWARD, LK_CONVOLUTION_DATA] {
            let whole = run.run(way, hasBias: true)
            for (parts, cut) in [(1, 1), (2, 1), (3, 2), (7, 5)] {
              #expect(run.run(way, parts: parts, cut: cut, hasBias: true) == whole)
            }
          }
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test("take shares of pixels that depend on sizes only, and write all of each")
    func shares() {
      let few = ConvolutionRun<Float>(
        batch: 1, inputs: 2, outputs: 3, size: [1, 40, 40], kernel: [1, 3, 3])
      let many = ConvolutionRun<Float>(
        batch: 40, inputs: 1, outputs: 3, size: [1, 12, 12], kernel: [1, 3, 3])
      for run in [few, many] {
        var sizes = run.sizes
        #expect(lk_convolution_shares(LK_F32, &sizes) > 1)
        var slopes = [Double](repeating: 0, count: run.filterCount)
        let (x, y) = (run.x, run.y)
        run.eachProduct { a, b, c in slopes[c] += Double(x[a]) * Double(y[b]) }
        expectClose(run.filterGradient(), slopes, tolerance: 1e-4, "\(run.sizes)")
      }
    }
  }

  @Suite struct Pooling {
    @Test("finds the first of the largest, or the first NaN", arguments: Configuration.all)
    func places(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        for channels in [1, 3, 16, 19] {
          var numbers = Numbers(seed: 5)
          let x: [S] = (0..<(2 * 12 * channels)).map { place in
            place % 11 == 3 ? .nan : S(Int(numbers.uniform(-3, 3)))
          }
          let (first, last) = ([0, 1], [2, 4])
          var found = [Int64](repeating: -1, count: 2 * 2 * 2 * channels)
          [0, 1].withUnsafeBufferPointer { one in
            first.withUnsafeBufferPointer { first in
              last.withUnsafeBufferPointer { last in
                var pooling = LKPooling(
                  batch: 2, channels: channels, size: (1, 4, 3), output: (1, 2, 2), step: (1, 1, 1),
                  first: (one.baseAddress, first.baseAddress, first.baseAddress),
                  last: (one.baseAddress! + 1, last.baseAddress, first.baseAddress! + 1))
                // Along the last axis windows of one element: [0, 1) and [1, 2).
                let ends = [1, 2]
                ends.withUnsafeBufferPointer { ends in
                  pooling.last.2 = ends.baseAddress
                  Block(x).read { lk_pool_places(S.kind, &pooling, 0, 4, $0, &found) }
                }
              }
            }
          }
          var wanted: [Int64] = []
          for n in 0..<2 {
            for (top, bottom) in zip(first, last) {
              for column in 0..<2 {
                for channel in 0..<channels {
                  func value(_ row: Int) -> S {
                    x[((n * 4 + row) * 3 + column) * channels + channel]
                  }
                  var best = top
                  for row in top..<bottom where !value(best).isNaN {
                    if value(row).isNaN || value(row) > value(best) { best = row }
                  }
                  wanted.append(Int64(best * 3 + column))
                }
              }
            }
          }
          #expect(found == wanted)
        }
      }
      configuration.run { body(configuration.scalar) }
    }
  }
}

extension Block {
  fileprivate func read(_ body: (UnsafeMutableRawPointer?) -> Void) { body(pointer) }
}
