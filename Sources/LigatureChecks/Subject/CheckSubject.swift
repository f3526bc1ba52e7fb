import LigatureNetworks
import LigatureTensors

/// The layer under examination: a network that holds it alone, and the means to run it in every
/// way.
final class CheckSubject {
  let network: Network
  /// Layouts of the inputs, in the order of the ports, canonical.
  let layouts: [Layout]
  let options: CheckOptions
  /// The layer itself, as it was given.
  let layer: any Layer
  /// A copy of a layer that was given without values, made before it ever ran.
  let untouched: Network?
  /// The values the layer had when it was given, perhaps none.
  private let original: NetworkSnapshot
  /// Its values once initialised.
  private(set) var initialized: NetworkSnapshot?
  /// Why its ports cannot be connected, if they cannot.
  let portProblem: (any Error)?
  /// Why it could not be initialised.
  private(set) var initializationError: (any Error)?
  /// The outputs of the first prediction the layer was ever asked for, by the pass that gave it its
  /// values.
  private(set) var firstOutputs: [Tensor]?
  /// Whether the layer may be run: never without values, for predict may read their sizes.
  private var mayRun = false

  /// Whether the layer is never run, because it has ended a process before.
  private let isDangerous: Bool

  /// - Parameter runs: whether the layer may run at all.
  init(_ layer: any Layer, _ layouts: [Layout], _ options: CheckOptions, runs: Bool = true) {
    isDangerous = !runs
    self.layer = layer
    self.layouts = layouts.map(\.canonical)
    self.options = options
    if let network = layer as? Network {
      self.network = network
      portProblem = nil
    } else {
      network = Network()
      do {
        try CheckSubject.enter(layer, self.layouts, into: network)
        portProblem = nil
      } catch {
        portProblem = error
      }
    }
    original = network.snapshot()
    untouched = runs && portProblem == nil && network.hasDeferred ? try? network.copy() : nil
  }

  /// Puts the layer into an empty network, with an input for each layout. Throws where its ports
  /// cannot be told apart or connected.
  private static func enter(
    _ layer: any Layer, _ layouts: [Layout], into network: Network
  ) throws {
    try network.add(layer, named: name)
    for names in [layer.inputNames, layer.outputNames]
    where Set(names).count < names.count || names.contains("") {
      throw LayerError(
        .name, "", "has ports that cannot be told apart: \(names)",
        remedy: "Give each port a name of its own")
    }
    guard network.inputNames.isEmpty else { return }
    for (number, (port, layout)) in zip(layer.inputNames, layouts).enumerated() {
      let input = "input \(number + 1)"
      // Labels only: sizes are the layer's to refuse.
      try network.addInput(
        input, Layout(layout.labels, layout.sizes.map { _ in nil }, layout.scalarType))
      try network.connect(input, to: "\(name)/\(port)")
    }
  }

  /// What the layer is called in the network that holds it.
  static let name = "layer"

  /// A path as the layer's author knows it: without the name of the network's only layer.
  func shown(_ path: String) -> String {
    if path.isEmpty { return String(describing: type(of: layer)) }
    guard !(layer is Network) else { return path }
    if path == CheckSubject.name { return String(describing: type(of: layer)) }
    return path.hasPrefix(CheckSubject.name + "/")
      ? String(path.dropFirst(CheckSubject.name.count + 1)) : path
  }

  // MARK: Values

  /// Gives learnables their first values, as every check but that of initialisation finds them.
  func initialize() throws {
    if isDangerous { throw NotRun() }
    do {
      if let portProblem { throw portProblem }
      let outputs = try network.initializeAndPredict(for: inputs())
      if firstOutputs == nil { firstOutputs = outputs }
      mayRun = true
    } catch {
      mayRun = portProblem == nil && !network.hasDeferred
      guard isThrownByRunning else {
        initializationError = error
        throw error
      }
    }
    // What is drawn from elsewhere is other than at first each time: a finding of one check only.
    if initialized == nil { initialized = network.snapshot() }
  }

  /// Whether initialisation has given every value, and what threw was predict or forward, which it
  /// calls: a finding of the checks that run the layer, not of that of initialisation.
  private var isThrownByRunning: Bool {
    guard mayRun else { return false }
    return !Phase.allCases.allSatisfy { (try? outputs(inputs(), $0)) != nil }
  }

