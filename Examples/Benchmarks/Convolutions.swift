import Foundation
import LigatureKernels

/// Convolutions against the rate of bare multiply-adds, on one thread: forward, the gradient in the
/// input, and the gradient in the filters. Multiply-adds with what stands around an image count.
///
/// Every measurement stands next to one of the peak loop. The medians of the ratios are printed.
enum ConvolutionBenchmark {
  /// Inputs, outputs, pixels a side, kernel, stride, groups.
  static let cases = [
    (1, 16, 28, 3, 1, 1), (3, 32, 64, 3, 1, 1), (16, 16, 64, 3, 1, 1), (16, 32, 28, 3, 1, 1),
    (32, 32, 28, 3, 1, 1), (64, 64, 28, 3, 1, 1), (128, 128, 16, 3, 1, 1), (64, 64, 28, 1, 1, 1),
    (64, 128, 28, 3, 2, 1), (64, 64, 28, 3, 1, 64), (16, 1, 28, 3, 1, 1), (64, 3, 28, 3, 1, 1),
  ]

  static func run(samples: Int = 11) {
    let level = String(cString: lk_level_name(lk_level()))
    print("Convolutions in float32 of 32 images, level \(level), one thread: shares of the peak")
    print("   in  out size kernel stride groups  forward     data  filters")
    for (inputs, outputs, size, kernel, stride, groups) in cases {
      let sizes = LKConvolution(
        batch: 32, inputs: inputs, outputs: outputs, groups: groups, size: (1, size, size),
        kernel: (1, kernel, kernel),
        output: (1, (size - 1) / stride + 1, (size - 1) / stride + 1), stride: (1, stride, stride),
        dilation: (1, 1, 1), before: (0, kernel / 2, kernel / 2))
      let ratios = MeasuredConvolution(sizes).ratios(samples: samples)
      print(
        String(
          format: "%5d%5d%5d%7d%7d%7d %8.2f %8.2f %8.2f", inputs, outputs, size, kernel, stride,
          groups, ratios[0], ratios[1], ratios[2]))
    }
  }
}

/// One convolution with storage of its own.
private final class MeasuredConvolution {
  private var sizes: LKConvolution
  private let x, y, filters, gradient, packed, workspace: UnsafeMutableRawPointer
  private let filterCount: Int
  private let operations: Double

  init(_ sizes: LKConvolution) {
    var sizes = sizes
    func random(_ count: Int) -> UnsafeMutableRawPointer {
      let pointer = UnsafeMutableRawPointer.allocate(byteCount: 4 * count, alignment: 64)
      lk_random_uniform(LK_F32, 1, UInt64(count), 0, count, -1, 1, pointer)
      return pointer
    }
    let pixels = sizes.batch * sizes.size.1 * sizes.size.2
    let results = sizes.batch * sizes.output.1 * sizes.output.2
    filterCount = sizes.kernel.1 * sizes.kernel.2 * sizes.inputs / sizes.groups * sizes.outputs
    operations = 2 * Double(results) * Double(filterCount)
    x = random(pixels * sizes.inputs)
    y = random(results * sizes.outputs)
    filters = random(filterCount)
    gradient = random(2 * filterCount)
    let ways = [LK_CONVOLUTION_FORWARD, LK_CONVOLUTION_DATA]
    packed = random(ways.map { lk_convolution_packed(LK_F32, &sizes, $0) }.max() ?? 0)
    let bytes =
      ways.map { lk_convolution_workspace(LK_F32, &sizes, $0, 1) }
      + [lk_convolution_weights_workspace(LK_F32, &sizes)]
    workspace = .allocate(byteCount: bytes.max() ?? 0, alignment: 64)
    self.sizes = sizes
  }

  deinit { [x, y, filters, gradient, packed, workspace].forEach { $0.deallocate() } }

  /// Medians of each way's rate over that of the peak loop beside it.
  func ratios(samples: Int) -> [Double] {
    let ways: [() -> Void] = [
      { self.convolve(LK_CONVOLUTION_FORWARD, self.x, self.y) },
      { self.convolve(LK_CONVOLUTION_DATA, self.y, self.x) }, correlate,
    ]
    return ways.map { way in
      way()
      let ratios = (0..<samples).map { _ in
        var peakOperations = 0.0
        let peakSeconds = Seconds.ofThread { peakOperations = lk_peak_loop(LK_F32, 100_000) }
        return operations / Seconds.ofThread(way) / (peakOperations / peakSeconds)
      }
      return ratios.sorted()[samples / 2]
    }
  }

  private func convolve(
    _ way: LKConvolutionWay, _ source: UnsafeMutableRawPointer, _ target: UnsafeMutableRawPointer
  ) {
    lk_convolution_pack(LK_F32, &sizes, way, filters, packed)
    lk_convolution(
      LK_F32, &sizes, way, source, packed, nil, target, 0, 1, 0, sizes.batch, workspace)
  }

  private func correlate() {
    let sections = lk_convolution_sections(LK_F32, &sizes)
    for share in 0..<lk_convolution_shares(LK_F32, &sizes) {
      let target = share == 0 ? gradient : gradient + 4 * filterCount
      lk_convolution_weights(LK_F32, &sizes, share, 0, sections, x, y, target, workspace)
      if share > 0 { lk_add_scaled(LK_F32, filterCount, 1, target, gradient) }
    }
  }
}

private enum Seconds {
  /// Processor time of this thread, which does not count what others run in between.
  static func ofThread(_ body: () -> Void) -> Double {
    func now() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
    let start = now()
    body()
    return now() - start
  }
}
