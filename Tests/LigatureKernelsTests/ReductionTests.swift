import Foundation
import LigatureKernels
import Testing

extension KernelTests {
  @Suite struct Reductions {
    static let shapes = [
      (1, 0, 1), (2, 0, 3), (1, 1, 1), (3, 5, 1), (2, 17, 1), (1, 65, 1), (2, 2500, 1), (2, 3, 5),
      (1, 70, 17), (3, 2, 66), (1, 150, 3), (2, 9, 130), (37, 1, 1), (5, 1, 7), (37, 3, 1),
      (100, 16, 1),
      (33, 8, 1), (7, 12, 1),
    ]

    static func plain(_ op: LKReduction, _ x: [Double]) -> Double {
      switch op {
      case LK_SUM: x.reduce(0, +)
      case LK_SUM_OF_SQUARES: x.reduce(0) { $0 + $1 * $1 }
      case LK_PRODUCT_OF: x.reduce(1, *)
      case LK_MAX_OF: x.reduce(-.infinity, max)
      case LK_MEAN_OF: x.reduce(0, +) / Double(x.count)
      default: x.reduce(.infinity, min)
      }
    }

    @Test(
      "every reduction equals the plain loop over the middle dimension",
      arguments: Configuration.all)
    func values(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        var numbers = Numbers(seed: 7)
        for op in [LK_SUM, LK_SUM_OF_SQUARES, LK_PRODUCT_OF, LK_MAX_OF, LK_MIN_OF, LK_MEAN_OF] {
          for (outer, n, inner) in Self.shapes {
            let range = op == LK_PRODUCT_OF ? (0.99, 1.01) : (-1.0, 1.0)
            let x: [S] = numbers.array(outer * n * inner, from: range.0, to: range.1)
            for accumulate: Int32 in [0, 1] {
              var out = [S](repeating: 3, count: outer * inner)
              lk_reduce(S.kind, op, outer, n, inner, x, &out, accumulate)
              let expected = (0..<outer * inner).map { i in
                let (o, column) = (i / inner, i % inner)
                return 3 * Double(accumulate)
                  + Self.plain(op, (0..<n).map { Double(x[(o * n + $0) * inner + column]) })
              }
              expectClose(
                out, expected, tolerance: S.tolerance * (op == LK_PRODUCT_OF ? 200 : 10),
                "reduction \(op.rawValue) of [\(outer), \(n), \(inner)]")
            }
          }
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test(
      "a row or a column alone has the bits that it has among others", arguments: Configuration.all)
    func parts(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        var numbers = Numbers(seed: 8)
        for op in [LK_SUM, LK_SUM_OF_SQUARES, LK_PRODUCT_OF, LK_MAX_OF, LK_MIN_OF] {
          for n in [1, 3, 7, 8, 13, 16] {
            let x: [S] = numbers.array(21 * n, from: -1, to: 1)
            var rows = [S](repeating: 0, count: 21)
            lk_reduce(S.kind, op, 21, n, 1, x, &rows, 0)
            let alone = (0..<21).map { row in
              var out = S.zero
              lk_reduce(S.kind, op, 1, n, 1, Array(x[(row * n)..<((row + 1) * n)]), &out, 0)
              return out
            }
            #expect(rows == alone, "reduction \(op.rawValue) of rows of \(n)")
          }
        }
        for op in [LK_SUM, LK_MAX_OF, LK_MEAN_OF] {
          let x: [S] = numbers.array(70 * 90, from: -1, to: 1)
          var whole = [S](repeating: 0, count: 90)
          lk_reduce(S.kind, op, 1, 70, 90, x, &whole, 0)
          var parts = [S](repeating: 0, count: 90)
          x.withUnsafeBufferPointer { x in
            parts.withUnsafeMutableBufferPointer { out in
              for (first, count) in [(0, 64), (64, 26)] {
                lk_reduce_columns(
                  S.kind, op, 70, 90, count, x.baseAddress! + first, out.baseAddress! + first, 0)
              }
            }
          }
          #expect(parts == whole, "reduction \(op.rawValue) of columns")
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test(
      "the error of a long sum grows with the logarithm of its length",
      arguments: Configuration.all)
    func longSums(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        let x = [S](repeating: 0.1, count: 60_000)
        var sum: S = 0
        lk_reduce(S.kind, LK_SUM, 1, x.count, 1, x, &sum, 0)
        #expect(abs(sum - S(x.count) * S(0.1)) <= 16 * sum.ulp)
      }
      func columns<S: KernelScalar>(_: S.Type) {
        let x = [S](repeating: 0.1, count: 60_000)
        var sums: [S] = [0, 0]
        lk_reduce(S.kind, LK_SUM, 1, x.count / 2, 2, x, &sums, 0)
        #expect(abs(sums[1] - S(x.count / 2) * S(0.1)) <= 64 * sums[1].ulp)
      }
      configuration.run {
        body(configuration.scalar)
        columns(configuration.scalar)
      }
    }

    @Test("NaN wins extremes and their indices, as the first one met", arguments: Configuration.all)
    func notANumber(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        for inner in [1, 2] {
          var x = [S](repeating: 1, count: 40 * inner)
          x[20 * inner] = .nan
          x[30 * inner] = .nan
          for (op, smallest) in [(LK_MAX_OF, Int32(0)), (LK_MIN_OF, 1)] {
            var out = [S](repeating: 0, count: inner)
            lk_reduce(S.kind, op, 1, 40, inner, x, &out, 0)
            #expect(out[0].isNaN)
            var index = [Int64](repeating: 0, count: inner)
            lk_arg_extreme(S.kind, smallest, 1, 40, inner, x, &index)
            #expect(index[0] == 20)
          }
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test("the index of an extreme is that of the first of equals", arguments: Configuration.all)
    func indices(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        var numbers = Numbers(seed: 8)
        for (outer, n, inner) in Self.shapes where n > 0 {
          let x = (0..<outer * n * inner).map { _ in S(numbers.uniform(-4, 4).rounded()) }
          for smallest: Int32 in [0, 1] {
            var out = [Int64](repeating: -1, count: outer * inner)
            lk_arg_extreme(S.kind, smallest, outer, n, inner, x, &out)
            for i in 0..<outer * inner {
              let run = (0..<n).map { x[(i / inner * n + $0) * inner + i % inner] }
              #expect(Int(out[i]) == run.firstIndex(of: smallest == 1 ? run.min()! : run.max()!))
            }
          }
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test("a dot product equals the plain sum", arguments: Configuration.all)
    func dot(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        var numbers = Numbers(seed: 9)
        for size in raggedSizes + [2100] {
          let a: [S] = numbers.array(size)
          let b: [S] = numbers.array(size)
          let expected = zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
          #expect(abs(lk_dot(S.kind, size, a, b) - expected) <= 100 * S.tolerance)
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test(
      "bounds belong to a range, and what does not exist is not looked at",
      arguments: Configuration.all)
    func ranges(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        for size in raggedSizes where size > 0 {
          var x = [S](repeating: 2, count: size)
          x[0] = 3
          #expect(lk_all_within(S.kind, size, 2, 3, x) == 1)
          x[size - 1] = 3.5
          #expect(lk_all_within(S.kind, size, 2, 3, x) == 0)
          x[size - 1] = 1.5
          #expect(lk_all_within(S.kind, size, 2, 3, x) == 0)
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test("the mean of equal numbers is that number", arguments: Configuration.all)
    func meansOfEqual(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        for (outer, n, inner) in Self.shapes + [(1, 60_000, 1), (1, 3_001, 3)] where n > 0 {
          let x = [S](repeating: 0.1, count: outer * n * inner)
          var means = [S](repeating: 0, count: outer * inner)
          lk_reduce(S.kind, LK_MEAN_OF, outer, n, inner, x, &means, 0)
          #expect(means.allSatisfy { $0 == 0.1 }, "[\(outer), \(n), \(inner)]")
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test("one infinite or undefined element is found wherever it is", arguments: Configuration.all)
    func finite(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        for size in raggedSizes + [5000] {
          var x = [S](repeating: .greatestFiniteMagnitude, count: size)
          let greatest = Double(S.greatestFiniteMagnitude)
          #expect(lk_all_within(S.kind, size, -greatest, greatest, x) == 1)
          for bad in [S.infinity, -.infinity, .nan] where size > 0 {
            x[size - 1] = bad
            #expect(lk_all_within(S.kind, size, -greatest, greatest, x) == 0)
          }
        }
      }
      configuration.run { body(configuration.scalar) }
    }
  }
}
