import LigatureTensors
import Testing

/// Derivatives of derivatives of every operation of the table, against central differences of the
/// first derivative in double.
@Suite("Second derivatives") struct SecondOrderTests {
  /// Every gradient of a row's loss weighed by fixed numbers and added up: a number that depends on
  /// all second derivatives.
  private static func slope(
    _ row: OperationFixture, _ inputs: [Tensor], _ gradients: ([Tensor]) throws -> [Tensor?]
  ) throws -> Tensor {
    var total = try Tensor.zeros([], .float64)
    for (number, gradient) in try gradients(inputs).enumerated() {
      guard let gradient, !row.constants.contains(number) else { continue }
      let weights = try Sample(gradient.shape, .offGrid).tensor(200 + number, .float64)
      total = try total + (gradient * weights).sum()
    }
    return total
  }

  private static func nested(_ row: OperationFixture, _ inputs: [Tensor]) throws -> Tensor {
    try slope(row, inputs) { try valueAndGradients(at: $0, of: row.loss).gradients }
  }

  /// The first derivative is exact to about 1e-15, so its central differences are as good as those
  /// of values: about 1e-9.
  @Test(
    "a derivative of a derivative agrees with finite differences", arguments: OperationFixture.all)
  func secondOrder(_ row: OperationFixture) throws {
    let inputs = try row.inputs()
    let found = try valueAndGradients(at: inputs) { try Self.nested(row, $0) }.gradients
    for number in inputs.indices where !row.constants.contains(number) {
      let numeric = try FiniteDifferences.gradient(at: inputs, index: number) {
        try Self.nested(row, $0)
      }
      let gradient = try found[number] ?? .zeros(numeric.shape, .float64)
      try #require(gradient.shape == numeric.shape)
      let error = try FiniteDifferences.relativeError(gradient, numeric, floor: 0.1)
      #expect(error < 1e-6, "input \(number): found \(gradient), expected \(numeric)")
    }
  }

  @Test(
    "a derivative taken within its pass has the second derivatives of a nested pass",
    arguments: OperationFixture.all)
  func withinThePass(_ row: OperationFixture) throws {
    let inputs = try row.inputs()
    let nested = try valueAndGradients(at: inputs) { try Self.nested(row, $0) }
    let within = try valueAndGradients(at: inputs) { inputs in
      try Self.slope(row, inputs) { inputs in
        try LigatureTensors.gradients(of: row.loss(inputs), withRespectTo: inputs)
      }
    }
    #expect(try within.value.isClose(to: nested.value, relative: 1e-12, absolute: 1e-12))
    for number in inputs.indices where !row.constants.contains(number) {
      let zeros = try Tensor.zeros(inputs[number].shape, .float64)
      let (a, b) = (within.gradients[number] ?? zeros, nested.gradients[number] ?? zeros)
      #expect(try a.isClose(to: b, relative: 1e-10, absolute: 1e-10), "input \(number)")
    }
  }

  @Test("passes compose to any depth: the derivatives of x⁵ are those of the power rule")
  func depth() throws {
    func derivative(_ order: Int, at x: Tensor) throws -> Tensor {
      guard order > 0 else { return try pow(x, 5) }
      return try #require(
        valueAndGradients(at: [x]) { try derivative(order - 1, at: $0[0]).sum() }.gradients[0])
    }
    let x = Tensor([1.5, -2.0, 0.5])
    let factors = [1.0, 5, 20, 60, 120, 120]
    for (order, factor) in factors.enumerated() {
      let expected = try pow(x, Double(5 - order)) * factor
      #expect(try derivative(order, at: x).isClose(to: expected, relative: 1e-12), "\(order)")
    }
  }

  @Test("the second derivative of Σ x³ is 6 x")
  func cubes() throws {
    let x = Tensor([1.0, 2, -3])
    let second = try valueAndGradients(at: [x]) { x in
      let first = try valueAndGradients(at: x) { try pow($0[0], 3).sum() }.gradients[0]
      return try #require(first).sum()
    }
    #expect(try second.gradients[0]?.doubles() == [6, 12, -18])
  }

  /// d(Σ x² + Σ x) = 2 x + 1.
  @Test("the value of an inner pass is a part of the outer one")
  func innerValue() throws {
    let x = Tensor([1.0, 2, -3])
    let (_, gradients) = try valueAndGradients(at: [x]) { x in
      let inner = try valueAndGradients(at: x) { try square($0[0]).sum() }.value
      return try inner + x[0].sum()
    }
    #expect(try gradients[0]?.doubles() == [3, 5, -5])
  }

  @Test("an inner pass over a constant is differentiated in what is around it")
  func gradientPenalty() throws {
    // f(x) = Σ tanh(x W); the penalty is Σ (df/dx)².
    let x = try Sample([4, 3], .offGrid).tensor(1, .float64)
    let w = try Sample([3, 2], .offGrid).tensor(2, .float64)
    func penalty(_ w: Tensor) throws -> Tensor {
      let slopes = try valueAndGradients(at: [x]) { try tanh(matmul($0[0], w)).sum() }.gradients
      return try square(#require(slopes[0])).sum()
    }
    let found = try valueAndGradients(at: [w]) { try penalty($0[0]) }.gradients[0]
    let numeric = try FiniteDifferences.gradient(at: [w], index: 0) { try penalty($0[0]) }
    #expect(try FiniteDifferences.relativeError(#require(found), numeric, floor: 0.1) < 1e-7)
  }

  @Test("a derivative in an outer variable may be differentiated in an inner one")
  func crossed() throws {
    // d/dx (d/dw (w² x³))² = d/dx (2 w x³)² = 24 w² x⁵.
    let (w, x) = (try Tensor.scalar(1.5, .float64), try Tensor.scalar(0.5, .float64))
    _ = try valueAndGradients(at: [w]) { outer in
      let inner = try valueAndGradients(at: [x]) { inner in
        let value = try exp(log(square(outer[0]) * pow(inner[0], 3)))
        let slope = try #require(
          LigatureTensors.gradients(of: value, withRespectTo: outer)[0])
        return try square(slope)
      }
      let expected = 24 * 1.5 * 1.5 * 0.03125
      #expect(abs(try #require(inner.gradients[0]).detached.item() - expected) < 1e-12)
      return outer[0]
    }
  }

  @Test("derivatives of what is no part of the pass are refused in words")
  func refusals() throws {
    let x = Tensor([1.0, 2])
    let error = #expect(throws: TensorError.self) {
      try valueAndGradients(at: [x]) { inputs in
        _ = try LigatureTensors.gradients(of: inputs[0].sum(), withRespectTo: [x])
        return try inputs[0].sum()
      }
    }
    #expect(error?.problem == "tensor number 0 is a constant of this pass")
    let outside = #expect(throws: TensorError.self) {
      try LigatureTensors.gradients(of: x.sum(), withRespectTo: [x])
    }
    #expect(
      outside?.problem == "the result is a constant: it was computed outside of a pass that is open"
    )
  }
}

