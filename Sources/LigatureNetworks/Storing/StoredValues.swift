import LigatureTensors

/// The values of a network by the keys that files know them by.
package struct StoredValues: Sendable {
  /// How a state's values are spread over keys.
  package struct State: Sendable, Equatable {
    /// The uses that have values of their own, sorted: keys of ``LayerState``.
    package var uses: [String] = []
    /// Which of them wrote first; nil without uses.
    package var first: Int?

    package init(uses: [String] = [], first: Int? = nil) {
      self.uses = uses
      self.first = first
    }

    /// The key of the initial value: the path itself, unless uses have values.
    package func initialKey(_ path: String) -> String { uses.isEmpty ? path : path + "@initial" }

    /// The key of a use's value: the path itself for the first, which stands for the state in other
    /// programs.
    package func key(_ path: String, use place: Int) -> String {
      place == first ? path : "\(path)@\(place + 1)"
    }
  }

  package var tensors: [String: Tensor] = [:]
  /// Other paths of a learnable, by its owner's.
  package var aliases: [String: [String]] = [:]
  /// How an alias is made of its owner, where it is not the same tensor, by its path.
  package var relations: [String: TieRelation] = [:]
  /// States with values of uses, by path.
  package var states: [String: State] = [:]
  /// Learnables and states without a value.
  package var deferred: [String] = []

  package init() {}
}

extension Network {
  /// Every learnable and state once, by its owner's path.
  ///
  /// Throws for two of them with one path, for a learnable that was assigned a misfit, and for one
  /// that is computed from a learnable outside the network.
  package func storedValues() throws -> StoredValues {
    var stored = StoredValues()
    func store(_ tensor: Tensor, _ key: String) throws {
      guard stored.tensors.updateValue(tensor, forKey: key) == nil else {
        throw LayerError(
          .name, key, "two learnables or states have this path",
          remedy: "Give their layers other names")
      }
    }
    for learnable in learnables {
      if learnable.computed.contains(learnable.path) {
        throw LayerError(
          .tie, learnable.path,
          "is made of a learnable that is not in the network, by "
            + "\"\(learnable.transforms[learnable.path] ?? "")\", so its value would be lost",
          remedy: "Untie it, or save the network that has both")
      }
      if !learnable.aliases.isEmpty { stored.aliases[learnable.path] = learnable.aliases }
      for alias in learnable.aliases where learnable.relation(of: alias) != .same {
        stored.relations[alias] = learnable.relation(of: alias)
      }
      if learnable.parameter.isDeferred {
        stored.deferred.append(learnable.path)
      } else {
        let value = learnable.value
        do { try value.require("save") } catch {
          throw LayerError.attribute(error, to: learnable.path)
        }
        try store(value, learnable.path)
      }
    }
    for (path, _, slot) in uniqueStates {
      let contents = slot.contents
      let uses = contents.byUse.keys.sorted()
      let state = StoredValues.State(
        uses: uses, first: contents.first.flatMap { uses.firstIndex(of: $0) })
      if !uses.isEmpty { stored.states[path] = state }
      if contents.initial.isDeferred {
        stored.deferred.append(path)
      } else {
        try store(contents.initial, state.initialKey(path))
      }
      for (place, use) in uses.enumerated() {
        guard let value = contents.byUse[use], !value.isDeferred else { continue }
        try store(value, state.key(path, use: place))
      }
    }
    return stored
  }

  /// Every state once, with its first path and the others.
  var uniqueStates: [(path: String, aliases: [String], slot: StateSlot)] {
    var found: [(path: String, aliases: [String], slot: StateSlot)] = []
    var places: [ObjectIdentifier: Int] = [:]
    visitStates { path, slot in
      if let place = places[ObjectIdentifier(slot)] {
        found[place].aliases.append(path)
      } else {
        places[ObjectIdentifier(slot)] = found.count
        found.append((path, [], slot))
      }
    }
    return found
  }
}
