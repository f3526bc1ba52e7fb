import LigatureKernels
import Testing

extension KernelTests {
  @Suite("Stretched operands")
  struct BroadcastTests {
    /// An operand by its shape and strides, in elements.
    struct View {
      let shape: [Int]
      let strides: [Int]

      init(_ shape: [Int], strides: [Int]? = nil) {
        self.shape = shape
        self.strides =
          strides
          ?? shape.indices.map { axis in shape[(axis + 1)...].reduce(1, *) }
      }

      /// Elements of the memory behind it.
      var extent: Int { zip(shape, strides).reduce(1) { $0 + ($1.0 - 1) * $1.1 } }

      /// Where element `index` of a result of `target` lies, counted plainly.
      func place(_ index: Int, in target: [Int]) -> Int {
        var rest = index
        var place = 0
        for axis in target.indices.reversed() {
          let position = rest % target[axis]
          rest /= target[axis]
          let own = axis - (target.count - shape.count)
          if own >= 0, shape[own] != 1 { place += position * strides[own] }
        }
        return place
      }
    }

    /// Runs of every length class, operands that repeat, that are constant along runs, that lie
    /// transposed or with gaps, and scalars.
    static let cases: [(shape: [Int], operands: [View])] = [
      ([], [View([]), View([])]),
      ([7], [View([7]), View([1])]),
      ([1, 1], [View([1, 1]), View([1])]),
      ([400, 3], [View([400, 3]), View([3])]),
      ([700, 2], [View([2]), View([700, 2])]),
      ([500, 5], [View([500, 1]), View([500, 5])]),
      ([61, 16], [View([61, 16]), View([16])]),
      ([13, 1100], [View([13, 1100]), View([1100])]),
      ([13, 1100], [View([13, 1]), View([1, 1100])]),
      ([5, 300], [View([5, 1]), View([5, 300], strides: [301, 1])]),
      ([3, 300, 2], [View([3, 300, 2]), View([1, 300, 1])]),
      ([9, 20, 30], [View([9, 20, 30]), View([20, 1])]),
      ([9, 20, 30], [View([9, 1, 30]), View([9, 20, 1])]),
      ([4, 3, 5, 6], [View([4, 3, 5, 6], strides: [90, 6, 18, 1]), View([3, 1, 6])]),
      ([40, 50], [View([40, 50], strides: [1, 40]), View([40, 50])]),
      ([2, 600, 3], [View([600, 3], strides: [5, 1]), View([2, 1, 1])]),
      ([2, 2, 2, 2, 2, 2, 2, 3], [View([2, 1, 2, 1, 2, 1, 2, 3]), View([2, 1, 1])]),
      ([6, 513], [View([6, 513]), View([513])]),
    ]

    private func broadcast(
      _ shape: [Int], _ operands: [(View, UnsafeRawPointer)]
    ) -> LKBroadcast {
      var made = LKBroadcast()
      lk_broadcast_begin(&made, Int32(shape.count), shape)
      for (view, data) in operands {
        lk_broadcast_add(&made, Int32(view.shape.count), view.shape, view.strides, data)
      }
      lk_broadcast_merge(&made)
      return made
    }

    @Test("sums equal plain indexing, whole and in parts", arguments: Configuration.all)
    func zips(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        var numbers = Numbers(seed: 3)
        for (shape, views) in Self.cases {
          let count = shape.reduce(1, *)
          let a: [S] = numbers.array(views[0].extent)
          let b: [S] = numbers.array(views[1].extent)
          let expected = (0..<count).map {
            a[views[0].place($0, in: shape)] + b[views[1].place($0, in: shape)]
          }
          a.withUnsafeBytes { a in
            b.withUnsafeBytes { b in
              var made = broadcast(
                shape, [(views[0], a.baseAddress!), (views[1], b.baseAddress!)])
              var out = [S](repeating: 0, count: count)
              lk_zip_broadcast(S.kind, LK_ADD, &made, 0, count, &out, 0)
              #expect(out == expected, "\(shape) of \(views)")
              // In three parts, added to ones.
              out = [S](repeating: 1, count: count)
              for part in 0..<3 {
                let first = count * part / 3
                lk_zip_broadcast(
                  S.kind, LK_ADD, &made, first, count * (part + 1) / 3 - first, &out, 1)
              }
              #expect(out == expected.map { 1 + $0 }, "\(shape) of \(views), in parts")
            }
          }
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test("a choice equals plain indexing, for bytes and for wide integers")
    func selections() {
      func body<S: FixedWidthInteger>(_ kind: LKScalar, _: S.Type) {
        for (shape, views) in Self.cases {
          let count = shape.reduce(1, *)
          let mask = (0..<views[1].extent).map { S($0 % 2) }
          let a = (0..<views[0].extent).map { S(truncatingIfNeeded: $0) }
          let b = [S(99)]
          mask.withUnsafeBytes { mask in
            a.withUnsafeBytes { a in
              b.withUnsafeBytes { b in
                var made = broadcast(
                  shape,
                  [
                    (views[1], mask.baseAddress!), (views[0], a.baseAddress!),
                    (View([1]), b.baseAddress!),
                  ])
                var out = [S](repeating: 0, count: count)
                lk_select_broadcast(kind, &made, 0, count, &out)
                let expected = (0..<count).map {
                  views[1].place($0, in: shape) % 2 == 1
                    ? S(truncatingIfNeeded: views[0].place($0, in: shape)) : 99
                }
                #expect(out == expected, "\(kind) \(shape) of \(views)")
              }
            }
          }
        }
      }
      body(LK_U8, UInt8.self)
      body(LK_I32, Int32.self)
      body(LK_I64, Int64.self)
    }
  }
}
