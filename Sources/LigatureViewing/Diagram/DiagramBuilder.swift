import LigatureNetworks

/// Makes boxes and lines of what an analysis found.
struct DiagramBuilder {
  private let analysis: NetworkAnalysis
  private(set) var boxes: [NetworkDiagram.Box] = []
  private(set) var ties: [NetworkDiagram.Tie] = []
  /// The first box of each layer, by its path.
  private var places: [String: Int] = [:]
  /// The box of each network's input, by the network's path and the input's name.
  private var inputs: [[String]: Int] = [:]
  private var learnables: [String: NetworkAnalysis.LearnableSummary] = [:]
  /// What each layer reads that another one owns.
  private var readings: [String: [NetworkAnalysis.LearnableSummary]] = [:]
  /// The layer that owns a learnable.
  private var owners: [String: String] = [:]

  init(_ analysis: NetworkAnalysis) {
    self.analysis = analysis
    for learnable in analysis.learnables { learnables[learnable.path] = learnable }
    for layer in analysis.layers {
      for path in layer.learnables { owners[path] = layer.path }
    }
  }

  mutating func build() {
    boxes = [.init(kind: .root, path: "", name: "network", notes: [], parent: nil)]
    findReadings()
    addLayers()
    addConnections()
    addTies()
    for problem in analysis.problems {
      let box = problem.path.isEmpty ? 0 : innermost(problem.path)
      boxes[box].problems.append(problem.problem)
    }
  }

  private mutating func add(_ box: NetworkDiagram.Box) -> Int {
    boxes.append(box)
    if let parent = box.parent { boxes[parent].parts.append(boxes.count - 1) }
    return boxes.count - 1
  }

  // MARK: Layers

  private mutating func findReadings() {
    for learnable in analysis.learnables {
      var seen: Set<String> = [owners[learnable.path] ?? ""]
      for use in learnable.uses ?? [] where seen.insert(use).inserted {
        readings[use, default: []].append(learnable)
      }
    }
  }

  private mutating func addLayers() {
    // What feeds the networks, to know which of their inputs are worth a box.
    var fed: [String: [(input: String, count: Int)]] = [:]
    for connection in analysis.connections where connection.sourcePort == nil {
      guard connection.source != connection.target else { continue }
      var list = fed[connection.network] ?? []
      if let place = list.firstIndex(where: { $0.input == connection.source }) {
        list[place].count += 1
      } else {
        list.append((connection.source, 1))
      }
      fed[connection.network] = list
    }
    for name in analysis.inputNames where !analysis.layers.contains(where: { $0.path == name }) {
      inputs[["", name]] = add(.init(kind: .port, path: "", name: name, notes: [], parent: 0))
    }
    var open = [0]
    for (place, layer) in analysis.layers.enumerated() {
      open.removeLast(max(0, open.count - 1 - layer.depth))
      let next = analysis.layers.indices.contains(place + 1) ? analysis.layers[place + 1] : nil
      let hasParts = (next?.depth ?? 0) > layer.depth
      let kind: NetworkDiagram.Box.Kind =
        layer.sharedWith != nil
        ? .again : hasParts ? (layer.isNetwork ? .network : .custom) : .layer
      let box = add(
        .init(
          kind: kind, path: layer.path, name: layer.name, notes: notes(of: layer),
          parent: open[open.count - 1]))
      if places[layer.path] == nil { places[layer.path] = box }
      guard hasParts else { continue }
      open.append(box)
      if layer.isNetwork {
        let list = fed[layer.path] ?? []
        for (name, count) in list where list.count > 1 || count > 1 {
          inputs[[layer.path, name]] = add(
            .init(kind: .port, path: layer.path, name: name, notes: [], parent: box))
        }
      } else {
        addCode(of: layer, in: box)
      }
    }
  }

  private func notes(of layer: NetworkAnalysis.LayerSummary) -> [String] {
    var notes = [layer.type]
    if let path = layer.sharedWith { return notes + ["is \(path.isEmpty ? "the network" : path)"] }
    var last: [String] = []
    if let outputs = layer.outputs { last.append(NetworkAnalysis.text(outputs)) }
    let own = layer.learnables.compactMap { learnables[$0] }
    let count = own.map(\.count).reduce(0, +)
    if count > 0 { last.append(count.grouped) }
    let uses = own.map { $0.uses?.count { $0 == layer.path } ?? 0 }.max() ?? 0
    if uses > 1 { last.append("used \(uses) times") }
    if own.contains(where: \.isFrozen) { last.append("frozen") }
    if !last.isEmpty { notes.append(last.joined(separator: " · ")) }
    return notes
  }

  /// A box for what a layer learns or reads beside what its parts do.
  private mutating func addCode(of layer: NetworkAnalysis.LayerSummary, in box: Int) {
    let own = layer.learnables.compactMap { learnables[$0] }
    guard !own.isEmpty || readings[layer.path] != nil else { return }
    var names: [String] = []
    for learnable in own {
      let name = learnable.path.dropFirst(layer.path.count + 1).prefix { $0 != "/" }
      if names.last != String(name) { names.append(String(name)) }
    }
    let count = own.map(\.count).reduce(0, +)
    let notes = own.isEmpty ? [] : [names.joined(separator: ", "), count.of("learnable")]
    _ = add(
      .init(kind: .code, path: layer.path, name: "its own code", notes: notes, parent: box))
  }

