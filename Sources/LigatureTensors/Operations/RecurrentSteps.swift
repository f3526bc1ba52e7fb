/// A recurrent cell written in tensor operations, run along a sequence one step after another.
package struct RecurrentSteps {
  let reading: RecurrentReading

  package init(_ reading: RecurrentReading) { self.reading = reading }

  /// Runs `step` on `x[:, t]` and the state before it for each step of `x`, `[batch, time, ...]`,
  /// in the order of the reading. Steps beyond a sequence's end change nothing, and give zeros.
  package func run(
    _ x: Tensor, from first: RecurrentState,
    _ step: (Tensor, RecurrentState) throws -> RecurrentState
  ) throws -> (output: Tensor?, state: RecurrentState) {
    let (batch, time) = (x.shape[0], x.shape[1])
    let counting = try reading.lengths.map {
      try Tensor.counting($0, of: time, x.scalarType)
        .reshaped(to: [batch, time] + [Int](repeating: 1, count: first.hidden.rank - 1))
    }
    var (state, outputs) = (first, [Tensor]())
    for number in 0..<time {
      let place = reading.isReversed ? time - 1 - number : number
      let next = try step(x.at(place, axis: 1), state)
      if reading.returnsSequence { outputs.append(next.hidden) }
      guard let counting, reading.lengths?.contains(where: { $0 <= place }) == true else {
        state = next
        continue
      }
      let counts = try counting.at(place, axis: 1)
      state = RecurrentState(
        hidden: try select(counts, next.hidden, state.hidden),
        cell: try next.cell.map { try select(counts, $0, state.cell ?? $0) })
    }
    guard reading.returnsSequence else { return (nil, state) }
    guard !outputs.isEmpty else {
      let shape = [batch, 0] + first.hidden.shape.dropFirst()
      return (try .zeros(shape, x.scalarType), state)
    }
    let output = try stack(reading.isReversed ? outputs.reversed() : outputs, axis: 1)
    return (try reading.lengths.map { try output.zeroed(beyond: $0) } ?? output, state)
  }
}

extension RecurrentState {
  /// An LSTM's state after a step: from the sums of its gates, `[..., 4 · hidden]`, and the state
  /// before it. With peepholes, one for input, forget and output gate, these see the cell as well,
  /// the output gate the new one.
  package static func lstm(
    _ gates: Tensor, from state: RecurrentState, peepholes: [Tensor]? = nil
  ) throws -> RecurrentState {
    let (parts, before) = (try gates.split(into: 4), state.cell ?? state.hidden)
    func gate(_ sum: Tensor, seeing cell: Tensor, _ place: Int) throws -> Tensor {
      try sigmoid(peepholes.map { try sum + cell * $0[place] } ?? sum)
    }
    let kept = try gate(parts[1], seeing: before, 1) * before
    let cell = try kept + gate(parts[0], seeing: before, 0) * tanh(parts[2])
    return RecurrentState(hidden: try gate(parts[3], seeing: cell, 2) * tanh(cell), cell: cell)
  }
}
