import LigatureTensors

extension Network {
  /// Runs the layers in order. Within a layer of your own call the network as a function:
  /// `encoder(x, in: context)`.
  public func predict(_ inputs: [Tensor], in context: Context) throws -> [Tensor] {
    let (graph, schedule) = try runnable(at: context.path)
    var context = context
    context.lengths = try context.lengths?.entering(self, inputs, at: context.path)
    let entering = try withoutPadding(entered(inputs, graph, context), context)
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
    let lengths = context.lengths.map { _ in WalkedLengths(context.inputLengths(inputs.count)) }
    var plain = PlainRunner(graph: graph, context: context, lengths: lengths)
    guard !observers.isEmpty else {
      let outputs = try schedule.walk(inputs, &plain)
      plain.report(schedule.outputs)
      return outputs
    }
    for observer in observers { observer.entered(inputs) }
    var runner = ObservedRunner(plain: plain, observers: observers)
    let outputs = try schedule.walk(inputs, &runner)
    runner.plain.report(schedule.outputs)
    for observer in observers { observer.ended(outputs) }
    return outputs
  }

  /// The output of a network with one output, for one input.
  public func callAsFunction(_ input: Tensor, in context: Context) throws -> Tensor {
    let outputs = try self([input], in: context)
    return try outputs.single(
      at: context.path, remedy: "Call it with a list: network([x], in: context)")
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
  private func withoutPadding(_ inputs: [Tensor], _ context: Context) throws -> [Tensor] {
    guard context.lengths != nil, context.frame.depth <= 1 else { return inputs }
    return try zip(inputs, context.inputLengths(inputs.count)).map { tensor, lengths in
      // Lengths that do not fit are refused by the layer that reads them, which says what it needs.
      guard let lengths, tensor.rank > 1, tensor.scalarType.isFloatingPoint,
        tensor.shape[0] == lengths.count, lengths.allSatisfy({ (0...tensor.shape[1]).contains($0) })
      else { return tensor }
      return try tensor.zeroed(beyond: lengths)
    }
  }

  func takesSequence(_ place: Int, rank: Int) -> Bool {
    let inputs = graph.inputs
    guard inputs.indices.contains(place) else { return rank == 3 }
    guard let layout = inputs[place].layout else {
      return rank == 3 || rank > 3 && feedsSequences(inputs[place].name, rank: rank)
    }
    let axes = layout.canonical.axes
    guard axes.count > 1, axes[0] == .batch else { return false }
    return axes[1] == .time || axes[1] == .unspecified && axes.count == 3
  }

  /// Whether an input that nobody has declared goes to a layer that knows it for a sequence.
  private func feedsSequences(_ input: String, rank: Int) -> Bool {
    let graph = graph
    return graph.nodes.contains { node in
      let layer = LayerEntry.unwrapped(node.layer).layer
      return layer.inputNames.enumerated().contains { place, port in
        graph.sources[Graph.Port(node: node.name, port: port)] == .input(input)
          && (layer is any SequenceLayer
            || (layer as? any LayerGraph)?.takesSequence(place, rank: rank) == true)
      }
    }
  }

  func canonicalShape(_ shape: [Int], at place: Int) -> [Int] {
    let inputs = graph.inputs
    guard inputs.indices.contains(place), let layout = inputs[place].layout,
      layout.rank == shape.count, let order = layout.canonicalPermutation
    else { return shape }
    return order.map { shape[$0] }
  }
}

/// Calls the layers of a graph one by one.
struct PlainRunner: StepRunner {
  let graph: Graph
  let context: Context
  /// Nil where nothing is padded.
  var lengths: WalkedLengths<[Int]?>?

  var path: String { context.path }

  func learnable(_ port: Graph.Port, at place: Int) throws -> Tensor {
    try context.learnable(port, graph)
  }

  mutating func run(
    _ step: Schedule.Step, _ arguments: [Tensor], _ value: (Int) -> Tensor?
  ) throws -> [Tensor] {
    let binding = step.wires.isEmpty ? [:] : graph.bindings(of: step, value)
    guard let known = lengths else {
      return try context.run(step.node.layer, step.node, arguments, binding: binding)
    }
    let result = try context.run(
      step.node.layer, step.node, arguments, of: step.inputs.map { known[$0] ?? nil },
      binding: binding)
    lengths?.note(result.lengths, after: step)
    return result.outputs
  }

  /// Tells whoever runs the graph the lengths of its outputs.
  func report(_ outputs: [Int]) {
    guard let lengths else { return }
    context.setOutputLengths(outputs.map { lengths[$0] ?? nil })
  }
}

/// Calls the layers of a graph one by one, and tells observers.
private struct ObservedRunner: StepRunner {
  var plain: PlainRunner
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
        (L.Input.tensorCount.map { "takes \(counted($0, "tensor"))" }
          ?? "takes another number of tensors")
          + " and was given \(inputs.count)",
        remedy: "Make inputNames agree with the layer's Input")
    }
    return try call(layer, input, name: node.name, entry: node.entry, binding: binding).tensors
  }

  /// Calls a layer with a list of tensors of these lengths, and returns those of its outputs too.
  func run<L: Layer>(
    _ layer: L, _ node: Graph.Node, _ inputs: [Tensor], of lengths: [[Int]?],
    binding: [ObjectIdentifier: Frame.Binding] = [:]
  ) throws -> (outputs: [Tensor], lengths: [[Int]?]) {
    guard let input = L.Input(tensors: inputs), lengths.contains(where: { $0 != nil }) else {
      var unpadded = self
      unpadded.lengths = nil
      let outputs = try unpadded.run(layer, node, inputs, binding: binding)
      return (outputs, outputs.map { _ in nil })
    }
    var child = try child(for: layer, name: node.name, entry: node.entry, binding: binding)
    child.lengths = .inputs(inputs, lengths)
    let outputs = try child.run(layer, input, isNamed: true).tensors
    let found =
      try child.frame.outputLengths
      ?? SequenceLengths.kept(by: outputs, of: layer, inputs, lengths, at: child.path)
    guard found.count == outputs.count else {
      throw LayerError(
        .portMismatch, child.path,
        "returned \(counted(outputs.count, "tensor")) and set the lengths of \(found.count)",
        remedy: "Give context.setOutputLengths one entry for each output, nil for one without time")
    }
    return (outputs, found)
  }
}

/// What is known of the lengths of the values in a walk, by their places.
struct WalkedLengths<Entry> {
  private var entries: [Int: Entry] = [:]

  init(_ inputs: [Entry]) {
    for (place, entry) in inputs.enumerated() { entries[place] = entry }
  }

  subscript(_ place: Int) -> Entry? { entries[place] }

  mutating func note(_ outputs: [Entry], after step: Schedule.Step) {
    for (number, entry) in outputs.enumerated() { entries[step.firstOutput + number] = entry }
  }
}

extension [Tensor] {
  /// The output of a network that has one. Throws, naming the path and the remedy, for another
  /// number.
  func single(at path: String, remedy: String) throws -> Tensor {
    guard count == 1 else {
      throw LayerError(
        .portCount, path, "the network has \(counted(count, "output")), and one was asked for",
        remedy: remedy)
    }
    return self[0]
  }
}
