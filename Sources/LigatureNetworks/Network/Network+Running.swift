import LigatureTensors

extension Network {
  /// Runs the layers in order. Within a layer of your own call the network as a function:
  /// `encoder(x, in: context)`.
  public func predict(_ inputs: [Tensor], in context: Context) throws -> [Tensor] {
    let graph: Graph
    let schedule: Schedule
    do { (graph, schedule) = try runnable() } catch let error as LayerError {
      throw error.within(context.path)
    }
    var border = context.pass.isLookedAt ? Border(graph) : nil
    var values = [Tensor?](repeating: nil, count: schedule.valueCount)
    let entering = try withoutPadding(entered(inputs, graph, context.path), graph, context)
    for (place, input) in entering.enumerated() { values[place] = input }
    border?.enter(entering)
    for step in schedule.steps {
      if !schedule.learnables.isEmpty {
        for place in step.inputs + step.wires.map(\.place) where values[place] == nil {
          guard let port = schedule.learnables[place] else { continue }
          let value = try learnable(port, graph, context)
          values[place] = value
          border?.enter(value, at: place)
        }
      }
      let arguments = try step.inputs.map { place -> Tensor in
        guard let value = values[place] else {
          throw LayerError(
            context.path, "layer \(step.node.name) ran before its inputs",
            remedy: "Do not edit a network while it runs")
        }
        return value
      }
      try border?.validate(step, at: context.path)
      let results = try OperationCount.counting(border != nil) {
        try run(
          step.node.layer, step.node, arguments, context,
          binding: bindings(of: step, graph, context) { values[$0] })
      }
      guard results.value.count == step.outputNames.count else {
        throw LayerError(
          context.path.isEmpty ? step.node.name : "\(context.path)/\(step.node.name)",
          "returned \(counted(results.value.count, "tensor")) and names "
            + counted(step.outputNames.count, "output port"),
          remedy: "Make outputNames agree with what predict returns")
      }
      border?.note(step, results.value, multiplyAdds: results.count)
      for place in step.finished { values[place] = nil }
      for (number, result) in results.value.enumerated() {
        values[step.firstOutput + number] = result
      }
    }
    if let border { keep(border) }
    return schedule.outputs.compactMap { values[$0] }
  }

  /// The output of a network with one output, for one input.
  public func callAsFunction(_ input: Tensor, in context: Context) throws -> Tensor {
    let outputs = try self([input], in: context)
    guard outputs.count == 1 else {
      throw LayerError(
        context.path, "the network has \(counted(outputs.count, "output")), and one was asked for",
        remedy: "Call it with a list: network([x], in: context)")
    }
    return outputs[0]
  }

  /// Calls a layer of any arity with a list of tensors.
  func run<L: Layer>(
    _ layer: L, _ node: Graph.Node, _ inputs: [Tensor], _ context: Context,
    binding: [ObjectIdentifier: Frame.Binding] = [:]
  ) throws -> [Tensor] {
    guard let input = L.Input(tensors: inputs) else {
      throw LayerError(
        context.path.isEmpty ? node.name : "\(context.path)/\(node.name)",
        "takes \(counted(L.Input.tensorCount ?? 0, "tensor")) and was given \(inputs.count)",
        remedy: "Make inputNames agree with the layer's Input")
    }
    return try context.call(layer, input, name: node.name, entry: node.entry, binding: binding)
      .tensors
  }

  /// Checks the inputs against their layouts, and brings their axes into canonical order.
  func entered(_ inputs: [Tensor], _ graph: Graph, _ path: String) throws -> [Tensor] {
    guard inputs.count == graph.inputs.count else {
      throw LayerError(
        path,
        "takes \(counted(graph.inputs.count, "input")) (\(inputNames.joined(separator: ", "))) and was given "
          + "\(inputs.count)",
        remedy: "Give one tensor for each input")
    }
    return try zip(inputs, graph.inputs).map { tensor, input in
      guard let layout = input.layout else { return tensor }
      guard layout.fits(tensor.shape) else {
        throw LayerError(
          path, "input \"\(input.name)\" expects \(layout), found shape \(tensor.shape)",
          remedy: "Give data of that layout, or declare another one")
      }
      return try layout.canonicalPermutation.map { try tensor.permuted($0) } ?? tensor
    }
  }

  /// Zeros in place of what stands beyond the lengths of sequences, where data comes in from
  /// outside: a NaN there would reach the gradients of layers of single steps, as 0 times NaN.
  private func withoutPadding(
    _ inputs: [Tensor], _ graph: Graph, _ context: Context
  ) throws -> [Tensor] {
    guard let lengths = context.sequenceLengths, context.frame.depth <= 1 else { return inputs }
    return try zip(inputs, graph.inputs).map { tensor, input in
      let isSequence =
        input.layout.map { $0.rank > 2 && $0.canonical.axes[1] == .time } ?? (tensor.rank == 3)
      // Lengths that do not fit are refused by the layer that reads them, which says what it needs.
      guard isSequence, tensor.scalarType.isFloatingPoint, tensor.shape[0] == lengths.count,
        lengths.allSatisfy({ (0...tensor.shape[1]).contains($0) })
      else { return tensor }
      return try tensor.zeroed(beyond: lengths)
    }
  }

  func keep(_ border: Border) {
    state.withLock { state in
      var findings = state.findings ?? Findings()
      findings.inputLayouts = border.inputs
      findings.outputLayouts = border.outputs
      findings.multiplyAdds = border.multiplyAdds
      state.findings = findings
    }
  }
}

/// Labels and sizes at the borders between layers, followed while an example passes through.
struct Border {
  private let graph: Graph
  private var layouts: [Int: Layout] = [:]
  private(set) var inputs: [String: [Layout]] = [:]
  private(set) var outputs: [String: [Layout]] = [:]
  private(set) var multiplyAdds: [String: Int] = [:]

  init(_ graph: Graph) { self.graph = graph }

  mutating func enter(_ tensors: [Tensor]) {
    for (place, tensor) in tensors.enumerated() {
      let labels = graph.inputs[place].layout?.canonical.labels ?? Layout.labels(rank: tensor.rank)
      layouts[place] = Layout(labels, of: tensor)
    }
  }

  /// Notes a learnable that goes through layers as data does.
  mutating func enter(_ learnable: Tensor, at place: Int) {
    layouts[place] = Layout(String(repeating: "U", count: learnable.rank), of: learnable)
  }

  mutating func validate(_ step: Schedule.Step, at path: String) throws {
    let layouts = step.inputs.compactMap { self.layouts[$0] }
    inputs[step.node.name] = layouts
    do {
      try step.node.layer.validate(layouts)
    } catch {
      throw LayerError.attribute(
        error, to: path.isEmpty ? step.node.name : "\(path)/\(step.node.name)")
    }
  }

  mutating func note(_ step: Schedule.Step, _ tensors: [Tensor], multiplyAdds count: Int) {
    let found = step.node.layer.outputLayouts(
      tensors.map(\.shape), for: inputs[step.node.name] ?? [])
    for (number, pair) in zip(found, tensors).enumerated() {
      let layout = Layout(pair.0.labels, of: pair.1)
      layouts[step.firstOutput + number] = layout
      outputs[step.node.name, default: []].append(layout)
    }
    multiplyAdds[step.node.name] = count
  }
}

extension Pass {
  /// Whether layouts are followed from layer to layer and products are counted: in the pass that
  /// initialises, and in the one that counts uses, whose numbers stay since nothing runs twice in
  /// it.
  fileprivate var isLookedAt: Bool { initialization != nil || usage != nil }
}
