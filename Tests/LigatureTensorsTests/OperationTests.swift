import LigatureTensors
import Testing

/// The table of differentiable operations against plain code, finite differences and itself.
@Suite("Operations") struct OperationTests {
  /// Sums of at most some hundred numbers of size 10 lose a few bits; the C library's functions and
  /// the kernels' differ by at most 4 ulp of their result.
  private static let tolerances: [ScalarType: Double] = [.float64: 2e-14, .float32: 2e-6]

  @Test(
    "an operation gives the values of plain code, in both scalar types",
    arguments: OperationFixture.all)
  func values(_ row: OperationFixture) throws {
    let reference = try #require(row.reference, "the row has no plain reference")
    for (type, tolerance) in Self.tolerances {
      let inputs = try row.inputs(type)
      // The reference sees the numbers after rounding to the type.
      let plain = try inputs.map { Plain($0.shape, try $0.doubles()) }
      let expected = reference(plain)
      let found = try row.body(inputs)
      try #require(found.count == expected.count)
      for (tensor, wanted) in zip(found, expected) {
        #expect(tensor.scalarType == type)
        try #require(tensor.shape == wanted.shape)
        for (value, number) in zip(try tensor.doubles(), wanted.values) {
          let error = value == number ? 0 : abs(value - number) / max(1, abs(number))
          #expect(error <= tolerance, "\(value), expected \(number), in \(type)")
        }
      }
    }
  }

  /// Central differences with h = 6e-6 are off by h² |f‴| / 6 + ε |f| / h, about 1e-9 here;
  /// gradients below 0.1 are compared absolutely.
  @Test("a gradient agrees with finite differences", arguments: OperationFixture.all)
  func gradients(_ row: OperationFixture) throws {
    let inputs = try row.inputs()
    let found = try row.gradients(inputs)
    for number in inputs.indices where !row.constants.contains(number) {
      let gradient = try #require(found[number])
      let numeric = try FiniteDifferences.gradient(at: inputs, index: number, of: row.loss)
      try #require(gradient.shape == inputs[number].shape)
      let error = try FiniteDifferences.relativeError(gradient, numeric, floor: 0.1)
      #expect(error < 1e-6, "input \(number): found \(gradient), expected \(numeric)")
    }
  }

  @Test("a gradient in float32 keeps that type and is near", arguments: OperationFixture.all)
  func singlePrecision(_ row: OperationFixture) throws {
    let sharp = try row.gradients(row.inputs())
    let single = try row.gradients(row.inputs(.float32))
    for (number, (gradient, expected)) in zip(single, sharp).enumerated()
    where !row.constants.contains(number) {
      let gradient = try #require(gradient)
      let expected = try #require(expected)
      #expect(gradient.scalarType == .float32)
      try #require(gradient.shape == expected.shape)
      let error = try FiniteDifferences.relativeError(gradient, expected)
      #expect(error < 1e-4, "input \(number): found \(gradient), expected \(expected)")
    }
  }

  @Test("views of larger tensors give the same bits", arguments: OperationFixture.all)
  func views(_ row: OperationFixture) throws {
    for type in [ScalarType.float64, .float32] {
      let inputs = try row.inputs(type)
      let values = try row.body(inputs)
      let gradients = try row.gradients(inputs)
      for scattering in Scattering.allCases {
        let views = try inputs.map { try scattering.view(of: $0) }
        for (found, expected) in zip(try row.body(views), values) {
          #expect(try found.isIdentical(to: expected), "\(scattering): \(found) for \(expected)")
        }
        for (found, expected) in zip(try row.gradients(views), gradients) {
          guard let found, let expected else {
            #expect(found == nil && expected == nil)
            continue
          }
          #expect(try found.isIdentical(to: expected), "\(scattering): \(found) for \(expected)")
        }
      }
    }
  }

  @Test("neither an operation nor its backward changes an input", arguments: OperationFixture.all)
  func inputsStay(_ row: OperationFixture) throws {
    let inputs = try row.inputs()
    let copies = try row.inputs()
    _ = try row.body(inputs)
    _ = try row.gradients(inputs)
    for (input, copy) in zip(inputs, copies) { #expect(try input.isIdentical(to: copy)) }
  }

  /// The losses aside: recording lets them take a sharper way.
  @Test(
    "a result that is not recorded has the same bits",
    arguments: OperationFixture.all.filter { row in
      !OperationFixture.losses.contains { $0.name == row.name }
    })
  func recordingChangesNothing(_ row: OperationFixture) throws {
    let inputs = try row.inputs()
    let constants = try row.body(inputs)
    let pass = TapeHandle()
    let recorded = try row.body(inputs.map { pass.leaf($0) })
    for (a, b) in zip(recorded, constants) { #expect(try a.isIdentical(to: b)) }
  }
}
