import Foundation
import LigatureTensors
import Testing

/// Functions without a derivative, and the rules for ties, NaN and nothing of those that have one.
@Suite("Functions") struct FunctionTests {
  private static let nan = Double.nan

  @Test("logic counts what is not 0, NaN too, as true")
  func logic() throws {
    let (a, b) = (Tensor([0.0, 2, 0, -1, Self.nan]), Tensor([0.0, 0, 3, 4, 0]))
    #expect(try logicalAnd(a, b).doubles() == [0, 0, 0, 1, 0])
    #expect(try logicalOr(a, b).doubles() == [0, 1, 1, 1, 1])
    #expect(try logicalXor(a, b).doubles() == [0, 1, 1, 0, 1])
    #expect(try logicalNot(a).doubles() == [1, 0, 1, 0, 0])
    #expect(try logicalAnd(Tensor([UInt8(2), 0]), Tensor([UInt8(1), 1])).doubles() == [1, 0])
    let odd = Tensor([1, -Double.infinity, Self.nan])
    #expect(try isNaN(odd).doubles() == [0, 0, 1])
    #expect(try isInfinite(odd).doubles() == [0, 1, 0])
    #expect(try isFinite(odd).doubles() == [1, 0, 0])
  }

  @Test("any, all and their counts along axes, over nothing too, and of every type")
  func quantifiers() throws {
    let x = try Tensor([0.0, 1, 0, 2, Self.nan, 3], shape: [2, 3])
    #expect(try x.any(0).doubles() == [1, 1, 1])
    #expect(try x.all(0).doubles() == [0, 1, 0])
    #expect(try x.all(1, keepingAxes: true).shape == [2, 1])
    #expect(try x.any().item() == 1 && x.all().item() == 0)
    #expect(try x.countNonZero(1).scalars(as: Int64.self) == [1, 3])
    let empty = try Tensor.zeros([0, 2])
    #expect(try empty.any(0).doubles() == [0, 0])
    #expect(try empty.all(0).doubles() == [1, 1])
    let whole = Tensor([UInt8(0), 200, 100])
    #expect(try whole.any().item() == 1 && whole.all().item() == 0)
    #expect(try whole.countNonZero().item() == 2)
  }

  @Test("whole numbers are summed as int64, so truths can be counted")
  func wholeSums() throws {
    let x = try Tensor([Int32.max, Int32.max, 1, 2], shape: [2, 2])
    #expect(try x.sum(0).scalars(as: Int64.self) == [Int64(Int32.max) + 1, Int64(Int32.max) + 2])
    #expect(try Tensor([UInt8](repeating: 255, count: 1000)).sum().item() == 255_000)
    #expect(try (Tensor([1, 2, 3]) .> 1).sum().item() == 2)
    let box = try Tensor.range(0..<24).reshaped(to: [2, 3, 4])
    #expect(try box.sum(0, 2, keepingAxes: true).doubles() == [60, 92, 124])
    #expect(try box.sum(0, 2).shape == [3])
    #expect(try box.transposed.sum(1).isIdentical(to: box.sum(2)))
    #expect(throws: TensorError.self) { try box.mean() }
  }

  @Test("operands of two types are compared in one that holds both")
  func mixedComparisons() throws {
    #expect(try (Tensor([1, 2]) .< Tensor([1.5, 1.5])).scalars(as: Double.self) == [1, 0])
    #expect(try (Tensor([Float(0.5)]) .== Tensor([0.5])).item() == 1)
    #expect(try (Tensor([UInt8(200)]) .> Tensor([Int32(-1)])).scalarType == .int64)
    #expect(try (Tensor([UInt8(200)]) .>= Tensor([UInt8(201)])).scalars(as: Int32.self) == [0])
  }

  @Test("equals keep their order in either direction, and NaN is above every number")
  func orders() throws {
    let x = Tensor([2, Self.nan, 1, 2, -.infinity, 1])
    #expect(try x.argsort().scalars(as: Int64.self) == [4, 2, 5, 0, 3, 1])
    #expect(try x.argsort(descending: true).scalars(as: Int64.self) == [1, 0, 3, 2, 5, 4])
    #expect(try x.sorted()[5].item().isNaN)
    let top = try x.topK(3)
    #expect(try top.places.scalars(as: Int64.self) == [1, 0, 3])
    #expect(try x.topK(2, smallest: true).values.doubles() == [-.infinity, 1])
    #expect(try Tensor([UInt8(3), 1, 2]).sorted().scalars(as: UInt8.self) == [1, 2, 3])
    #expect(try Tensor([Int32(3), -1, 2]).topK(1).values.scalars(as: Int32.self) == [3])
  }

