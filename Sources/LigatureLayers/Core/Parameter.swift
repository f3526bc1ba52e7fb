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
  }

  private let state: Mutex<Contents>

  /// A parameter with a value, or `.deferred` until the first example is seen.
  public init(_ value: Tensor, learnRateFactor: Double = 1, l2Factor: Double = 1) {
    state = Mutex(
      Contents(value: value.detached, learnRateFactor: learnRateFactor, l2Factor: l2Factor))
  }

  /// The stored value. A copy of it stays as it is when the parameter changes.
  public var value: Tensor {
    state.withLock { state in
      state.problem.map {
        .absent($0, remedy: "Assign a value of the present shape and type")
      } ?? state.value
    }
  }

  var contents: Contents {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }

  /// Whether no value has been given yet.
  public var isDeferred: Bool { state.withLock { $0.value.isDeferred } }

  /// Scales the learn rate for this parameter; 0 freezes it, and its gradient is not even computed.
  public var learnRateFactor: Double {
    get { state.withLock { $0.learnRateFactor } }
    set { state.withLock { $0.learnRateFactor = newValue } }
  }

  /// Scales the L2 penalty for this parameter.
  public var l2Factor: Double {
    get { state.withLock { $0.l2Factor } }
    set { state.withLock { $0.l2Factor = newValue } }
  }

  /// Whether the learn-rate factor is 0.
  public var isFrozen: Bool { learnRateFactor == 0 }

  /// Writes a value into the parameter. Throws when shape or type differ from the present ones.
  public func set(_ value: Tensor) throws {
    if let problem = mismatch(value) {
      throw TensorError(
        "Parameter.set", problem, remedy: "Give a tensor of the parameter's shape and type")
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
    let problem = value.isDeferred ? nil : mismatch(value)
    if let problem { return refuse(problem) }
    state.withLock { state in
      state.value = value.detached
      state.problem = nil
    }
  }

  /// Makes every later use throw `problem`, until a fitting value is set.
  func refuse(_ problem: String) {
    state.withLock { $0.problem = "a learnable was assigned a misfit (\(problem))" }
  }

  private func mismatch(_ value: Tensor) -> String? {
    let present = state.withLock { $0.value }
    guard !value.isDeferred, !present.isDeferred else { return nil }
    guard present.shape != value.shape || present.scalarType != value.scalarType else { return nil }
    return "the new value is \(value.scalarType) \(value.shape), the present one "
      + "\(present.scalarType) \(present.shape)"
  }

  /// Changes the value in place: a solver's step. Memory that anyone else holds is copied first.
  package func update(_ body: (inout Tensor) throws -> Void) rethrows {
    try state.withLock { state in
      var value = state.value
      // The state must not hold a second reference while the value is written in place.
      state.value = .deferred
      defer { state.value = value }
      if !value.isDeferred { value.makeUnique() }
      try body(&value)
    }
  }

  /// Converts the value to another scalar type; the parameter stays the same, and so do its ties.
  package func cast(to type: ScalarType) throws {
    let converted = try value.isDeferred ? nil : value.cast(to: type)
    if let converted { state.withLock { $0.value = converted.detached } }
  }
}
