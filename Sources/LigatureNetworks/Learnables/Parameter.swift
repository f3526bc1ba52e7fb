import LigatureTensors
import Synchronization

/// One learnable tensor. Its identity is what ties are made of: whatever reaches the same
/// parameter, by whatever path and however often, shares it, and it is counted, differentiated,
/// stepped and saved once. Writing replaces its value, never the parameter.
public final class Parameter: Sendable {
  /// Everything a parameter stores.
  struct Contents {
    var value: Tensor
    /// 0 for one that is frozen.
    var learnRateFactor: Double {
      didSet { if learnRateFactor == 0, oldValue != 0 { thawedFactor = oldValue } }
    }
    /// The factor before it was frozen.
    var thawedFactor = 1.0
    var l2Factor: Double
    var problem: String?
    var source = ParameterSource.own
    /// ``Parameter/structureCount`` when the source last became another one.
    var retied = 0
  }

  private let state: Lock<Contents>
  /// What an alias was found to come to, which may be out of date.
  private let found = Lock<ParameterShortcut?>(nil)

  /// A parameter with a value, or `.deferred` until the first example is seen.
  public init(_ value: Tensor, learnRateFactor: Double = 1, l2Factor: Double = 1) {
    state = Lock(
      Contents(value: value.detached, learnRateFactor: learnRateFactor, l2Factor: l2Factor))
  }

  /// A chain of aliases is taken apart link by link: it may be longer than the stack is deep.
  deinit {
    var next = takeOwner()
    while isKnownUniquelyReferenced(&next), let owner = next { next = owner.takeOwner() }
  }

  /// What this alias held on to, and holds no longer; nil for what is none.
  private func takeOwner() -> Parameter? {
    found.withLock { $0 = nil }
    return state.withLock { state in
      guard case .alias(let owner, _) = state.source else { return nil }
      state.source = .own
      return owner
    }
  }

  // MARK: Reading

  /// What reading a parameter finds.
  enum Reading {
    /// A value of its own, and whether no gradient is wanted.
    case own(Tensor, isFrozen: Bool)
    /// An alias, something wired, or a parameter that was assigned a misfit: its
    /// ``Parameter/lineage(following:)`` says more.
    case other
  }

  /// The parameter at one moment: its source, its value and its factor under one lock.
  var reading: Reading {
    state.withLock { state in
      guard case .own = state.source, state.problem == nil else { return .other }
      return .own(state.value, isFrozen: state.learnRateFactor == 0)
    }
  }

  /// The shortcut that was found last.
  var knownShortcut: ParameterShortcut? {
    get { found.withLock { $0 } }
    set { found.withLock { $0 = newValue } }
  }

  var contents: Contents {
    get { state.withLock { $0 } }
    set {
      state.withLock { state in
        let former = state
        state = newValue
        state.retied =
          newValue.source.isSame(as: former.source) ? former.retied : Parameter.noteStructure()
        if former.problem != newValue.problem { Parameter.noteStructure() }
      }
    }
  }

  /// Where the value comes from: usually it is the parameter's own.
  var source: ParameterSource {
    get { state.withLock { $0.source } }
    set {
      state.withLock { state in
        if !newValue.isSame(as: state.source) { state.retied = Parameter.noteStructure() }
        state.source = newValue
        Parameter.clear(&state.problem)
        // What is not its own is not stored.
        if case .own = newValue {} else { state.value = .deferred }
      }
    }
  }

  /// The stored value; of an alias, what its transform makes of the owner's. A copy of it stays as
  /// it is when the parameter changes.
  public var value: Tensor {
    if case .own(let value, _) = reading { return value }
    if let (value, _, shortcut) = shortcutReading { return shortcut.made(of: value) }
    return lineage { $0.contents.problem == nil && $0.contents.isAlias }.value
  }

