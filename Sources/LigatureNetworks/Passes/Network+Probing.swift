import LigatureTensors

/// What a checker needs of a network: single passes whose every aspect is given.
extension Network {
  /// Everything wrong that can be seen without running a layer.
  package var structuralProblems: [NetworkProblem] { Outline(self).structuralProblems }

  /// The outputs of one pass, in either phase. States are stored only if `storesStates`; lengths
  /// say which steps of every input that is a sequence count, or of each input.
  package func outputs(
    for inputs: [Tensor], _ phase: Phase, seed: UInt64 = 0, iteration: Int = 0,
    storesStates: Bool = false, sequenceLengths: [Int]? = nil, eachLengths: [[Int]?]? = nil
  ) throws -> [Tensor] {
    let pass = Pass(
      phase, seed: seed, iteration: iteration, scalarType: scalarType,
      sequenceLengths: sequenceLengths, lengths: eachLengths.flatMap { .given($0) })
    let outputs = try run(inputs, in: pass)
    if storesStates { pass.commitStates() }
    return outputs
  }

  /// One recorded pass: its outputs, and the gradients of Σ weights · outputs in the inputs and in
  /// every parameter that was read. `weights` makes one tensor for each output, nil for an output
  /// that is to be left out.
  package func differentiated(
    at inputs: [Tensor], _ phase: Phase, seed: UInt64 = 0, iteration: Int = 0,
    weights: ([Tensor]) throws -> [Tensor?]
  ) throws -> (outputs: [Tensor], inputGradients: [Tensor?], gradients: Gradients) {
    let tape = TapeHandle()
    let pass = Pass(
      phase, seed: seed, iteration: iteration, scalarType: scalarType, tape: tape.tape)
    let leaves = inputs.map { $0.scalarType.isFloatingPoint ? tape.leaf($0) : $0 }
    let outputs = try run(leaves, in: pass)
    var total: Tensor?
    for (output, weight) in zip(outputs, try weights(outputs.map(\.detached))) {
      guard let weight else { continue }
      let share = try (output * weight).sum()
      total = try total.map { try $0 + share } ?? share
    }
    let parameters = pass.takeLeaves()
    guard let total else {
      return (outputs.map(\.detached), inputs.map { _ in nil }, Gradients())
    }
    let found = try tape.gradients(of: total, for: leaves + parameters.map(\.tensor))
    return (
      outputs.map(\.detached), Array(found.prefix(inputs.count)),
      Gradients(parameters, Array(found.dropFirst(inputs.count)), of: [self])
    )
  }
}

extension Network {
  /// One recorded pass in which the network is used several times, once for each list of inputs:
  /// the outputs of each use, and the gradients in its inputs and in every parameter.
  package func differentiatedUses(
    at uses: [[Tensor]], _ phase: Phase, seed: UInt64 = 0, iteration: Int = 0,
    weights: (_ use: Int, _ outputs: [Tensor]) throws -> [Tensor?]
  ) throws -> (outputs: [[Tensor]], inputGradients: [[Tensor?]], gradients: Gradients) {
    let tape = TapeHandle()
    let pass = Pass(
      phase, seed: seed, iteration: iteration, scalarType: scalarType, tape: tape.tape)
    let context = pass.rootContext(root: self)
    var total: Tensor?
    var all: [[Tensor]] = []
    let leaves = uses.map { $0.map { $0.scalarType.isFloatingPoint ? tape.leaf($0) : $0 } }
    try Frame.$current.withValue(context.frame) {
      for (use, inputs) in leaves.enumerated() {
        let outputs = try self(inputs, in: context)
        all.append(outputs.map(\.detached))
        for (output, weight) in zip(outputs, try weights(use, outputs.map(\.detached))) {
          guard let weight else { continue }
          let share = try (output * weight).sum()
          total = try total.map { try $0 + share } ?? share
        }
      }
    }
    let parameters = pass.takeLeaves()
    guard let total else { return (all, uses.map { $0.map { _ in nil } }, Gradients()) }
    var found = try tape.gradients(
      of: total, for: leaves.flatMap { $0 } + parameters.map(\.tensor))[...]
    let inputGradients = uses.map { inputs in
      defer { found = found.dropFirst(inputs.count) }
      return Array(found.prefix(inputs.count))
    }
    return (all, inputGradients, Gradients(parameters, Array(found), of: [self]))
  }
}

extension Network {
  /// Sets learnables and states to those of a network of the same layers, by path.
  package func take(valuesOf other: Network) throws {
    let values = Dictionary(other.learnables.map { ($0.path, $0.parameter.value) }) { $1 }
    for learnable in learnables {
      if let value = values[learnable.path] { try learnable.parameter.set(value.contiguousCopy()) }
    }
    var states: [String: StateSlot.Contents] = [:]
    other.visitStates { path, slot in states[path] = slot.contents }
    visitStates { path, slot in
      if let contents = states[path] { slot.contents = contents }
    }
  }
}

extension Network {
  /// Paths of layers without learnables and layers of their own of whose type no pass calls one: a
  /// pass in each phase for each list of inputs. With the number of layers looked for.
  package func uncalledLayers(
    for inputs: [[Tensor]], seed: UInt64
  ) throws -> (paths: [String], count: Int) {
    var sought: [(path: String, type: ObjectIdentifier)] = []
    visitLayers { place, entry in
      let layer = LayerEntry.unwrapped(entry.layer).layer
      guard entry.learnables.isEmpty, entry.states.isEmpty, !(layer is any LayerGraph) else {
        return
      }
      sought.append((place.path, ObjectIdentifier(type(of: layer))))
    }
    var open = sought
    for (iteration, inputs) in inputs.enumerated() {
      for phase in Phase.allCases where !open.isEmpty {
        let calls = CalledTypes()
        let pass = Pass(
          phase, seed: seed, iteration: iteration, scalarType: scalarType, observers: [calls])
        _ = try run(inputs, in: pass)
        open.removeAll { calls.contains($0.type) }
      }
    }
    return (open.map(\.path), sought.count)
  }
}

/// Notes of what types layers are called.
private final class CalledTypes: PassObserver {
  private let types = Lock<Set<ObjectIdentifier>>([])

  func contains(_ type: ObjectIdentifier) -> Bool { types.withLock { $0.contains(type) } }

  func didCall(_ layer: any Layer, isNamed: Bool, _ inputs: [Tensor], _ outputs: [Tensor]) {
    let layer = LayerEntry.unwrapped(layer).layer
    types.withLock { _ = $0.insert(ObjectIdentifier(type(of: layer))) }
  }
}
