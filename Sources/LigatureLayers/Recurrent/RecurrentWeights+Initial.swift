import LigatureNetworks
import LigatureTensors

extension RecurrentWeights {
  /// First values for sequences like `inputs[0]`, `[batch, time, channels]`: Glorot's for what the
  /// input meets, orthogonal for what the state meets (Saxe et al. 2014), zero biases, but 1 for an
  /// LSTM's forget gate, so that it begins by remembering (Jozefowicz et al. 2015).
  static func initial(
    _ cell: RecurrentCell, _ hiddenSize: Int, for inputs: [Tensor], in context: Context
  ) throws -> RecurrentWeights {
    guard let x = inputs.first, x.rank == 3, let channels = x.shape.last else {
      throw LayerError(
        .shape, context.path,
        "takes sequences [batch, time, channels], found shape \(inputs.first?.shape ?? [])",
        remedy: "Reshape the input; one channel is a last axis of size 1")
    }
    return try initial(cell, hiddenSize, inputSize: channels, in: context)
  }

  /// First values for inputs of a size, and states of another where they are not the hidden units.
  static func initial(
    _ cell: RecurrentCell, _ hiddenSize: Int, inputSize: Int, stateSize: Int? = nil,
    in context: Context
  ) throws -> RecurrentWeights {
    guard hiddenSize > 0 else {
      throw LayerError(
        .setting, context.path, "has \(hiddenSize) hidden units",
        remedy: "Give a size of at least 1")
    }
    let (columns, isOverflow) = cell.gateCount.multipliedReportingOverflow(by: hiddenSize)
    guard !isOverflow else {
      throw LayerError(
        .setting, context.path, "has \(hiddenSize) hidden units",
        remedy: "Give a size that memory can hold")
    }
    let weights = try Initializer.glorotUniform([inputSize, columns], in: context)
    let recurrent = try Initializer.orthogonal(
      [stateSize ?? hiddenSize, columns], in: context)
    return RecurrentWeights(
      input: weights, recurrent: recurrent,
      bias: cell == .lstm
        ? try openBias(hiddenSize, in: context)
        : try Initializer.zeros([columns], in: context))
  }

  /// An LSTM's first bias, whose forget gate is open.
  static func openBias(_ hiddenSize: Int, in context: Context) throws -> Tensor {
    let isForget = (0..<4 * hiddenSize).map { $0 / hiddenSize == 1 ? 1.0 : 0 }
    return try Tensor(isForget).cast(to: context.scalarType)
  }
}

extension RecurrentOptions {
  /// The same, from the other end.
  var reversed: RecurrentOptions {
    var options = self
    options.isReversed.toggle()
    return options
  }
}
