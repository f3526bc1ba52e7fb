import LigatureTensors
import Testing

/// How gradients gather, and where there are none.
@Suite("Gradients of uses") struct UsesTests {
  @Test("a tensor used k times gets the sum of k gradients", arguments: [1, 2, 3, 5, 8])
  func uses(count: Int) throws {
    let inputs = [try Sample.positive([3, 4]).tensor(0)]
    func body(_ inputs: [Tensor]) throws -> Tensor {
      var total = try Tensor.zeros([3, 4], .float64)
      for use in 1...count {
        // Uses of different kinds: some write into the gradient, some add to it.
        switch use % 4 {
        case 0: total = try total + inputs[0] * inputs[0]
        case 1: total = try total + inputs[0] * Double(use)
        case 2: total = try total + inputs[0]
        default: total = try total + matmul(matmul(inputs[0], inputs[0].transposed), inputs[0])
        }
      }
      return try (total * total).sum()
    }
    let gradient = try #require(try valueAndGradients(at: inputs, of: body).gradients[0])
    let numeric = try FiniteDifferences.gradient(at: inputs, index: 0, of: body)
    #expect(try FiniteDifferences.relativeError(gradient, numeric) < 1e-7)
  }

  @Test("a sum of k equal terms has exactly k times the gradient", arguments: [1, 2, 3, 5, 8])
  func equalTerms(count: Int) throws {
    let x = try Sample([2, 3], .offGrid).tensor(0)
    let gradient = try valueAndGradients(at: [x]) { inputs in
      try (1..<count).reduce(inputs[0]) { sum, _ in try sum + inputs[0] }.sum()
    }.gradients[0]
    #expect(try #require(gradient).isIdentical(to: .full([2, 3], Double(count), .float64)))
  }

  @Test("gradients meet where a graph splits and joins")
  func diamonds() throws {
    let x = try Tensor.scalar(0.7, .float64)
    let gradient = try valueAndGradients(at: [x]) { inputs in
      var value = inputs[0]
      // Twenty diamonds: a million paths, forty records.
      for _ in 0..<20 { value = try value * 0.5 + value * 0.6 }
      return value
    }.gradients[0]
    let expected = (0..<20).reduce(1.0) { product, _ in product * 1.1 }
    let found = try #require(try gradient?.item())
    #expect(abs(found - expected) < 1e-12)
  }

  @Test("a sum, whose two inputs share one gradient, keeps them apart")
  func sharedGradient() throws {
    let inputs = [Tensor([1.0, 2]), Tensor([3.0, 4])]
    let gradients = try valueAndGradients(at: inputs) { inputs in
      let sum = try inputs[0] + inputs[1]
      // The gradient of the sum reaches both; then one of them gets more.
      return try sum.sum() + (inputs[0] * 10).sum()
    }.gradients
    #expect(try gradients.map { try $0?.doubles() } == [[11, 11], [1, 1]])
  }

  @Test("constants get none, and a result that does not depend on a leaf gives nil")
  func constants() throws {
    let inputs = [try Tensor.scalar(2, .float64), try Tensor.scalar(3, .float64)]
    let one = try valueAndGradients(at: inputs) { try $0[0] * $0[1].detached }
    #expect(try one.gradients[0]?.item() == 3)
    #expect(one.gradients[1] == nil)
    let none = try valueAndGradients(at: inputs) { _ in try .scalar(5, .float64) }
    #expect(none.gradients.allSatisfy { $0 == nil })
    #expect(try none.value.item() == 5)
    let unused = try valueAndGradients(at: inputs) {
      _ = try $0[0] * $0[1]
      return $0[1]
    }
    #expect(unused.gradients[0] == nil)
    #expect(try unused.gradients[1]?.item() == 1)
  }

  @Test("a use after the result does not count")
  func laterUse() throws {
    let pass = TapeHandle()
    let x = pass.leaf(try .scalar(2, .float64))
    let result = try x * x
    _ = try result * x
    #expect(try pass.gradients(of: result, for: [x])[0]?.item() == 4)
  }

  @Test("comparisons, rounding to integers and detached values pass no gradient on")
  func blocked() throws {
    let gradients = try valueAndGradients(at: [Tensor([1.5, -2.5])]) { inputs in
      let mask = try inputs[0] .> 0
      let whole = try inputs[0].cast(to: .int32).cast(to: .float64)
      return try (mask * whole * inputs[0].detached).sum()
    }.gradients
    #expect(gradients[0] == nil)
  }

  @Test("a gradient flows through a change of floating-point type")
  func casts() throws {
    let x = Tensor([1.5, -2.25])
    let (value, gradients) = try valueAndGradients(at: [x]) {
      try ($0[0].cast(to: .float32) * 3).cast(to: .float64).sum()
    }
    #expect(try value.item() == -2.25)
    let gradient = try #require(gradients[0])
    #expect(gradient.scalarType == .float64)
    #expect(try gradient.doubles() == [3, 3])
  }

  @Test("equal elements share the gradient of an extreme")
  func ties() throws {
    let x = Tensor([2.0, 5, 5, 1])
    #expect(
      try valueAndGradients(at: [x]) { try $0[0].max() }.gradients[0]?.doubles() == [
        0, 0.5, 0.5, 0,
      ])
    let pair = [Tensor([1.0, 2, 3]), Tensor([1.0, 3, 2])]
    let gradients = try valueAndGradients(at: pair) { try maximum($0[0], $0[1]).sum() }.gradients
    #expect(try gradients.map { try $0?.doubles() } == [[0.5, 0, 1], [0.5, 1, 0]])
  }

  @Test("at its kinks an activation has derivative 0, and clamp the one inside")
  func kinks() throws {
    let x = Tensor([0.0, 1])
    func slopes(_ body: (Tensor) throws -> Tensor) throws -> [Double]? {
      try valueAndGradients(at: [x]) { try body($0[0]).sum() }.gradients[0]?.doubles()
    }
    #expect(try slopes { try relu($0) } == [0, 1])
    #expect(try slopes { try abs($0) } == [0, 1])
    #expect(try slopes { try clamp($0, to: 0...1) } == [1, 1])
    #expect(try slopes { try $0 * $0 } == [0, 2])
  }

  @Test("the power 0 has slope 0, also of 0")
  func zeroPower() throws {
    let gradients = try valueAndGradients(at: [Tensor([0.0, 2]), Tensor([0.0, 0])]) {
      try pow($0[0], $0[1]).sum()
    }.gradients
    #expect(try gradients[0]?.doubles() == [0, 0])
    let gradient = try valueAndGradients(at: [Tensor([0.0, 2])]) {
      try pow($0[0], 0).sum()
    }.gradients[0]
    #expect(try gradient?.doubles() == [0, 0])
  }

  @Test("what was not chosen does no harm, however infinite it is")
  func unchosen() throws {
    let x = Tensor([0.0, 4])
    let (value, gradients) = try valueAndGradients(at: [x]) { inputs in
      try select(inputs[0] .> 0, inputs[0], 1 / inputs[0].detached).slice(1..<2).sum()
        + select(inputs[0] .> 0, log(inputs[0].detached), inputs[0]).sum()
    }
    #expect(try value.isFinite())
    #expect(try gradients[0]?.doubles() == [1, 1])
  }
}
