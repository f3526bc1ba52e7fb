import LigatureTensors

extension OperationFixture {
  /// A recurrence of a cell on given sizes, with or without biases, states and lengths.
  private static func recurrence(
    _ cell: RecurrentCell, batch: Int, time: Int, features: Int, hidden: Int,
    hasBias: Bool = true, hasState: Bool = false, reading: RecurrentReading = .everyStep
  ) -> OperationFixture {
    let columns = cell.gateCount * hidden
    let hasRecurrentBias = hasBias && cell == .gru
    var samples: [Sample] = [
      Sample([batch, time, features], .offGrid), .share([features, columns]),
      .nearOne([hidden, columns]),
    ]
    if hasBias { samples.append(.share([columns])) }
    if hasRecurrentBias { samples.append(.share([hidden])) }
    if hasState { samples.append(.share([batch, hidden])) }
    if hasState, cell == .lstm { samples.append(.share([batch, hidden])) }
    let words = [
      reading.isReversed ? "reversed" : nil, reading.lengths.map { "lengths \($0)" },
      reading.returnsSequence ? nil : "last", hasBias ? nil : "no bias",
      hasState ? "from a state" : nil,
    ].compactMap { $0 }.joined(separator: ", ")
    let present = [hasBias, hasRecurrentBias, hasState, hasState && cell == .lstm]
    return OperationFixture(
      "\(cell) [\(batch), \(time), \(features)] to \(hidden) \(words)",
      "recurrence(RecurrentCell, Tensor, RecurrentWeights, from: RecurrentState?, "
        + "reading: RecurrentReading)",
      samples,
      all: { inputs in
        let (bias, recurrentBias, hidden, memory) = optional(inputs, present)
        let result = try LigatureTensors.recurrence(
          cell, inputs[0],
          RecurrentWeights(
            input: inputs[1] * 0.3, recurrent: inputs[2] * 0.2, bias: bias,
            recurrentBias: recurrentBias),
          from: hidden.map { RecurrentState(hidden: $0, cell: memory) }, reading: reading)
        return [result.output, result.state.hidden, result.state.cell].compactMap { $0 }
      },
      plain: { inputs in
        let (bias, recurrentBias, hidden, memory) = optional(inputs, present)
        return PlainRecurrence(
          cell: cell, x: inputs[0], weights: inputs[1].map { $0 * 0.3 },
          recurrent: inputs[2].map { $0 * 0.2 }, bias: bias, recurrentBias: recurrentBias,
          hidden: hidden, memory: memory, reading: reading
        ).results()
      })
  }

  /// The operands behind the third, of which each may be missing.
  private static func optional<Value>(
    _ values: [Value], _ present: [Bool]
  ) -> (Value?, Value?, Value?, Value?) {
    var rest = values.dropFirst(3)
    let found = present.map { $0 ? rest.removeFirst() : nil }
    return (found[0], found[1], found[2], found[3])
  }

  @FixtureBuilder static var recurrences: [OperationFixture] {
    for cell in RecurrentCell.allCases {
      recurrence(cell, batch: 2, time: 3, features: 2, hidden: 3)
      recurrence(cell, batch: 1, time: 1, features: 1, hidden: 1)
      recurrence(cell, batch: 15, time: 2, features: 1, hidden: 2, hasState: true)
      recurrence(cell, batch: 2, time: 4, features: 3, hidden: 17, hasBias: false)
      recurrence(cell, batch: 3, time: 0, features: 2, hidden: 2, hasState: true)
      recurrence(cell, batch: 0, time: 2, features: 2, hidden: 2)
      recurrence(
        cell, batch: 3, time: 4, features: 2, hidden: 2, hasState: true,
        reading: RecurrentReading(returnsSequence: false))
      for isReversed in [false, true] {
        recurrence(
          cell, batch: 4, time: 4, features: 2, hidden: 2, hasState: true,
          reading: RecurrentReading(lengths: [4, 1, 0, 3], isReversed: isReversed))
        recurrence(
          cell, batch: 2, time: 5, features: 1, hidden: 3,
          reading: RecurrentReading(
            lengths: [2, 3], isReversed: isReversed, returnsSequence: false))
      }
    }
  }
}
