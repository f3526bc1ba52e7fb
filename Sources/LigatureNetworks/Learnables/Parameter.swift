import LigatureTensors
import Synchronization

/// One learnable tensor. Its identity is what ties are made of: whatever reaches the same
/// parameter, by whatever path and however often, shares it, and it is counted, differentiated,
/// stepped and saved once. Writing replaces its value, never the parameter.
public final class Parameter: Sendable {
  /// Everything a parameter stores.
  struct Contents {
    var value: Tensor
    var learnRateFactor: Double
    var l2Factor: Double
    var problem: String?
    var source = ParameterSource.own
  }

  private let state: Mutex<Contents>

  /// A parameter with a value, or `.deferred` until the first example is seen.
  public init(_ value: Tensor, learnRateFactor: Double = 1, l2Factor: Double = 1) {
    state = Mutex(
      Contents(value: value.detached, learnRateFactor: learnRateFactor, l2Factor: l2Factor))
  }

  /// Where the value comes from: usually it is the parameter's own.
  var source: ParameterSource {
    get { state.withLock { $0.source } }
    set {
      state.withLock { state in
        state.source = newValue
        state.problem = nil
        // What is not its own is not stored.
        if case .own = newValue {} else { state.value = .deferred }
      }
    }
  }

  /// The parameter that this one is an alias of, at the end of the chain; itself if it is none.
  var root: Parameter {
    switch source {
    case .own: self
    case .alias(let owner, _): owner.root
    case .wired(let wiring): wiring?.owner?.root ?? self
    }
  }

  /// Whether the value comes in by a connection.
  var isWired: Bool { if case .wired = source { true } else { false } }

  /// Whether the value comes in by just this connection.
  func isWired(by wiring: Wiring) -> Bool {
    if case .wired(let present) = source { present == wiring } else { false }
  }

  /// The present value of the learnable that this one is wired to, as it comes in here; nil where
  /// layers make more of it than a transpose, and for what is not wired.
  var turnedOwner: Tensor? {
    guard case .wired(let wiring?) = source, let isTransposed = wiring.isTransposed,
      let owner = wiring.owner
    else { return nil }
    return isTransposed ? owner.value.transposed : owner.value
  }

  /// How this parameter is made of its root; nil where it is the same tensor.
  var transformText: String? {
    switch source {
    case .own: nil
    case .alias(let owner, let transform):
      switch (transform.kind, owner.isTransposed) {
      case (.identity, _): owner.transformText
      // Two transposes are none.
      case (.transpose, true): nil
      default:
        ([owner.transformText].compactMap { $0 } + [transform.description]).joined(separator: ", ")
      }
    case .wired(let wiring):
      wiring.flatMap { wiring in
        let texts = [wiring.owner?.transformText].compactMap { $0 } + wiring.layers
        return texts.isEmpty ? nil : texts.joined(separator: ", ")
      }
    }
  }

  /// Whether the value is that of another parameter, or made of it.
  func isMade(of other: Parameter) -> Bool {
    var parameter = self
    while parameter !== other {
      switch parameter.source {
      case .own: return false
      case .alias(let owner, _): parameter = owner
      case .wired(let wiring):
        guard let owner = wiring?.owner else { return false }
        parameter = owner
      }
    }
    return true
  }

  /// Whether a value is stored here.
  var isStored: Bool {
    state.withLock { state in
      if case .own = state.source { !state.value.isDeferred } else { false }
    }
  }

  /// Whether this parameter is its root with the last two axes exchanged, or as it is; nil where it
  /// is something else that is made of it.
  var isTransposed: Bool? {
    switch source {
    case .own: return false
    case .alias(let owner, let transform):
      guard let before = owner.isTransposed else { return nil }
      return switch transform.kind {
      case .identity: before
      case .transpose: !before
      case .function: nil
      }
    case .wired(let wiring):
      guard let wiring, let turns = wiring.isTransposed, let before = wiring.owner?.isTransposed
      else { return nil }
      return turns != before
    }
  }

