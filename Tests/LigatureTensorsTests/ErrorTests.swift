import LigatureTensors
import Testing

/// A refusal and all of its words.
struct Refusal: Sendable, CustomTestStringConvertible {
  let message: String
  let body: @Sendable () throws -> Any

  init(_ message: String, _ body: @escaping @Sendable () throws -> Any) {
    self.message = message
    self.body = body
  }

  var testDescription: String { message }
}

/// What operations say when they cannot be carried out: place, expectation, finding, remedy.
@Suite("Refusals") struct ErrorTests {
  static let matrix = Tensor([1.0, 2, 3, 4, 5, 6]).expecting([2, 3])
  static let vector = Tensor([1.0, 2, 3])
  static let numbers = Tensor([1, 2])

  static let operands: [Refusal] = [
    Refusal(
      "+: shapes [2, 3] and [2] do not fit. Sizes must be equal or 1, counted from the last axis."
    ) { try matrix + Tensor([1.0, 2]) },
    Refusal(
      "*: one operand is float64 [2, 3], the other float32 [3]. Convert one with cast(to:)."
    ) { try matrix * Tensor([Float(1), 2, 3]) },
    Refusal(
      "+: uint8 tensors such as [2] are stored and converted, not computed with. "
        + "Convert with cast(to: .float32) first."
    ) { try Tensor([UInt8(1), 2]) + Tensor([UInt8(3), 4]) },
    Refusal(
      "exp: needs float32 or float64, found int64 of shape [2]. Convert with cast(to: .float32)."
    ) { try exp(numbers) },
    Refusal(
      "matmul: the inner sizes differ: [2, 3] · [2, 3] (3 against 2). "
        + "Transpose an operand, or correct the size before it."
    ) { try matmul(matrix, matrix) },
    Refusal(
      "matmul: needs matrices, found shapes [2, 3] and [3]. Reshape a vector to [1, n] or [n, 1]."
    ) { try matmul(matrix, vector) },
    Refusal(
      "matmul: the transpose of a tensor of shape [3], which has no last two axes, was used. "
        + "Reshape a vector to [1, n] or [n, 1] before transposing it."
    ) { try matmul(matrix, vector.transposed) },
    Refusal(
      "matmul: the batches of [2, 1, 3] and [3, 3, 1] do not fit. "
        + "Leading sizes must be equal or 1."
    ) { try matmul(matrix.expandingAxis(1), vector.broadcast(to: [3, 1, 3]).transposed) },
    Refusal(
      "linear: the bias is float64 [3], the weights float64 [3, 2]. "
        + "Give a bias of shape [outputs] and the weights' type."
    ) { try linear(matrix, weights: matrix.transposed, bias: vector) },
    Refusal(
      "select: a mask of float64 [3] does not fit values of int64 [2]. "
        + "Make the mask by comparing tensors of the values' type and shape."
    ) { try select(vector, numbers, numbers) },
    Refusal(
      ".<: 2.5 is no int64, the type of the tensor it is compared with. "
        + "Convert the tensor with cast(to: .float64), or give a whole number."
    ) { try numbers .< 2.5 },
  ]

