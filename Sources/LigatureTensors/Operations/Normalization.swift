/// (x - mean) / sqrt(variance + epsilon) over the last axis.
struct Normalize: Operation {
  let epsilon: Double

  var name: String { "normalized" }
  var attributes: String { "epsilon: \(epsilon)" }
  var keeps: Keeping { [.first, .result] }
  var canAdd: Bool { false }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    let x = operands[0]
    try x.requireFloatingPoint(name)
    try requireVarianceEpsilon(epsilon, name)
    guard let columns = x.shape.last, columns > 0 else {
      throw TensorError(
        name, "shape \(x.shape) has no elements along a last axis",
        remedy: "Give at least one feature")
    }
    return TensorSpec(like: x)
  }

  func evaluate(
    _ operands: [Tensor], as spec: TensorSpec, extras: inout [Tensor], isRecorded: Bool
  ) throws -> Tensor {
    try Tensor.requireMemory(for: spec, name)
    let result = Tensor(uninitialized: spec)
    let rows = [result.count / (spec.shape.last ?? 1)]
    let mean = Tensor(uninitialized: rows, spec.scalarType)
    let inverse = Tensor(uninitialized: rows, spec.scalarType)
    result.perform(.normalizeRows(epsilon: epsilon), operands, [mean, inverse])
    if isRecorded { extras = [inverse] }
    return result
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    let (x, result) = (pull.operand(0), pull.result)
    guard pull.isRecorded(gradient, x, result) else {
      let operands = [result, pull.extras[0], gradient]
      return try pull.accumulate(to: 0, pull.spec(0)) { target, adding in
        target.perform(.normalizeRowsGradient, operands, adding: adding)
      }
    }
    let centred = try x - x.mean(-1, keepingAxes: true)
    let inverse = try reciprocal(
      sqrt(square(centred).mean(-1, keepingAxes: true) + epsilon))
    let scaled = try centred * inverse
    let mean = try gradient.mean(-1, keepingAxes: true)
    let slope = try (gradient * scaled).mean(-1, keepingAxes: true)
    try pull.add(inverse * (gradient - mean - scaled * slope), to: 0)
  }
}

/// Of [x], [x, scale], [x, offset] or [x, scale, offset]: (x - mean) / sqrt(variance + epsilon) ·
/// scale + offset, with scale and offset `[channels]`.
struct NormalizeChannels: Operation {
  let form: ChannelForm