  /// Back to the values after initialisation.
  func reset() { initialized.map(network.restore) }

  /// Back to how the layer was given.
  func restoreOriginal() { network.restore(original) }

  /// Runs `body` with the layer in another scalar type, and puts its values back.
  func withScalarType<Result>(_ type: ScalarType, _ body: () throws -> Result) throws -> Result {
    let before = network.snapshot()
    defer { network.restore(before) }
    try network.cast(to: type)
    return try body()
  }

  /// Draws learnables anew around their values, by a tenth of their size, so that a variance stays
  /// positive; zeros, such as fresh biases, leave the kinks they sit on.
  func disturbLearnables(_ stream: inout RandomStream) throws {
    for parameter in network.parameters {
      let value = parameter.value
      let noise = try stream.normal(value.shape, standardDeviation: 0.1, value.scalarType)
      let size = try abs(value)
      try parameter.set(value + noise * select(size .> 0, size, .full([], 1, value.scalarType)))
    }
  }

  /// Calls `body` with the first values and with drawn ones, until it finds something: what begins
  /// at zero, as a gate does, hides what it stands before. Puts the values back. `body` is told
  /// what to say of the values.
  func withSeveralValues<Result>(_ body: (String) throws -> Result?) throws -> Result? {
    if let found = try body("") { return found }
    guard !network.parameters.isEmpty else { return nil }
    let before = network.snapshot()
    defer { network.restore(before) }
    var stream = RandomStream(seed: options.seed, name: "values")
    try disturbLearnables(&stream)
    return try body(", with learnables moved a little")
  }

  // MARK: Inputs

  /// Inputs of the layouts, with free axes filled in: the examples' first observations if there are
  /// examples, else random numbers. `draw` tells one set from another.
  func inputs(
    observations: Int? = nil, timeSteps: Int? = nil, spaces: [Int]? = nil,
    type: ScalarType = .float32, draw: Int = 0
  ) throws -> [Tensor] {
    let spaces = spaces ?? [options.spatialSizes[0]]
    let count = observations ?? options.observationCounts.max() ?? 2
    if let examples = options.examples {
      return try examples.enumerated().map { number, example in
        try chosen(example, number, count, type)
      }
    }
    return try layouts.enumerated().map { number, layout in
      let shape = layout.shape(
        batch: count, time: timeSteps ?? options.timeStepCounts.max() ?? 3, other: 3)
      // The batch's declared size is an example's; checks ask for others.
      var sizes = shape
      for axis in layout.axes(labelled: .batch) { sizes[axis] = count }
      for (place, axis) in layout.axes(labelled: .space).enumerated()
      where layout.sizes[axis] == nil {
        sizes[axis] = spaces[place % spaces.count]
      }
      var stream = RandomStream(seed: options.seed, name: "input \(number) \(draw)")
      guard layout.scalarType.isFloatingPoint else {
        return try floor(stream.uniform(sizes, in: 0..<2, .float64)).cast(to: layout.scalarType)
      }
      return try stream.normal(sizes, standardDeviation: options.inputScales[0], type)
    }
  }

  private func chosen(
    _ example: Tensor, _ number: Int, _ count: Int, _ type: ScalarType
  ) throws -> Tensor {
    let typed = example.scalarType.isFloatingPoint ? try example.cast(to: type) : example
    guard
      let axis = layouts.indices.contains(number)
        ? layouts[number].axes(labelled: .batch).first : 0
    else { return typed }
    let present = example.shape[axis]
    guard present > 0 else { return typed }
    // Observations repeat where there are fewer than asked for.
    return try typed.gathered(Tensor((0..<count).map { $0 % present }), axis: axis)
  }

  /// The batch axis of input `number`; nil where it has none.
  func batchAxis(ofInput number: Int) -> Int? {
    layouts.indices.contains(number) ? layouts[number].axes(labelled: .batch).first : nil
  }

  /// Whether any input has time steps whose number is free.
  var hasFreeTime: Bool {
    options.examples == nil
      && layouts.contains { layout in
        layout.axes(labelled: .time).contains { layout.sizes[$0] == nil }
      }
  }

