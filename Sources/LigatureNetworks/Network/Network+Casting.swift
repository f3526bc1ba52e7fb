import LigatureTensors

extension Network {
  /// Converts every learnable and state to another scalar type, in place: parameters keep their
  /// identity, and so their ties.
  ///
  /// A pass that runs meanwhile on another thread may meet both types, and throws. A solver's step
  /// is whole, before the cast or after it; gradients from before do not fit after it, and are
  /// refused.
  public func cast(to type: ScalarType) throws {
    guard type.isFloatingPoint else {
      throw LayerError(
        .scalarType, "", "learnables cannot be \(type)", remedy: "Cast to float32 or float64")
    }
    try withoutEdits {
      for parameter in parameters { try parameter.cast(to: type) }
      var failure: (any Error)?
      visitStates { _, slot in
        do { try slot.cast(to: type) } catch { failure = failure ?? error }
      }
      if let failure { throw failure }
      setScalarType(type)
    }
  }

  /// The type in which this network and those within it initialise learnables.
  func setScalarType(_ type: ScalarType) {
    visitLayers { _, entry in (entry.layer as? Network)?.state.withLock { $0.scalarType = type } }
    state.withLock { $0.scalarType = type }
  }
}
