/// The outputs of `body`, of which nothing in between is kept: it runs again on the backward pass.
/// Less memory for one more forward. `body` must give the same again for the same inputs.
///
/// Throws where `body` uses differentiated tensors that are not among its inputs: their gradients
/// would be lost.
public func checkpoint(
  _ inputs: [Tensor], _ body: @escaping ([Tensor]) throws -> [Tensor]
) throws -> [Tensor] {
  for input in inputs { try input.require("checkpoint") }
  let outputs = try body(inputs.map(\.detached))
  if outputs.contains(where: { $0.detached(from: nil).node != nil }) {
    throw TensorError(
      "checkpoint", "the body uses a differentiated tensor that is not among its inputs",
      remedy: "Give it every learnable and every tensor of the pass that it reads as an input")
  }
  return checkpointed("checkpoint", inputs, outputs, recomputing: body)
}

/// Outputs that were computed as constants, recorded so that `recompute` brings their derivative.
package func checkpointed(
  _ name: String, _ inputs: [Tensor], _ outputs: [Tensor],
  recomputing recompute: @escaping ([Tensor]) throws -> [Tensor]
) -> [Tensor] {
  guard let recording = Recording(inputs) else { return outputs }
  let operation = Checkpoint(name: name, resultCount: outputs.count, recompute: recompute)
  return recording.record(operation, inputs, outputs, [])
}

/// A piece of a pass that is computed again where its derivative is needed.
struct Checkpoint: GroupOperation, @unchecked Sendable {
  let name: String
  let resultCount: Int
  let recompute: ([Tensor]) throws -> [Tensor]

  var keeps: Keeping { .operands }

  func evaluate(
    _ operands: [Tensor], extras: inout [Tensor], isRecorded: Bool
  ) throws -> [Tensor] { try recompute(operands.map(\.detached)) }

  func differentiate(_ gradients: [Tensor?], _ pull: PullBack) throws {
    let operands = (0..<pull.operandCount).map { pull.operand($0) }
    for (number, share) in try pullBack(operands, gradients, of: recompute).enumerated() {
      if let share { try pull.add(share, to: number) }
    }
  }
}
