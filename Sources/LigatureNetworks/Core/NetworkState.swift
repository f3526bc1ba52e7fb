import LigatureTensors

/// What layers with memory remember between two predictions; empty at first.
public struct NetworkState: Sendable {
  let values: [Pass.StateKey: (slot: StateSlot, value: Tensor)]

  /// No memory yet.
  public init() { values = [:] }

  init(values: [Pass.StateKey: (slot: StateSlot, value: Tensor)]) { self.values = values }

  /// Whether nothing is remembered.
  public var isEmpty: Bool { values.isEmpty }
}
