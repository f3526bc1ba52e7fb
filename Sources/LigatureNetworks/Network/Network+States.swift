import LigatureTensors

extension Network {
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

  /// Whether any state is one for all uses.
  package var sharesStates: Bool {
    var shares = false
    visitStates { _, slot in if slot.sharing == .shared { shares = true } }
    return shares
  }
}
