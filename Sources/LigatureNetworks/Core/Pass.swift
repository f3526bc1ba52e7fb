import LigatureTensors

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
  /// Who sees what happens in the pass; nobody in one that only trains or predicts.
  let observers: [any PassObserver]
  /// How many steps of the padded sequences count that come in.
  let lengths: SequenceLengths?
  /// Whether states begin as the caller gives them, and go back to the caller.
  let carriesState: Bool
  /// Whether learnables that are frozen are leaves as well: in a trace.
  private let readsFrozen: Bool
  /// Whether some learnables are parts of other passes: a piece of a pass that runs again.
  private let hasGivenLeaves: Bool
  /// Learnables that gradients flow past: those of networks that the pass only runs through.
  private let constants: Set<ObjectIdentifier>
  /// Which observations the inputs are, of how many.
  let observations: ObservationRange?

  private struct Values {
    /// In the order of their first reading.
    var leaves = IdentityTable<(parameter: Parameter, tensor: Tensor)>()
    var states: [StateKey: (slot: StateSlot, value: Tensor)] = [:]
    /// Keys of the states in the order in which the pass first wrote them.
    private(set) var written: [StateKey] = []
    private var isWritten: Set<StateKey> = []
    var drewNumbers = false
    /// States that layers wrote because the pass carries memory.
    var carried: Set<StateKey> = []

    init(states: [StateKey: (slot: StateSlot, value: Tensor)]) { self.states = states }

    mutating func write(_ value: (slot: StateSlot, value: Tensor), for key: StateKey) {
      states[key] = value
      if isWritten.insert(key).inserted { written.append(key) }
    }
  }

  struct StateKey: Hashable {
    let slot: ObjectIdentifier
    let use: String
  }

  private let values: Lock<Values>
  /// Held while a frame of the pass counts.
  let frames = Lock(())

  init(
    _ phase: Phase, seed: UInt64 = 0, iteration: Int = 0, scalarType: ScalarType = .float32,
    tape: Tape? = nil, readsFrozen: Bool = false, initialization: Initialization? = nil,
    observers: [any PassObserver] = [], sequenceLengths: [Int]? = nil,
    lengths: SequenceLengths? = nil, carrying state: NetworkState? = nil,
    beginningWith states: NetworkState = NetworkState(), observations: ObservationRange? = nil,
    constants: Set<ObjectIdentifier> = []
  ) {
    self.phase = phase
    self.seed = seed
    self.iteration = iteration
    self.scalarType = scalarType
    self.tape = tape
    self.initialization = initialization
    self.observers = (initialization.map { [$0] } ?? []) + observers
    self.lengths = lengths ?? sequenceLengths.map { .same($0) }
    self.readsFrozen = readsFrozen
    hasGivenLeaves = false
    self.constants = constants
    self.observations = observations
    carriesState = state != nil
    values = Lock(Values(states: (state ?? states).values))
  }

  /// A pass like another, without a tape: for a piece of that one, which begins with its states.
  init(
    apart pass: Pass, observers: [any PassObserver] = [], states: NetworkState,
    leaves: [(parameter: Parameter, tensor: Tensor)] = []
  ) {
    phase = pass.phase
    seed = pass.seed
    iteration = pass.iteration
    scalarType = pass.scalarType
    tape = nil
    initialization = nil
    self.observers = observers
    lengths = pass.lengths
    carriesState = pass.carriesState
    readsFrozen = false
    hasGivenLeaves = !leaves.isEmpty
    constants = pass.constants
    observations = pass.observations
    var start = Values(states: states.values)
    for leaf in leaves { start.leaves.append(leaf, for: ObjectIdentifier(leaf.parameter)) }
    values = Lock(start)
  }

  /// The context that a pass begins in. Calls of `root` in it add nothing to paths.
  func rootContext(root: (any LayerGraph)? = nil) -> Context {
    Context(
      frame: Frame(pass: self, root: root.map { ObjectIdentifier($0) }), lengths: lengths)
  }

  // MARK: Learnables

  /// A parameter's value in this pass: a leaf of its tape, the same one at every reading, or a
  /// constant where no gradient is wanted.
  ///
  /// An alias is what its transform makes of its owner; a wired learnable is what its network's
  /// graph brought.
  func value(of parameter: Parameter, in frame: Frame, countsUse: Bool = true) -> Tensor {
    guard frame.bindings.isEmpty, case .own(let value, let isFrozen) = parameter.reading else {
      return made(parameter, in: frame, countsUse: countsUse)
    }
    return own(value, isFrozen, of: parameter, in: frame, countsUse: countsUse)
  }

  /// The value of what may be an alias or wired, or have been assigned a misfit.
  private func made(_ parameter: Parameter, in frame: Frame, countsUse: Bool) -> Tensor {
    if frame.bindings.isEmpty, let (value, isFrozen, shortcut) = parameter.shortcutReading {
      return shortcut.made(
        of: own(value, isFrozen, of: shortcut.root, in: frame, countsUse: countsUse))
    }
    let lineage = parameter.lineage { link in
      guard link.contents.problem == nil, frame.bindings[ObjectIdentifier(link.parameter)] == nil
      else { return false }
      // Out of the reach of its graph what is wired still is its owner, or the transpose of it.
      if case .wired(let wiring) = link.contents.source { return wiring?.isTransposed != nil }
      return true
    }
    let (end, contents) = (lineage.end.parameter, lineage.end.contents)
    if let refusal = contents.refusal(of: Self.words(for: end, in: frame)) {
      return lineage.made(of: refusal)
    }
    if let binding = frame.bindings[ObjectIdentifier(end)] {
      if let owner = binding.owner { noteReading(owner.root, in: frame) }
      let isConstant = frame.readsConstants && !binding.isGiven
      return lineage.made(of: isConstant ? binding.tensor.detached : binding.tensor)
    }
    if case .wired(let wiring) = contents.source {
      return lineage.made(of: wiring.absenceInPass)
    }
    return lineage.made(
      of: own(
        contents.value, contents.learnRateFactor == 0, of: end, in: frame, countsUse: countsUse))
  }

  /// A stored value, as a leaf where its gradient is wanted.
  private func own(
    _ value: __owned Tensor, _ isFrozen: Bool, of parameter: Parameter, in frame: Frame,
    countsUse: Bool
  ) -> Tensor {
    if countsUse { noteReading(parameter, in: frame) }
    if let constants = frame.constants, tape != nil, !isFrozen { constants.note(parameter) }
    guard tape != nil || hasGivenLeaves, !isFrozen || readsFrozen, !frame.readsConstants,
      !value.isDeferred, constants.isEmpty || !constants.contains(ObjectIdentifier(parameter))
    else {
      guard value.isDeferred, value.absence == nil, value.rank == 0 else { return value }
      // A deferred one knows its name, for the error that using it is.
      return .deferred(Self.words(for: parameter, in: frame))
    }
    return values.withLock { values in
      if let leaf = values.leaves[ObjectIdentifier(parameter)] { return leaf.tensor }
      guard let tape else { return value }
      let leaf = tape.leaf(value)
      values.leaves.append((parameter, leaf), for: ObjectIdentifier(parameter))
      return leaf
    }
  }

  /// What a learnable is called in the layer that reads it.
  private static func words(for parameter: Parameter, in frame: Frame) -> String {
    frame.entry?.name(of: parameter).map { "learnable `\($0)`" } ?? "a learnable"
  }

  private func noteReading(_ parameter: Parameter, in frame: Frame) {
    for observer in observers { observer.didRead(parameter, in: frame) }
  }

  /// The leaves read so far, with their parameters, in the order of their first reading; forgotten
  /// by the pass.
  func takeLeaves() -> [(parameter: Parameter, tensor: Tensor)] {
    values.withLock { values in
      defer { values.leaves = IdentityTable() }
      return values.leaves.entries.map(\.value)
    }
  }

  // MARK: Random numbers

  /// Whether a layer drew random numbers.
  var drewNumbers: Bool { values.withLock { $0.drewNumbers } }

  func noteDraw() { values.withLock { $0.drewNumbers = true } }

  // MARK: States

  /// Where a state is kept for a use of its layer.
  func key(_ slot: StateSlot, _ frame: Frame) -> StateKey {
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
      values.write((slot, value.detached), for: key)
      if carriesState, frame.carriesState { values.carried.insert(key) }
    }
  }

  /// Makes what another pass wrote into states this one's.
  func takeStates(of other: Pass) {
    let others = other.values.withLock { $0 }
    values.withLock { values in
      for key in others.written {
        if let state = others.states[key] { values.write(state, for: key) }
      }
      values.carried.formUnion(others.carried)
      if others.drewNumbers { values.drewNumbers = true }
    }
  }

  /// Whether a layer wrote a state that is stored.
  var wroteStates: Bool {
    values.withLock { values in !values.carried.isSuperset(of: values.written) }
  }

  /// What the pass carries on: all states it was given or wrote.
  var carriedState: NetworkState {
    NetworkState(values: values.withLock { $0.states }, pieces: iteration + 1)
  }

  /// Stores what the pass wrote into its states. Called when a training pass has succeeded. Memory
  /// that it carries for its caller stays with the caller.
  func commitStates() {
    let (states, written, carried) = values.withLock { ($0.states, $0.written, $0.carried) }
    for key in written where !carried.contains(key) {
      if let state = states[key] { state.slot.commit(state.value, for: key.use) }
    }
  }
}
