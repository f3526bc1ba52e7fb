import LigatureTensors
import Testing

/// Passes: what belongs to one, how they nest, and how they end.
@Suite("Passes") struct PassTests {
  @Test("a tensor of a closed pass is a constant")
  func closedPass() throws {
    var escaped: [Tensor] = []
    _ = try valueAndGradients(at: [Tensor.scalar(2, .float64)]) { inputs in
      escaped = [inputs[0], try inputs[0] * 3]
      return inputs[0]
    }
    let x = try Tensor.scalar(5, .float64)
    let (value, gradients) = try valueAndGradients(at: [x]) { inputs in
      try inputs[0] * escaped[0] + escaped[1]
    }
    #expect(try value.item() == 16)
    #expect(try gradients[0]?.item() == 2)
    #expect(try (escaped[0] * escaped[1]).item() == 12)
    let late = try valueAndGradients(at: [x]) { _ in try escaped[0] * escaped[1] }
    #expect(late.gradients[0] == nil)
  }

  @Test("value and gradients of an inner pass are parts of the outer one")
  func nestedPasses() throws {
    let inputs = [try Tensor.scalar(2, .float64)]
    let (value, gradients) = try valueAndGradients(at: inputs) { outer in
      let inner = try valueAndGradients(at: [Tensor.scalar(3, .float64)]) { inner in
        try inner[0] * inner[0] * outer[0]
      }
      #expect(try inner.value.item() == 18)
      #expect(try inner.gradients[0]?.item() == 12)
      // With y = 3, the inner gradient is 2 y x, so this is 6 x² + x.
      return try outer[0] * #require(inner.gradients[0]) + outer[0]
    }
    #expect(try value.item() == 26)
    #expect(try gradients[0]?.item() == 25)
  }

  @Test("work on outer tensors alone is recorded outside, even within an inner pass")
  func outerWorkInside() throws {
    let outer = TapeHandle()
    let x = outer.leaf(try .scalar(2, .float64))
    let inner = TapeHandle()
    let y = inner.leaf(try .scalar(3, .float64))
    let square = try x * x
    let mixed = try square * y
    #expect(try inner.gradients(of: mixed, for: [y, x]).map { try $0?.item() } == [4, nil])
    #expect(try outer.gradients(of: square, for: [x])[0]?.item() == 4)
  }

  @Test("a result that is no single number needs a seed of its shape and type")
  func seeds() throws {
    let pass = TapeHandle()
    let x = pass.leaf(Tensor([1.0, 2, 3]))
    let seed = Tensor([1.0, 10, 100])
    let gradient = try pass.gradients(of: square(x), seed: seed, for: [x])[0]
    #expect(try gradient?.doubles() == [2, 40, 600])
  }

  @Test("a seed reaches a transposed result and a transposed leaf the right way round")
  func transposedSeeds() throws {
    let matrix = try Tensor([1.0, 2, 3, 4, 5, 6], shape: [2, 3])
    let seed = try Tensor([1.0, 2, 3, 4, 5, 6], shape: [3, 2])
    let pass = TapeHandle()
    let x = pass.leaf(matrix)
    let gradients = try pass.gradients(of: x.transposed, seed: seed, for: [x, x.transposed])
    #expect(gradients[0]?.shape == [2, 3])
    #expect(try gradients[0]?.doubles() == [1, 3, 5, 2, 4, 6])
    #expect(gradients[1]?.shape == [3, 2])
    #expect(try gradients[1]?.isIdentical(to: seed) == true)
    #expect(try seed.doubles() == [1, 2, 3, 4, 5, 6])
  }

  @Test("a seed or a result that does not fit is refused in words")
  func refusals() throws {
    func message(_ seed: Tensor?) -> String? {
      let pass = TapeHandle()
      let x = pass.leaf(Tensor([1.0, 2, 3]))
      do {
        _ = try pass.gradients(of: x, seed: seed, for: [x])
        return nil
      } catch {
        return "\(error)"
      }
    }
    #expect(
      message(nil)
        == "gradient: the result has shape [3], and a gradient needs a single number. "
        + "Reduce it with sum() or mean(), or give gradients(of:seed:) a seed of shape [3].")
    #expect(
      message(Tensor([1.0, 2]))
        == "gradient: the seed is float64 [2], the result float64 [3]. "
        + "Give a seed of the result's shape and type.")
    #expect(
      message(Tensor([Float(1), 2, 3]))
        == "gradient: the seed is float32 [3], the result float64 [3]. "
        + "Give a seed of the result's shape and type.")
    #expect(message(.deferred)?.hasPrefix("gradient: an operand is deferred") == true)
  }

  @Test("an error thrown in a pass comes out, and nothing stays behind")
  func thrown() throws {
    weak var tape: AnyObject?
    weak var memory: AnyObject?
    let error = #expect(throws: TensorError.self) {
      try valueAndGradients(at: [Tensor([1.0, 2])]) { inputs in
        let inner = try exp(inputs[0])
        tape = inner.node?.tape
        memory = inner.storage
        #expect(tape != nil && memory != nil)
        return try inner + Tensor([1.0, 2, 3])
      }
    }
    #expect(error?.operation == "+")
    #expect(tape == nil)
    #expect(memory == nil)
  }

  @Test("a pass that is played back leaves nothing behind either")
  func played() throws {
    weak var tape: AnyObject?
    weak var memory: AnyObject?
    do {
      let result = try valueAndGradients(at: [Tensor([1.0, 2])]) { inputs in
        let inner = try sigmoid(inputs[0])
        tape = inner.node?.tape
        memory = inner.storage
        return try binaryCrossEntropy(inner, softmax(inner).detached)
      }
      #expect(result.gradients[0] != nil)
    }
    #expect(tape == nil)
    #expect(memory == nil)
  }
}
