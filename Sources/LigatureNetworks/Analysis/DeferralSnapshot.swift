import LigatureTensors

/// What an initialisation changes in a network, to be put back after a trial.
///
/// Only what had no value is touched, so learnables that somebody trains meanwhile keep their
/// steps.
struct DeferralSnapshot {
  private let slots: [(slot: LearnableSlot, tree: LearnableTree, deferred: [Parameter])]
  private let states: [StateSlot]
  private let findings: [(network: Network, findings: Network.Findings?)]

  init(_ outline: Outline) {
    let entries = outline.items.filter(\.isFirst).map(\.entry)
    slots = entries.flatMap(\.learnables).map { _, slot in
      let tree = slot.tree
      return (slot, tree, tree.parameters.filter { $0.root === $0 && $0.isDeferred })
    }
    states = entries.flatMap(\.states).map(\.slot).filter(\.isDeferred)
    findings = ([outline.root] + entries.compactMap { $0.layer as? Network }).map { network in
      (network, network.state.withLock { $0.findings })
    }
  }

  /// Takes the values away again that were given since.
  func restore() {
    for (slot, tree, deferred) in slots {
      let known = Set(tree.parameters.map { ObjectIdentifier($0) })
      let added = slot.tree.parameters.filter { !known.contains(ObjectIdentifier($0)) }
      for parameter in deferred + added { parameter.assign(.deferred, onlyIfDeferred: false) }
      if !added.isEmpty { slot.replace(tree) }
    }
    for state in states { state.setInitial(.deferred) }
    for (network, findings) in findings { network.state.withLock { $0.findings = findings } }
  }
}