  /// The stored value; of an alias, what its transform makes of the owner's. A copy of it stays as
  /// it is when the parameter changes.
  public var value: Tensor {
    if let refusal { return refusal }
    let (value, source) = state.withLock { ($0.value, $0.source) }
    return switch source {
    case .own: value
    case .alias(let owner, let transform): transform.applied(to: owner.value)
    case .wired(let wiring): wiring.absence
    }
  }

  /// What stands for the value after a misfit was assigned.
  var refusal: Tensor? {
    state.withLock(\.problem).map {
      .absent($0, remedy: "Assign a value of the present shape and type")
    }
  }

  var contents: Contents {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }

  /// Whether no value has been given yet.
  public var isDeferred: Bool {
    switch source {
    case .own: state.withLock { $0.value.isDeferred }
    case .alias(let owner, _): owner.isDeferred
    case .wired: false
    }
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

  /// Whether the learn-rate factor is 0.
  public var isFrozen: Bool { learnRateFactor == 0 }

  /// Writes a value into the parameter. Throws when shape or type differ from the present ones.
  public func set(_ value: Tensor) throws {
    if let problem = mismatch(value) {
      throw TensorError(
        "Parameter.set", problem, remedy: "Give a tensor of the parameter's shape and type")
    }
    if let (owner, value) = try written(value) {
      try owner.set(value)
      return state.withLock { $0.problem = nil }
    }
    state.withLock { state in
      state.value = value.detached
      state.problem = nil
    }
  }

  /// Writes a value from a place that cannot throw; a misfit is kept as a note, and every later
  /// use of the parameter throws it.
  func assign(_ value: Tensor, onlyIfDeferred: Bool) {
    if onlyIfDeferred, !isDeferred { return }
    if case .wired = source {
      // What an initialisation offers to a learnable that is wired is not needed.
      if !onlyIfDeferred { refuse("it is wired to another layer's, and has no value of its own") }
      return
    }
    let problem = value.isDeferred ? nil : mismatch(value)
    if let problem { return refuse(problem) }
    do {
      if let (owner, value) = try written(value) {
        owner.assign(value, onlyIfDeferred: onlyIfDeferred)
        return state.withLock { $0.problem = nil }
      }
    } catch {
      // An initialisation need not know: the owner gets its value where it stands.
      return onlyIfDeferred ? () : refuse("\(error)")
    }
    state.withLock { state in
      state.value = value.detached
      state.problem = nil
    }
  }

  /// The owner of this alias, and what it has to be for the alias to be `value`; nil for a
  /// parameter with a value of its own.
  private func written(_ value: Tensor) throws -> (owner: Parameter, value: Tensor)? {
    switch source {
    case .own: return nil
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
    let (rate, l2) = (learnRateFactor, l2Factor)
    let value = value.isDeferred ? value : value.contiguousCopy()
    contents = Contents(value: value.detached, learnRateFactor: rate, l2Factor: l2)
  }

  /// Makes every later use throw `problem`, until a fitting value is set.
  func refuse(_ problem: String) {
    state.withLock { $0.problem = "a learnable was assigned a misfit (\(problem))" }
  }

  private func mismatch(_ value: Tensor) -> String? {
    let present = if case .own = source { state.withLock { $0.value } } else { self.value }
    guard !value.isDeferred, !present.isDeferred else { return nil }
    guard present.shape != value.shape || present.scalarType != value.scalarType else { return nil }
    return "the new value is \(value.scalarType) \(value.shape), the present one "
      + "\(present.scalarType) \(present.shape)"
  }

  /// Changes the value in place: a solver's step. Memory that anyone else holds is copied first.
  /// Throws for an alias, which stores none.
  package func update(_ body: (inout Tensor) throws -> Void) throws {
    try requireOwnValue()
    try state.withLock { state in
      var value = state.value
      // The state must not hold a second reference while the value is written in place.
      state.value = .deferred
      defer { state.value = value }
      if !value.isDeferred { value.makeUnique() }
      try body(&value)
    }
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
    let converted = try value.isDeferred ? nil : value.cast(to: type)
    if let converted { state.withLock { $0.value = converted.detached } }
  }
}
