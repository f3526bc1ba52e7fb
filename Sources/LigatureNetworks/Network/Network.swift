import Foundation
import LigatureTensors
import Synchronization

/// A graph of layers, which is itself a layer: it can be a learnable of a custom layer, or a layer
/// of a larger network, and be called as often as its owner likes. Every use shares its learnables.
///
///     let encoder = Network {
///       FullyConnected(392)
///       ReLU()
///       FullyConnected(196)
///       ReLU()
///     }
///
/// The graph is a value under a lock: editing replaces it, and a pass runs on what it was when the
/// pass began. Learnables get their first values from an example or a declared input layout, before
/// the first prediction.
public final class Network: Layer, LayerGraph {
  struct State {
    var graph = Graph()
    var schedule: Schedule?
    /// How often the graph was replaced.
    var edits = 0
    /// Names of the outputs, and how often any network had been edited when they were found.
    var outputNames: (names: [String], edits: Int)?
    var seed: UInt64 = 0
    var scalarType = ScalarType.float32
    /// What the last initialising run found out.
    var findings: Findings?
    /// Training passes so far, of those whose iteration nobody named.
    var passes = 0
    /// Parameters that were once found in the network.
    var known: Set<ObjectIdentifier> = []

    /// Forgets what was known of the graph that was there.
    mutating func noteEdit() {
      (schedule, findings, known) = (nil, nil, [])
      edits += 1
    }
  }

  /// What is known of a network once an example has passed through it.
  struct Findings: Sendable {
    /// Layouts going into and coming out of each layer.
    var inputLayouts: [String: [Layout]] = [:]
    var outputLayouts: [String: [Layout]] = [:]
    /// Multiply-adds of matrix products in each layer, for the example.
    var multiplyAdds: [String: Int] = [:]
    /// Paths of the calls that read each parameter, as it was tied when they were counted.
    var uses: Uses?
    /// What went into and came out of layers that custom layers hold themselves.
    var calls: [ObjectIdentifier: UsageCount.Call] = [:]
  }

  /// Paths of calls, by the parameter that they read.
  struct Uses: Sendable {
    let paths: [ObjectIdentifier: [String]]
    /// ``Parameter/structureCount`` when they were counted.
    let counted: Int
    /// The same when they were last found to hold.
    var confirmed: Int
  }

  let state: Lock<State>
  /// How often any network was edited.
  private static let allEdits = Atomic<Int>(0)
  /// Held while learnables get their first values: several tasks may ask for a first prediction.
  let initializing = NSRecursiveLock()
  /// Held while any network is edited, tied, copied or looked at to be stored. One for all, because
  /// ties and nested networks reach across.
  static let structure = NSRecursiveLock()

  init(graph: Graph) { state = Lock(State(graph: graph)) }

  /// A network without layers, to be built with ``add(_:named:)`` and ``connect(_:to:)``.
  public convenience init() { self.init(graph: Graph()) }

  var graph: Graph { state.withLock { $0.graph } }

  /// The order in which the graph runs; throws what is wrong with it.
  func schedule() throws -> Schedule { try runnable().schedule }

  /// The graph and the order in which it runs, of one moment.
  func runnable() throws -> (graph: Graph, schedule: Schedule) {
    let (graph, known, edits) = state.withLock { ($0.graph, $0.schedule, $0.edits) }
    if let known { return (graph, known) }
    // Without the lock: a schedule looks into layers, among which there may be this network.
    let schedule = try Schedule(graph)
    state.withLock { if $0.edits == edits { $0.schedule = schedule } }
    return (graph, schedule)
  }

  /// The same for a network that runs at a path.
  func runnable(at path: @autoclosure () -> String) throws -> (graph: Graph, schedule: Schedule) {
    do { return try runnable() } catch let error as LayerError { throw error.within(path()) }
  }

  /// Adds to the graph: `plan` looks at it and says what to change, which is then done in place, so
  /// that building a network of n layers is O(n). What throws changes nothing.
  func amend<Result>(
    _ plan: (Graph) throws -> (result: Result, change: (inout Graph) throws -> Void)
  ) throws -> Result {
    Network.structure.lock()
    defer { Network.structure.unlock() }
    let (result, change) = try plan(graph)
    guard state.withLock({ $0.graph.wires.isEmpty }) else {
      try edit { try change(&$0) }
      return result
    }
    try state.withLock { state in
      try change(&state.graph)
      state.noteEdit()
    }
    // The first wire of a graph.
    let amended = graph
    amended.rewire(from: amended)
    Network.allEdits.add(1, ordering: .acquiringAndReleasing)
    return result
  }

  /// Replaces the graph by an edited one. O(layers).
  func edit<Result>(_ body: (inout Graph) throws -> Result) rethrows -> Result {
    Network.structure.lock()
    defer { Network.structure.unlock() }
    let former = graph
    var graph = former
    let result = try body(&graph)
    graph.rewire(from: former)
    state.withLock { state in
      state.graph = graph
      state.noteEdit()
    }
    Network.allEdits.add(1, ordering: .acquiringAndReleasing)
    return result
  }

  /// Runs `body` while nobody edits, ties or initialises the network, or any within it, or takes a
  /// solver's step anywhere.
  package func withoutEdits<Result>(_ body: () throws -> Result) rethrows -> Result {
    // In this order: initialising a layer may edit networks in it.
    initializing.lock()
    Network.structure.lock()
    defer {
      Network.structure.unlock()
      initializing.unlock()
    }
    return try body()
  }

  /// What first values of learnables are drawn from; 0 unless set before they are.
  public var seed: UInt64 {
    get { state.withLock { $0.seed } }
    set { state.withLock { $0.seed = newValue } }
  }

  /// The type of the learnables: `float32` unless ``cast(to:)`` says otherwise.
  public var scalarType: ScalarType { state.withLock { $0.scalarType } }

  /// Names of the network's inputs.
  public var inputNames: [String] { graph.inputs.map(\.name) }

  /// Names of the network's outputs: the output ports that feed nothing, `layer` where a layer has
  /// one port, `layer/port` where it has several.
  ///
  /// Found anew after an edit of any network: in networks that each hold the next one twice there
  /// are more ways down than anybody could ask.
  public var outputNames: [String] {
    let edits = Network.allEdits.load(ordering: .acquiring)
    let (graph, known) = state.withLock { ($0.graph, $0.outputNames) }
    if let known, known.edits == edits { return known.names }
    let fed = graph.feeding
    let names = graph.nodes.flatMap { node -> [String] in
      let names = node.layer.outputNames
      return names.filter { !fed.contains(.output(Graph.Port(node: node.name, port: $0))) }
        .map { names.count == 1 ? node.name : "\(node.name)/\($0)" }
    }
    state.withLock { $0.outputNames = (names, edits) }
    return names
  }

  public var defaultName: String { "network" }
  public var identity: ObjectIdentifier? { ObjectIdentifier(self) }

  public var isObservationWise: Bool {
    // A learnable that is made of data is made of all observations.
    let graph = graph
    return graph.nodes.allSatisfy { $0.layer.isObservationWise }
      && graph.wires.values.allSatisfy { graph.trace($0).owner != nil }
  }
}
