import LigatureTensors

/// Whether a pass trains or infers.
public enum Phase: String, Sendable, CaseIterable {
  /// Gradients are wanted; dropout drops, batch norm uses the batch's statistics.
  case training
  /// A prediction.
  case inference
}

/// The pass a layer runs in. Pass it on to every layer and network that you call.
public struct Context: Sendable {
  let frame: Frame

  /// Which steps of padded sequences count; nil where nothing is padded.
  var lengths: SequenceLengths?

  init(frame: Frame, lengths: SequenceLengths? = nil) {
    self.frame = frame
    self.lengths = lengths
  }

  var pass: Pass { frame.pass }

  /// Whether memory is carried on from the piece of a stream before this one: in
  /// `network.predict(x, state: &state)`, and where a training splits sequences. What a layer that
  /// has asked writes into its states then goes on to the next piece, and no further.
  public var carriesState: Bool {
    if pass.carriesState { frame.noteCarrying() }
    return pass.carriesState
  }

  /// Whether this pass trains or infers.
  public var phase: Phase { pass.phase }

  /// Whether this pass trains.
  public var isTraining: Bool { pass.phase == .training }

  /// The path of the layer that is running.
  public var path: String { frame.path }

  /// The scalar type that learnables are initialised in.
  public var scalarType: ScalarType { pass.scalarType }

  /// A stream of random numbers for the next draw of this layer. It depends on the run's seed, the
  /// layer's path and use, the iteration and the number of the draw, and on nothing else.
  ///
  /// Where a prediction goes batch by batch, a tensor drawn with the batch along its first axis has
  /// the numbers that these observations have in a draw for all of them, so that results do not
  /// depend on the size of the batches.
  public func randomStream() -> RandomStream {
    let draw = frame.nextDraw()
    pass.noteDraw()
    var stream = RandomStream(
      seed: pass.seed, name: "\(frame.key):\(pass.iteration):\(draw)")
    stream.observations = pass.observations
    return stream
  }

  /// The stream that the next learnable is initialised from: keyed by the network's seed and the
  /// learnable's position in the order of initialisation.
  public func initializationStream() -> RandomStream {
    let position = pass.initialization?.nextPosition() ?? frame.nextDraw()
    return RandomStream(seed: pass.seed, name: "initial:\(position)")
  }

  /// Runs a nested layer: every call of every layer comes through here.
  func call<L: Layer>(
    _ layer: L, _ input: L.Input, name: String? = nil, entry: LayerEntry? = nil,
    binding: [ObjectIdentifier: Frame.Binding] = [:]
  ) throws -> L.Output {
    var child = try self.child(for: layer, name: name, entry: entry, binding: binding)
    if let lengths {
      child.lengths = try lengths.entering(layer, input.tensors, at: child.path)
    }
    return try child.run(layer, input, isNamed: name != nil)
  }

  /// Runs a layer in its own context.
  func run<L: Layer>(_ layer: L, _ input: L.Input, isNamed: Bool) throws -> L.Output {
    try Frame.$current.withValue(frame) {
      do {
        let observers = pass.observers
        if observers.isEmpty { return try run(layer, input) }
        for observer in observers { try observer.willCall(layer, input, in: self) }
        let output = try run(layer, input)
        for observer in observers {
          observer.didCall(layer, isNamed: isNamed, input.tensors, output.tensors)
        }
        return output
      } catch {
        throw LayerError.attribute(error, to: path)
      }
    }
  }

  private func run<L: Layer>(_ layer: L, _ input: L.Input) throws -> L.Output {
    isTraining ? try layer.forward(input, in: self) : try layer.predict(input, in: self)
  }

  /// The context of a call of `layer`, which knows no lengths yet. Throws where calls are nested
  /// too deep.
  func child<L: Layer>(
    for layer: L, name: String? = nil, entry: LayerEntry? = nil,
    binding: [ObjectIdentifier: Frame.Binding] = [:]
  ) throws -> Context {
    let child = frame.child(for: layer, name: name, entry: entry, binding: binding)
    guard child.depth < Frame.maximumDepth else {
      throw LayerError(
        .nesting, child.path.split(separator: "/").prefix(4).joined(separator: "/"),
        "layers are nested \(child.depth) deep, and \(Frame.maximumDepth - 1) levels are the most",
        remedy: "Where a layer or network contains itself, put a copy of it; else let layers stand "
          + "beside each other")
    }
    return Context(frame: child)
  }
}
