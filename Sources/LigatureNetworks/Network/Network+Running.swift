import LigatureTensors

extension Network {
  /// Runs the layers in order. Within a layer of your own call the network as a function:
  /// `encoder(x, in: context)`.
  public func predict(_ inputs: [Tensor], in context: Context) throws -> [Tensor] {
    let (graph, schedule) = try runnable(at: context.path)
    let entering = try withoutPadding(entered(inputs, graph, context), graph, context)
    return try walk(
      schedule, graph, entering, in: context,
      context.pass.observers.flatMap {
        ($0 as? any GraphObserving)?.observers(of: self, graph) ?? []
      })
  }

  /// Runs the steps of a schedule on inputs that fit, seen by some observers or by nobody.
  func walk(
    _ schedule: Schedule, _ graph: Graph, _ inputs: [Tensor], in context: Context,
    _ observers: [any GraphObserver]
  ) throws -> [Tensor] {
    if observers.isEmpty {
      var runner = PlainRunner(graph: graph, context: context)
      return try schedule.walk(inputs, &runner)
    }
    for observer in observers { observer.entered(inputs) }
    var runner = ObservedRunner(
      plain: PlainRunner(graph: graph, context: context), observers: observers)
    let outputs = try schedule.walk(inputs, &runner)
    for observer in observers { observer.ended(outputs) }
    return outputs
  }

  /// The output of a network with one output, for one input.
  public func callAsFunction(_ input: Tensor, in context: Context) throws -> Tensor {
    let outputs = try self([input], in: context)
    guard outputs.count == 1 else {
      throw LayerError(
        .portCount, context.path,
        "the network has \(counted(outputs.count, "output")), and one was asked for",
        remedy: "Call it with a list: network([x], in: context)")
    }
    return outputs[0]
  }

  /// Checks the inputs against their layouts, and brings their axes into canonical order.
  func entered(
    _ inputs: [Tensor], _ graph: Graph, _ context: Context? = nil
  ) throws -> [Tensor] {
    guard inputs.count == graph.inputs.count else {
      throw LayerError(
        .portCount, context?.path ?? "",
        "takes \(counted(graph.inputs.count, "input")) (\(inputNames.joined(separator: ", "))) and was given "
          + "\(inputs.count)",
        remedy: "Give one tensor for each input")
    }
    return try zip(inputs, graph.inputs).map { tensor, input in
      guard let layout = input.layout else { return tensor }
      guard layout.fits(tensor.shape) else {
        throw LayerError(
          .shape, context?.path ?? "",
          "input \"\(input.name)\" expects \(layout), found shape \(tensor.shape)",
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
}

/// Calls the layers of a graph one by one.
struct PlainRunner: StepRunner {
  let graph: Graph
  let context: Context

  var path: String { context.path }

  func learnable(_ port: Graph.Port, at place: Int) throws -> Tensor {
    try context.learnable(port, graph)
  }

  func run(
    _ step: Schedule.Step, _ arguments: [Tensor], _ value: (Int) -> Tensor?
  ) throws -> [Tensor] {
    try context.run(
      step.node.layer, step.node, arguments,
      binding: step.wires.isEmpty ? [:] : graph.bindings(of: step, value))
  }
}

/// Calls the layers of a graph one by one, and tells observers.
private struct ObservedRunner: StepRunner {
  let plain: PlainRunner
  let observers: [any GraphObserver]
  private var multiplyAdds = 0

  init(plain: PlainRunner, observers: [any GraphObserver]) {
    self.plain = plain
    self.observers = observers
  }

  var path: String { plain.path }

  func learnable(_ port: Graph.Port, at place: Int) throws -> Tensor {
    let value = try plain.learnable(port, at: place)
    for observer in observers { observer.took(value, at: place) }
    return value
  }

  mutating func run(
    _ step: Schedule.Step, _ arguments: [Tensor], _ value: (Int) -> Tensor?
  ) throws -> [Tensor] {
    for observer in observers { try observer.willRun(step, in: path) }
    let results = try OperationCount.counting(true) { try plain.run(step, arguments, value) }
    multiplyAdds = results.count
    return results.value
  }

  func didRun(_ step: Schedule.Step, _ arguments: [Tensor], _ results: [Tensor]) {
    for observer in observers {
      observer.didRun(step, arguments, results, multiplyAdds: multiplyAdds)
    }
  }

  func absorbs(_ failure: StepFailure, of step: Schedule.Step) -> Bool {
    observers.contains { $0.absorbs(failure, of: step) }
  }
}

extension Context {
  /// Calls a layer of any arity with a list of tensors.
  func run<L: Layer>(
    _ layer: L, _ node: Graph.Node, _ inputs: [Tensor],
    binding: [ObjectIdentifier: Frame.Binding] = [:]
  ) throws -> [Tensor] {
    guard let input = L.Input(tensors: inputs) else {
      throw LayerError(
        .portMismatch, path.isEmpty ? node.name : "\(path)/\(node.name)",
        "takes \(counted(L.Input.tensorCount ?? 0, "tensor")) and was given \(inputs.count)",
        remedy: "Make inputNames agree with the layer's Input")
    }
    return try call(layer, input, name: node.name, entry: node.entry, binding: binding).tensors
  }
}
