import LigatureTensors

extension Network {
  /// Forgets what layers remember of sequences (``LayerState/Sharing/memory``), for every layer and
  /// use: the next prediction begins anew. Statistics stay as they are.
  public func resetState() {
    visitStates { _, slot in if slot.sharing == .memory { slot.reset() } }
  }

  /// Sets every other state back to its first value: running statistics of batch normalisation,
  /// those that input layers took from data, and what else layers keep in ``LayerState``.
  public func resetStatistics() {
    visitStates { _, slot in if slot.sharing != .memory { slot.reset() } }
  }

  /// Sets every state back to its first value.
  package func resetEveryState() { visitStates { _, slot in slot.reset() } }

  /// The values of each state by its layer's path and property: the initial one, then one for each
  /// use that has written, in no particular order.
  package var stateValues: [String: [Tensor]] {
    var found: [String: [Tensor]] = [:]
    visitStates { path, slot in
      let contents = slot.contents
      let current = contents.first.flatMap { contents.byUse[$0] } ?? contents.initial
      found[path] = [current] + contents.byUse.values
    }
    return found
  }

  /// Whether any state is what a layer remembers of sequences.
  package var remembersSequences: Bool {
    var remembers = false
    visitStates { _, slot in if slot.sharing == .memory { remembers = true } }
    return remembers
  }

  /// Whether any state is one for all uses.
  package var sharesStates: Bool {
    var shares = false
    visitStates { _, slot in if slot.sharing == .shared { shares = true } }
    return shares
  }
}