  @Test("a long order, cut over threads, is that of the standard library")
  func longOrder() throws {
    var random = SplitMix(seed: 5)
    let numbers = (0..<40_000).map { _ in Double(random.next() % 500) }
    let x = try Tensor(numbers, shape: [8, 5000])
    for (row, found) in try x.argsort().unstacked().enumerated() {
      let line = Array(numbers[(row * 5000)..<(row + 1) * 5000])
      let expected = line.indices.sorted { (line[$0], $0) < (line[$1], $1) }
      #expect(try found.scalars(as: Int64.self) == expected.map { Int64($0) })
    }
  }

  @Test("a median is NaN where an element is, and a quantile refuses nothing")
  func quantiles() throws {
    let x = try Tensor([3.0, 1, 2, Self.nan, 1, 2], shape: [2, 3])
    let medians = try x.median(axis: 1).doubles()
    #expect(medians[0] == 2 && medians[1].isNaN)
    #expect(try Tensor([1.0, 2, .infinity]).quantile(0.5).item() == 2)
    #expect(try Tensor([Float(7)]).quantile(0.3).item() == 7)
    for q in [-0.1, 1.1, .nan] { #expect(throws: TensorError.self) { try x.quantile(q) } }
    let error = #expect(throws: TensorError.self) { try Tensor.zeros([2, 0]).median(axis: 1) }
    #expect(
      error?.description
        == "median: there is nothing to choose from in shape [2, 0]. Give at least one element.")
  }

