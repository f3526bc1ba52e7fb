import LigatureTensors

/// What a checker needs of a network: single passes whose every aspect is given.
extension Network {
  /// Everything wrong that can be seen without running a layer.
  package var structuralProblems: [NetworkProblem] { Outline(self).structuralProblems }

  /// The outputs of one pass, in either phase. States are stored only if `storesStates`; lengths say
  /// which steps of every input that is a sequence count.
  package func outputs(
    for inputs: [Tensor], _ phase: Phase, seed: UInt64 = 0, iteration: Int = 0,
    storesStates: Bool = false, sequenceLengths: [Int]? = nil
  ) throws -> [Tensor] {
    let pass = Pass(
      phase, seed: seed, iteration: iteration, scalarType: scalarType,
      sequenceLengths: sequenceLengths)
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
  /// One recorded pass in which the network is used several times, once for each list of inputs.
  package func differentiatedUses(
    at uses: [[Tensor]], _ phase: Phase, seed: UInt64 = 0, iteration: Int = 0,
    weights: (_ use: Int, _ outputs: [Tensor]) throws -> [Tensor?]
  ) throws -> (outputs: [[Tensor]], gradients: Gradients) {
    let tape = TapeHandle()
    let pass = Pass(
      phase, seed: seed, iteration: iteration, scalarType: scalarType, tape: tape.tape)
    let context = pass.rootContext(root: self)
    var total: Tensor?
    var all: [[Tensor]] = []
    try Frame.$current.withValue(context.frame) {
      for (use, inputs) in uses.enumerated() {
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
    guard let total else { return (all, Gradients()) }
    let found = try tape.gradients(of: total, for: parameters.map(\.tensor))
    return (all, Gradients(parameters, found, of: [self]))
  }
}
