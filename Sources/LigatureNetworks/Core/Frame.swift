import LigatureTensors
import Synchronization

/// One running call of a layer: its pass, its path, and how often it has called what so far.
///
/// Property getters have no context, so the frame is also a task-local: a learnable read inside a
/// pass is a leaf of that pass.
final class Frame: Sendable {
  @TaskLocal static var current: Frame?

  /// Far beyond any network people build, and far within the stack.
  static let maximumDepth = 200

  let pass: Pass
  /// The layer's path from the root, for people: `autoencoder/encoder/fc1`.
  let path: String
  /// The path with the number of the use at every step that was taken before: what states and
  /// random numbers are keyed by.
  let key: String
  let depth: Int
  /// Learnables are read as constants: a backward written by hand takes care of them.
  let readsConstants: Bool
  /// The running layer; nil for the root of a pass.
  let entry: LayerEntry?
  /// What stands for learnables that are wired, by their parameters: also in layers further in.
  let bindings: [ObjectIdentifier: Binding]

  /// A tensor that a learnable is wired to.
  struct Binding: Sendable {
    let tensor: Tensor
    /// The learnable it was made of, where there is one.
    let owner: Parameter?
  }

  private struct Counts {
    var uses: [String: Int] = [:]
    var draws = 0
    var children: [ObjectIdentifier: (name: String, entry: LayerEntry)]?
  }

  private let counts = Mutex(Counts())

  /// Of a root frame: the network whose paths need no name of its own before them.
  private let root: ObjectIdentifier?

  init(
    pass: Pass, path: String = "", key: String = "", depth: Int = 0, entry: LayerEntry?,
    root: ObjectIdentifier? = nil, readsConstants: Bool = false,
    bindings: [ObjectIdentifier: Binding] = [:]
  ) {
    self.pass = pass
    self.root = root
    self.readsConstants = readsConstants
    self.bindings = bindings
    self.path = path
    self.key = key
    self.depth = depth
    self.entry = entry
  }

  /// Whether this is the outermost frame of a recorded pass over a network.
  func records(_ network: any LayerGraph) -> Bool {
    pass.tape != nil && root == ObjectIdentifier(network)
  }

  /// The same call, reading its learnables as constants.
  var readingConstants: Frame {
    Frame(
      pass: pass, path: path, key: key, depth: depth, entry: entry, readsConstants: true,
      bindings: bindings)
  }

  func nextDraw() -> Int {
    counts.withLock { counts in
      counts.draws += 1
      return counts.draws
    }
  }

  /// The frame of a call of `layer` by this frame's layer. A network knows the names of its layers;
  /// those of a custom layer are found among its learnables, or else named by type.
  func child(
    for layer: any Layer, name: String?, entry: LayerEntry?,
    binding own: [ObjectIdentifier: Binding] = [:]
  ) -> Frame {
    let bindings = own.isEmpty ? bindings : bindings.merging(own) { $1 }
    let known = name == nil ? layer.identity.flatMap { children[$0] } : nil
    let name = name ?? known?.name ?? layer.defaultName
    let use = counts.withLock { counts in
      counts.uses[name, default: 0] += 1
      return counts.uses[name, default: 1]
    }
    let entry = entry ?? known?.entry ?? LayerEntry(layer)
    if let root, layer.identity == root {
      return Frame(
        pass: pass, key: use == 1 ? "" : "#\(use)", depth: depth + 1, entry: entry,
        readsConstants: readsConstants, bindings: bindings)
    }
    return Frame(
      pass: pass, path: path.isEmpty ? name : "\(path)/\(name)",
      key: (key.isEmpty ? "" : key + "/") + (use == 1 ? name : "\(name)#\(use)"),
      depth: depth + 1, entry: entry, readsConstants: readsConstants, bindings: bindings)
  }

  /// The layers among this layer's learnables, by identity.
  private var children: [ObjectIdentifier: (name: String, entry: LayerEntry)] {
    if let known = counts.withLock({ $0.children }) { return known }
    var children: [ObjectIdentifier: (name: String, entry: LayerEntry)] = [:]
    for (name, slot) in entry?.learnables ?? [] {
      slot.tree.visit(name) { path, leaf in
        guard case .layer(let entry) = leaf, let identity = entry.identity else { return }
        if children[identity] == nil { children[identity] = (path, entry) }
      }
    }
    counts.withLock { $0.children = children }
    return children
  }
}
