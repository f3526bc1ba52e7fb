import LigatureTensors
import Testing

@testable import LigatureLayers
@testable import LigatureNetworks

/// The values were computed in double by the scripts in `Tests/Reference`, printed to 14 digits.
@Suite("Weights of another framework")
struct ForeignWeightsTests {
  private static let lengths = [4, 1, 3]

  private func expectClose(
    _ found: Tensor?, _ wanted: Tensor, _ what: Comment,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let isClose = try #require(found).isClose(to: wanted, relative: 1e-11, absolute: 1e-12)
    #expect(isClose, what, sourceLocation: sourceLocation)
  }

  @Test(
    "in PyTorch's layout gives PyTorch's values, states and gradients",
    arguments: RecurrentCell.allCases)
  func pyTorch(cell: RecurrentCell) throws {
    let reference = try Reference("torch_recurrent", cell.rawValue)
    let options = RecurrentOptions(takesState: true, returnsState: true)
    let given = try reference.weights("", cell)
    let layer: any Layer =
      switch cell {
      case .lstm: try LSTM(weights: given, options: options)
      case .gru: try GRU(weights: given, options: options)
      case .tanh: try RNN(weights: given, options: options)
      case .relu: try RNN(weights: given, options: options, activation: .relu)
      }
    let states = cell == .lstm ? ["hidden", "cell"] : ["hidden"]
    let inputs = try [reference["x"]] + states.map { try reference[$0].squeezed(0) }
    let network = try unchanged(layer, for: inputs)
    let outputs = try network.predict(inputs, sequenceLengths: Self.lengths)
    for (output, name) in zip(outputs, ["output"] + states.map { "last \($0)" }) {
      try expectClose(output, reference[name].reshaped(to: output.shape), "\(name)")
    }
    let weights = try zip(outputs, ["output"] + states).map { output, name in
      try reference["\(name)Weights"].reshaped(to: output.shape)
    }
    let pass = try Differentiated(network, inputs, weights, .same(Self.lengths))
    for (index, name) in (["x"] + states).enumerated() {
      let wanted = try reference["d \(name)"].reshaped(to: inputs[index].shape)
      try expectClose(pass.inputs[index], wanted, "d \(name)")
    }
    try expectClose(pass.learnables[0], reference["d weight_ih_l0"].transposed, "weights")
    try expectClose(pass.learnables[1], reference["d weight_hh_l0"].transposed, "recurrent")
    try expectClose(pass.learnables[2], reference["d bias_ih_l0"], "bias")
    if cell == .gru {
      let inner = try reference["d bias_hh_l0"].slice(4..<6, axis: 0)
      try expectClose(pass.learnables[3], inner, "recurrent bias")
    }
  }

  @Test("in PyTorch's layout gives PyTorch's values with a projection, states and gradients")
  func projected() throws {
    let reference = try Reference("torch_recurrent", "projected")
    let layer = try ProjectedLSTM.pyTorch(
      inputHidden: reference["weight_ih_l0"], hiddenHidden: reference["weight_hh_l0"],
      hiddenProjection: reference["weight_hr_l0"], inputBias: reference["bias_ih_l0"],
      hiddenBias: reference["bias_hh_l0"],
      options: RecurrentOptions(takesState: true, returnsState: true))
    let states = ["hidden", "cell"]
    let inputs = try [reference["x"]] + states.map { try reference[$0].squeezed(0) }
    let network = try unchanged(layer, for: inputs)
    let outputs = try network.predict(inputs, sequenceLengths: Self.lengths)
    for (output, name) in zip(outputs, ["output"] + states.map { "last \($0)" }) {
      try expectClose(output, reference[name].reshaped(to: output.shape), "\(name)")
    }
    let weights = try zip(outputs, ["output"] + states).map { output, name in
      try reference["\(name)Weights"].reshaped(to: output.shape)
    }
    let pass = try Differentiated(network, inputs, weights, .same(Self.lengths))
    for (index, name) in (["x"] + states).enumerated() {
      let wanted = try reference["d \(name)"].reshaped(to: inputs[index].shape)
      try expectClose(pass.inputs[index], wanted, "d \(name)")
    }
    for (place, name) in ["weight_ih", "weight_hh", "bias_ih", "weight_hr"].enumerated() {
      let wanted = try reference["d \(name)_l0"]
      try expectClose(
        pass.learnables[place], wanted.rank == 2 ? wanted.transposed : wanted, "\(name)")
    }
  }

