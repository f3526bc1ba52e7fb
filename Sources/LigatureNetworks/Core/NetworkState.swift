import LigatureTensors

/// What layers with memory remember between two predictions; empty at first.
public struct NetworkState: Sendable {
  let values: [Pass.StateKey: (slot: StateSlot, value: Tensor)]
  /// Pieces of the stream so far: each draws random numbers of its own.
  let pieces: Int

  /// No memory yet.
  public init() { self.init(values: [:]) }

  init(values: [Pass.StateKey: (slot: StateSlot, value: Tensor)], pieces: Int = 0) {
    self.values = values
    self.pieces = pieces
  }

  /// Whether nothing is remembered.
  public var isEmpty: Bool { values.isEmpty }
}