  static let shapes: [Refusal] = [
    Refusal(
      "reshaped: cannot read shape [2, 3] (6 scalars) as [4, -1]: the count does not divide. "
        + "Sizes must multiply to the same count; at most one may be -1."
    ) { try matrix.reshaped(to: [4, -1]) },
    Refusal(
      "reshaped: cannot read shape [2, 3] (6 scalars) as [-1, -1]: more than one size is -1. "
        + "Sizes must multiply to the same count; at most one may be -1."
    ) { try matrix.reshaped(to: [-1, -1]) },
    Refusal(
      "permuted: [0, 0] does not name each axis of shape [2, 3] once. "
        + "Give a permutation of 0..<2."
    ) { try matrix.permuted([0, 0]) },
    Refusal(
      "broadcast: shape [2, 3] does not stretch to [3, 2]. "
        + "Each size must be 1 or equal, counted from the last axis."
    ) { try matrix.broadcast(to: [3, 2]) },
    Refusal(
      "sum: axes [0, 2] do not each name one axis of shape [2, 3]. Give different axes in -2..<2."
    ) { try matrix.sum(0, 2) },
    Refusal("softmax: shape [2, 3] has no axis 2. Give an axis in -2..<2.") {
      try softmax(matrix, axis: 2)
    },
    Refusal("softmax: shape [] has no axis -1. A scalar has no axes: reshape it to [1] first.") {
      try softmax(Tensor.scalar(1))
    },
    Refusal(
      "squeezed: axes [0] of shape [2, 3] are not all of size 1. Name axes of size 1 only."
    ) { try matrix.squeezed(0) },
    Refusal(
      "expandingAxis: there is no position 4 for a new axis in shape [2, 3]. Give one of 0...2."
    ) { try matrix.expandingAxis(4) },
    Refusal("flattened: the tensor is a scalar, without a batch axis. Reshape it to [1, 1].") {
      try Tensor.scalar(1).flattened()
    },
    Refusal("item: shape [2, 3] holds 6 numbers. Reduce it, or use doubles().") {
      try matrix.item()
    },
    Refusal(
      "Tensor(_:shape:): 3 scalars cannot fill shape [2, 2]. Give 4 scalars, in row-major order."
    ) { try Tensor([1, 2, 3], shape: [2, 2]) },
    Refusal("scalars: the tensor holds float64, not float32. Convert with cast(to: .float32).") {
      try matrix.scalars(as: Float.self)
    },
    Refusal(
      "argmax: axis 0 of shape [0, 3] is empty. Name an axis of at least one element."
    ) { try Tensor.zeros([0, 3]).argmax(0) },
    Refusal("argmin: shape [2, 3] has no axis 2. Give an axis in -2..<2.") {
      try matrix.argmin(2)
    },
    Refusal("sum: axes [0] do not each name one axis of shape []. A scalar has no axes: name none.")
    {
      try Tensor.scalar(1).sum(0)
    },
    Refusal("zeros: shape [2, -1] has a negative size. Give sizes of 0 or more.") {
      try Tensor.zeros([2, -1])
    },
  ]

