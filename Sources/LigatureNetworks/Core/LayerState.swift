import LigatureTensors

/// Marks what a layer remembers from pass to pass, such as running statistics.
///
/// A state is kept separately for each path and use of its layer: a network that runs three times
/// in a pass has three, unless its author asks for `.shared`. Writing during a training pass takes
/// effect within the pass at once and is committed when the pass succeeds; predicting never changes
/// a stored state.
@propertyWrapper
public struct LayerState: Sendable {
  /// Whether uses of one layer share a state.
  public enum Sharing: String, Sendable, Codable, CaseIterable {
    /// Each path and use has its own.
    case perUse
    /// All uses read and write one.
    case shared
    /// Each path and use has its own, and one without a history begins with the first value: for
    /// what is remembered of a sequence, which says nothing about another. Statistics, by contrast,
    /// are better taken from a use that has some.
    case memory
  }

  let slot: StateSlot

  /// A state with its first value, `.deferred` where it depends on the input.
  public init(wrappedValue: Tensor, _ sharing: Sharing = .perUse) {
    slot = StateSlot(initial: wrappedValue, sharing: sharing)
  }

  init(slot: StateSlot) { self.slot = slot }

  public var wrappedValue: Tensor {
    get { Frame.current.map { $0.pass.state(of: slot, in: $0) } ?? slot.value(for: nil) }
    nonmutating set {
      if let frame = Frame.current {
        frame.pass.setState(newValue, of: slot, in: frame)
      } else {
        slot.reset(to: newValue)
      }
    }
  }

  /// The wrapper itself.
  public var projectedValue: LayerState { self }

  /// Back to the first value, for every use.
  public func reset() { slot.reset() }
}

/// Where a ``LayerState`` keeps its values.
final class StateSlot: Sendable {
  /// Everything a state stores.
  struct Contents {
    var initial: Tensor
    var byUse: [String: Tensor] = [:]
    /// The use that wrote first: what a caller without a history of its own begins with.
    var first: String?
  }

  let sharing: LayerState.Sharing
  private let values: Lock<Contents>

  init(initial: Tensor, sharing: LayerState.Sharing) {
    self.sharing = sharing
    values = Lock(Contents(initial: initial.detached))
  }

  var contents: Contents {
    get { values.withLock { $0 } }
    set { values.withLock { $0 = newValue } }
  }

  /// The stored value for a use; that of the first use, or the initial one, where it has none.
  func value(for use: String?) -> Tensor {
    values.withLock { values in
      if let own = use.flatMap({ values.byUse[$0] }) { return own }
      let isOtherUse = use != nil && sharing == .memory
      return values.first.flatMap { isOtherUse ? nil : values.byUse[$0] } ?? values.initial
    }
  }

  var isDeferred: Bool { values.withLock { $0.initial.isDeferred } }

  func commit(_ value: Tensor, for use: String) {
    values.withLock { values in
      values.byUse[use] = value.detached
      if values.first == nil { values.first = use }
    }
  }

  func reset(to initial: Tensor? = nil) {
    values.withLock { values in
      if let initial { values.initial = initial.detached }
      values.byUse = [:]
      values.first = nil
    }
  }

  func setInitial(_ value: Tensor) { values.withLock { $0.initial = value.detached } }

  func cast(to type: ScalarType) throws {
    try values.withLock { values in
      if !values.initial.isDeferred { values.initial = try values.initial.cast(to: type) }
      values.byUse = try values.byUse.mapValues { try $0.cast(to: type) }
    }
  }

  /// An independent slot with the same values.
  func copied() -> StateSlot {
    let copy = StateSlot(initial: .deferred, sharing: sharing)
    copy.contents = contents
    return copy
  }
}

protocol StateHolding {
  var stateSlot: StateSlot { get }
}

extension LayerState: StateHolding {
  var stateSlot: StateSlot { slot }
}
