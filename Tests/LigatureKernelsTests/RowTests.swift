import Foundation
import LigatureKernels
import Testing

extension KernelTests {
  @Suite struct Rows {
    static let shapes = [
      (0, 4), (1, 1), (3, 2), (2, 10), (3, 17), (2, 64), (1, 2100), (37, 10), (21, 16), (18, 1),
      (16, 7),
    ]

    /// Rows of x as doubles.
    static func rows<S: KernelScalar>(_ x: [S], _ columns: Int) -> [[Double]] {
      stride(from: 0, to: x.count, by: columns).map { x[$0..<$0 + columns].map(Double.init) }
    }

    @Test(
      "softmax and its logarithm equal their definitions, also in place",
      arguments: Configuration.all)
    func softmax(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        var numbers = Numbers(seed: 10)
        for (rows, columns) in Self.shapes {
          let x: [S] = numbers.array(rows * columns, from: -30, to: 30)
          for logarithm: Int32 in [0, 1] {
            let expected = Self.rows(x, columns).flatMap { row in
              let largest = row.max()!
              let logSum = largest + log(row.reduce(0) { $0 + exp($1 - largest) })
              return row.map { logarithm == 1 ? $0 - logSum : exp($0 - logSum) }
            }
            var y = x
            lk_softmax(S.kind, logarithm, rows, columns, x, &y)
            expectClose(y, expected, tolerance: 8 * S.tolerance, "softmax")
            var place = x
            place.withUnsafeMutableBytes {
              lk_softmax(S.kind, logarithm, rows, columns, $0.baseAddress, $0.baseAddress)
            }
            #expect(place == y)
          }
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test("a narrow row has the bits that it has alone", arguments: Configuration.all)
    func narrow(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        var numbers = Numbers(seed: 13)
        for columns in [1, 2, 5, 8, 13, 16] {
          let x: [S] = numbers.array(21 * columns, from: -9, to: 9)
          let dy: [S] = numbers.array(21 * columns)
          for logarithm: Int32 in [0, 1] {
            func both(_ rows: Range<Int>) -> [S] {
              let part = rows.lowerBound * columns..<rows.upperBound * columns
              var y = Array(x[part])
              var dx = y
              lk_softmax(S.kind, logarithm, rows.count, columns, Array(x[part]), &y)
              lk_softmax_gradient(
                S.kind, logarithm, rows.count, columns, y, Array(dy[part]), &dx, 0)
              return zip(y, dx).flatMap { [$0, $1] }
            }
            #expect(both(0..<21) == (0..<21).flatMap { both($0..<$0 + 1) }, "rows of \(columns)")
          }
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test("softmax does not overflow", arguments: Configuration.all)
    func largeLogits(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        var y: [S] = [0, 0, 0]
        lk_softmax(S.kind, 0, 1, 3, [S(1e30), 1e30, -1e30], &y)
        #expect(y == [0.5, 0.5, 0])
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test(
      "the gradient of softmax is y (dy - Σ y dy), that of its logarithm dy - softmax Σ dy",
      arguments: Configuration.all)
    func softmaxGradient(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        var numbers = Numbers(seed: 11)
        for (rows, columns) in Self.shapes {
          let x: [S] = numbers.array(rows * columns, from: -3, to: 3)
          let dy: [S] = numbers.array(rows * columns)
          for logarithm: Int32 in [0, 1] {
            var y = x
            lk_softmax(S.kind, logarithm, rows, columns, x, &y)
            for accumulate: Int32 in [0, 1] {
              var dx = [S](repeating: 2, count: x.count)
              lk_softmax_gradient(S.kind, logarithm, rows, columns, y, dy, &dx, accumulate)
              let expected = zip(Self.rows(y, columns), Self.rows(dy, columns)).flatMap { y, dy in
                let sum =
                  logarithm == 1 ? dy.reduce(0, +) : zip(y, dy).reduce(0) { $0 + $1.0 * $1.1 }
                return zip(y, dy).map {
                  2 * Double(accumulate) + (logarithm == 1 ? $1 - exp($0) * sum : $0 * ($1 - sum))
                }
              }
              expectClose(dx, expected, tolerance: 8 * S.tolerance, "softmax gradient")
            }
          }
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test(
      "normalised rows, their statistics and gradient equal the definitions",
      arguments: Configuration.all)
    func normalize(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        var numbers = Numbers(seed: 12)
        let epsilon = 1e-5
        for (rows, columns) in Self.shapes {
          let x: [S] = numbers.array(rows * columns, from: 2, to: 6)
          let dy: [S] = numbers.array(rows * columns)
          var y = x
          var means = [S](repeating: 0, count: rows)
          var inverses = means
          lk_normalize_rows(S.kind, rows, columns, epsilon, x, &y, &means, &inverses)
          let n = Double(columns)
          let statistics = Self.rows(x, columns).map { row in
            let mean = row.reduce(0, +) / n
            let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
            return (mean, 1 / (variance + epsilon).squareRoot())
          }
          expectClose(means, statistics.map(\.0), tolerance: S.tolerance, "mean")
          expectClose(inverses, statistics.map(\.1), tolerance: 8 * S.tolerance, "1 / deviation")
          let expected = zip(Self.rows(x, columns), statistics).flatMap { row, statistic in
            row.map { ($0 - statistic.0) * statistic.1 }
          }
          // A row of one element divides rounding errors by the root of epsilon.
          let tolerance = S.tolerance * (columns == 1 ? 2000 : 16)
          expectClose(y, expected, tolerance: tolerance, "normalised rows")

          var dx = [S](repeating: 1, count: x.count)
          lk_normalize_rows_gradient(S.kind, rows, columns, y, inverses, dy, &dx, 1)
          let gradient = zip(Self.rows(y, columns), Self.rows(dy, columns)).enumerated().flatMap {
            index, pair in
            let mean = pair.1.reduce(0, +) / n
            let slope = zip(pair.0, pair.1).reduce(0) { $0 + $1.0 * $1.1 } / n
            return zip(pair.0, pair.1).map {
              1 + Double(inverses[index]) * ($1 - mean - $0 * slope)
            }
          }
          expectClose(dx, gradient, tolerance: 4 * tolerance, "gradient")
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test(
      "the backward of a fused activation gives dz and column sums, whichever way columns split",
      arguments: Configuration.all)
    func activationGradient(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        var numbers = Numbers(seed: 13)
        for activation in [
          LK_IDENTITY, LK_ACT_RELU, LK_ACT_LEAKY_RELU, LK_ACT_TANH, LK_ACT_SIGMOID,
        ] {
          for (rows, columns) in [(1, 1), (3, 5), (70, 17), (2, 70), (130, 67)] {
            let stride = columns + 2
            let y: [S] = numbers.array(rows * stride)
            let dy: [S] = numbers.array(rows * stride)
            let start: [S] = numbers.array(columns)
            var dz = dy
            var dbias = start
            lk_activation_gradient(
              S.kind, activation, 0.25, rows, columns, stride, y, dy, &dz, &dbias, 1)
            var expected = dy.map(Double.init)
            var sums = start.map(Double.init)
            for i in 0..<rows {
              for j in 0..<columns {
                let value = Double(y[i * stride + j])
                let slope: Double =
                  switch activation {
                  case LK_ACT_RELU: value > 0 ? 1 : 0
                  case LK_ACT_LEAKY_RELU: value > 0 ? 1 : 0.25
                  case LK_ACT_TANH: 1 - value * value
                  case LK_ACT_SIGMOID: value * (1 - value)
                  default: 1
                  }
                expected[i * stride + j] *= slope
                sums[j] += expected[i * stride + j]
              }
            }
            expectClose(dz, expected, tolerance: S.tolerance, "dz")
            expectClose(dbias, sums, tolerance: 8 * S.tolerance, "column sums")

            var pieces = start
            var place = dy
            for columnRange in [0..<columns / 3, columns / 3..<columns] {
              place.withUnsafeMutableBufferPointer { place in
                pieces.withUnsafeMutableBufferPointer { pieces in
                  y.withUnsafeBufferPointer { y in
                    let dz = place.baseAddress! + columnRange.lowerBound
                    lk_activation_gradient(
                      S.kind, activation, 0.25, rows, columnRange.count, stride,
                      y.baseAddress! + columnRange.lowerBound, dz, dz,
                      pieces.baseAddress! + columnRange.lowerBound, 1)
                  }
                }
              }
            }
            #expect(place == dz && pieces == dbias)
          }
        }
      }
      configuration.run { body(configuration.scalar) }
    }
  }
}
