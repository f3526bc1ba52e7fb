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

  /// Time steps of each observation in this pass, where later ones are padding; nil where all
  /// count. A layer that changes the number of time steps changes these in the context it passes on.
  public var sequenceLengths: [Int]?

  /// Throws where a layer would change the number of time steps of padded sequences: whatever comes
  /// after it could not know which of them count.
  package func refusePadding(ofShape shape: [Int], along axis: Int) throws {
    guard sequenceLengths != nil, shape.count > 2, axis == 1 || axis == 1 - shape.count else {
      return
    }
    throw LayerError(
      .padding, path,
      "works along time, and the sequences are padded: lengths would not be known after it",
      remedy:
        "Cut or join sequences before they are padded, or call it in a layer of your own that "
        + "sets sequenceLengths in the context it passes on")
  }

  init(frame: Frame, sequenceLengths: [Int]? = nil) {
    self.frame = frame
    self.sequenceLengths = sequenceLengths
  }

  var pass: Pass { frame.pass }

  /// Whether memory is carried on from the prediction before this one:
  /// ``Network/predict(_:state:sequenceLengths:)``.
  public var carriesState: Bool { pass.carriesState }

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
  public func randomStream() -> RandomStream {
    let draw = frame.nextDraw()
    return RandomStream(
      seed: pass.seed, name: "\(frame.key):\(pass.iteration):\(draw)")
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
    let child = try self.child(for: layer, name: name, entry: entry, binding: binding)
    return try Frame.$current.withValue(child.frame) {
      do {
        let observers = pass.observers
        if observers.isEmpty { return try child.run(layer, input) }
        for observer in observers { try observer.willCall(layer, input, in: child) }
        let output = try child.run(layer, input)
        for observer in observers {
          observer.didCall(layer, isNamed: name != nil, input.tensors, output.tensors)
        }
        return output
      } catch {
        throw LayerError.attribute(error, to: child.path)
      }
    }
  }

  private func run<L: Layer>(_ layer: L, _ input: L.Input) throws -> L.Output {
    isTraining ? try layer.forward(input, in: self) : try layer.predict(input, in: self)
  }

  /// The context of a call of `layer`. Throws where calls are nested too deep.
  func child<L: Layer>(
    for layer: L, name: String? = nil, entry: LayerEntry? = nil,
    binding: [ObjectIdentifier: Frame.Binding] = [:]
  ) throws -> Context {
    let child = frame.child(for: layer, name: name, entry: entry, binding: binding)
    guard child.depth < Frame.maximumDepth else {
      throw LayerError(
        .nesting, child.path.split(separator: "/").prefix(4).joined(separator: "/"),
        "layers are nested \(child.depth) deep",
        remedy: "A layer or network probably contains itself; remove the cycle")
    }
    return Context(frame: child, sequenceLengths: sequenceLengths)
  }
}
