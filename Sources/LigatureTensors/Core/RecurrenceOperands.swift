/// What goes into a recurrence, validated, with its place among the inputs of its record.
package struct RecurrenceOperands: Sendable {
  /// The inputs of the record, in order.
  enum Place: Int, CaseIterable, Sendable {
    case x, weights, recurrent, bias, recurrentBias, hidden, cell
  }

  let cell: RecurrentCell
  let reading: RecurrentReading
  let batch: Int
  let time: Int
  let features: Int
  let hidden: Int
  let scalarType: ScalarType
  /// Whether the input comes out of a recorded operation.
  let hasInputGradient: Bool
  private let values: [Place: Tensor]
  private let numbers: [Place: Int]

  /// Operands in the order of places, nil where there is none.
  init(_ cell: RecurrentCell, _ given: [Tensor?], _ reading: RecurrentReading) throws {
    var numbers: [Place: Int] = [:]
    var values: [Place: Tensor] = [:]
    for (place, tensor) in zip(Place.allCases, given) {
      guard let tensor else { continue }
      try tensor.requireFloatingPoint("recurrence")
      numbers[place] = numbers.count
      values[place] = place == .x ? tensor.withAdjacentFeatures : tensor.detached.contiguous()
    }
    self.cell = cell
    self.reading = reading
    self.numbers = numbers
    self.values = values
    guard let x = given[Place.x.rawValue], let recurrent = given[Place.recurrent.rawValue],
      x.rank == 3, recurrent.rank == 2
    else {
      throw TensorError(
        "recurrence",
        "the input has shape \(given[0]?.shape ?? []), the recurrent weights "
          + "\(values[.recurrent]?.shape ?? [])",
        remedy: "Give [batch, time, features] and [hidden, gates · hidden]")
    }
    scalarType = x.scalarType
    hasInputGradient = x.node != nil
    (batch, time, features, hidden) = (x.shape[0], x.shape[1], x.shape[2], recurrent.shape[0])
    try validate()
  }

  subscript(_ place: Place) -> Tensor? { values[place] }

  /// Of a forward pass.
  var multiplyAdds: Int { batch * time * (features + hidden) * cell.gateCount * hidden }

  /// What the operand at a place is called on the tape; nil where there is none.
  func number(_ place: Place) -> Int? { numbers[place] }

  private func validate() throws {
    let columns = cell.gateCount * hidden
    let expected: [Place: [Int]] = [
      .x: [batch, time, features], .weights: [features, columns], .recurrent: [hidden, columns],
      .bias: [columns], .recurrentBias: [hidden], .hidden: [batch, hidden],
      .cell: [batch, hidden],
    ]
    for place in Place.allCases {
      guard let value = values[place], let shape = expected[place] else { continue }
      guard value.shape == shape, value.scalarType == scalarType else {
        throw TensorError(
          "recurrence",
          "\(place.words) \(value.scalarType) \(value.shape), and \(scalarType) \(shape) is needed",
          remedy: value.shape == shape
            ? "Convert the input to \(value.scalarType), or what it meets to \(scalarType), with "
              + "cast(to:)"
            : "Give what fits a cell \(cell) with hidden size \(hidden) and an input of shape "
              + "\([batch, time, features])")
      }
    }
    if let extra = [Place.cell, .recurrentBias].first(where: { place in
      values[place] != nil && cell != (place == .cell ? .lstm : .gru)
    }) {
      throw TensorError(
        "recurrence", "\(extra.words) given to a cell that has none (\(cell))",
        remedy: extra == .cell
          ? "Leave it out: only lstm has a cell state" : "Leave it out: only gru has one")
    }
    // A view may be larger than what it costs; results are not.
    try Tensor.validate([batch, time, hidden], "recurrence")
    if let lengths = reading.lengths {
      guard lengths.count == batch, lengths.allSatisfy({ (0...time).contains($0) }) else {
        throw TensorError(
          "recurrence",
          "the sequence lengths \(lengths.prefix(8)) do not fit \(batch) observations "
            + "of \(time) steps",
          remedy: "Give one length in 0...\(time) for each observation; the lengths of a pass are "
            + "those of all its sequences")
      }
    }
  }
}

extension RecurrenceOperands.Place {
  fileprivate var words: String {
    switch self {
    case .x: "the input is"
    case .weights: "the weights are"
    case .recurrent: "the recurrent weights are"
    case .bias: "the bias is"
    case .recurrentBias: "the recurrent bias is"
    case .hidden: "the hidden state is"
    case .cell: "the cell state is"
    }
  }
}

extension Tensor {
  /// A constant whose last axis is adjacent in memory; the others may have any strides.
  fileprivate var withAdjacentFeatures: Tensor {
    rank > 0 && (shape[rank - 1] == 1 || strides[rank - 1] == 1) ? detached : contiguous().detached
  }
}