  @Test("in PyTorch's layout gives PyTorch's values in both directions, and gradients")
  func bidirectional() throws {
    let reference = try Reference("torch_recurrent", "bidirectional")
    let layer = try Bidirectional(
      forwards: LSTM(weights: reference.weights("", .lstm)),
      backwards: LSTM(
        weights: reference.weights("", .lstm, "_reverse"),
        options: RecurrentOptions(isReversed: true)))
    let x = try reference["x"]
    let network = try unchanged(layer, for: [x])
    let output = try network.predict(x, sequenceLengths: Self.lengths)
    try expectClose(output, reference["output"], "output")
    let pass = try Differentiated(network, [x], [reference["outputWeights"]], .same(Self.lengths))
    try expectClose(pass.inputs[0], reference["d x"], "d x")
    for (number, suffix) in ["", "_reverse"].enumerated() {
      let names = ["weight_ih", "weight_hh", "bias_ih"].map { "d \($0)_l0\(suffix)" }
      for (place, name) in names.enumerated() {
        let wanted = try reference[name]
        try expectClose(
          pass.learnables[3 * number + place], wanted.rank == 2 ? wanted.transposed : wanted,
          "\(name)")
      }
    }
    // The last states, side by side, are what the same layers say last.
    let last = RecurrentOptions(outputMode: .last)
    let ends = try Bidirectional(
      forwards: LSTM(weights: reference.weights("", .lstm), options: last),
      backwards: LSTM(
        weights: reference.weights("", .lstm, "_reverse"),
        options: RecurrentOptions(outputMode: .last, isReversed: true)))
    let found = try unchanged(ends, for: [x]).predict(x, sequenceLengths: Self.lengths)
    let states = try reference["last hidden"]
    try expectClose(
      found, concatenate([states.at(0, axis: 0), states.at(1, axis: 0)]), "last states")
  }

  @Test(
    "in MATLAB's layout gives what its documented formulas give",
    arguments: ["lstm", "after-multiplication", "recurrent-bias-after-multiplication"])
  func matlab(name: String) throws {
    let reference = try Reference("matlab_recurrent", name)
    let cell: RecurrentCell = name == "lstm" ? .lstm : .gru
    let weights = try RecurrentWeights.matlab(
      cell, inputWeights: reference["InputWeights"],
      recurrentWeights: reference["RecurrentWeights"], bias: reference["Bias"])
    let options = RecurrentOptions(returnsState: true)
    let layer: any Layer =
      cell == .lstm
      ? try LSTM(weights: weights, options: options)
      : try GRU(weights: weights, options: options)
    let x = try reference["x"]
    let outputs = try unchanged(layer, for: [x]).predict([x])
    try expectClose(outputs[0], reference["output"], "output")
    try expectClose(outputs[1], reference["last hidden"], "last hidden")
    if cell == .lstm { try expectClose(outputs[2], reference["last cell"], "last cell") }
  }

  @Test("is refused where shapes or types do not fit, in words")
  func refusals() throws {
    let (input, recurrent) = (try Tensor.zeros([8, 3]), try Tensor.zeros([8, 2]))
    func weights(_ bias: Tensor) throws -> RecurrentWeights {
      try .matlab(.lstm, inputWeights: input, recurrentWeights: recurrent, bias: bias)
    }
    #expect(try weights(.zeros([8, 1])).bias?.shape == [8])
    let remedy = "Check the cell and the number of hidden units; gates stand along the first axis."
    #expect(
      message { try weights(.zeros([16])) }
        == "RecurrentWeights: a bias of shape [16], and [8] is needed. " + remedy)
    #expect(
      message { try RecurrentWeights.pyTorch(.gru, inputHidden: input, hiddenHidden: recurrent) }
        == "RecurrentWeights: the input weights of shape [8, 3], and [6, 3] is needed. " + remedy)
    #expect(
      message {
        try RecurrentWeights.pyTorch(.gru, inputHidden: .zeros([3]), hiddenHidden: .ones([]))
      }
        == "RecurrentWeights: the matrices have shapes [3] and []. "
        + "Give [gates · hidden, inputs] and [gates · hidden, hidden].")
    let good = try RecurrentWeights(
      input: .zeros([3, 8]), recurrent: .zeros([2, 8]), bias: .zeros([8]))
    for (change, shapes) in [
      ({ $0.recurrent = try .ones([]) }, "[[3, 8], [], [8]]"),
      ({ $0.recurrent = .deferred }, "[[3, 8], [], [8]]"),
      ({ $0.input = try .ones([8, 3]) }, "[[8, 3], [2, 8], [8]]"),
      ({ $0.bias = try .ones([1, 8]) }, "[[3, 8], [2, 8], [1, 8]]"),
      ({ $0.recurrentBias = try .ones([2]) }, "[[3, 8], [2, 8], [8], [2]]"),
    ] as [((inout RecurrentWeights) throws -> Void, String)] {
      var bad = good
      try change(&bad)
      let text = message { try LSTM(weights: bad) }
      #expect(
        text.hasPrefix("RecurrentWeights: weights of shapes \(shapes) do not fit a cell lstm"))
    }
    var mixed = good
    mixed.bias = try .zeros([8], .float64)
    #expect(
      message { try LSTM(weights: mixed) }
        == "RecurrentWeights: weights are of types [\"float32\", \"float64\"]. "
        + "Give all of them as float32, or all as float64.")
    #expect(
      message { try Bidirectional(forwards: GRU(2), backwards: GRU(2)) }
        == "Bidirectional: the second layer, GRU(2), is not the first, GRU(2), from the other end. "
        + "Give it the same cell, size and options, but the other isReversed.")
  }
}

extension Reference {
  /// The weights of one direction, or their gradients.
  func weights(_ prefix: String, _ cell: RecurrentCell, _ suffix: String = "") throws
    -> RecurrentWeights
  {
    try .pyTorch(
      cell, inputHidden: self["\(prefix)weight_ih_l0\(suffix)"],
      hiddenHidden: self["\(prefix)weight_hh_l0\(suffix)"],
      inputBias: self["\(prefix)bias_ih_l0\(suffix)"],
      hiddenBias: self["\(prefix)bias_hh_l0\(suffix)"])
  }
}
