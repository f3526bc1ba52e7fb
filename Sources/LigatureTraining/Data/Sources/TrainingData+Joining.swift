import LigatureTensors

extension TrainingData {
  /// The inputs and targets of these observations, and then those that others have of the same.
  func besides(_ others: TrainingData) throws -> TrainingData {
    let layouts: [String]? =
      if let own = inputLayouts, let theirs = others.inputLayouts { own + theirs } else { nil }
    guard layouts != nil || inputLayouts == nil && others.inputLayouts == nil else {
      throw TensorError(
        "combined", "only one of two sources says how its inputs are laid out",
        remedy: "Say it of both, or of neither")
    }
    return try TrainingData(
      inputs: inputs + others.inputs, targets: targets + others.targets, inputLayouts: layouts,
      inputLengths: inputLengths + others.inputLengths,
      targetLengths: targetLengths + others.targetLengths)
  }

  /// These observations and then others. Shorter sequences are padded to the longest.
  func followed(by others: TrainingData) throws -> TrainingData {
    guard inputs.count == others.inputs.count, targets.count == others.targets.count,
      inputLayouts == others.inputLayouts,
      zip(inputLengths + targetLengths, others.inputLengths + others.targetLengths)
        .allSatisfy({ ($0 == nil) == ($1 == nil) })
    else {
      throw TensorError(
        "joined",
        "sources with inputs \(inputs.map(\.shape)) and \(others.inputs.map(\.shape)) do not fit "
          + "together",
        remedy: "Give sources with inputs and targets of one kind")
    }
    func joined(_ a: Tensor, _ b: Tensor, along axis: Int, time: Int?) throws -> Tensor {
      guard let time else { return try concatenate([a, b], axis: axis) }
      let longest = max(a.shape[time], b.shape[time])
      func filled(_ tensor: Tensor) throws -> Tensor {
        guard tensor.shape[time] < longest else { return tensor }
        var gap = tensor.shape
        gap[time] = longest - tensor.shape[time]
        return try concatenate([tensor, .zeros(gap, tensor.scalarType)], axis: time)
      }
      return try concatenate([filled(a), filled(b)], axis: axis)
    }
    return try TrainingData(
      inputs: inputs.indices.map {
        try joined(
          inputs[$0], others.inputs[$0], along: batchAxis($0),
          time: inputLengths[$0] == nil ? nil : timeAxis($0))
      },
      targets: targets.indices.map {
        try joined(
          targets[$0], others.targets[$0], along: 0, time: targetLengths[$0] == nil ? nil : 1)
      },
      inputLayouts: inputLayouts,
      inputLengths: zip(inputLengths, others.inputLengths).map { own, theirs in
        own.map { $0 + (theirs ?? []) }
      },
      targetLengths: zip(targetLengths, others.targetLengths).map { own, theirs in
        own.map { $0 + (theirs ?? []) }
      })
  }
}
