/// The value of `body` at `inputs`, and its gradient with respect to each of them: nil where the
/// value does not depend on an input. `body` must return a single number. Costs a small multiple of
/// `body`.
///
///     let (value, gradients) = try valueAndGradients(at: [x]) { try square($0[0]).sum() }
public func valueAndGradients(
  at inputs: [Tensor], of body: ([Tensor]) throws -> Tensor
) throws -> (value: Tensor, gradients: [Tensor?]) {
  let pass = TapeHandle()
  let leaves = inputs.map { pass.leaf($0) }
  let value = try body(leaves)
  let gradients = try pass.gradients(of: value, for: leaves)
  return (value.detached, gradients)
}

/// An operation with a backward of its own.
///
/// - Parameters:
///   - name: for errors.
///   - inputs: the tensors it depends on; the closures get them as constants.
///   - forward: the outputs, and whatever the backward needs to remember.
///   - backward: from that memory and the gradient of each output (zeros where nothing depended on
///     it), the gradient of each input, nil for none. Each must have its input's shape and type.
public func withCustomGradient<Memory: Sendable>(
  _ name: String, _ inputs: [Tensor],
  forward: ([Tensor]) throws -> (outputs: [Tensor], memory: Memory),
  backward: @escaping @Sendable (Memory, _ gradients: [Tensor]) throws -> [Tensor?]
) throws -> [Tensor] {
  for input in inputs { try input.require(name) }
  let constants = inputs.map(\.detached)
  let (outputs, memory) = try forward(constants)
  for output in outputs { try output.require(name) }
  guard let recorder = Recorder(inputs) else { return outputs.map(\.detached) }
  let expected = constants.map { ($0.shape, $0.scalarType) }
  let results = outputs.map { ($0.shape, $0.scalarType) }
  return recorder.record(outputs) { pull, arrived in
    let gradients = try zip(arrived, results).map { gradient, result in
      try gradient ?? .zeros(result.0, result.1)
    }
    let shares = try backward(memory, gradients)
    guard shares.count == expected.count else {
      throw TensorError(
        name,
        "its backward returned \(counted(shares.count, "gradient")) for "
          + counted(expected.count, "input"),
        remedy: "Return one gradient, or nil, for each input")
    }
    for (number, share) in shares.enumerated() {
      guard let share else { continue }
      try share.require(name)
      guard share.shape == expected[number].0, share.scalarType == expected[number].1 else {
        throw TensorError(
          name,
          "its backward returned \(share.scalarType) \(share.shape) for input \(number), which is "
            + "\(expected[number].1) \(expected[number].0)",
          remedy: "A gradient has its input's shape and type")
      }
      pull.add(share, to: number)
    }
  }
}
