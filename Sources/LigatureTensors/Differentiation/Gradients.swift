/// The value of `body` at `inputs`, and its gradient with respect to each of them: nil where the
/// value does not depend on an input. `body` must return a single number. Costs a small multiple of
/// `body`. Throws for inputs that are whole numbers, which have no derivative, or have no value.
///
///     let (value, gradients) = try valueAndGradients(at: [x]) { try square($0[0]).sum() }
///
/// Within another pass, value and gradients are parts of that: derivatives of derivatives are made
/// by nesting, to any depth. A gradient penalty on the weights of `critic`:
///
///     let (_, slopes) = try valueAndGradients(at: [x]) { try critic($0[0], in: context).sum() }
///     let norms = try sqrt(square(slopes[0]!).sum(1))
///     return try loss + square(norms - 1).mean() * 10
public func valueAndGradients(
  at inputs: [Tensor], of body: ([Tensor]) throws -> Tensor
) throws -> (value: Tensor, gradients: [Tensor?]) {
  for input in inputs { try input.requireFloatingPoint("valueAndGradients") }
  let pass = TapeHandle()
  let tape = pass.tape
  let leaves = inputs.map { pass.leaf($0) }
  let value = try body(leaves)
  let gradients = try pass.gradients(of: value, for: leaves)
  return (value.detached(from: tape), gradients)
}

/// The gradients of a single number, or of `result` weighted by `seed`, with respect to tensors of
/// the same pass, which goes on: they are parts of it, and may go into a loss. Nil where the result
/// does not depend on a tensor. Costs a small multiple of what was computed so far.
///
/// Throws where the tensors are constants of the pass, or of different passes: a data input is made
/// a variable by ``valueAndGradients(at:of:)``.
public func gradients(
  of result: Tensor, seed: Tensor? = nil, withRespectTo tensors: [Tensor]
) throws -> [Tensor?] {
  try result.require("gradients")
  let shared = (result.node?.tapes ?? []).first { tape in
    !tape.isTrace && tensors.allSatisfy { $0.node?.on(tape) != nil }
  }
  guard let tape = shared, let node = result.node?.on(tape) else {
    let constants = tensors.indices.filter { tensors[$0].detached(from: nil).node == nil }
    throw TensorError(
      "gradients",
      result.detached(from: nil).node == nil
        ? "the result is a constant: it was computed outside of a pass that is open"
        : constants.isEmpty
          ? "the result and the tensors are of different passes"
          : "tensor number \(constants[0]) is a constant of this pass",
      remedy: "Compute the result from learnables, or from what valueAndGradients(at:of:) hands to "
        + "its closure")
  }
  let start = try Playback.start(at: result, seed)
  let playback = Playback(tape, records: tape.records(through: node.index), keepsRecords: true)
  return try playback.gradients(from: node, start, isUnit: false, for: tensors)
}

/// The vector-Jacobian product: the gradients in `inputs` of the sum of `body`'s outputs, each
/// weighted by one of `vectors` (nil for none). Zeros where nothing depends on an input. Costs a
/// small multiple of `body`.
public func vectorJacobianProduct(
  at inputs: [Tensor], _ vectors: [Tensor?], of body: ([Tensor]) throws -> [Tensor]
) throws -> (outputs: [Tensor], gradients: [Tensor]) {
  for input in inputs { try input.requireFloatingPoint("vectorJacobianProduct") }
  let pass = TapeHandle()
  let tape = pass.tape
  let leaves = inputs.map { pass.leaf($0) }
  let outputs = try body(leaves)
  let total = try weighted(outputs, vectors)
  var found: [Tensor?]?
  if let total { found = try pass.gradients(of: total, for: leaves) }
  return (
    outputs.map { $0.detached(from: tape) },
    try inputs.enumerated().map { number, input in
      try found?[number] ?? .zeros(input.shape, input.scalarType)
    }
  )
}

/// The Jacobian-vector product: how `body`'s outputs change as `inputs` move along `directions`,
/// one of each input's shape. Costs a small multiple of `body`: the derivative of a vector-Jacobian
/// product in its vector, which is linear (Townsend, "A new trick for calculating Jacobian vector
/// products", 2017).
public func jacobianVectorProduct(
  at inputs: [Tensor], along directions: [Tensor], of body: ([Tensor]) throws -> [Tensor]
) throws -> (outputs: [Tensor], derivatives: [Tensor]) {
  guard inputs.count == directions.count,
    zip(inputs, directions).allSatisfy({ $0.shape == $1.shape && $0.scalarType == $1.scalarType })
  else {
    throw TensorError(
      "jacobianVectorProduct",
      "the directions are \(directions.map { "\($0.scalarType) \($0.shape)" }.joined(separator: ", "))"
        + ", the inputs \(inputs.map { "\($0.scalarType) \($0.shape)" }.joined(separator: ", "))",
      remedy: "Give one direction of each input's shape and type")
  }
  for tensor in inputs + directions { try tensor.requireFloatingPoint("jacobianVectorProduct") }
  let outer = TapeHandle()
  let tape = outer.tape
  let inner = TapeHandle()
  let innerTape = inner.tape
  let leaves = inputs.map { inner.leaf($0) }
  let outputs = try body(leaves)
  let vectors = try outputs.map { try outer.leaf(.zeros($0.shape, $0.scalarType)) }
  let zeros = { (output: Tensor) in try Tensor.zeros(output.shape, output.scalarType) }
  func plain(_ derivatives: [Tensor?]) throws -> (outputs: [Tensor], derivatives: [Tensor]) {
    (
      outputs.map { $0.detached(from: innerTape).detached(from: tape) },
      try zip(derivatives, outputs).map { try $0 ?? zeros($1) }
    )
  }
  guard let total = try weighted(outputs, vectors) else {
    return try plain(outputs.map { _ in nil })
  }
  let pulled = try inner.gradients(of: total, for: leaves)
  guard let change = try weighted(pulled.map { $0 ?? .deferred }, directions) else {
    return try plain(outputs.map { _ in nil })
  }
  return try plain(outer.gradients(of: change, for: vectors))
}

/// The gradients in `inputs` of `body`'s outputs, weighted by gradients of theirs, as parts of the
/// passes that inputs and gradients are parts of.
func pullBack(
  _ inputs: [Tensor], _ gradients: [Tensor?], of body: ([Tensor]) throws -> [Tensor]
) throws -> [Tensor?] {
  let pass = TapeHandle()
  let leaves = inputs.map { pass.leaf($0) }
  guard let total = try weighted(body(leaves), gradients) else { return inputs.map { _ in nil } }
  return try pass.gradients(of: total, for: leaves)
}

/// The sum over all tensors that there are of their elements, each times its weight; nil for no
/// tensors.
private func weighted(_ tensors: [Tensor], _ weights: [Tensor?]) throws -> Tensor? {
  guard tensors.count == weights.count else {
    throw TensorError(
      "vectorJacobianProduct",
      "there are \(counted(weights.count, "vector")) for \(counted(tensors.count, "output"))",
      remedy: "Give one vector, or nil, for each output")
  }
  var total: Tensor?
  for (tensor, weight) in zip(tensors, weights) {
    guard let weight, !tensor.isDeferred else { continue }
    let share = try (tensor * weight).sum()
    total = try total.map { try $0 + share } ?? share
  }
  return total
}
