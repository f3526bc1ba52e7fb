import LigatureTensors

/// Learnables that were read as constants although nobody asked for it.
final class ConstantReadings: Sendable {
  private let first = Lock<Parameter?>(nil)

  func note(_ parameter: Parameter) { first.withLock { $0 = $0 ?? parameter } }

  /// The first of them.
  var parameter: Parameter? { first.withLock { $0 } }
}

/// One running call of a layer: its pass, its place among other calls, and how often it has called
/// what so far.
///
/// Property getters have no context, so the frame is also a task-local: a learnable read inside a
/// pass is a leaf of that pass. Every call of every layer makes one, so paths, keys and what is
/// found by looking into the layer are made when they are asked for.
final class Frame: Sendable {
  @TaskLocal static var current: Frame?

  /// Far beyond any network people build, and far within the stack.
  static let maximumDepth = 200

  let pass: Pass
  let depth: Int
  /// Set where learnables are read as constants, for a backward written by hand takes care of them:
  /// those that it was not told of.
  let constants: ConstantReadings?
  var readsConstants: Bool { constants != nil }
  /// What stands for learnables that are wired, by their parameters: also in layers further in.
  let bindings: [ObjectIdentifier: Binding]
  /// The call that this one was made by; nil for the root of a pass.
  private let caller: Frame?
  /// What adds to paths, and the number of this use among those by the caller.
  private let name: String
  private let use: Int
  /// Of the call of a pass's own network: paths begin within it.
  private let isUnnamed: Bool
  /// Of a root frame: the network whose paths need no name of its own before them.
  private let root: ObjectIdentifier?
  /// What is known of the layer, or the layer that it would have to be found out of.
  private let known: LayerEntry?
  private let layer: (any Layer)?

  /// A tensor that a learnable is wired to.
  struct Binding: Sendable {
    let tensor: Tensor
    /// The learnable it was made of, where there is one.
    let owner: Parameter?
    /// Whether it is what a backward written by hand is told of: a constant or not, it is read as
    /// it is.
    var isGiven = false
  }

  private struct Counts {
    var uses = NameCounts()
    var draws = 0
    var asksForMemory = false
    var entry: LayerEntry?
    var outputLengths: [[Int]?]?
  }

  /// Under the pass's lock: a lock of its own would be one more piece of memory for every call.
  nonisolated(unsafe) private var counts = Counts()

  private func withCounts<Result>(_ body: (inout Counts) -> Result) -> Result {
    pass.frames.withLock { _ in body(&counts) }
  }

  /// The frame that a pass begins in.
  init(pass: Pass, root: ObjectIdentifier? = nil) {
    self.pass = pass
    self.root = root
    depth = 0
    constants = nil
    bindings = [:]
    caller = nil
    (name, use, isUnnamed) = ("", 1, true)
    (known, layer) = (nil, nil)
  }

  /// The frame of a call that `caller` makes.
  private init(
    caller: Frame, name: String, use: Int, isUnnamed: Bool, known: LayerEntry?,
    layer: (any Layer)?, bindings: [ObjectIdentifier: Binding]
  ) {
    pass = caller.pass
    depth = caller.depth + 1
    constants = caller.constants
    root = nil
    self.caller = caller
    self.name = name
    self.use = use
    self.isUnnamed = isUnnamed
    self.known = known
    self.layer = layer
    self.bindings = bindings
  }

  /// The same call from its beginning: in another pass, or with other readings of learnables.
  private init(
    again frame: Frame, in pass: Pass, constants: ConstantReadings?,
    bindings: [ObjectIdentifier: Binding]
  ) {
    self.pass = pass
    depth = frame.depth
    self.constants = constants
    self.bindings = bindings
    caller = frame.caller
    (name, use, isUnnamed) = (frame.name, frame.use, frame.isUnnamed)
    root = nil
    (known, layer) = (frame.known, frame.layer)
  }

  /// The same call from its beginning, reading learnables as constants but for those that are given
  /// here.
  func readingConstants(but given: [(parameter: Parameter, value: Tensor)]) -> Frame {
    var bindings = bindings
    for (parameter, value) in given {
      bindings[ObjectIdentifier(parameter)] = Binding(tensor: value, owner: nil, isGiven: true)
    }
    return Frame(again: self, in: pass, constants: ConstantReadings(), bindings: bindings)
  }

  /// The same call from its beginning in another pass.
  func again(in pass: Pass) -> Frame {
    Frame(again: self, in: pass, constants: constants, bindings: bindings)
  }

  /// Whether no layer is running yet.
  var isRoot: Bool { caller == nil }

  /// Whether this is the outermost frame of a recorded pass over a network.
  func records(_ network: any LayerGraph) -> Bool {
    pass.tape != nil && root == ObjectIdentifier(network)
  }

  /// Whether the running layer has asked whether memory is carried.
  var carriesState: Bool { withCounts { $0.asksForMemory } }

  func noteCarrying() { withCounts { $0.asksForMemory = true } }

  func nextDraw() -> Int {
    withCounts { counts in
      counts.draws += 1
      return counts.draws
    }
  }

  /// What the running layer said of the lengths of its outputs.
  var outputLengths: [[Int]?]? {
    get { withCounts { $0.outputLengths } }
    set { withCounts { $0.outputLengths = newValue } }
  }

  /// The running layer; nil for the root of a pass.
  var entry: LayerEntry? {
    if let known { return known }
    guard let layer else { return nil }
    if let entry = withCounts({ $0.entry }) { return entry }
    let entry = LayerEntry(layer)
    withCounts { $0.entry = entry }
    return entry
  }

  /// The frame of a call of `layer` by this frame's layer. A network knows the names of its layers;
  /// those of a custom layer are found among its learnables, or else named by type.
  func child<L: Layer>(
    for layer: L, name: String?, entry: LayerEntry?,
    binding own: [ObjectIdentifier: Binding] = [:]
  ) -> Frame {
    let bindings = own.isEmpty ? bindings : bindings.merging(own) { $1 }
    let found =
      name == nil ? layer.identity.flatMap { identity in self.entry?.child(identity) } : nil
    let name = name ?? found?.name ?? layer.defaultName
    let known = entry ?? found?.entry
    return Frame(
      caller: self, name: name, use: withCounts { $0.uses.note(name) },
      isUnnamed: root != nil && layer.identity == root, known: known,
      layer: known == nil ? layer : nil, bindings: bindings)
  }

  // MARK: Places

  /// The layer's path from the root, for people: `autoencoder/encoder/fc1`.
  var path: String {
    var path = ""
    for frame in lineage where !frame.isUnnamed {
      path = path.isEmpty ? frame.name : "\(path)/\(frame.name)"
    }
    return path
  }

  /// The path with the number of the use at every step that was taken before: what states and
  /// random numbers are keyed by.
  var key: String {
    var key = ""
    for frame in lineage {
      let number = frame.use == 1 ? "" : "#\(frame.use)"
      key =
        frame.isUnnamed
        ? number : (key.isEmpty ? "" : key + "/") + frame.name + number
    }
    return key
  }

  /// The calls around this one, and itself, outermost first.
  private var lineage: ReversedCollection<[Frame]> {
    var frames: [Frame] = []
    var frame: Frame? = self
    while let next = frame {
      frames.append(next)
      frame = next.caller
    }
    return frames.reversed()
  }
}
