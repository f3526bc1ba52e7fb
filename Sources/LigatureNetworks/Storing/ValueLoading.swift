import LigatureTensors

extension Network {
  /// Writes values into the network's parameters and states, which keep their identity.
  ///
  /// Everything is verified and read before anything is written. Throws a ``LoadError`` with all
  /// problems, and what reading throws. O(values).
  ///
  /// - Parameter verifyingTies: whether paths that the file ties must be tied here.
  package func load(
    _ values: IncomingValues, choosing choice: PathChoice, verifyingTies: Bool
  ) throws -> LoadReport {
    initializing.lock()
    defer { initializing.unlock() }
    var loading = ValueLoading(self, values, choice)
    try loading.resolveChoice()
    try loading.matchLearnables()
    loading.matchStates()
    if verifyingTies { loading.compareTies() }
    return try loading.finish()
  }
}

/// One file on its way into one network.
struct ValueLoading {
  let network: Network
  let values: IncomingValues
  private(set) var choice: PathChoice
  /// Trees of the network with lists as long as the file has them.
  let trees: GrownTrees
  private(set) var learnables: [LearnableInfo] = []
  private var problems: [LoadProblem]
  private var omitted = 0
  private var used: Set<String> = []
  /// Owners in the file by each of their other paths.
  private let owners: [String: String]
  private var report = LoadReport()
  private var writes: [(path: String, type: ScalarType?, item: IncomingValues.Item, Place)] = []

  private enum Place {
    case parameter(Parameter)
    case initial(StateSlot)
    case use(StateSlot, String, isFirst: Bool)
  }

  init(_ network: Network, _ values: IncomingValues, _ choice: PathChoice) {
    self.network = network
    self.values = values
    self.choice = choice
    problems = values.problems
    trees = GrownTrees(network, paths: Set(values.items.keys))
    owners = Dictionary(
      values.aliases.flatMap { owner, aliases in aliases.map { ($0, owner) } }
    ) { first, _ in first }
    learnables = trees.learnables(of: network)
  }

  /// Everything that a pattern could mean.
  var names: [String] {
    learnables.flatMap { [$0.path] + $0.aliases }
      + network.uniqueStates.flatMap { [$0.path] + $0.aliases } + Array(values.items.keys)
  }

  /// Takes patterns for what they mean here. Throws for one that means nothing.
  mutating func resolveChoice() throws { choice = try choice.among(names) }

  private mutating func report(
    _ kind: LoadProblem.Kind, _ path: String, _ problem: String, remedy: String
  ) {
    guard problems.count < LoadError.largestCount else { return omitted += 1 }
    problems.append(LoadProblem(kind, path, problem, remedy: remedy))
  }

  // MARK: Learnables

  mutating func matchLearnables() throws {
    for learnable in learnables {
      // What is computed from a learnable does not say what the learnable is.
      let names = ([learnable.path] + learnable.aliases).filter { !learnable.computed.contains($0) }
      let sources = sources(of: learnable, names)
      used.formUnion(sources.map(\.path))
      guard choice.includes(names) else {
        report.leftOut.append(learnable.path)
        continue
      }
      guard let first = sources.first else {
        if !(learnable.parameter.isDeferred && names.contains { values.deferred.contains($0) }) {
          missing(learnable.path)
        }
        continue
      }
      let present = learnable.parameter.contents.value
      guard verifyShape(sources, learnable, present) else { continue }
      let type = present.isDeferred ? network.scalarType : present.scalarType
      try compare(Array(sources.dropFirst()), with: first, in: type, for: learnable.path)
      writes.append((learnable.path, type, first.item, .parameter(learnable.parameter)))
    }
  }

  /// A tensor of the file that is a learnable's value, the parameter's way round.
  private typealias Source = (path: String, item: IncomingValues.Item)

  /// What the file holds for a learnable of these names: each once, own names first, then the paths
  /// that the file says own them.
  private func sources(of learnable: LearnableInfo, _ names: [String]) -> [Source] {
    var found: [Source] = []
    func add(_ path: String, isTransposed: Bool) {
      guard let item = values.items[path], !found.contains(where: { $0.path == path }) else {
        return
      }
      found.append((path, isTransposed ? item.transposed : item))
    }
    for name in names { add(name, isTransposed: learnable.transposes.contains(name)) }
    for name in names {
      guard let owner = owners[name] else { continue }
      let relation = values.relations?[name] ?? .same
      guard relation == .same || relation == .transposed else { continue }
      add(
        owner, isTransposed: learnable.transposes.contains(name) != (relation == .transposed))
    }
    return found
  }

  private mutating func missing(_ path: String) {
    report(
      .missing, path, "the file has no value for it",
      remedy: "Name its key with renaming:, or leave it out with except: [\"\(path)\"]")
  }

  private mutating func verifyShape(
    _ sources: [Source], _ learnable: LearnableInfo, _ present: Tensor
  ) -> Bool {
    guard !present.isDeferred else { return true }
    var fits = true
    let path = learnable.path
    let isTurned = learnable.transposes.contains(path)
    for (_, item) in sources where item.shape != present.shape {
      fits = false
      let isTransposed = item.transposed.shape == present.shape
      // In words they lie as they do at the path.
      let expected = isTurned ? present.transposed.shape : present.shape
      let found = isTurned ? item.transposed.shape : item.shape
      report(
        .misshaped, path, "expected \(expected), found \(found) at \"\(item.key)\"",
        remedy: isTransposed
          ? "It is transposed: name it with KeyRenaming(_:to:transposed: true)"
          : "Load it into a network of that size, or leave it out with except: [\"\(path)\"]")
    }
    return fits
  }