/// Products with Jacobians, against the Jacobian itself.
@Suite("Jacobian products") struct JacobianTests {
  private static let weights = Tensor([0.5, -1.5, 2])

  private static func body(_ inputs: [Tensor]) throws -> [Tensor] {
    [try tanh(inputs[0] * weights), try matmul(inputs[1], inputs[0].reshaped(to: [3, 1]))]
  }

  private func inputs() throws -> [Tensor] {
    [Tensor([0.1, 0.2, 0.3]), try Tensor([1.0, 2, 3, 4, 5, 6], shape: [2, 3])]
  }

  @Test("a Jacobian-vector product agrees with a difference along the direction")
  func jvp() throws {
    let inputs = try inputs()
    let directions = [Tensor([1.0, -2, 0.5]), try Tensor([0.1, 0, 2, -1, 1, 3], shape: [2, 3])]
    let (outputs, found) = try jacobianVectorProduct(
      at: inputs, along: directions, of: Self.body)
    let h = 1e-5
    func moved(_ step: Double) throws -> [Tensor] {
      try Self.body(zip(inputs, directions).map { try $0 + $1 * step })
    }
    for (number, (ahead, behind)) in zip(try moved(h), try moved(-h)).enumerated() {
      let numeric = try (ahead - behind) * (0.5 / h)
      #expect(try found[number].isClose(to: numeric, relative: 1e-8, absolute: 1e-8))
      #expect(try outputs[number].isIdentical(to: Self.body(inputs)[number]))
    }
  }

  @Test("u · (J v) equals (uᵀ J) · v")
  func transposes() throws {
    let inputs = try inputs()
    let v = [Tensor([1.0, -2, 0.5]), try Tensor([0.1, 0, 2, -1, 1, 3], shape: [2, 3])]
    let u = [Tensor([0.3, 0.2, -1]), try Tensor([2.0, -1], shape: [2, 1])]
    let forward = try jacobianVectorProduct(at: inputs, along: v, of: Self.body).derivatives
    let backward = try vectorJacobianProduct(at: inputs, u, of: Self.body).gradients
    let a = try zip(u, forward).map { try ($0 * $1).sum().item() }.reduce(0, +)
    let b = try zip(backward, v).map { try ($0 * $1).sum().item() }.reduce(0, +)
    #expect(abs(a - b) < 1e-12)
  }

  @Test("what does not depend on an input has zeros")
  func zeros() throws {
    let x = Tensor([1.0, 2])
    let (_, derivatives) = try jacobianVectorProduct(at: [x], along: [x]) { _ in
      [Tensor([3.0, 4, 5])]
    }
    #expect(try derivatives[0].doubles() == [0, 0, 0])
    let (_, gradients) = try vectorJacobianProduct(at: [x, x], [nil, Tensor([1.0, 1])]) {
      [$0[1], $0[0]]
    }
    #expect(try gradients[0].doubles() == [1, 1])
    #expect(try gradients[1].doubles() == [0, 0])
  }

  @Test("directions that do not fit are refused")
  func refusals() {
    #expect(throws: TensorError.self) {
      try jacobianVectorProduct(at: [Tensor([1.0])], along: [Tensor([1.0, 2])]) { $0 }
    }
    #expect(throws: TensorError.self) {
      try vectorJacobianProduct(at: [Tensor([1.0])], []) { $0 }
    }
  }
}