  /// The value and factor of an alias's root; nil where they are found by its lineage only.
  var shortcutReading: (value: Tensor, isFrozen: Bool, shortcut: ParameterShortcut)? {
    guard let shortcut, case .own(let value, let isFrozen) = shortcut.root.reading,
      Parameter.structureCount == shortcut.structure
    else { return nil }
    return (value, isFrozen, shortcut)
  }

  /// Whether a value is stored here.
  var isStored: Bool {
    state.withLock { state in
      if case .own = state.source { !state.value.isDeferred } else { false }
    }
  }

  /// Whether no value has been given yet.
  public var isDeferred: Bool {
    let isDeferred = state.withLock { state -> Bool? in
      switch state.source {
      case .own: state.value.isDeferred
      case .alias: nil
      case .wired: false
      }
    }
    if let isDeferred { return isDeferred }
    if let shortcut { return shortcut.root.isDeferred }
    return lineage { $0.contents.isAlias }.end.parameter.isDeferred
  }

  /// Scales the learn rate for this parameter; 0 freezes it, and its gradient is not even computed.
  public var learnRateFactor: Double {
    get { root.state.withLock { $0.learnRateFactor } }
    set { root.state.withLock { $0.learnRateFactor = newValue } }
  }

  /// Scales the L2 penalty for this parameter.
  public var l2Factor: Double {
    get { root.state.withLock { $0.l2Factor } }
    set { root.state.withLock { $0.l2Factor = newValue } }
  }

  /// The factor that ``unfreeze()`` gives back.
  var thawedFactor: Double {
    get { root.state.withLock { $0.learnRateFactor == 0 ? $0.thawedFactor : $0.learnRateFactor } }
    set { root.state.withLock { $0.thawedFactor = newValue } }
  }

  /// Gives a frozen parameter the learn-rate factor back that it had before; 1 if it never had one.
  public func unfreeze() {
    root.state.withLock { if $0.learnRateFactor == 0 { $0.learnRateFactor = $0.thawedFactor } }
  }

  /// Whether the learn-rate factor is 0.
  public var isFrozen: Bool { learnRateFactor == 0 }

  // MARK: Writing

  /// Writes a value into the parameter. Throws when shape or type differ from the present ones.
  public func set(_ value: Tensor) throws {
    var problem = ""
    switch store(value, onlyIfDeferred: false) {
    case .done: return
    case .misfit(let misfit): problem = misfit
    case .elsewhere:
      if let misfit = Parameter.misfit(value, self.value) {
        problem = misfit
      } else {
        let (owner, value) = try stored(value)
        try owner.set(value)
        return accept()
      }
    }
    throw TensorError(
      "Parameter.set", problem, remedy: "Give a tensor of the parameter's shape and type")
  }

  /// Writes a value from a place that cannot throw; a misfit is kept as a note, and every later
  /// use of the parameter throws it.
  func assign(_ value: Tensor, onlyIfDeferred: Bool) {
    switch store(value, onlyIfDeferred: onlyIfDeferred) {
    case .done: return
    case .misfit(let problem): return refuse(problem)
    case .elsewhere: break
    }
    if onlyIfDeferred, !isDeferred { return }
    if isWired {
      // What an initialisation offers to a learnable that is wired is not needed.
      if !onlyIfDeferred { refuse("it is wired to another layer's, and has no value of its own") }
      return
    }
    if let problem = Parameter.misfit(value, self.value) { return refuse(problem) }
    do {
      let (owner, value) = try stored(value)
      owner.assign(value, onlyIfDeferred: onlyIfDeferred)
      accept()
    } catch {
      // An initialisation need not know: the owner gets its value where it stands.
      if !onlyIfDeferred { refuse("\(error)") }
    }
  }

  private enum Storing {
    case done
    case misfit(String)
    /// The value is stored by another parameter.
    case elsewhere
  }

  /// Writes a value where it is the parameter's own, at one stroke.
  private func store(_ value: Tensor, onlyIfDeferred: Bool) -> Storing {
    state.withLock { state in
      guard case .own = state.source else { return .elsewhere }
      if onlyIfDeferred, !state.value.isDeferred { return .done }
      // A misfit that was assigned before has left the value as it was.
      if let problem = Parameter.misfit(value, state.value) { return .misfit(problem) }
      state.value = value.detached
      Parameter.clear(&state.problem)
      return .done
    }
  }