  /// Whether there are inputs with any number of time steps, each with a batch before them, and
  /// none with a fixed number.
  var hasSequencesOnly: Bool {
    guard options.examples == nil else { return false }
    let sequences = layouts.filter { !$0.axes(labelled: .time).isEmpty }
    return !sequences.isEmpty
      && sequences.allSatisfy { layout in
        layout.axes(labelled: .time).count == 1 && layout.axes(labelled: .batch) == [0]
          && layout.axes(labelled: .time).allSatisfy { $0 == 1 && layout.sizes[$0] == nil }
      }
  }

  /// Whether any input has spatial axes whose size is free.
  var hasFreeSpace: Bool {
    options.examples == nil
      && layouts.contains { layout in
        layout.axes(labelled: .space).contains { layout.sizes[$0] == nil }
      }
  }

  /// The channel axis of input `number`; nil where it has none.
  func channelAxis(ofInput number: Int) -> Int? {
    layouts.indices.contains(number) ? layouts[number].axes(labelled: .channel).last : nil
  }

  /// Whether a learnable's size along some axis is `size`, so that it may have been made for it.
  func hasLearnable(ofSize size: Int) -> Bool {
    size > 1 && network.parameters.contains { $0.value.shape.contains(size) }
  }

  /// Whether an initialisation for other inputs makes learnables of other shapes.
  func learnablesFollow(_ others: [Tensor]) -> Bool {
    func shapes() -> [String: [Int]] {
      Dictionary(network.learnables.map { ($0.path, $0.parameter.value.shape) }) { $1 }
    }
    let present = shapes()
    defer {
      restoreOriginal()
      try? initialize()
    }
    restoreOriginal()
    guard network.hasDeferred, (try? network.initializeAndPredict(for: others)) != nil else {
      return false
    }
    return shapes() != present
  }

  // MARK: Running

  /// What predict takes or returns where that is not one tensor for each port, in words. Whatever
  /// else it throws is the finding of another check.
  func portMismatch() -> String? {
    do {
      _ = try outputs(inputs())
      return nil
    } catch let error as LayerError where error.kind == .portMismatch {
      return error.problem
    } catch {
      return nil
    }
  }

  /// The outputs in a phase; random layers draw from the same numbers each time the iteration is
  /// the same.
  func outputs(
    _ inputs: [Tensor], _ phase: Phase = .inference, iteration: Int = 0,
    storesStates: Bool = false
  ) throws -> [Tensor] {
    try requireValues()
    return try network.outputs(
      for: inputs, phase, seed: options.seed, iteration: iteration, storesStates: storesStates)
  }

  /// The layer is not run: it has ended a process before, or has no values.
  struct NotRun: Error {}

  func requireValues() throws {
    if isDangerous { throw NotRun() }
    guard mayRun else { throw initializationError ?? portProblem ?? NotRun() }
  }

  /// The outputs and the gradients of Σ weights · outputs; random weights of the outputs' shapes
  /// unless given.
  func differentiated(
    _ inputs: [Tensor], _ phase: Phase = .training, iteration: Int = 0,
    weights: ((([Tensor]) throws -> [Tensor?]))? = nil
  ) throws -> (outputs: [Tensor], inputGradients: [Tensor?], gradients: Gradients) {
    try requireValues()
    return try network.differentiated(
      at: inputs, phase, seed: options.seed, iteration: iteration,
      weights: weights ?? { try self.randomWeights(for: $0) })
  }

  /// Fixed random weights for outputs, nil for those that are not floating point.
  func randomWeights(for outputs: [Tensor], draw: Int = 0) throws -> [Tensor?] {
    try outputs.enumerated().map { number, output in
      guard output.scalarType.isFloatingPoint else { return nil }
      var stream = RandomStream(seed: options.seed, name: "weight \(number) \(draw)")
      return try stream.normal(output.shape, output.scalarType)
    }
  }

  /// The name of output `number` for people.
  func outputName(_ number: Int) -> String {
    let names = network.outputNames
    return names.indices.contains(number) ? "output \(shown(names[number]))" : "output \(number)"
  }

  /// The name of input `number` for people.
  func inputName(_ number: Int) -> String {
    let names = layer.inputNames
    return names.indices.contains(number) ? "input \(names[number])" : "input \(number)"
  }

  /// Which element of a shape a row-major index is, for people.
  static func element(_ index: Int, of shape: [Int]) -> String {
    var rest = index
    var places = shape
    for axis in shape.indices.reversed() {
      places[axis] = shape[axis] > 0 ? rest % shape[axis] : 0
      rest /= max(1, shape[axis])
    }
    return "element \(places)"
  }
}
