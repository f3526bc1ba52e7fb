/// What an operation's derivative reads, and adds its operands' gradients to.
package struct PullBack {
  let playback: Playback
  let index: Int
  let record: Tape.Record
  /// Whether the gradient of the result is the 1 that the sweep began with.
  let isUnit: Bool
  /// Whether the gradient of the result is itself differentiated.
  let differentiates: Bool

  /// Whether operand `number` is differentiated on this tape.
  package func needs(_ number: Int) -> Bool {
    record.operands[number].node?.on(playback.tape) != nil
  }

  /// Operand `number`, with its places on the tapes that record this sweep. Hollow unless the
  /// operation keeps it.
  package func operand(_ number: Int) -> Tensor { playback.seen(record.operands[number]) }

  package var operandCount: Int { record.operands.count }

  /// The result, if the operation keeps it.
  package var result: Tensor { playback.result(0, of: record, at: index) }

  package var extras: [Tensor] { record.extras }

  /// Whether the sweep is recorded here, so that only tensor operations will do; otherwise the
  /// device may be asked for what is fused.
  package func isRecorded(_ tensors: Tensor...) -> Bool {
    differentiates || tensors.contains { $0.node != nil }
  }

  /// Shape and type of operand `number`.
  func spec(_ number: Int) -> TensorSpec { TensorSpec(like: record.operands[number]) }

  func shape(_ number: Int) -> [Int] { record.operands[number].shape }

  /// Whether operand `number` was read with its last two axes exchanged.
  func isSwapped(_ number: Int) -> Bool { record.operands[number].node?.isSwapped == true }

  private func place(_ number: Int) -> Int {
    record.operands[number].node?.on(playback.tape)?.index ?? 0
  }

  /// Adds `tensor` to the gradient of operand `number`.
  package func add(_ tensor: @autoclosure () throws -> Tensor, to number: Int) throws {
    guard needs(number) else { return }
    try playback.add(tensor(), to: place(number))
  }

  /// Adds an operation's result to the gradient of operand `number`: straight into its memory where
  /// nothing of it is recorded.
  package func add<O: Operation>(
    _ operation: O, _ operands: [Tensor], to number: Int
  ) throws {
    guard needs(number) else { return }
    guard operation.canAdd, operands.allSatisfy({ $0.node == nil }) else {
      return try playback.add(operation(operands), to: place(number))
    }
    try playback.accumulate(to: place(number), operation.output(of: operands)) {
      operation.run(operands, into: $0, adding: $1)
    }
  }

  /// Lets `write` put a contribution straight into the gradient of operand `number`: contiguous
  /// memory of `spec`, and whether to add to what is there.
  package func accumulate(
    to number: Int, _ spec: TensorSpec, _ write: (Tensor, _ adding: Bool) throws -> Void
  ) throws {
    guard needs(number) else { return }
    try playback.accumulate(to: place(number), spec, write)
  }
}
