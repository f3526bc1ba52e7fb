import Foundation
import LigatureKernels
import Testing

extension KernelTests {
  /// What goes along an axis. These kernels are the same at every level.
  @Suite struct Lines {
    @Test("running sums, products and recurrences are those of a plain loop")
    func scans() {
      func body<S: KernelScalar>(_: S.Type) {
        var numbers = Numbers(seed: 21)
        for (outer, n, inner) in [(2, 5, 1), (1, 37, 3), (2, 3, 70), (1, 0, 2), (3, 1, 1)] {
          let count = outer * n * inner
          let a: [S] = numbers.array(count, from: 0.5, to: 1.5)
          let b: [S] = numbers.array(count)
          for reversed: Int32 in [0, 1] {
            for form in 0..<3 {
              var out = [S](repeating: 9, count: count)
              let (factors, terms) = (form == 1 ? nil : a, form == 2 ? nil : b)
              lk_scan(S.kind, reversed, outer, n, inner, factors, terms, &out)
              for line in 0..<outer * inner {
                let start = line / inner * n * inner + line % inner
                var state: Double = form == 2 ? 1 : 0
                for step in 0..<n {
                  let at = start + (reversed == 1 ? n - 1 - step : step) * inner
                  state = state * Double(factors?[at] ?? 1) + Double(terms?[at] ?? 0)
                  #expect(abs(Double(out[at]) - state) <= 4 * Double(S.ulpOfOne) * abs(state))
                }
              }
            }
          }
        }
      }
      body(Float.self)
      body(Double.self)
    }

    @Test("whole numbers wrap around where a running sum leaves their range")
    func wholeScans() {
      var sums = [Int32](repeating: 0, count: 3)
      lk_scan(LK_I32, 0, 1, 3, 1, nil, [Int32.max, 1, -1], &sums)
      #expect(sums == [Int32.max, Int32.min, Int32.max])
      var products = [Int64](repeating: 0, count: 3)
      lk_scan(LK_I64, 1, 1, 3, 1, [Int64(2), 3, 5], nil, &products)
      #expect(products == [30, 15, 5])
      var total = [Int64](repeating: 0, count: 2)
      lk_sum_integers(LK_U8, 1, 3, 2, [UInt8(255), 1, 255, 2, 255, 3], &total)
      #expect(total == [765, 6])
    }

    @Test("an order is that of a stable sort, with NaN above every number")
    func orders() {
      func body<S: KernelScalar>(_: S.Type) {
        var numbers = Numbers(seed: 22)
        for n in [0, 1, 2, 11, 12, 13, 24, 25, 100, 200] {
          for inner in [1, 3] {
            // Few values, so that equals occur, and both zeros.
            var x = (0..<2 * n * inner).map { _ in S(numbers.uniform(-3, 3).rounded()) }
            for place in stride(from: 5, to: x.count, by: 7) { x[place] = .nan }
            for descending: Int32 in [0, 1] {
              var out = [Int64](repeating: -1, count: x.count)
              var workspace = [Int64](repeating: 0, count: lk_argsort_workspace(n) / 8)
              // In two parts, as threads would.
              lk_argsort(S.kind, descending, n, inner, 0, 1, x, &out, &workspace)
              lk_argsort(S.kind, descending, n, inner, 1, 2 * inner - 1, x, &out, &workspace)
              for line in 0..<2 * inner {
                let start = line / inner * n * inner + line % inner
                let keys = (0..<n).map { x[start + $0 * inner] }
                func isLess(_ a: S, _ b: S) -> Bool { a < b || b.isNaN && !a.isNaN }
                let expected = (0..<n).sorted {
                  let (a, b) = descending == 1 ? (keys[$1], keys[$0]) : (keys[$0], keys[$1])
                  return isLess(a, b) || !isLess(b, a) && $0 < $1
                }
                #expect((0..<n).map { Int(out[start + $0 * inner]) } == expected)
              }
            }
          }
        }
      }
      body(Float.self)
      body(Double.self)
    }

    @Test("a place in a sorted line is before or after its equals, and NaN comes last")
    func searches() {
      let sorted: [Double] = [1, 2, 2, 5, .nan]
      let values: [Double] = [0, 1, 2, 3, 9, .infinity, .nan]
      var out = [Int64](repeating: -1, count: values.count)
      lk_search_sorted(LK_F64, 0, 1, 5, values.count, sorted, 0, values, &out)
      #expect(out == [0, 0, 1, 3, 4, 4, 4])
      lk_search_sorted(LK_F64, 1, 1, 5, values.count, sorted, 0, values, &out)
      #expect(out == [0, 1, 3, 3, 4, 4, 5])
      lk_search_sorted(LK_U8, 0, 2, 2, 1, [UInt8(1), 3, 5, 7], 2, [UInt8(2), 8], &out)
      #expect(out[..<2] == [1, 2])
    }

    @Test("an extreme so far is the first one, and the first NaN stays")
    func extremes() {
      var out = [Int64](repeating: -1, count: 6)
      lk_cumulative_extreme(LK_F32, 0, 1, 6, 1, [1, 3, 3, 2, Float.nan, 9], &out)
      #expect(out == [0, 1, 1, 1, 4, 4])
      lk_cumulative_extreme(LK_I32, 1, 1, 3, 2, [5, 1, 4, 2, 4, 0] as [Int32], &out)
      #expect(out == [0, 0, 1, 0, 1, 2])
    }

    @Test("of elements that are put in one place the last one stays, or all are added")
    func putting() {
      let indices: [Int64] = [2, 0, 2]
      var target: [Float] = [1, 1, 1]
      lk_put_along(LK_F32, 1, 3, 3, 1, indices, [5, 6, 7] as [Float], &target, 0)
      #expect(target == [6, 1, 7])
      lk_put_along(LK_F32, 1, 3, 3, 1, indices, [5, 6, 7] as [Float], &target, 1)
      #expect(target == [12, 1, 19])
      var taken: [Float] = [0, 0, 0]
      lk_take_along(LK_F32, 1, 3, 3, 1, indices, target, &taken)
      #expect(taken == [19, 12, 19])
    }
  }
}
