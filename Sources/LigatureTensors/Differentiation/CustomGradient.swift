/// An operation with a backward of its own.
///
/// Where the gradient is itself differentiated, forward and backward are differentiated as the code
/// they are: forward runs again on the inputs as parts of that pass, so that what it remembers
/// depends on them, and so does the backward. Both must then be made of tensor operations: reading
/// numbers out of tensors there is an error. Forward must give the same again for the same inputs.
///
/// Throws where forward uses differentiated tensors, learnables among them, that are not inputs.
///
/// - Parameters:
///   - name: for errors.
///   - inputs: the tensors it depends on; the closures get them as constants.
///   - forward: the outputs, and whatever the backward needs to remember.
///   - backward: from that memory and the gradient of each output (zeros where nothing depended on
///     it), the gradient of each input, nil for none. Each must have its input's shape and type.
public func withCustomGradient<Memory: Sendable>(
  _ name: String, _ inputs: [Tensor],
  forward: @escaping ([Tensor]) throws -> (outputs: [Tensor], memory: Memory),
  backward: @escaping @Sendable (Memory, _ gradients: [Tensor]) throws -> [Tensor?]
) throws -> [Tensor] {
  for input in inputs { try input.require(name) }
  let (outputs, memory) = try forward(inputs.map(\.traced))
  for output in outputs {
    try output.require(name)
    guard output.node?.tapes.contains(where: { !$0.isTrace }) ?? false else { continue }
    throw TensorError(
      name,
      "its forward uses a differentiated tensor or learnable that is not among its inputs, "
        + "whose gradient would be lost",
      remedy:
        "Give it every tensor of the pass that it uses as an input, or use what is meant as a "
        + "constant by its .detached")
  }
  guard let recording = Recording(inputs) else { return outputs.map(\.detached) }
  let operation = CustomGradient(
    name: name, results: outputs.map { TensorSpec($0.shape, $0.scalarType) },
    inputs: inputs.map { TensorSpec($0.shape, $0.scalarType) },
    again: { try withCustomGradient(name, $0, forward: forward, backward: backward) },
    plain: { try backward(memory, $0) },
    recorded: { inputs, gradients in try backward(forward(inputs).memory, gradients) })
  return recording.record(operation, inputs, outputs.map(\.detached), [])
}

/// A function with a backward of its own, as an operation.
struct CustomGradient: GroupOperation, @unchecked Sendable {
  let name: String
  let results: [TensorSpec]
  let inputs: [TensorSpec]
  /// The whole, on other inputs: what this forward remembers is not theirs.
  let again: ([Tensor]) throws -> [Tensor]
  /// From the gradients of the outputs, those of the inputs.
  let plain: ([Tensor]) throws -> [Tensor?]
  /// The same as a part of other passes.
  let recorded: ([Tensor], [Tensor]) throws -> [Tensor?]

  var keeps: Keeping { .operands }
  var resultCount: Int { results.count }

  func evaluate(
    _ operands: [Tensor], extras: inout [Tensor], isRecorded: Bool
  ) throws -> [Tensor] { try again(operands.map(\.detached)) }

  func callAsFunction(_ operands: [Tensor]) throws -> [Tensor] { try again(operands) }

  func differentiate(_ arrived: [Tensor?], _ pull: PullBack) throws {
    let gradients = try zip(arrived, results).map { gradient, result in
      try gradient ?? .zeros(result.shape, result.scalarType)
    }
    let operands = (0..<pull.operandCount).map { pull.operand($0) }
    let isRecorded = pull.differentiates || operands.contains { $0.node != nil }
    let shares =
      try isRecorded
      ? HostReading.refused(
        "the backward of \(name) is differentiated",
        remedy: "Make it of tensor operations, or take derivatives of the first order only"
      ) { try recorded(operands, gradients) } : plain(gradients)
    guard shares.count == inputs.count else {
      throw TensorError(
        name,
        "its backward returned \(counted(shares.count, "gradient")) for "
          + counted(inputs.count, "input"),
        remedy: "Return one gradient, or nil, for each input")
    }
    for (number, share) in shares.enumerated() {
      guard let share else { continue }
      try share.require(name)
      guard share.shape == inputs[number].shape, share.scalarType == inputs[number].scalarType
      else {
        throw TensorError(
          name,
          "its backward returned \(share.scalarType) \(share.shape) for input \(number), which is "
            + "\(inputs[number].scalarType) \(inputs[number].shape)",
          remedy: "A gradient has its input's shape and type")
      }
      try pull.add(isRecorded ? share : share.detached, to: number)
    }
  }
}
