import LigatureTensors
import Testing

/// Operations that bring their own backward.
@Suite("Custom gradients") struct CustomGradientTests {
  private struct Refusal: Error {}

  /// (x + y, x · y) with a backward by hand.
  private func sumAndProduct(_ x: Tensor, _ y: Tensor) throws -> [Tensor] {
    try withCustomGradient("sumAndProduct", [x, y]) { inputs in
      (try [inputs[0] + inputs[1], inputs[0] * inputs[1]], inputs)
    } backward: { inputs, gradients in
      [
        try gradients[0] + gradients[1] * inputs[1],
        try gradients[0] + gradients[1] * inputs[0],
      ]
    }
  }

  private let inputs = [Tensor([1.0, -2, 0.5]), Tensor([0.3, 2, -1])]

  @Test("a right backward agrees with finite differences, whichever outputs are used")
  func right() throws {
    let uses: [@Sendable ([Tensor]) throws -> Tensor] = [
      { try $0[0].sum() + square($0[1]).sum() }, { try square($0[0]).sum() },
      { try square($0[1]).sum() }, { try ($0[0] * $0[0] * $0[1]).sum() },
    ]
    for use in uses {
      func body(_ inputs: [Tensor]) throws -> Tensor {
        try use(sumAndProduct(inputs[0], inputs[1]))
      }
      let gradients = try valueAndGradients(at: inputs, of: body).gradients
      for index in 0..<2 {
        let gradient = try #require(gradients[index])
        let numeric = try FiniteDifferences.gradient(at: inputs, index: index, of: body)
        #expect(try FiniteDifferences.relativeError(gradient, numeric) < 1e-8)
      }
    }
  }

  @Test("a backward runs once, with zeros for outputs nothing depended on, and not at all unused")
  func runs() throws {
    func calls(_ use: ([Tensor], Tensor) throws -> Tensor) throws -> [[Double]] {
      let log = Log()
      _ = try valueAndGradients(at: [Tensor([1.0, 2])]) { inputs in
        let outputs = try withCustomGradient("twice", inputs) {
          ([$0[0], try $0[0] * 2], log)
        } backward: { log, gradients in
          for gradient in gradients { log.entries.append(try gradient.doubles()) }
          return [try gradients[0] + gradients[1] * 2]
        }
        return try use(outputs, inputs[0])
      }
      return log.entries
    }
    #expect(try calls { outputs, _ in try (outputs[1] * outputs[1]).sum() } == [[0, 0], [4, 8]])
    #expect(try calls { outputs, _ in try (outputs[0] + outputs[1]).sum() } == [[1, 1], [1, 1]])
    #expect(try calls { _, input in try input.sum() } == [])
  }

  @Test("without anything to differentiate the outputs are constants")
  func constants() throws {
    let outputs = try sumAndProduct(inputs[0], inputs[1])
    #expect(outputs.allSatisfy { $0.node == nil })
  }

  @Test("an input may go without a gradient, and one that is a constant is not asked for")
  func none() throws {
    let gradients = try valueAndGradients(at: inputs) { inputs in
      try withCustomGradient("left", [inputs[0], inputs[1], inputs[0].detached]) { inputs in
        ([try inputs[0] * inputs[1]], inputs[1])
      } backward: { factor, gradients in
        [try gradients[0] * factor, nil, nil]
      }[0].sum()
    }.gradients
    #expect(try gradients[0]?.doubles() == [0.3, 2, -1])
    #expect(gradients[1] == nil)
  }

  @Test("a wrong number, shape, type or no value at all is refused in words")
  func wrong() throws {
    func message(_ shares: @escaping @Sendable () throws -> [Tensor?]) -> String {
      do {
        _ = try valueAndGradients(at: [Tensor([1.0, 2])]) { inputs in
          try withCustomGradient("mine", inputs) {
            ([$0[0]], 0)
          } backward: { _, _ in
            try shares()
          }[0].sum()
        }
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(
      message { [nil, nil] }
        == "mine: its backward returned 2 gradients for 1 input. "
        + "Return one gradient, or nil, for each input.")
    #expect(
      message { [Tensor([1.0, 2, 3])] }
        == "mine: its backward returned float64 [3] for input 0, which is float64 [2]. "
        + "A gradient has its input's shape and type.")
    #expect(
      message { [Tensor([Float(1), 2])] }
        == "mine: its backward returned float32 [2] for input 0, which is float64 [2]. "
        + "A gradient has its input's shape and type.")
    #expect(message { [.deferred] }.hasPrefix("mine: an operand is deferred"))
    #expect(message { throw Refusal() } == "Refusal()")
  }

  @Test("an error thrown by the forward comes out, and a deferred output is refused")
  func forward() throws {
    #expect(throws: Refusal.self) {
      try withCustomGradient("mine", inputs) { _ -> ([Tensor], Int) in
        throw Refusal()
      } backward: {
        _, _ in
        []
      }
    }
    let error = #expect(throws: TensorError.self) {
      try withCustomGradient("mine", inputs) { _ in
        ([.deferred], 0)
      } backward: { _, _ in
        []
      }
    }
    #expect(error?.operation == "mine")
  }

  /// Written by one backward, read after it.
  private final class Log: @unchecked Sendable {
    var entries: [[Double]] = []
  }
}

/// Derivatives of gradients that are written by hand.
@Suite("Custom gradients, differentiated") struct CustomSecondOrderTests {
  private func cube(_ x: Tensor) throws -> Tensor {
    try withCustomGradient("cube", [x]) { inputs in
      ([try pow(inputs[0], 3)], inputs[0])
    } backward: { x, gradients in
      [try gradients[0] * square(x) * 3]
    }[0]
  }

  @Test("a backward of tensor operations is differentiated as the code it is")
  func secondOrder() throws {
    let x = Tensor([1.0, 2, -3])
    let found = try valueAndGradients(at: [x]) { x in
      let first = try valueAndGradients(at: x) { try cube($0[0]).sum() }.gradients[0]
      return try #require(first).sum()
    }
    #expect(try found.gradients[0]?.doubles() == [6, 12, -18])
    let third = try valueAndGradients(at: [x]) { x in
      let second = try valueAndGradients(at: x) { x in
        let first = try valueAndGradients(at: x) { try cube($0[0]).sum() }.gradients[0]
        return try #require(first).sum()
      }
      return try #require(second.gradients[0]).sum()
    }
    #expect(try third.gradients[0]?.doubles() == [6, 6, 6])
  }

  @Test("a backward that reads numbers is refused where it is differentiated, and only there")
  func hostReading() throws {
    func scaled(_ x: Tensor) throws -> Tensor {
      try withCustomGradient("scaled", [x]) { inputs in
        ([try inputs[0] * inputs[0].detached.sum().item()], inputs[0])
      } backward: { x, gradients in
        [try gradients[0] * x.sum().item()]
      }[0]
    }
    let x = Tensor([1.0, 2])
    #expect(
      try valueAndGradients(at: [x]) { try scaled($0[0]).sum() }.gradients[0]?.doubles() == [3, 3])
    let error = #expect(throws: TensorError.self) {
      try valueAndGradients(at: [x]) { x in
        let first = try valueAndGradients(at: x) { try scaled($0[0]).sum() }.gradients[0]
        return try #require(first).sum()
      }
    }
    #expect(error?.problem.contains("the backward of scaled is differentiated") == true)
  }
}
