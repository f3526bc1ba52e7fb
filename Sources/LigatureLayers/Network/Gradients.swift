import LigatureTensors

/// The gradients of one pass, by parameter: a value, which can be added to another.
public struct Gradients: Sendable {
  /// In the order in which the pass first read the parameters, so that sums over them are
  /// reproducible.
  package private(set) var entries: [(parameter: Parameter, gradient: Tensor)] = []
  private var places: [ObjectIdentifier: Int] = [:]

  /// No gradients, to add others to.
  public init() {}

  init(_ pairs: [(Parameter, Tensor)]) {
    for (parameter, gradient) in pairs { add(gradient, to: parameter) }
  }

  /// The gradient of a parameter; nil when the result did not depend on it, or it is frozen.
  public subscript(_ parameter: Parameter) -> Tensor? {
    places[ObjectIdentifier(parameter)].map { entries[$0].gradient }
  }

  /// How many parameters have a gradient.
  public var count: Int { entries.count }

  private mutating func add(_ gradient: Tensor, to parameter: Parameter) {
    if let place = places[ObjectIdentifier(parameter)] {
      entries[place].gradient.add(gradient)
    } else {
      places[ObjectIdentifier(parameter)] = entries.count
      entries.append((parameter, gradient))
    }
  }

  /// The sum, parameter by parameter.
  public static func + (a: Gradients, b: Gradients) -> Gradients {
    var sum = a
    for (parameter, gradient) in b.entries { sum.add(gradient, to: parameter) }
    return sum
  }

  /// The Euclidean norm over all gradients, each shared one counted once.
  public func norm() throws -> Double {
    try entries.map { try square($0.gradient).sum().item() }.reduce(0, +).squareRoot()
  }
}

/// Runs `body` as a training pass and differentiates the number it returns with respect to every
/// parameter that is read in it and not frozen.
///
///     let (loss, gradients) = try valueAndGradients(of: network, seed: 0, iteration: step) { context in
///       try meanSquaredError(network(x, in: context), targets)
///     }
///
/// States that layers wrote are stored when the pass succeeds. Throws what `body` throws; the pass
/// is then dropped whole.
public func valueAndGradients(
  of network: Network, seed: UInt64 = 0, iteration: Int = 0,
  _ body: (Context) throws -> Tensor
) throws -> (value: Tensor, gradients: Gradients) {
  let tape = TapeHandle()
  let pass = Pass(
    .training, seed: seed, iteration: iteration, scalarType: network.scalarType, tape: tape.tape)
  let context = pass.rootContext(root: network)
  let value = try Frame.$current.withValue(context.frame) { try body(context) }
  let leaves = pass.takeLeaves()
  let gradients = try tape.gradients(of: value, for: leaves.map(\.tensor))
  pass.commitStates()
  return (value.detached, Gradients(leaves, gradients))
}

extension Gradients {
  /// The gradients of a pass's leaves, where there are any.
  init(_ leaves: [(parameter: Parameter, tensor: Tensor)], _ gradients: [Tensor?]) {
    self.init(
      zip(leaves, gradients).compactMap { leaf, gradient in
        gradient.map { (leaf.parameter, $0) }
      })
  }
}

extension Network {
  /// Runs `body` as an inference pass: nothing is recorded, and no state is changed.
  public func inference<Result>(
    seed: UInt64 = 0, _ body: (Context) throws -> Result
  ) throws -> Result {
    let context = Pass(.inference, seed: seed, scalarType: scalarType).rootContext(root: self)
    return try Frame.$current.withValue(context.frame) { try body(context) }
  }

  /// The output for one input tensor, batch by batch: `[observations, ...]`. Memory beyond input
  /// and output is that of one batch. Throws where the input does not fit, and for a network of
  /// several outputs.
  public func predict(_ input: Tensor, batchSize: Int = 128) throws -> Tensor {
    let outputs = try predict([input], batchSize: batchSize)
    guard outputs.count == 1 else {
      throw LayerError(
        "", "the network has \(outputs.count) outputs, and one was asked for",
        remedy: "Call predict with a list: predict([x])")
    }
    return outputs[0]
  }

  /// The outputs for a list of inputs, batch by batch. Throws inside a layer, where it would begin
  /// a pass of its own and so cut the gradient.
  public func predict(_ inputs: [Tensor], batchSize: Int = 128) throws -> [Tensor] {
    if let frame = Frame.current, frame.entry != nil {
      throw LayerError(
        frame.path, "called predict(_:) of a network, which begins a pass of its own",
        remedy: "Call the network as a function, within this pass: network(x, in: context)")
    }
    try initializeIfNeeded(for: inputs)
    guard batchSize > 0 else {
      throw LayerError("", "batch size \(batchSize) is not positive", remedy: "Give 1 or more")
    }
    let axes = batchAxes(of: inputs)
    let counts = zip(inputs, axes).map { $0.rank > $1 ? $0.shape[$1] : 1 }
    let count = counts.first ?? 1
    guard counts.allSatisfy({ $0 == count }) else {
      throw LayerError(
        "", "inputs hold \(counts) observations",
        remedy: "Give the same number of observations for each input")
    }
    func outputs(_ batch: [Tensor]) throws -> [Tensor] {
      try inference { context in try self(batch, in: context) }
    }
    if count <= batchSize { return try outputs(inputs) }
    var parts: [[Tensor]] = []
    for start in stride(from: 0, to: count, by: batchSize) {
      let range = start..<Swift.min(count, start + batchSize)
      parts.append(try outputs(zip(inputs, axes).map { try $0.slice(range, axis: $1) }))
    }
    return try parts[0].indices.map { number in
      try concatenate(parts.map { $0[number] }, axis: 0)
    }
  }
}
