import LigatureTensors

extension Network {
  /// The network on each of several inputs: what `try inputs.map { try self($0, in: context) }`
  /// gives, values and gradients to rounding, in one larger batch where it can.
  ///
  /// Inputs of one shape are concatenated, and layers that treat observations one by one
  /// (``Layer/isObservationWise``) run on all of them at once. Other layers run use by use within
  /// the same pass: dropout draws anew for each use, batch normalisation takes the statistics of
  /// each, and memory is kept apart. Inputs of different shapes, and networks whose memory is
  /// carried, run use by use altogether.
  public func callAsFunction(mapping inputs: [Tensor], in context: Context) throws -> [Tensor] {
    let outputs = try self(mapping: inputs.map { [$0] }, in: context)
    return try outputs.map {
      try $0.single(
        at: context.path,
        remedy: "Call it with lists: network(mapping: inputs.map { [$0] }, in: context)")
    }
  }

  /// The network on each of several lists of inputs, one tensor in a list for each of its inputs.
  public func callAsFunction(
    mapping inputs: [[Tensor]], in context: Context
  ) throws -> [[Tensor]] {
    guard Folding.isPossible(inputs, in: context), try !handsLearnablesOn else {
      return try inputs.map { try self($0, in: context) }
    }
    let contexts = try inputs.map { tensors in
      var child = try context.child(for: self)
      child.lengths = try context.lengths?.entering(self, tensors, at: child.path)
      return child
    }
    let values = inputs[0].indices.map { place in FoldedValue.separate(inputs.map { $0[place] }) }
    do {
      let outputs = try folded(values, contexts).map { try $0.parts(inputs.count) }
      return inputs.indices.map { use in outputs.map { $0[use] } }
    } catch {
      throw LayerError.attribute(error, to: contexts[0].path)
    }
  }

  /// Whether learnables go through the graph as data, or come from data; uses then run one by one.
  fileprivate var handsLearnablesOn: Bool {
    get throws {
      let schedule = try runnable().schedule
      return !schedule.learnables.isEmpty || schedule.steps.contains { !$0.wires.isEmpty }
    }
  }

  /// Runs the layers in order on the inputs of all uses.
  fileprivate func folded(
    _ inputs: [FoldedValue], _ contexts: [Context]
  ) throws -> [FoldedValue] {
    let (graph, schedule) = try runnable()
    let parts = try inputs.map { try $0.parts(contexts.count) }
    let uses = try contexts.indices.map { use in
      try entered(parts.map { $0[use] }, graph, contexts[use])
    }
    var runner = FoldingRunner(contexts: contexts)
    if contexts.contains(where: { $0.lengths != nil }) {
      let lists = contexts.map { $0.inputLengths(inputs.count) }
      runner.lengths = WalkedLengths(inputs.indices.map { place in lists.map { $0[place] } })
    }
    let outputs = try schedule.walk(
      inputs.indices.map { place in .separate(uses.map { $0[place] }) }, &runner)
    runner.report(schedule.outputs)
    return outputs
  }
}

/// Calls each layer of a graph for all uses: once where it treats observations one by one, and
/// otherwise use by use.
private struct FoldingRunner: StepRunner {
  let contexts: [Context]
  /// Of each value, the lengths in every use; nil where nothing is padded.
  var lengths: WalkedLengths<[[Int]?]>?

  var path: String { contexts[0].path }

  func learnable(_ port: Graph.Port, at place: Int) throws -> FoldedValue {
    throw LayerError(
      .edited, path, "the learnable \(port.description) goes through a graph that was folded",
      remedy: "Do not edit a network while it runs")
  }

