extension NetworkAnalysis: CustomStringConvertible {
  /// The analysis as tables: layers, what they cost, learnables, states; then totals and problems.
  public var description: String {
    let tables = [layerTable, costTable, learnableTable, stateTable].filter { !$0.isEmpty }
    let sections = tables.map(\.lines) + [totals, problemLines]
    return sections.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  private var layerTable: TextTable {
    var table = TextTable(("layer", .left), ("type", .left), ("input", .left), ("output", .left))
    for layer in layers {
      table.add([
        layer.label, layer.type, Self.text(layer.inputs), Self.text(layer.outputs),
      ])
    }
    return table
  }

  private var costTable: TextTable {
    var table = TextTable(
      ("layer", .left), ("learnables", .right), ("states", .right), ("multiply-adds", .right),
      ("activations", .right))
    let counts = Dictionary(learnables.map { ($0.path, $0.count) }) { first, _ in first }
    for layer in layers {
      let label = layer.label
      if let path = layer.sharedWith {
        table.add([label, "shared with \(path.isEmpty ? "the network" : path)"])
        continue
      }
      let own = layer.learnables.compactMap { counts[$0] }.reduce(0, +)
      table.add([
        label, own == 0 ? "" : own.grouped, layer.states.isEmpty ? "" : layer.states.count.grouped,
        layer.multiplyAdds.map { $0 == 0 ? "" : $0.grouped } ?? "?",
        layer.activationBytes?.byteText ?? "?",
      ])
    }
    return table
  }

  private var learnableTable: TextTable {
    var table = TextTable(
      ("learnable", .left), ("shape", .left), ("count", .right), ("used by", .left))
    for learnable in learnables {
      let uses = learnable.uses.map(Self.text(ofUses:))
      let shape = learnable.shape.map { $0.isEmpty ? "scalar" : Self.text($0) } ?? "?"
      table.add([
        learnable.path, shape + (learnable.isFrozen ? " frozen" : ""),
        learnable.shape == nil ? "?" : learnable.count.grouped, uses ?? "?",
      ])
      for alias in learnable.aliases { table.add(["  = \(alias)"]) }
    }
    return table
  }

  private var stateTable: TextTable {
    var table = TextTable(("state", .left), ("shape", .left), ("kept", .left))
    for state in states {
      table.add([
        state.path, state.shape.map { $0.isEmpty ? "scalar" : Self.text($0) } ?? "?",
        state.isShared ? "once" : "for each use",
      ])
    }
    return table
  }

  /// What the learnables, states and costs sum up to, a line each.
  package var totals: [String] {
    let known = learnables.allSatisfy { $0.shape != nil }
    var lines = [
      Outline.total(
        learnableCount, bytes: learnableBytes, frozen: frozenCount, isKnown: known)
    ]
    if untiedLearnableCount != learnableCount {
      lines.append("\(untiedLearnableCount.of("learnable")) if every use had its own")
    }
    if !states.isEmpty { lines.append(states.count.of("state")) }
    if let multiplyAdds {
      lines.append("\(multiplyAdds.of("multiply-add")) in matrix products, \(scope)")
    }
    if let activationBytes { lines.append("\(activationBytes.byteText) of activations, \(scope)") }
    return lines
  }

  /// What the costs are of.
  private var scope: String {
    let layouts = (example ?? []).map { String(describing: $0) }.joined(separator: ", ")
    return isPerObservation ? "for one observation: \(layouts)" : "for the example: \(layouts)"
  }

  private var problemLines: [String] {
    guard !problems.isEmpty else { return ["no problems"] }
    return ["\(problems.count.of("problem")):"] + problems.map { "  \($0)" }
  }

  /// `784x392`.
  package static func text(_ shape: [Int]) -> String {
    shape.map(String.init).joined(separator: "x")
  }

  /// Paths of uses, each once: `fc1, lstm (3 times)`.
  package static func text(ofUses uses: [String]) -> String { Outline.text(ofUses: uses) }

  /// Layouts with a free batch: that of the example says nothing about the layer.
  package static func text(_ layouts: [Layout]?) -> String {
    layouts.map { Outline.text($0.map { $0.with(.batch, nil) }) } ?? "?"
  }
}

extension NetworkAnalysis.LayerSummary {
  /// The layer's name, indented.
  fileprivate var label: String {
    String(repeating: "  ", count: depth) + name
  }
}