  // MARK: Lines

  private mutating func addConnections() {
    /// Places of ports among those that lead away from a box.
    var ports: [Int: [String]] = [:]
    /// How many ports of a layer are fed: the name of one alone says nothing.
    var counts: [String: Int] = [:]
    for connection in analysis.connections {
      counts[connection.network + "/" + connection.target, default: 0] += 1
    }
    for connection in analysis.connections {
      let network = connection.network
      func place(_ name: String) -> Int? {
        places[network.isEmpty ? name : "\(network)/\(name)"]
      }
      let source =
        connection.sourcePort == nil
        ? inputs[[network, connection.source]] : place(connection.source)
      guard let source, let target = place(connection.target),
        let parent = boxes[target].parent, boxes[source].parent == parent
      else { continue }
      let port = connection.sourcePort ?? ""
      var known = ports[source] ?? []
      if !known.contains(port) { known.append(port) }
      ports[source] = known
      let from = connection.carriesLearnable || port.hasPrefix("out") && port.count > 3 ? port : ""
      let isOnly = counts[connection.network + "/" + connection.target] == 1
      let to = isOnly && !connection.carriesLearnable ? "" : connection.targetPort
      let label = [from, to].filter { !$0.isEmpty }.joined(separator: " → ")
      boxes[parent].lines.append(
        NetworkDiagram.Line(
          source: source, target: target, label: label, port: known.firstIndex(of: port) ?? 0,
          isLearnable: connection.carriesLearnable))
    }
    guard analysis.outputNames.count > 1 else { return }
    for name in analysis.outputNames {
      let port = name.split(separator: "/").dropFirst().joined(separator: "/")
      guard let source = places[name] ?? places[String(name.prefix { $0 != "/" })] else { continue }
      var known = ports[source] ?? []
      if !known.contains(port) { known.append(port) }
      ports[source] = known
      let box = add(
        .init(kind: .port, path: "", name: "output \(name)", notes: [], parent: 0))
      boxes[0].lines.append(
        NetworkDiagram.Line(
          source: source, target: box, label: port, port: known.firstIndex(of: port) ?? 0,
          isLearnable: false))
    }
  }

  // MARK: Ties

  private mutating func addTies() {
    // What is wired has lines already.
    let wired = Set(
      analysis.connections.filter(\.carriesLearnable).map {
        ($0.network.isEmpty ? "" : $0.network + "/") + "\($0.target)/\($0.targetPort)"
      })
    let wiredLayers = Set(
      analysis.connections.filter(\.carriesLearnable).map {
        ($0.network.isEmpty ? "" : $0.network + "/") + $0.target
      })
    var found: [[Int]: Int] = [:]
    func note(_ user: Int, _ owner: Int, _ label: String, _ ties: inout [NetworkDiagram.Tie]) {
      guard user != owner else { return }
      if let place = found[[user, owner]] {
        ties[place].labels.append(label)
      } else {
        found[[user, owner]] = ties.count
        ties.append(NetworkDiagram.Tie(user: user, owner: owner, labels: [label]))
      }
    }
    var ties: [NetworkDiagram.Tie] = []
    for layer in analysis.layers {
      guard let other = layer.sharedWith, let user = places[layer.path], let owner = places[other]
      else { continue }
      note(user, owner, "one layer", &ties)
    }
    for learnable in analysis.learnables {
      let owner = reader(owners[learnable.path] ?? "", else: learnable.path)
      var named: Set<Int> = []
      for alias in learnable.aliases where !wired.contains(alias) {
        let user = reader("", else: alias)
        if boxes[user].kind == .again { continue }
        named.insert(user)
        let transform = learnable.transforms[alias].map { " (\($0))" } ?? ""
        note(user, owner, "\(alias) = \(learnable.path)\(transform)", &ties)
      }
      var seen: Set<String> = [owners[learnable.path] ?? ""]
      for use in learnable.uses ?? [] where seen.insert(use).inserted {
        guard !wiredLayers.contains(use) else { continue }
        let user = reader(use, else: use)
        guard boxes[user].kind != .again, named.insert(user).inserted else { continue }
        note(user, owner, "\(use.isEmpty ? "the network" : use) reads \(learnable.path)", &ties)
      }
    }
    self.ties = ties
  }

  /// The box of a layer, or that of its own code where it has one; else the innermost one around a
  /// path.
  private func reader(_ layer: String, else path: String) -> Int {
    let box = places[layer] ?? innermost(path)
    return boxes[box].parts.first { boxes[$0].kind == .code } ?? box
  }

  /// The box of the layer that a path leads to, or leads through last.
  private func innermost(_ path: String) -> Int {
    var path = path[...]
    while !path.isEmpty {
      if let box = places[String(path)] { return box }
      path = path.lastIndex(of: "/").map { path[..<$0] } ?? ""
    }
    return 0
  }
}