  /// Notes every other value of a learnable that is not the first one.
  /// Those of other scalar types count as they would be loaded.
  private mutating func compare(
    _ others: [Source], with first: Source, in type: ScalarType, for path: String
  ) throws {
    guard !others.isEmpty else { return }
    let value = try first.item.read()
    for other in others {
      let second = try other.item.read()
      let areEqual =
        value.scalarType == second.scalarType
        ? try value.isIdentical(to: second)
        : try value.cast(to: type).isIdentical(to: second.cast(to: type))
      guard !areEqual else { continue }
      report(
        .contradictingTie, path,
        "the file has two different values for it, \"\(first.item.key)\" and "
          + "\"\(other.item.key)\"",
        remedy: "\(first.path) and \(other.path) are one learnable here: keep one of the two "
          + "in the file")
    }
  }

  // MARK: States

  mutating func matchStates() {
    for (path, aliases, slot) in network.uniqueStates {
      let names = [path] + aliases
      let state = names.first { values.states[$0] != nil }.flatMap { name in
        values.states[name].map { (name, $0) }
      }
      let (name, uses) = state ?? (names.first { values.items[$0] != nil } ?? path, .init())
      let isChosen = choice.includes(names)
      if !isChosen { report.leftOut.append(path) }
      let initial = slot.contents.initial
      var keys = [(key: uses.initialKey(name), place: Place.initial(slot))]
      for (number, use) in uses.uses.enumerated() {
        let place = Place.use(slot, use, isFirst: number == uses.first)
        keys.append((uses.key(name, use: number), place))
      }
      for (key, place) in keys {
        guard let item = values.items[key] else {
          let isDeferred =
            initial.isDeferred && values.deferred.contains(name) && key == keys[0].key
          if isChosen, !isDeferred { missing(key) }
          continue
        }
        used.insert(key)
        guard isChosen, verifyState(item, path, initial) else { continue }
        writes.append((path, initial.isDeferred ? nil : initial.scalarType, item, place))
      }
    }
  }

  /// A memory may be of another batch, and statistics may not have been taken yet; but the rank and
  /// the last axis, of channels, stay.
  private mutating func verifyState(
    _ item: IncomingValues.Item, _ path: String, _ present: Tensor
  ) -> Bool {
    guard !present.isDeferred, present.rank > 0 else { return true }
    if item.shape.count == present.rank, item.shape.last == present.shape.last { return true }
    report(
      .misshaped, path, "expected \(present.shape), found \(item.shape) at \"\(item.key)\"",
      remedy: "Load it into a network of that size, or leave it out with except: [\"\(path)\"]")
    return false
  }

  // MARK: Ties

  /// Ties declared in the file are ties here.
  mutating func compareTies() {
    var owner: [String: Int] = [:]
    for (place, learnable) in learnables.enumerated() {
      for name in [learnable.path] + learnable.aliases { owner[name] = place }
    }
    for (first, aliases) in values.aliases.sorted(by: { $0.key < $1.key }) {
      for alias in aliases where choice.includes([first]) && choice.includes([alias]) {
        if let here = owner[alias], here == owner[first] {
          compareRelation(of: alias, to: first, in: learnables[here])
          continue
        }
        report(
          .differentTie, first,
          "the file ties it to \"\(alias)\", which is "
            + (owner[alias] == nil || owner[first] == nil
              ? "not in this network" : "another learnable here"),
          remedy: "Use one layer at both places, or load with verifyingTies: false")
      }
    }
  }

  /// An alias is made of its owner here as it is in the file, where the file says how.
  private mutating func compareRelation(
    of alias: String, to owner: String, in learnable: LearnableInfo
  ) {
    guard let relations = values.relations else { return }
    let declared = relations[alias] ?? .same
    let found = learnable.relation(of: alias, to: owner)
    guard declared != found else { return }
    report(
      .differentTie, owner,
      "the file ties it to \"\(alias)\" by \(declared.text), and here it is \(found.text)",
      remedy: "Tie them as the file does, or load with verifyingTies: false")
  }

  // MARK: Writing

  mutating func finish() throws -> LoadReport {
    for path in values.items.keys.sorted() where !used.contains(path) && choice.includes([path]) {
      guard let item = values.items[path] else { continue }
      report(
        .unexpected, path,
        "the network has no learnable or state of this path"
          + (item.key == path ? "" : ", to which \"\(item.key)\" was renamed"),
        remedy: "Rename it with renaming:, or leave it out with except: [\"\(path)\"]")
    }
    guard problems.isEmpty else {
      throw LoadError(file: values.file, problems: problems, omitted: omitted)
    }
    let type = network.scalarType
    var ready: [(place: Place, value: Tensor)] = []
    for (path, wanted, item, place) in writes {
      let value = try item.read()
      // Indices and counters stay what they are; numbers are of the network's type.
      let target = wanted ?? (value.scalarType.isFloatingPoint ? type : value.scalarType)
      if value.scalarType != target, report.converted.last != path { report.converted.append(path) }
      if report.loaded.last != path { report.loaded.append(path) }
      ready.append((place, try value.cast(to: target)))
    }
    trees.commit()
    for (place, value) in ready { Self.write(value, to: place) }
    return report
  }

  private static func write(_ value: Tensor, to place: Place) {
    switch place {
    case .parameter(let parameter): parameter.adopt(value)
    // The initial value comes first, and clears those of uses.
    case .initial(let slot): slot.reset(to: value)
    case .use(let slot, let use, let isFirst):
      var contents = slot.contents
      contents.byUse[use] = value
      if isFirst { contents.first = use }
      slot.contents = contents
    }
  }
}
