import LigatureTensors
import Testing

/// Shapes that no tensor can have are refused, and never overflow on the way.
@Suite("Limits of shapes") struct ShapeLimitTests {
  static let huge = [
    [Int.max, 2], [1 << 40, 1 << 40], [0, 1 << 62, 1 << 62], [Int.max], [-1], [3, -2], [1 << 50],
  ]

  @Test("a shape that is negative or too large is refused wherever one is made", arguments: huge)
  func sizes(_ shape: [Int]) throws {
    let one = try Tensor.scalar(1)
    let none = Tensor([Float]())
    func refused(_ body: () throws -> Tensor) {
      #expect(throws: TensorError.self) { try body() }
    }
    refused { try .zeros(shape) }
    refused { try .full(shape, 2, .uint8) }
    refused { try Tensor([Float](), shape: shape) }
    refused { try Tensor(shape: shape, as: Float.self) { _ in } }
    refused { try one.broadcast(to: shape) }
    if shape != [-1] { refused { try one.reshaped(to: shape) } }
    if shape != [-1] { refused { try none.reshaped(to: shape) } }
    refused {
      var stream = RandomStream(seed: 1)
      return try stream.uniform(shape)
    }
  }

  @Test("the words say which shape and what is possible")
  func words() {
    let large = #expect(throws: TensorError.self) { try Tensor.zeros([1 << 40, 1 << 40]) }
    #expect(
      large?.description
        == "zeros: a tensor of shape [1099511627776, 1099511627776] is larger than the memory there "
        + "is. Give smaller sizes, such as those of smaller batches.")
    let deep = #expect(throws: TensorError.self) {
      try Tensor.zeros([1, 1, 1, 1, 1, 1, 1, 1, 1])
    }
    #expect(
      deep?.description == "zeros: [1, 1, 1, 1, 1, 1, 1, 1, 1] has 9 axes. Use at most 8.")
  }

  @Test("a sequence that costs nothing, being a view, does not ask for more than there is")
  func recurrences() throws {
    let x = try Tensor.zeros([1, 1, 1]).broadcast(to: [1 << 14, 1 << 13, 1])
    let weights = try RecurrentWeights(
      input: .zeros([1, 1 << 12]),
      recurrent: .zeros([1 << 12, 1]).broadcast(to: [1 << 12, 1 << 12]))
    let error = #expect(throws: TensorError.self) { try recurrence(.tanh, x, weights) }
    #expect(
      error?.description
        == "recurrence: a tensor of shape [16384, 8192, 4096] is larger than the memory there is. "
        + "Give smaller sizes, such as those of smaller batches.")
  }

  @Test("eight axes work, and a ninth is refused")
  func ranks() throws {
    let values = (0..<256).map { Double($0) }
    let eight = try Tensor(values, shape: Array(repeating: 2, count: 8))
    let reversed = try eight.permuted(Array((0..<8).reversed()))
    #expect(try reversed.permuted(Array((0..<8).reversed())).doubles() == values)
    #expect(try (eight + reversed).sum().item() == 2 * values.reduce(0, +))
    #expect(try eight.sum(0, 2, 4, 6).shape == [2, 2, 2, 2])
    let words =
      "expandingAxis: shape [2, 2, 2, 2, 2, 2, 2, 2] has as many axes as a tensor may "
      + "have. Reshape it to fewer axes first."
    let error = #expect(throws: TensorError.self) { try eight.expandingAxis(0) }
    #expect(error?.description == words)
    #expect(throws: TensorError.self) { try stack([eight, eight]) }
    #expect(throws: TensorError.self) { try eight.broadcast(to: [3] + eight.shape) }
    #expect(throws: TensorError.self) { try eight.reshaped(to: [1] + eight.shape) }
    #expect(throws: TensorError.self) {
      try Tensor.zeros(Array(repeating: 1, count: 9))
    }
  }

  @Test("an outer product too large for any memory is refused before memory is asked for")
  func outerProducts() throws {
    let column = try Tensor.scalar(1).broadcast(to: [1 << 24, 1])
    let row = try Tensor.scalar(1).broadcast(to: [1, 1 << 24])
    #expect(throws: TensorError.self) { try column + row }
    #expect(throws: TensorError.self) { try column .< row }
    #expect(throws: TensorError.self) { try select(column, row, row) }
    #expect(throws: TensorError.self) { try matmul(column, row) }
  }

  @Test("sizes that overflow when added up are refused")
  func splits() throws {
    let x = Tensor([1.0, 2, 3])
    #expect(throws: TensorError.self) { try x.split(sizes: [Int.max, 1]) }
    #expect(throws: TensorError.self) { try x.split(sizes: [-1, 4]) }
    #expect(throws: TensorError.self) { try x.split(into: 0) }
    #expect(throws: TensorError.self) { try x.slice(-1..<2) }
    #expect(throws: TensorError.self) { try x.at(-1, axis: 0) }
  }

  @Test("a view that could not be copied into memory is refused, as what it would become is")
  func largeViews() throws {
    let number = try Tensor.scalar(3)
    #expect(throws: TensorError.self) { try number.broadcast(to: [1 << 50]) }
    #expect(throws: TensorError.self) { try Tensor.zeros([1 << 50]) }
    let view = try number.broadcast(to: [1 << 20])
    #expect(view.count == 1 << 20)
    #expect(try view.slice(5..<8).doubles() == [3, 3, 3])
  }
}
