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
    try loading.matchLearnables()
    loading.matchStates()
    if verifyingTies { loading.compareTies() }
    return try loading.finish()
  }
}

/// One file on its way into one network.
struct ValueLoading {
  let network: Network
  private(set) var values: IncomingValues
  let choice: PathChoice
  /// Trees of the network with lists as long as the file has them.
  let trees: GrownTrees
  private(set) var learnables: [LearnableInfo] = []
  private var problems: [LoadProblem]
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

  private mutating func report(
    _ kind: LoadProblem.Kind, _ path: String, _ problem: String, remedy: String
  ) {
    problems.append(LoadProblem(kind, path, problem, remedy: remedy))
  }

  // MARK: Learnables

  mutating func matchLearnables() throws {
    for learnable in learnables {
      // What is computed from a learnable does not say what the learnable is.
      let names = ([learnable.path] + learnable.aliases).filter { !learnable.computed.contains($0) }
      turn(learnable.transposes)
      let sources = sources(of: names)
      used.formUnion(sources)
      guard choice.includes(names) else {
        report.leftOut.append(learnable.path)
        continue
      }
      guard let first = sources.first, let item = values.items[first] else {
        if !(learnable.parameter.isDeferred && names.contains { values.deferred.contains($0) }) {
          missing(learnable.path)
        }
        continue
      }
      let present = learnable.parameter.contents.value
      guard verifyShape(sources, learnable.path, present) else { continue }
      try compare(Array(sources.dropFirst()), with: first, for: learnable.path)
      let type = present.isDeferred ? network.scalarType : present.scalarType
      writes.append((learnable.path, type, item, .parameter(learnable.parameter)))
    }
  }

  /// Reads matrices at the paths of transposed aliases the owner's way round.
  private mutating func turn(_ paths: Set<String>) {
    for path in paths {
      guard let item = values.items[path], item.shape.count == 2 else { continue }
      values.items[path] = IncomingValues.Item(key: item.key, shape: item.shape.reversed()) {
        try item.read().transposed.contiguousCopy()
      }
    }
  }

  /// Paths in the file that hold a value for something of these names: each once, own names first.
  private func sources(of names: [String]) -> [String] {
    var seen: Set<String> = []
    return (names + names.compactMap { owners[$0] })
      .filter { values.items[$0] != nil && seen.insert($0).inserted }
  }

  private mutating func missing(_ path: String) {
    report(
      .missing, path, "the file has no value for it",
      remedy: "Name its key with renaming:, or leave it out with except: [\"\(path)\"]")
  }

  private mutating func verifyShape(_ sources: [String], _ path: String, _ present: Tensor) -> Bool
  {
    guard !present.isDeferred else { return true }
    var fits = true
    for source in sources {
      guard let item = values.items[source], item.shape != present.shape else { continue }
      fits = false
      let isTransposed = item.shape == present.shape.reversed()
      report(
        .misshaped, path, "expected \(present.shape), found \(item.shape) at \"\(item.key)\"",
        remedy: isTransposed
          ? "It is transposed: name it with KeyRenaming(_:to:transposed: true)"
          : "Load it into a network of that size, or leave it out with except: [\"\(path)\"]")
    }
    return fits
  }

  /// Notes every other value of a learnable that is not the first one.
  private mutating func compare(_ others: [String], with first: String, for path: String) throws {
    guard !others.isEmpty, let item = values.items[first] else { return }
    let value = try item.read()
    for other in others {
      guard let twin = values.items[other], try !value.isIdentical(to: twin.read()) else {
        continue
      }
      report(
        .contradictingTie, path,
        "the file has two different values for it, \"\(item.key)\" and \"\(twin.key)\"",
        remedy: "\(first) and \(other) are one learnable here: keep one of the two in the file")
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
    var owner: [String: String] = [:]
    for learnable in learnables {
      for name in [learnable.path] + learnable.aliases { owner[name] = learnable.path }
    }
    for (first, aliases) in values.aliases.sorted(by: { $0.key < $1.key }) {
      for alias in aliases where choice.includes([first]) && choice.includes([alias]) {
        if let here = owner[alias], here == owner[first] { continue }
        report(
          .differentTie, first,
          "the file ties it to \"\(alias)\", which is "
            + (owner[alias] == nil || owner[first] == nil
              ? "not in this network" : "another learnable here"),
          remedy: "Use one layer at both places, or load with verifyingTies: false")
      }
    }
  }

  // MARK: Writing

  mutating func finish() throws -> LoadReport {
    for (path, item) in values.items where !used.contains(path) && choice.includes([path]) {
      report(
        .unexpected, path,
        "the network has no learnable or state of this path"
          + (item.key == path ? "" : ", to which \"\(item.key)\" was renamed"),
        remedy: "Rename it with renaming:, or leave it out with except: [\"\(path)\"]")
    }
    guard problems.isEmpty else { throw LoadError(file: values.file, problems: problems) }
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
    case .parameter(let parameter):
      parameter.contents.value = value
      parameter.contents.problem = nil
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
