/// A recurrent cell over whole sequences `x`, `[batch, time, features]`, from `state` (zeros if
/// there is none).
///
/// `output` is the hidden state after every step, `[batch, time, hidden]` with zeros at padding, or
/// nil if the reading does not ask for it; `state` the one after the last step that counts. Padding
/// changes no result and no gradient, whatever it holds.
///
/// O(batch · time · (features + hidden) · gates · hidden), linear in time; memory for the way back
/// is O(batch · time · (gates + 2) · hidden), and without one two steps' worth. Rows of the batch
/// are split over cores for the whole sequence. Throws where shapes or types do not fit.
public func recurrence(
  _ cell: RecurrentCell, _ x: Tensor, _ weights: RecurrentWeights,
  from state: RecurrentState? = nil,
  reading: RecurrentReading = .everyStep
) throws -> (output: Tensor?, state: RecurrentState) {
  let given = [x] + weights.tensors + [state?.hidden, state?.cell]
  let operands = try RecurrenceOperands(cell, given, reading)
  let recorder = Recorder(given.compactMap { $0 })
  if recorder != nil {
    try Tensor.validate(
      [operands.batch, operands.time + 1, (cell.gateCount + 2) * operands.hidden], "recurrence")
  }
  let sweep = RecurrenceSweep(operands, keeps: recorder != nil)
  var outputs = sweep.forward()
  if let recorder {
    outputs = recorder.record(outputs) { pull, arrived in sweep.backward(pull, arrived) }
  }
  let hasOutput = reading.returnsSequence
  return (
    hasOutput ? outputs[0] : nil,
    RecurrentState(
      hidden: outputs[hasOutput ? 1 : 0], cell: cell == .lstm ? outputs[hasOutput ? 2 : 1] : nil)
  )
}