  @Test("places in sorted lines, one for all or one each")
  func searches() throws {
    let line = Tensor([1.0, 2, 2, 5])
    let values = try Tensor([0.0, 2, 9, 5], shape: [2, 2])
    #expect(try line.searchSorted(values).scalars(as: Int64.self) == [0, 1, 4, 3])
    #expect(try line.searchSorted(values, right: true).scalars(as: Int64.self) == [0, 3, 4, 4])
    let lines = try Tensor([1.0, 3, 2, 4], shape: [2, 2])
    #expect(
      try lines.searchSorted(Tensor([3.0, 3], shape: [2, 1])).scalars(as: Int64.self) == [1, 1])
    #expect(try Tensor.zeros([0]).searchSorted(Tensor([Float(1)])).item() == 0)
    #expect(throws: TensorError.self) { try lines.searchSorted(line) }
  }

  @Test("extremes so far have their places")
  func runningExtremes() throws {
    let x = Tensor([1.0, 3, 3, 2, 4])
    #expect(try x.cummax().places.scalars(as: Int64.self) == [0, 1, 1, 1, 4])
    #expect(try x.cummin().places.scalars(as: Int64.self) == [0, 0, 0, 0, 0])
    #expect(try Tensor([3, 1, 2]).cummin().values.scalars(as: Int64.self) == [3, 1, 1])
    #expect(try Tensor([1, 2, 3]).cumsum().scalars(as: Int64.self) == [1, 3, 6])
    #expect(try Tensor([Int32(2), 3]).cumprod(reversed: true).scalars(as: Int32.self) == [6, 3])
  }

  @Test("different elements, how often each occurs, and which one each is")
  func uniqueElements() throws {
    let x = try Tensor([3.0, 1, Self.nan, 3, Self.nan, -2], shape: [2, 3])
    let (values, counts, places) = try x.unique()
    let found = try values.doubles()
    #expect(found.prefix(3) == [-2, 1, 3] && found.count == 4 && found[3].isNaN)
    #expect(try counts.scalars(as: Int64.self) == [1, 1, 2, 2])
    #expect(try places.scalars(as: Int64.self) == [2, 1, 3, 2, 3, 0])
    #expect(places.shape == [2, 3])
    let none = try Tensor.zeros([0, 2], .int64).unique()
    #expect(none.values.shape == [0] && none.counts.shape == [0] && none.places.shape == [0, 2])
  }

  @Test("counts of whole numbers, and of intervals")
  func counts() throws {
    #expect(try Tensor([1, 3, 1]).bincount().scalars(as: Int64.self) == [0, 2, 0, 1])
    #expect(try Tensor([UInt8(1)]).bincount(minimumCount: 3).scalars(as: Int64.self) == [0, 1, 0])
    #expect(try Tensor([Int]()).bincount().shape == [0])
    #expect(throws: TensorError.self) { try Tensor([-1]).bincount() }
    #expect(throws: TensorError.self) { try Tensor([Int.max]).bincount() }
    #expect(throws: TensorError.self) { try Tensor([1 << 60]).bincount() }
    let x = Tensor([0.0, 1, 1.5, 2, 4, Self.nan, -1])
    #expect(try x.histogram(bins: 2, in: 0...4).scalars(as: Int64.self) == [3, 2])
    #expect(try x.histogram(bins: 5).scalars(as: Int64.self) == [1, 1, 2, 1, 1])
    #expect(try Tensor([2.0, 2]).histogram(bins: 4).sum().item() == 2)
    #expect(throws: TensorError.self) { try x.histogram(bins: 0) }
    #expect(throws: TensorError.self) { try Tensor([Double.infinity, 0]).histogram(bins: 3) }
  }

  @Test("places that are not 0, and one-hot rows")
  func places() throws {
    let x = try Tensor([0.0, 1, Self.nan, 0, 0, 2], shape: [2, 3])
    let places = try x.nonZero()
    #expect(places.shape == [3, 2])
    #expect(try places.scalars(as: Int64.self) == [0, 1, 0, 2, 1, 2])
    #expect(try Tensor.scalar(1).nonZero().shape == [1, 0])
    let rows = try oneHot(Tensor([2, 0]), classes: 3)
    #expect(rows.scalarType == .float32 && rows.shape == [2, 3])
    #expect(try rows.doubles() == [0, 0, 1, 1, 0, 0])
    let error = #expect(throws: TensorError.self) { try oneHot(Tensor([3]), classes: 3) }
    #expect(error?.description == "oneHot: an index is 3, of 3 classes. Number classes from 0.")
  }

  @Test("numbers at equal distances end where they should")
  func grids() throws {
    #expect(try Tensor.linspace(0, 1, count: 5, .float64).doubles() == [0, 0.25, 0.5, 0.75, 1])
    #expect(try Tensor.linspace(2, 1, count: 1).doubles() == [2])
    #expect(try Tensor.linspace(0, 0.3, count: 4, .float64).doubles().last == 0.3)
    #expect(try Tensor.linspace(0, 1, count: 0).shape == [0])
  }

  @Test("lengths and deviations of 0 have slope 0, and norms keep NaN")
  func flatPoints() throws {
    let zero = try Tensor.zeros([2, 3], .float64)
    let slopes = try valueAndGradients(at: [zero]) { x in
      let parts = try [
        x[0].norm(), x[0].standardDeviation(), x[0].norm(order: 3), x[0].norm(order: 0.5),
        hypot(x[0], x[0]).sum(), pairwiseDistances(x[0], x[0]).sum(),
      ]
      return try stack(parts).sum()
    }
    #expect(try slopes.value.item() == 0)
    #expect(try slopes.gradients[0]?.doubles() == [0, 0, 0, 0, 0, 0])
    let x = Tensor([1, Self.nan])
    for order in [0.0, 0.5, 1, 2, 3, .infinity, -.infinity] {
      #expect(try x.norm(order: order).item().isNaN != (order == 0), "\(order)")
    }
    #expect(try Tensor([3.0, -4]).norm(order: -.infinity).item() == 3)
  }

  @Test("the log of a sum of powers neither overflows nor loses infinities")
  func logSumExps() throws {
    let large = Tensor([1000.0, 1000])
    #expect(abs(try large.logSumExp().item() - 1000 - log(2)) < 1e-12)
    #expect(try Tensor([-Double.infinity, -.infinity]).logSumExp().item() == -.infinity)
    #expect(try Tensor([Double.infinity, 0]).logSumExp().item() == .infinity)
    #expect(try Tensor([Self.nan, 0]).logSumExp().item().isNaN)
    #expect(try Tensor.zeros([0]).logSumExp().item() == -.infinity)
  }

  @Test("triangles and masks hide what is not a number")
  func hidden() throws {
    let x = try Tensor([1, Self.nan, 3, 4], shape: [2, 2])
    #expect(try x.tril().doubles() == [1, 0, 3, 4])
    #expect(try x.maskedFill(isNaN(x), 9).doubles() == [1, 9, 3, 4])
    #expect(try x.triu(.max).doubles() == [0, 0, 0, 0])
    #expect(
      try Tensor([1, 2, 3, 4], shape: [2, 2]).triu(1).scalars(as: Int64.self) == [0, 2, 0, 0])
  }

  @Test("matrices that cannot be solved for are named, and NaN stays NaN")
  func matrices() throws {
    let batch = try Tensor([1.0, 0, 0, 1, 1, 2, 2, 4], shape: [2, 2, 2])
    let error = #expect(throws: TensorError.self) { try batch.inverse() }
    #expect(
      error?.description
        == "inverse: matrix number 1 of shape [2, 2, 2] is singular: elimination met a pivot of 0. "
        + "Add a small multiple of the identity, or correct what made the matrix.")
    #expect(try batch.determinant().doubles() == [1, 0])
    #expect(try batch.logDeterminant().doubles() == [0, -.infinity])
    let indefinite = #expect(throws: TensorError.self) { try batch[1].cholesky() }
    #expect(indefinite?.problem == "the matrix of shape [2, 2] is not positive definite")
    #expect(throws: TensorError.self) {
      try triangularSolve(Tensor([1.0, 5, 5, 0], shape: [2, 2]), Tensor([1.0, 1]), upper: true)
    }
    let unknown = try Tensor([Self.nan, 0, 0, 1], shape: [2, 2])
    #expect(try unknown.inverse().doubles()[0].isNaN)
    #expect(try unknown.determinant().item().isNaN)
    #expect(try unknown.cholesky().doubles()[0].isNaN)
    #expect(try Tensor.zeros([3, 0, 0]).determinant().doubles() == [1, 1, 1])
  }

  @Test("a solution does not depend on threads, and its residual is small")
  func solutions() throws {
    var stream = RandomStream(seed: 4)
    let a = try stream.normal([64, 12, 12], .float64)
    let b = try stream.normal([64, 12, 2], .float64)
    let x = try solve(a, b)
    #expect(try matmul(a, x).isClose(to: b, relative: 1e-9, absolute: 1e-9))
    for number in [0, 31, 63] {
      #expect(try solve(a[number], b[number]).isIdentical(to: x[number]))
    }
    let single = try solve(a.cast(to: .float32), b.cast(to: .float32))
    #expect(single.scalarType == .float32)
  }

  @Test("equations that cannot be read, or do not fit, are refused in words")
  func equations() throws {
    let x = try Tensor.zeros([2, 3])
    func words(_ equation: String, _ operands: [Tensor]) -> String {
      do { return "\(try einsum(equation, operands))" } catch { return "\(error)" }
    }
    let remedy = " Write a term of letters for each operand, such as \"ij,jk->ik\"."
    #expect(words("ij,jk", [x]) == "einsum: \"ij,jk\" has 2 terms for 1 operand." + remedy)
    #expect(
      words("ijk", [x]) == "einsum: \"ijk\" names 3 axes of an operand of shape [2, 3]." + remedy)
    #expect(words("ii", [x]) == "einsum: \"ii\" gives i the sizes 2 and 3." + remedy)
    #expect(
      words("ij->k", [x])
        == "einsum: \"ij->k\" has a result with axes that are no operand's, or twice." + remedy)
    #expect(words("i1", [x]) == "einsum: \"i1\" has other signs than letters." + remedy)
    for odd in ["", "->", "i-j", "i->j->k", "ij->ii", "....", "..ij", "i..", "ij,", "é", ">", "-"] {
      #expect(words(odd, [x]).hasPrefix("einsum: "), "\(odd)")
    }
    #expect(words("ij->", [Tensor([1, 2])]).hasPrefix("einsum: needs float32 or float64"))
    #expect(words("", []).hasPrefix("einsum: "))
    #expect(try einsum("", Tensor.scalar(3)).item() == 3)
  }

  @Test("a batched gather of rows is one along an axis with indices that stretch")
  func batchedGather() throws {
    let x = try Tensor.range(0..<12).reshaped(to: [2, 3, 2])
    let places = try Tensor([2, 0, 1, 1], shape: [2, 2])
    let found = try x.gathered(along: 1, at: places.expandingAxis(-1))
    #expect(found.shape == [2, 2, 2])
    #expect(try found.scalars(as: Int64.self) == [4, 5, 0, 1, 8, 9, 8, 9])
    let error = #expect(throws: TensorError.self) {
      try x.gathered(along: 1, at: Tensor([3], shape: [1, 1, 1]))
    }
    #expect(
      error?.description
        == "gathered: an index is 3, outside axis 1 of shape [2, 3, 2]. Indices must lie in -3..<3."
    )
  }

  @Test("what reads numbers cannot be traced, and what does not can")
  func traces() throws {
    let x = try Tensor([3.0, 1, 2, 5, 4, 9], shape: [2, 3])
    let trace = try Trace([("x", x)]) { _, inputs in
      let x = inputs[0]
      let outputs = [
        try x.sorted(), try x.topK(2).places, try x.cumsum(),
        try x.flipped(1).padded(
          before: [1, 0], after: [0, 2]), try x.median(axis: 0), try einsum("ij,kj->ik", x, x),
        try x.unfolded(axis: 1, size: 2), try (x .> 2).sum(), try x.quantile(0.3, axis: 1),
      ]
      return (outputs, [])
    }
    let other = try Tensor([1.0, 7, 2, 0, 8, 3], shape: [2, 3])
    let found = try trace.run([other])
    #expect(try found[0].doubles() == [1, 2, 7, 0, 3, 8])
    #expect(try found[1].scalars(as: Int64.self) == [1, 2, 1, 2])
    #expect(try found[7].item() == 3)
    for body in [{ try $0.unique().values }, { try $0.nonZero() }, { try $0.histogram(bins: 3) }]
      as [@Sendable (Tensor) throws -> Tensor]
    {
      #expect(throws: TensorError.self) {
        try Trace([("x", x)]) { _, inputs in ([try body(inputs[0])], []) }
      }
    }
  }
}