  /// Puts a value in place of whatever is there, misfits too.
  func adopt(_ value: Tensor) {
    state.withLock { state in
      state.value = value
      Parameter.clear(&state.problem)
    }
  }

  private static func misfit(_ value: Tensor, _ present: Tensor) -> String? {
    guard !value.isDeferred, !present.isDeferred else { return nil }
    guard present.shape != value.shape || present.scalarType != value.scalarType else { return nil }
    return "the new value is \(value.scalarType) \(value.shape), the present one "
      + "\(present.scalarType) \(present.shape)"
  }

  /// What stores the value of this alias, and what it has to be for the alias to be `value`.
  private func stored(_ value: Tensor) throws -> (owner: Parameter, value: Tensor) {
    var (owner, value) = try written(value)
    while owner.isAlias { (owner, value) = try owner.written(value) }
    return (owner, value)
  }

  private var isAlias: Bool { state.withLock { $0.isAlias } }

  /// The next parameter that this alias is made of, and what that has to be for it to be `value`.
  private func written(_ value: Tensor) throws -> (owner: Parameter, value: Tensor) {
    switch source {
    // It was untied meanwhile.
    case .own: return (self, value)
    case .alias(let owner, let transform):
      guard let undone = transform.undone(value) else {
        throw TensorError(
          "Parameter.set", "it is an alias through \"\(transform)\", which cannot be undone",
          remedy: "Set the learnable that it is tied to")
      }
      return (owner, undone)
    case .wired(let wiring):
      throw TensorError(
        "Parameter.set", "it is \(wiring?.description ?? "taken from a port")",
        remedy: "Set the learnable that it is wired to, or disconnect it first")
    }
  }

  /// Makes an alias, or what was wired, its own again at one stroke, with the factors that it had.
  func detach(keeping value: Tensor) {
    let (rate, thawed, l2) = (learnRateFactor, thawedFactor, l2Factor)
    let value = value.isDeferred ? value : value.contiguousCopy()
    contents = Contents(
      value: value.detached, learnRateFactor: rate, thawedFactor: thawed, l2Factor: l2)
  }

  /// Makes every later use throw `problem`, until a fitting value is set.
  func refuse(_ problem: String) {
    state.withLock { state in
      state.problem = "was assigned a misfit (\(problem))"
      Parameter.noteStructure()
    }
  }

  /// Forgets a misfit, now that a fitting value was set.
  private func accept() { state.withLock { Parameter.clear(&$0.problem) } }

  private static func clear(_ problem: inout String?) {
    guard problem != nil else { return }
    problem = nil
    noteStructure()
  }

  /// Changes the value in place: a solver's step. Memory that anyone else holds is copied first.
  /// Throws for an alias, which stores none.
  package func update(_ body: (inout Tensor) throws -> Void) throws {
    let isOwn = try state.withLock { state in
      guard case .own = state.source else { return false }
      var value = state.value
      // The state must not hold a second reference while the value is written in place.
      state.value = .deferred
      defer { state.value = value }
      if !value.isDeferred { value.makeUnique() }
      try body(&value)
      return true
    }
    if !isOwn { try requireOwnValue() }
  }

  /// Throws where the value comes from elsewhere, so that no step can be taken in it.
  package func requireOwnValue() throws {
    guard case .own = source else {
      throw TensorError(
        "update", "a parameter was tied or wired to another since its gradient was computed",
        remedy: "Compute gradients anew after tying")
    }
  }

  /// Converts the value to another scalar type; the parameter stays the same, and so do its ties.
  package func cast(to type: ScalarType) throws {
    try state.withLock { state in
      guard case .own = state.source, !state.value.isDeferred else { return }
      state.value = try state.value.cast(to: type).detached
    }
  }
}
