import Testing

/// That nothing is missing from the table.
@Suite("The table of operations") struct CompletenessTests {
  /// Operations without a derivative, with tests of their own.
  static let notDifferentiable: Set<String> = Set(
    [".<", ".<=", ".>", ".>=", ".==", ".!="].flatMap {
      ["\($0)(Tensor, Tensor)", "\($0)(Tensor, Double)"]
    }
      + ["argmax(Int)", "argmin(Int)", "isFinite()"]
      + ["And", "Or", "Xor"].map { "logical\($0)(Tensor, Tensor)" }
      + ["logicalNot(Tensor)", "isNaN(Tensor)", "isInfinite(Tensor)", "isFinite(Tensor)"]
      + ["any", "all"].flatMap {
        ["\($0)(Int..., keepingAxes: Bool)", "\($0)(axes: [Int], keepingAxes: Bool)"]
      }
      + ["countNonZero(Int..., keepingAxes: Bool)", "argsort(axis: Int, descending: Bool)"]
      + ["searchSorted(Tensor, right: Bool)", "oneHot(Tensor, classes: Int, ScalarType)"]
      + ["nonZero()", "unique()", "bincount(minimumCount: Int)"]
      + ["histogram(bins: Int, in: ClosedRange<Double>?)"]
      + ["linspace(Double, Double, count: Int, ScalarType)"])

  @Test("every public operation has a row, and every row an operation")
  func table() throws {
    let declared = try Set(Declarations.operationFiles().flatMap(Declarations.operations))
    let covered = Set(OperationFixture.all.map(\.covers))
    #expect(declared.count > 70)
    #expect(declared.subtracting(covered).subtracting(Self.notDifferentiable).sorted() == [])
    #expect(covered.subtracting(declared).sorted() == [])
    #expect(Self.notDifferentiable.subtracting(declared).sorted() == [])
    #expect(covered.intersection(Self.notDifferentiable).sorted() == [])
  }

  @Test("every row has a name of its own and a plain reference")
  func names() {
    let names = OperationFixture.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(OperationFixture.all.filter { $0.reference == nil }.map(\.name) == [])
  }
}
