import Foundation
import LigatureKernels
import Testing

extension KernelTests {
  /// Normalisation of channels against its definition, in double.
  @Suite struct Normalizations {
    struct Blocks {
      let places: Int
      let groups: Int
      let depth: Int
      let chunk: Int
      var channels: Int { groups * depth }
      var count: Int { places * channels }
      var chunks: Int { (places + chunk - 1) / chunk }

      func places(of chunk: Int) -> Int { min(self.chunk, places - chunk * self.chunk) }
      /// The places in x of the elements of a group.
      func elements(_ group: Int) -> [Int] {
        (0..<places).flatMap { place in
          (0..<depth).map { place * channels + group * depth + $0 }
        }
      }
    }

    static let blocks = [
      Blocks(places: 1, groups: 1, depth: 2, chunk: 4),
      Blocks(places: 9, groups: 3, depth: 1, chunk: 4),
      Blocks(places: 7, groups: 2, depth: 4, chunk: 7),
      Blocks(places: 33, groups: 1, depth: 16, chunk: 8),
      Blocks(places: 12, groups: 5, depth: 7, chunk: 5),
      Blocks(places: 70, groups: 40, depth: 1, chunk: 32),
    ]
    static let epsilon = 1e-3

    @Test(
      "the result, its statistics and its gradients equal the definitions",
      arguments: Configuration.all)
    func definitions(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        var numbers = Numbers(seed: 21)
        for blocks in Self.blocks {
          let x: [S] = numbers.array(blocks.count, from: 2, to: 6)
          let dy: [S] = numbers.array(blocks.count)
          let scale: [S] = numbers.array(blocks.channels, from: 0.5, to: 2)
          let offset: [S] = numbers.array(blocks.channels)
          let statistics = Self.statistics(x, blocks)
          var y = x
          lk_normalize_channels(
            S.kind, blocks.places, blocks.channels, Self.epsilon, x, statistics, scale, offset, &y)

          var expected = [Double](repeating: 0, count: blocks.count)
          var gradient = expected
          var parameters = [Double](repeating: 0, count: 2 * blocks.channels)
          for group in 0..<blocks.groups {
            let elements = blocks.elements(group)
            let count = Double(elements.count)
            func mean(_ value: (Int) -> Double) -> Double {
              elements.map(value).reduce(0, +) / count
            }
            let centre = mean { Double(x[$0]) }
            let variance = mean { (Double(x[$0]) - centre) * (Double(x[$0]) - centre) }
            let inverse = 1 / (variance + Self.epsilon).squareRoot()
            func normal(_ element: Int) -> Double { (Double(x[element]) - centre) * inverse }
            func scaled(_ element: Int) -> Double {
              Double(dy[element]) * Double(scale[element % blocks.channels])
            }
            let (level, slope) = (mean(scaled), mean { scaled($0) * normal($0) })
            for element in elements {
              let channel = element % blocks.channels
              expected[element] =
                normal(element) * Double(scale[channel]) + Double(offset[channel])
              gradient[element] =
                1 + inverse * (scaled(element) - level - normal(element) * slope)
              parameters[channel] += Double(dy[element]) * normal(element)
              parameters[blocks.channels + channel] += Double(dy[element])
            }
          }
          let tolerance = 64 * S.tolerance
          expectClose(y, expected, tolerance: tolerance, "normalised channels")

          var sums = [S](repeating: 0, count: 2 * blocks.channels * blocks.chunks)
          for chunk in 0..<blocks.chunks {
            let start = chunk * blocks.chunk * blocks.channels
            sums.withUnsafeMutableBufferPointer {
              lk_channel_slopes(
                S.kind, blocks.places(of: chunk), blocks.channels, Array(x[start...]),
                Array(dy[start...]), statistics,
                $0.baseAddress! + 2 * blocks.channels * chunk)
            }
          }
          var slopes = [S](repeating: 0, count: 2 * blocks.channels)
          var found = slopes
          lk_merge_slopes(
            S.kind, blocks.places, blocks.chunk, blocks.groups, blocks.depth, Self.epsilon, sums,
            statistics, scale, &slopes, &found)
          expectClose(found, parameters, tolerance: 4 * tolerance, "gradients in scale and offset")
          var dx = [S](repeating: 1, count: x.count)
          lk_normalize_channels_gradient(
            S.kind, blocks.places, blocks.channels, Self.epsilon, x, dy, statistics, scale, slopes,
            &dx, 1)
          expectClose(dx, gradient, tolerance: 4 * tolerance, "gradient in x")
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    private static func statistics<S: KernelScalar>(_ x: [S], _ blocks: Blocks) -> [S] {
      var moments = [S](repeating: 0, count: 2 * blocks.channels * blocks.chunks)
      for chunk in 0..<blocks.chunks {
        moments.withUnsafeMutableBufferPointer {
          lk_channel_moments(
            S.kind, blocks.places(of: chunk), blocks.channels,
            Array(x[(chunk * blocks.chunk * blocks.channels)...]),
            $0.baseAddress! + 2 * blocks.channels * chunk)
        }
      }
      var statistics = [S](repeating: 0, count: 2 * blocks.channels)
      lk_merge_moments(
        S.kind, blocks.places, blocks.chunk, blocks.groups, blocks.depth, moments, &statistics)
      return statistics
    }
  }
}
