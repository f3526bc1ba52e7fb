import LigatureTensors
import Testing

/// One row of the table that every differentiable operation stands in: what is computed, of what,
/// and what plain code makes of the same numbers.
struct OperationFixture: Sendable, CustomTestStringConvertible {
  typealias Body = @Sendable ([Tensor]) throws -> [Tensor]
  typealias Reference = @Sendable ([Plain]) -> [Plain]

  let name: String
  /// The declaration this row covers, as `Declarations` spells it.
  let covers: String
  let samples: [Sample]
  let body: Body
  let reference: Reference?
  /// Inputs that are no numbers to differentiate in, such as masks.
  var constants: Set<Int> = []

  /// A row for an operation with several results.
  init(
    _ name: String, _ covers: String, _ samples: [Sample], all body: @escaping Body,
    plain reference: Reference? = nil
  ) {
    self.name = name
    self.covers = covers
    self.samples = samples
    self.body = body
    self.reference = reference
  }

  /// A row for an operation with one result.
  init(
    _ name: String, _ covers: String, _ samples: [Sample],
    _ body: @escaping @Sendable ([Tensor]) throws -> Tensor,
    plain reference: (@Sendable ([Plain]) -> Plain)? = nil
  ) {
    self.init(name, covers, samples, all: { [try body($0)] }, plain: nil)
    if let reference { self = with { [reference($0)] } }
  }

  private func with(reference: @escaping Reference) -> OperationFixture {
    OperationFixture(name, covers, samples, all: body, plain: reference)
  }

  /// The row with some of its inputs not differentiated.
  func holding(_ numbers: Int...) -> OperationFixture {
    var copy = self
    copy.constants = Set(numbers)
    return copy
  }

  var testDescription: String { name }

  /// The whole table.
  static let all: [OperationFixture] =
    arithmetic + numbers + choices + maps + products + linears + reductions + views + slices
    + gathers + rows + normalizations + losses + recurrences + countedReductions + pairs
    + statistics + chains
    + orders + places + boxes + matrices + sums + convolutions + pools + classLosses
    + weightedLosses + distances + alignments
    + attentions

  func inputs(_ type: ScalarType = .float64) throws -> [Tensor] {
    try samples.enumerated().map { try $1.tensor($0, type) }
  }

  /// The results weighed by fixed numbers and added up, so that no gradient is all ones.
  func loss(_ inputs: [Tensor]) throws -> Tensor {
    let results = try body(inputs)
    var total: Tensor?
    for (number, result) in results.enumerated() {
      let weights = try Sample(result.shape, .offGrid).tensor(100 + number, result.scalarType)
      let part = try (result * weights).sum()
      total = try total.map { try $0 + part } ?? part
    }
    return try #require(total)
  }

  /// Gradients of `loss` with respect to every input.
  func gradients(_ inputs: [Tensor]) throws -> [Tensor?] {
    try valueAndGradients(at: inputs, of: loss).gradients
  }
}

/// Rows one below the other, each checked by the compiler on its own, with loops in between.
@resultBuilder enum FixtureBuilder {
  static func buildExpression(_ row: OperationFixture) -> [OperationFixture] { [row] }
  static func buildExpression(_ rows: [OperationFixture]) -> [OperationFixture] { rows }
  static func buildBlock(_ rows: [OperationFixture]...) -> [OperationFixture] {
    rows.flatMap { $0 }
  }
  static func buildArray(_ rows: [[OperationFixture]]) -> [OperationFixture] { rows.flatMap { $0 } }
}
