/// A recurrent cell over whole sequences `x`, `[batch, time, features]`, from `state` (zeros if
/// there is none).
///
/// `output` is the hidden state after every step, `[batch, time, hidden]` with zeros at padding, or
/// nil if the reading does not ask for it; `state` the one after the last step that counts. Padding
/// changes no result and no gradient, whatever it holds.
///
/// O(batch · time · (features + hidden) · gates · hidden), linear in time; memory for the backward
/// pass is O(batch · time · (gates + 2) · hidden), and without one two steps' worth. Rows of the
/// batch are split over cores for the whole sequence. A second derivative is that of the same cell
/// in single steps. Throws where shapes or types do not fit.
public func recurrence(
  _ cell: RecurrentCell, _ x: Tensor, _ weights: RecurrentWeights,
  from state: RecurrentState? = nil,
  reading: RecurrentReading = .everyStep
) throws -> (output: Tensor?, state: RecurrentState) {
  let given = [x] + weights.tensors + [state?.hidden, state?.cell]
  let operation = Recurrence(cell: cell, reading: reading, isGiven: given.map { $0 != nil })
  let outputs = try operation(given.compactMap { $0 })
  let hasOutput = reading.returnsSequence
  return (
    hasOutput ? outputs[0] : nil,
    RecurrentState(
      hidden: outputs[hasOutput ? 1 : 0], cell: cell == .lstm ? outputs[hasOutput ? 2 : 1] : nil)
  )
}

/// The operation: of the operands that there are, in the order of ``RecurrenceOperands/Place``.
struct Recurrence: GroupOperation {
  let cell: RecurrentCell
  let reading: RecurrentReading
  let isGiven: [Bool]

  var name: String { "recurrence" }
  var keeps: Keeping { .operands }
  var attributes: String {
    "\(cell)" + (reading.isReversed ? ", reversed" : "")
      + (reading.lengths.map { ", lengths: \($0.prefix(8))" } ?? "")
  }
  var resultCount: Int { (reading.returnsSequence ? 2 : 1) + (cell == .lstm ? 1 : 0) }

  /// The operands by their places.
  private func places(_ operands: [Tensor]) -> [Tensor?] {
    var next = 0
    return isGiven.map { isGiven in
      guard isGiven else { return nil }
      next += 1
      return operands[next - 1]
    }
  }

  func evaluate(
    _ operands: [Tensor], extras: inout [Tensor], isRecorded: Bool
  ) throws -> [Tensor] { try run(operands, isRecorded: isRecorded).results }

  func multiplyAdds(of operands: [Tensor]) -> Int {
    guard let sizes = try? RecurrenceOperands(cell, places(operands), reading) else { return 0 }
    return sizes.multiplyAdds
  }

  private func run(
    _ given: [Tensor], isRecorded: Bool
  ) throws -> (results: [Tensor], run: any RecurrenceRun) {
    let operands = try RecurrenceOperands(cell, places(given), reading)
    if isRecorded {
      let memory = [operands.batch, operands.time + 1, (cell.gateCount + 2) * operands.hidden]
      try Tensor.validate(memory, name)
      // Taken in parts: it is asked for in one piece, and kept for none of them.
      try Tensor.requireMemory(
        bytes: Shape.count(memory) * operands.scalarType.byteCount, name, memory)
    }
    let device = given[0].storage?.device ?? Devices.current
    let run = device.recurrence(operands, keeps: isRecorded)
    OperationCount.add(operands.multiplyAdds)
    return (run.forward(), run)
  }

  func callAsFunction(_ operands: [Tensor]) throws -> [Tensor] {
    let recording = Recording(operands)
    let (results, run) = try run(operands, isRecorded: recording != nil)
    return recording?.record(Recorded(operation: self, run: run), operands, results, []) ?? results
  }

  /// What stands on a tape: the operation together with what its forward kept.
  struct Recorded: GroupOperation {
    let operation: Recurrence
    let run: any RecurrenceRun

    var name: String { operation.name }
    var keeps: Keeping { operation.keeps }
    var attributes: String { operation.attributes }
    var resultCount: Int { operation.resultCount }

    func multiplyAdds(of operands: [Tensor]) -> Int { operation.multiplyAdds(of: operands) }

    /// On other operands: what this forward kept is not theirs.
    func callAsFunction(_ operands: [Tensor]) throws -> [Tensor] { try operation(operands) }

    func evaluate(
      _ operands: [Tensor], extras: inout [Tensor], isRecorded: Bool
    ) throws -> [Tensor] {
      try operation.evaluate(operands, extras: &extras, isRecorded: false)
    }

    func differentiate(_ gradients: [Tensor?], _ pull: PullBack) throws {
      let operands = (0..<pull.operandCount).map { pull.operand($0) }
      let needs = operands.indices.map { pull.needs($0) }
      if pull.differentiates || operands.contains(where: { $0.node != nil }) {
        // Single steps of tensor operations have derivatives of any order.
        let shares = try pullBack(operands, gradients) { operands in
          try operation.unrolled(operands)
        }
        for (number, share) in shares.enumerated() {
          if let share { try pull.add(share, to: number) }
        }
        return
      }
      for (number, share) in run.backward(gradients, needs: needs).enumerated() {
        if let share { try pull.add(share, to: number) }
      }
    }
  }

  /// Never recorded itself, but with what its forward kept.
  func differentiate(_ gradients: [Tensor?], _ pull: PullBack) throws {
    throw TensorError(
      name, "a recurrence without its memory was differentiated",
      remedy: "Report this as a fault of the package")
  }

  /// The same results by single steps of tensor operations.
  private func unrolled(_ given: [Tensor]) throws -> [Tensor] {
    let places = places(given)
    guard let x = places[0], let weights = places[1], let recurrent = places[2] else { return [] }
    let zeros = try Tensor.zeros([x.shape[0], recurrent.shape[0]], x.scalarType)
    let first = RecurrentState(
      hidden: places[5] ?? zeros, cell: cell == .lstm ? places[6] ?? zeros : nil)
    let result = try RecurrentSteps(reading).run(x, from: first) { x, state in
      let input = try matmul(x, weights)
      return try cell.step(
        places[3].map { try input + $0 } ?? input, state, recurrent, places[4])
    }
    return [result.output, result.state.hidden, result.state.cell].compactMap(\.self)
  }
}

extension RecurrentCell {
  /// One step: from the input's share of the gates with its bias, and the state before it.
  fileprivate func step(
    _ input: Tensor, _ state: RecurrentState, _ recurrent: Tensor, _ bias: Tensor?
  ) throws -> RecurrentState {
    let product = try matmul(state.hidden, recurrent)
    switch self {
    case .tanh: return RecurrentState(hidden: try LigatureTensors.tanh(input + product))
    case .relu: return RecurrentState(hidden: try LigatureTensors.relu(input + product))
    case .lstm: return try .lstm(input + product, from: state)
    case .gru:
      let (x, h) = (try input.split(into: 3), try product.split(into: 3))
      let reset = try sigmoid(x[0] + h[0])
      let update = try sigmoid(x[1] + h[1])
      let candidate = try LigatureTensors.tanh(
        x[2] + reset * (bias.map { try h[2] + $0 } ?? h[2]))
      return RecurrentState(hidden: try (1 - update) * candidate + update * state.hidden)
    }
  }
}
