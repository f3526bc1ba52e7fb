import LigatureTensors

/// The values of a network's learnables and states at one moment, to go back to. Taking one copies
/// nothing: values are copy-on-write.
public struct NetworkSnapshot: Sendable {
  fileprivate let parameters: [(parameter: Parameter, contents: Parameter.Contents)]
  fileprivate let slots: [(slot: LearnableSlot, tree: LearnableTree)]
  fileprivate let states: [(slot: StateSlot, contents: StateSlot.Contents)]
  fileprivate let network: Network
  fileprivate let scalarType: ScalarType
}

extension Network {
  /// The present values of learnables, their factors, and states: those of one moment, between two
  /// steps of a solver.
  public func snapshot() -> NetworkSnapshot { withoutEdits { takenSnapshot() } }

  private func takenSnapshot() -> NetworkSnapshot {
    var parameters: [(parameter: Parameter, contents: Parameter.Contents)] = []
    var slots: [(slot: LearnableSlot, tree: LearnableTree)] = []
    var states: [(slot: StateSlot, contents: StateSlot.Contents)] = []
    visitLayers { _, entry in
      slots += entry.learnables.map { ($0.slot, $0.slot.tree) }
      states += entry.states.map { ($0.slot, $0.slot.contents) }
    }
    var seen: Set<ObjectIdentifier> = []
    visitParameters { _, parameter in
      // The owner of an alias may stand outside the network.
      for one in [parameter, parameter.root] where seen.insert(ObjectIdentifier(one)).inserted {
        parameters.append((one, one.contents))
      }
    }
    return NetworkSnapshot(
      parameters: parameters, slots: slots, states: states, network: self,
      scalarType: scalarType)
  }

  /// Puts back the values of a snapshot of this network.
  package func restore(_ snapshot: NetworkSnapshot) { snapshot.restore() }
}

extension NetworkSnapshot {
  /// Puts the values back into the network they were taken from. Learnables that had no value then
  /// have none again, and aliases are what they were; wires are the graph's, and stay.
  public func restore() {
    network.withoutEdits {
      for (slot, tree) in slots { slot.replace(tree) }
      for (parameter, contents) in parameters { parameter.restore(contents) }
      for (slot, contents) in states { slot.contents = contents }
      network.setScalarType(scalarType)
    }
  }
}

extension Parameter {
  /// Takes back a value, factors and what it was tied to.
  fileprivate func restore(_ former: Contents) {
    switch (source, former.source) {
    case (.wired, _), (_, .wired): break
    default: contents = former
    }
  }
}
