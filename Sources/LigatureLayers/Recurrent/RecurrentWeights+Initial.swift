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

  static func initial(
    _ cell: RecurrentCell, _ hiddenSize: Int, inputSize: Int, in context: Context
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
    let recurrent = try Initializer.orthogonal([hiddenSize, columns], in: context)
    var bias = try Initializer.zeros([columns], in: context)
    if cell == .lstm {
      let isForget = (0..<columns).map { $0 / hiddenSize == 1 ? 1.0 : 0 }
      bias = try Tensor(isForget, shape: [columns]).cast(to: context.scalarType)
    }
    return RecurrentWeights(input: weights, recurrent: recurrent, bias: bias)
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