  static let parts: [Refusal] = [
    Refusal("slice: 1..<4 reaches beyond axis 1 of shape [2, 3]. Give a range within 0..<3.") {
      try matrix.slice(1..<4, axis: 1)
    },
    Refusal("slice: shape [2, 3] has no axis 2. Give an axis in -2..<2.") {
      try matrix.slice(0..<1, axis: 2)
    },
    Refusal("at: there is no element 2 along axis 0 of shape [2, 3]. Give one of 0..<2.") {
      try matrix[2]
    },
    Refusal("at: shape [2, 3] has no axis 5. Give an axis in -2..<2.") {
      try matrix.at(0, axis: 5)
    },
    Refusal(
      "split: sizes [1, 1] do not add up to axis 1 of shape [2, 3]. "
        + "Give sizes of 0 or more whose sum is 3."
    ) { try matrix.split(sizes: [1, 1]) },
    Refusal("split: shape [2, 3] has no axis 2. Give an axis in -2..<2.") {
      try matrix.split(into: 2, axis: 2)
    },
    Refusal("split: axis 1 of shape [2, 3] was to be split into 0 parts. Ask for 1 part or more.") {
      try matrix.split(into: 0)
    },
    Refusal(
      "split: axis 1 of shape [2, 3] does not divide into 2 equal parts. "
        + "Use split(sizes:axis:) for parts of different size."
    ) { try matrix.split(into: 2) },
    Refusal(
      "concatenate: float64 [2, 3], float64 [3] do not fit along axis -1. "
        + "All sizes but that axis's, and the scalar types, must be equal."
    ) { try concatenate([matrix, vector]) },
    Refusal("concatenate: shape [2, 3] has no axis 7. Give an axis in -2..<2.") {
      try concatenate([matrix, matrix], axis: 7)
    },
    Refusal("concatenate: there are no tensors. Give at least one.") { try concatenate([]) },
    Refusal("stack: there are no tensors. Give at least one.") { try stack([], axis: 3) },
    Refusal(
      "stack: float64 [2, 3], float64 [3] are not alike. Shapes and scalar types must be equal."
    ) { try stack([matrix, vector]) },
    Refusal("gathered: indices are float64 [3]. Give a vector of int64 or int32.") {
      try matrix.gathered(vector)
    },
    Refusal(
      "gathered: index number 1 is 2, outside axis 0 of shape [2, 3]. Indices must lie in -2..<2."
    ) { try matrix.gathered(numbers) },
    Refusal(
      "gathered: index number 0 is -4, outside axis 1 of shape [2, 3]. Indices must lie in -3..<3."
    ) { try matrix.gathered(Tensor([-4]), axis: 1) },
    Refusal(
      "scatterAdded: the source is float64 [3], expected float64 [2, 3]. "
        + "Give one element along the axis for each index."
    ) { try matrix.scatterAdded(vector, at: Tensor([0, 1])) },
    Refusal(
      "crossEntropy: observation 1 has class number 3, and predictions have 3 classes. "
        + "Number classes from 0 to 2, or give the network an output for each."
    ) { try crossEntropy(logits: matrix, Tensor([0, 3])) },
    Refusal(
      "meanSquaredError: predictions are float64 [2, 3], targets float64 [3]. "
        + "Give targets of the predictions' shape and type."
    ) { try meanSquaredError(matrix, vector) },
    Refusal("huber: the threshold is 0.0. Give a number above 0.") {
      try huber(matrix, matrix, threshold: 0)
    },
  ]

  @Test(
    "a refusal names the operation, what was expected, what came and the remedy",
    arguments: operands + shapes + parts)
  func message(_ refusal: Refusal) {
    let error = #expect(throws: TensorError.self) { _ = try refusal.body() }
    #expect(error?.description == refusal.message)
  }

  @Test("every operation refuses a tensor without a value", arguments: OperationFixture.all)
  func deferred(_ row: OperationFixture) throws {
    // A transpose is a property, and throws on use.
    guard row.covers != "transposed" else { return }
    for number in row.samples.indices {
      var inputs = try row.inputs()
      inputs[number] = .deferred
      let error = #expect(throws: TensorError.self) { try row.body(inputs) }
      #expect(error?.problem == "an operand is deferred: it has no value yet")
      #expect(
        error?.operation.contains(/doubles|scalars|item/) == false, "\(error?.operation ?? "")")
    }
  }

  @Test("a deferred tensor that knows its name says it")
  func named() {
    let error = #expect(throws: TensorError.self) {
      try Tensor.deferred("encoder/fc1/weights").transposed + 1
    }
    #expect(
      error?.description
        == "+: encoder/fc1/weights is deferred: it has no value yet. "
        + "Give it one in initialize(for:in:), or run the network once on an example first.")
  }

  @Test("a tensor of the wrong type among several is refused", arguments: OperationFixture.all)
  func mixedTypes(_ row: OperationFixture) throws {
    // Masks and positions may be of any type.
    let mixed = ["mask that stretches", "turned by their positions"]
    guard row.samples.count > 1, !mixed.contains(where: row.name.contains) else { return }
    for number in row.samples.indices {
      var inputs = try row.inputs()
      inputs[number] = try inputs[number].cast(to: .float32)
      // Weights and labels, which are held, may be of any type where a loss says so.
      if row.constants.contains(number), (try? row.body(inputs)) != nil { continue }
      #expect(throws: TensorError.self) { try row.body(inputs) }
    }
  }
}

extension Tensor {
  /// The same scalars under a shape that is known to fit.
  fileprivate func expecting(_ shape: [Int]) -> Tensor {
    (try? reshaped(to: shape)) ?? self
  }
}
