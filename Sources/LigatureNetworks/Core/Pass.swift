import LigatureTensors
import Synchronization

/// One run through a network: its phase, its tape, and what it has read and written so far.
final class Pass: Sendable {
  let phase: Phase
  let seed: UInt64
  let iteration: Int
  let scalarType: ScalarType
  /// Where to record; nil when no gradient is wanted.
  let tape: Tape?
  /// Set while learnables are given their first values.
  let initialization: Initialization?
  /// Set when uses of parameters are to be counted.
  let usage: UsageCount?
  /// Time steps of each observation, where later ones are padding.
  let sequenceLengths: [Int]?
  /// Whether states begin as the caller gives them, and go back to the caller.
  let carriesState: Bool

  private struct Values {
    var leaves: [ObjectIdentifier: (parameter: Parameter, tensor: Tensor)] = [:]
    var states: [StateKey: (slot: StateSlot, value: Tensor)] = [:]
    /// Keys of the states in the order in which they were first written.
    var written: [StateKey] = []
  }

  struct StateKey: Hashable {
    let slot: ObjectIdentifier
    let use: String
  }

  private let values: Mutex<Values>

  init(
    _ phase: Phase, seed: UInt64 = 0, iteration: Int = 0, scalarType: ScalarType = .float32,
    tape: Tape? = nil, initialization: Initialization? = nil, usage: UsageCount? = nil,
    sequenceLengths: [Int]? = nil, carrying state: NetworkState? = nil
  ) {
    self.phase = phase
    self.seed = seed
    self.iteration = iteration
    self.scalarType = scalarType
    self.tape = tape
    self.initialization = initialization
    self.usage = usage
    self.sequenceLengths = sequenceLengths
    carriesState = state != nil
    values = Mutex(Values(states: state?.values ?? [:]))
  }

  /// The context that a pass begins in. Calls of `root` in it add nothing to paths.
  func rootContext(root: (any LayerGraph)? = nil) -> Context {
    Context(
      frame: Frame(pass: self, entry: nil, root: root.map { ObjectIdentifier($0) }),
      sequenceLengths: sequenceLengths)
  }

  // MARK: Learnables

  /// A parameter's value in this pass: a leaf of its tape, the same one at every reading, or a
  /// constant where no gradient is wanted.
  ///
  /// An alias is what its transform makes of its owner; a wired learnable is what its network's
  /// graph brought.
  func value(of parameter: Parameter, in frame: Frame, countsUse: Bool = true) -> Tensor {
    if let refusal = parameter.refusal { return refusal }
    if let binding = frame.bindings[ObjectIdentifier(parameter)] {
      if let owner = binding.owner { usage?.note(owner.root, frame) }
      return frame.readsConstants ? binding.tensor.detached : binding.tensor
    }
    switch parameter.source {
    case .own: break
    case .alias(let owner, let transform):
      return transform.applied(to: value(of: owner, in: frame, countsUse: countsUse))
    case .wired(let wiring):
      // Out of the reach of its graph it still is its owner, or the transpose of it.
      guard let wiring, let isTransposed = wiring.isTransposed, let owner = wiring.owner else {
        return wiring.absenceInPass
      }
      let value = value(of: owner, in: frame, countsUse: countsUse)
      return isTransposed ? value.transposed : value
    }
    if countsUse { usage?.note(parameter, frame) }
    guard let tape, !parameter.isFrozen, !frame.readsConstants else {
      return present(parameter, in: frame)
    }
    return values.withLock { values in
      if let leaf = values.leaves[ObjectIdentifier(parameter)] { return leaf.tensor }
      let value = present(parameter, in: frame)
      guard !value.isDeferred else { return value }
      let leaf = tape.leaf(value)
      values.leaves[ObjectIdentifier(parameter)] = (parameter, leaf)
      return leaf
    }
  }

  /// The stored value; a deferred one knows its name, for the error that using it is.
  private func present(_ parameter: Parameter, in frame: Frame) -> Tensor {
    let value = parameter.value
    guard value.isDeferred, value.absence == nil else { return value }
    return .deferred(frame.entry?.name(of: parameter).map { "learnable `\($0)`" } ?? "a learnable")
  }

  /// The leaves read so far, with their parameters, in the order of their first reading; forgotten
  /// by the pass.
  func takeLeaves() -> [(parameter: Parameter, tensor: Tensor)] {
    values.withLock { values in
      defer { values.leaves = [:] }
      return values.leaves.values.sorted { first, second in
        (first.tensor.node?.index ?? 0) < (second.tensor.node?.index ?? 0)
      }
    }
  }

  // MARK: States

  private func key(_ slot: StateSlot, _ frame: Frame) -> StateKey {
    StateKey(
      slot: ObjectIdentifier(slot), use: slot.sharing == .shared ? "" : frame.key)
  }

  func state(of slot: StateSlot, in frame: Frame) -> Tensor {
    let key = key(slot, frame)
    return values.withLock { $0.states[key]?.value } ?? slot.value(for: key.use)
  }

  func setState(_ value: Tensor, of slot: StateSlot, in frame: Frame) {
    if initialization != nil {
      if slot.isDeferred { slot.setInitial(value) }
      return
    }
    let key = key(slot, frame)
    values.withLock { values in
      if values.states.updateValue((slot, value.detached), forKey: key) == nil {
        values.written.append(key)
      }
    }
  }

  /// What the pass carries on: all states it was given or wrote.
  var carriedState: NetworkState { NetworkState(values: values.withLock { $0.states }) }

  /// Stores what the pass wrote into its states. Called when a training pass has succeeded.
  func commitStates() {
    let (states, written) = values.withLock { ($0.states, $0.written) }
    for key in written {
      if let state = states[key] { state.slot.commit(state.value, for: key.use) }
    }
  }
}
