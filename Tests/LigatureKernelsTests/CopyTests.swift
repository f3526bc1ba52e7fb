import LigatureKernels
import Testing

/// A strided box inside flat storage.
struct Box {
  var shape: [Int]
  var source: [Int]
  var target: [Int]

  /// Flat positions of all elements, in row-major order of the box.
  func positions(_ strides: [Int]) -> [Int] {
    zip(shape, strides).reduce([0]) { partial, dimension in
      partial.flatMap { start in (0..<dimension.0).map { start + $0 * dimension.1 } }
    }
  }
}

extension KernelTests {
  @Suite struct Copies {
    static let boxes = [
      Box(shape: [], source: [], target: []),
      Box(shape: [5], source: [1], target: [1]),
      Box(shape: [4, 0, 3], source: [1, 1, 1], target: [1, 1, 1]),
      Box(shape: [3, 4, 5], source: [20, 5, 1], target: [20, 5, 1]),
      Box(shape: [7, 9], source: [1, 7], target: [9, 1]),
      Box(shape: [70, 67], source: [1, 70], target: [67, 1]),
      Box(shape: [16, 33], source: [1, 16], target: [35, 1]),
      Box(shape: [3, 17, 5], source: [85, 1, 17], target: [85, 5, 1]),
      Box(shape: [2, 3, 4, 5], source: [1, 2, 6, 24], target: [60, 20, 5, 1]),
      Box(shape: [6, 10], source: [10, 1], target: [1, 6]),
      Box(shape: [4, 6], source: [0, 1], target: [6, 1]),
      Box(shape: [6, 4], source: [1, 0], target: [4, 1]),
      Box(shape: [3, 4], source: [0, 0], target: [4, 1]),
      Box(shape: [5, 6], source: [14, 2], target: [18, 3]),
      Box(
        shape: [2, 1, 2, 1, 2, 1, 2, 3], source: [24, 9, 12, 9, 6, 9, 3, 1],
        target: [3, 9, 6, 9, 12, 9, 24, 1]),
    ]

    func check<S: BitwiseCopyable & Equatable>(
      _ kind: LKScalar, _ box: Box, accumulate: Bool, make: (Int) -> S, add: (S, S) -> S
    ) {
      let from = box.positions(box.source)
      let to = box.positions(box.target)
      let source = (0...(from.max() ?? 0)).map(make)
      var target = (0...(to.max() ?? 0)).map { make($0 + 100) }
      var expected = target
      for (from, to) in zip(from, to) {
        expected[to] = accumulate ? add(expected[to], source[from]) : source[from]
      }
      lk_copy(
        kind, Int32(box.shape.count), box.shape, source, box.source, &target, box.target,
        accumulate ? 1 : 0)
      #expect(target == expected, "\(box)")
    }

    @Test(
      "a copy moves every element of a strided box, and accumulates", arguments: Configuration.all)
    func boxes(_ configuration: Configuration) {
      configuration.run {
        for box in Self.boxes {
          check(LK_U8, box, accumulate: false, make: { UInt8(truncatingIfNeeded: $0) }, add: &+)
          check(LK_I32, box, accumulate: false, make: { Int32($0) }, add: &+)
          check(LK_I64, box, accumulate: false, make: { Int64($0) }, add: &+)
          for accumulate in [false, true] {
            check(LK_F32, box, accumulate: accumulate, make: { Float($0) }, add: +)
            check(LK_F64, box, accumulate: accumulate, make: { Double($0) }, add: +)
          }
        }
      }
    }

    @Test("a negative stride reads backwards", arguments: Configuration.all)
    func backwards(_ configuration: Configuration) {
      configuration.run {
        let source: [Float] = [1, 2, 3, 4]
        var target = [Float](repeating: 0, count: 4)
        source.withUnsafeBufferPointer {
          lk_copy(LK_F32, 1, [4], $0.baseAddress! + 3, [-1], &target, [1], 0)
        }
        #expect(target == [4, 3, 2, 1])
      }
    }

    @Test("conversions truncate toward zero, saturate, and make NaN zero")
    func conversions() {
      let x: [Float] = [1.9, -1.9, 300, -3, .nan, .infinity, 3e9]
      var bytes = [UInt8](repeating: 9, count: x.count)
      lk_convert(LK_F32, LK_U8, x.count, x, &bytes)
      #expect(bytes == [1, 0, 255, 0, 0, 255, 255])
      var narrow = [Int32](repeating: 9, count: x.count)
      lk_convert(LK_F32, LK_I32, x.count, x, &narrow)
      #expect(narrow == [1, -1, 300, -3, 0, .max, .max])
      var wide = [Int64](repeating: 9, count: 4)
      lk_convert(LK_F64, LK_I64, 4, [1e19, -1e19, Double.nan, -2.5], &wide)
      #expect(wide == [.max, .min, 0, -2])
      lk_convert(LK_I64, LK_I32, 4, wide, &narrow)
      #expect(narrow[..<4] == [.max, .min, 0, -2])
      var doubles = [Double](repeating: 9, count: 3)
      lk_convert(LK_U8, LK_F64, 3, [UInt8(0), 7, 255], &doubles)
      #expect(doubles == [0, 7, 255])
      lk_convert(LK_F32, LK_F64, 3, [Float(0.1), -2, .infinity], &doubles)
      #expect(doubles == [Double(Float(0.1)), -2, .infinity])
      var floats = [Float](repeating: 9, count: 3)
      lk_convert(LK_F64, LK_F32, 3, [0.1, 1e300, -0.5], &floats)
      #expect(floats == [0.1, .infinity, -0.5])
    }

    @Test("a value of every type converts to every type")
    func allPairs() {
      for from in [LK_F32, LK_F64, LK_I32, LK_I64, LK_U8] {
        for to in [LK_F32, LK_F64, LK_I32, LK_I64, LK_U8] {
          var source = [UInt64](repeating: 0, count: 8)
          var target = source
          var back = [Double](repeating: 0, count: 5)
          lk_fill(from, 5, 42, &source)
          lk_convert(from, to, 5, source, &target)
          lk_convert(to, LK_F64, 5, target, &back)
          #expect(back == [42, 42, 42, 42, 42])
        }
      }
    }

    @Test(
      "gathering picks slices, and scattering adds them back in order",
      arguments: Configuration.all)
    func gather(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        let (outer, axis, inner) = (2, 4, 19)
        let indices: [Int64] = [3, 0, 3]
        let source = (0..<outer * axis * inner).map { S($0) }
        var out = [S](repeating: 0, count: outer * 3 * inner)
        lk_gather(S.kind, outer, axis, inner, 3, indices, source, &out)
        var sums = [S](repeating: 1, count: source.count)
        lk_scatter_add(S.kind, outer, axis, inner, 3, indices, out, &sums)
        for o in 0..<outer {
          for j in 0..<inner {
            for (i, index) in indices.enumerated() {
              #expect(out[(o * 3 + i) * inner + j] == source[(o * axis + Int(index)) * inner + j])
            }
            for (a, times) in [1, 0, 0, 2].enumerated() {
              let at = (o * axis + a) * inner + j
              #expect(sums[at] == 1 + S(times) * source[at])
            }
          }
        }
      }
      configuration.run { body(configuration.scalar) }
    }
  }
}
