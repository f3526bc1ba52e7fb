import LigatureTensors

/// What layers with memory remember between two predictions; empty at first.
public struct NetworkState: Sendable {
  let values: [Pass.StateKey: (slot: StateSlot, value: Tensor)]
  /// Whose layers remember; nil at first.
  let owner: (any LayerGraph)?

  /// No memory yet.
  public init() { (values, owner) = ([:], nil) }

  init(
    values: [Pass.StateKey: (slot: StateSlot, value: Tensor)], of owner: (any LayerGraph)? = nil
  ) {
    self.values = values
    self.owner = owner
  }

  /// Whether nothing is remembered.
  public var isEmpty: Bool { values.isEmpty }
}