  mutating func run(
    _ step: Schedule.Step, _ inputs: [FoldedValue], _ value: (Int) -> FoldedValue?
  ) throws -> [FoldedValue] {
    let (node, layer) = (step.node, step.node.layer)
    let lists = step.inputs.map { lengths?[$0] ?? contexts.map { _ in nil } }
    if let network = layer as? Network, try !network.isObservationWise && !network.handsLearnablesOn
    {
      let inner = try contexts.indices.map { use in
        var child = try contexts[use].child(for: network, name: node.name, entry: node.entry)
        child.lengths = .given(lists.map { $0[use] })
        return child
      }
      let outputs = try network.folded(inputs, inner)
      lengths?.note(
        outputs.indices.map { place in
          inner.map { $0.frame.outputLengths.flatMap { $0[place] } }
        }, after: step)
      return outputs
    }
    // A sequence of which some uses are padded goes use by use.
    let areAlike = lists.allSatisfy { list in list.allSatisfy { ($0 == nil) == (list[0] == nil) } }
    if layer.isObservationWise, inputs.haveOneBatch, areAlike {
      let result = try contexts[0].run(
        layer, node, inputs.map { try $0.whole() },
        of: lists.map { list in list[0].map { _ in list.flatMap { $0 ?? [] } } })
      lengths?.note(
        result.lengths.map { all in
          contexts.indices.map { use in
            all.map { all in
              let batch = all.count / contexts.count
              return Array(all[use * batch..<(use + 1) * batch])
            }
          }
        }, after: step)
      return result.outputs.map { .folded($0) }
    }
    let parts = try inputs.map { try $0.parts(contexts.count) }
    let uses = try contexts.indices.map { use in
      try contexts[use].run(layer, node, parts.map { $0[use] }, of: lists.map { $0[use] })
    }
    let ports = uses[0].outputs.indices
    lengths?.note(ports.map { place in uses.map { $0.lengths[place] } }, after: step)
    return ports.map { place in .separate(uses.map { $0.outputs[place] }) }
  }

  /// Tells whoever runs the graph the lengths of its outputs in each use.
  func report(_ outputs: [Int]) {
    guard let lengths else { return }
    for (use, context) in contexts.enumerated() {
      context.setOutputLengths(outputs.map { lengths[$0]?[use] ?? nil })
    }
  }
}

/// When several uses may run as one.
private enum Folding {
  static func isPossible(_ inputs: [[Tensor]], in context: Context) -> Bool {
    guard inputs.count > 1, let first = inputs.first, !first.isEmpty else { return false }
    let fits = inputs.allSatisfy { list in
      list.count == first.count
        && zip(list, first).allSatisfy { one, other in
          !one.isDeferred && one.rank > 0 && one.shape == other.shape
            && one.scalarType == other.scalarType
        }
    }
    let pass = context.pass
    // Whoever looks at a pass sees every use.
    return fits && !pass.carriesState && pass.observers.isEmpty
  }
}

/// A value of all uses: concatenated along the first axis, or one by one.
private enum FoldedValue {
  case folded(Tensor)
  case separate([Tensor])

  func whole() throws -> Tensor {
    switch self {
    case .folded(let tensor): tensor
    case .separate(let parts): try concatenate(parts, axis: 0)
    }
  }

  func parts(_ count: Int) throws -> [Tensor] {
    switch self {
    case .folded(let tensor): try tensor.split(into: count, axis: 0)
    case .separate(let parts): parts
    }
  }
}

extension [FoldedValue] {
  /// Whether values have as many observations each, along a first axis that is not their last.
  /// Where they have not, an operation may broadcast over observations, or act along them.
  fileprivate var haveOneBatch: Bool {
    let shapes = map { value in
      switch value {
      case .folded(let tensor): [tensor.shape]
      case .separate(let parts): parts.map(\.shape)
      }
    }
    let sizes = shapes.map { shapes in shapes.reduce(0) { $0 + ($1.first ?? 0) } }
    return !isEmpty
      && shapes.allSatisfy { shapes in
        shapes.allSatisfy { $0.count > 1 && $0 == shapes[0] }
      } && sizes.allSatisfy { $0 == sizes[0] }
  }
}
