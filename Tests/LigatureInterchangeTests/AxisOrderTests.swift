import Testing

@testable import LigatureInterchange

@Suite("Orders of axes")
struct AxisOrderTests {
  /// Where an element with these indices along the stored axes stands in the row-major result.
  private func place(of indices: [Int], shape: [Int], permutation: [Int]) -> Int {
    permutation.reduce(0) { $0 * shape[$1] + indices[$1] }
  }

  @Test("every element lands where its indices say, for random shapes and orders")
  func againstIndices() {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<300 {
      let rank = Int.random(in: 0...5, using: &generator)
      let shape = (0..<rank).map { _ in Int.random(in: 1...4, using: &generator) }
      let permutation = Array(0..<rank).shuffled(using: &generator)
      let isColumnMajor = Bool.random(using: &generator)
      let count = shape.reduce(1, *)
      var plan = ScatterPlan(
        shape: shape, permutation: permutation, firstAxisFastest: isColumnMajor)
      var places: [Int] = []
      while places.count < count {
        let limit = min(count - places.count, Int.random(in: 1...7, using: &generator))
        let run = plan.next(atMost: limit)
        #expect(1...limit ~= run.count)
        places += (0..<run.count).map { run.offset + $0 * run.stride }
      }
      let fastestFirst = isColumnMajor ? Array(0..<rank) : (0..<rank).reversed()
      let expected = (0..<count).map { linear in
        var rest = linear
        var indices = Array(repeating: 0, count: rank)
        for axis in fastestFirst {
          indices[axis] = rest % shape[axis]
          rest /= shape[axis]
        }
        return place(of: indices, shape: shape, permutation: permutation)
      }
      #expect(places == expected, "\(shape) by \(permutation)")
    }
  }

  @Test("axes that lie together are copied in one run")
  func wholeRuns() {
    var plan = ScatterPlan(shape: [3, 4, 5], permutation: [2, 1, 0], firstAxisFastest: true)
    let run = plan.next(atMost: 1000)
    #expect(run.count == 60 && run.stride == 1)
  }
}