  var name: String { form.statistics == .batch ? "batchNormalized" : "groupNormalized" }
  var attributes: String {
    switch form.statistics {
    case .batch: "epsilon: \(form.epsilon)"
    case .groups(let groups): "groups: \(groups), epsilon: \(form.epsilon)"
    }
  }
  var keeps: Keeping { [.first, .second] }
  var canAdd: Bool { false }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    let x = operands[0]
    for operand in operands { try operand.requireFloatingPoint(name) }
    try requireVarianceEpsilon(form.epsilon, name)
    guard x.rank > 1, let channels = x.shape.last, channels > 0 else {
      throw TensorError(
        name, "shape \(x.shape) came, expected [batch, ..., channels]",
        remedy: "Give a batch axis and at least one channel")
    }
    switch form.statistics {
    case .batch:
      guard x.count > 0 else {
        throw TensorError(
          name, "shape \(x.shape) has no observations", remedy: "Give at least one")
      }
    case .groups(let groups):
      guard groups > 0, channels % groups == 0 else {
        throw TensorError(
          name, "\(counted(groups, "group")), for \(counted(channels, "channel"))",
          remedy: "Give a number of groups that divides the number of channels")
      }
    }
    for (number, parameter) in operands.dropFirst().enumerated() {
      let word = form.hasScale && number == 0 ? "scale" : "offset"
      guard parameter.shape == [channels] else {
        throw TensorError(
          name, "the \(word) has shape \(parameter.shape), expected [\(channels)]",
          remedy: "Give one number for each channel")
      }
      guard parameter.scalarType == x.scalarType else {
        throw TensorError(
          name, "the \(word) is \(parameter.scalarType), x \(x.scalarType)",
          remedy: "Cast one of them")
      }
    }
    return TensorSpec(like: x)
  }

  func evaluate(
    _ operands: [Tensor], as spec: TensorSpec, extras: inout [Tensor], isRecorded: Bool
  ) throws -> Tensor {
    try Tensor.requireMemory(for: spec, name)
    let result = Tensor(uninitialized: spec)
    let blocks = ChannelBlocks(form.statistics, spec.shape)
    let values = Tensor(uninitialized: [blocks.outer, 2, blocks.channels], spec.scalarType)
    result.perform(.normalizeChannels(form), operands, [values])
    if isRecorded { extras = [values] }
    return result
  }

  /// The result and, as constants, the mean and the biased variance of each channel: `[outer, 2,
  /// channels]`, where `outer` is 1 for a batch and else the number of observations.
  func withStatistics(_ operands: [Tensor]) throws -> (result: Tensor, statistics: Tensor) {
    let spec = try output(of: operands)
    try Devices.requireOne(name, operands)
    var extras: [Tensor] = []
    let recording = Recording(operands)
    let result = try evaluate(operands, as: spec, extras: &extras, isRecorded: true)
    return (recording?.record(self, operands, result, extras) ?? result, extras[0])
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    let x = pull.operand(0)
    let scale = form.hasScale ? pull.operand(1) : nil
    let (scaleNumber, offsetNumber) = (1, form.hasScale ? 2 : 1)
    let blocks = ChannelBlocks(form.statistics, x.shape)
    guard pull.isRecorded(gradient, x, scale ?? x) else {
      let parameters = Tensor(uninitialized: [2, blocks.channels], x.scalarType)
      let operands = [x, pull.extras[0], gradient] + (scale.map { [$0] } ?? [])
      if pull.needs(0) {
        try pull.accumulate(to: 0, pull.spec(0)) { target, adding in
          target.perform(
            .normalizeChannelsGradient(form), operands, [parameters], adding: adding)
        }
      } else {
        Tensor(uninitialized: pull.spec(0)).perform(
          .normalizeChannelsGradient(form), operands, [parameters])
      }
      if form.hasScale { try pull.add(parameters.slice(0..<1).reshaped(to: [-1]), to: scaleNumber) }
      if form.hasOffset {
        try pull.add(parameters.slice(1..<2).reshaped(to: [-1]), to: offsetNumber)
      }
      return
    }
    let sizes = [blocks.outer, blocks.places, blocks.groups, blocks.depth]
    func mean(_ tensor: Tensor) throws -> Tensor {
      try tensor.mean(axes: [1, 3], keepingAxes: true)
    }
    let input = try x.reshaped(to: sizes)
    let upstream = try gradient.reshaped(to: sizes)
    let centred = try input - mean(input)
    let inverse = try reciprocal(sqrt(mean(square(centred)) + form.epsilon))
    let normal = try centred * inverse
    let scaled =
      try scale.map {
        try upstream * $0.reshaped(to: [blocks.groups, blocks.depth])
      } ?? upstream
    try pull.add(
      (inverse * (scaled - mean(scaled) - normal * mean(scaled * normal))).reshaped(to: x.shape),
      to: 0)
    if form.hasScale {
      try pull.add(
        (upstream * normal).sum(axes: [0, 1]).reshaped(to: [blocks.channels]), to: scaleNumber)
    }
    if form.hasOffset {
      try pull.add(upstream.sum(axes: [0, 1]).reshaped(to: [blocks.channels]), to: offsetNumber)
    }
  }
}

/// Throws unless a number can be added to a variance.
private func requireVarianceEpsilon(_ epsilon: Double, _ name: String) throws {
  guard epsilon.isFinite, epsilon >= 0 else {
    throw TensorError(
      name, "epsilon is \(epsilon)", remedy: "Give a finite number of 0 or more")
  }
}
