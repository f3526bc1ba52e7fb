extension Network: CustomStringConvertible {
  /// The layers as a table, those of nested networks indented: layout of what comes out, learnables
  /// (each shared one where its owner stands, with where else it is used) and their number. What is
  /// not known before an example has passed through is a question mark; what keeps the network from
  /// running stands at the end.
  public var description: String {
    let outline = Outline(self)
    var table = TextTable(
      ("layer", .left), ("type", .left), ("output", .left), ("learnables", .left), ("count", .right)
    )
    for item in outline.items { outline.addRows(of: item, to: &table) }
    let lines = table.lines + [table.rule] + outline.summary
    return (lines + outline.structuralProblems.map { "problem: \($0)" }).joined(separator: "\n")
  }
}

extension Outline {
  fileprivate func addRows(of item: Item, to table: inout TextTable) {
    let label = String(repeating: "  ", count: item.depth) + item.name
    let layouts = text(item.outputs)
    switch item.occurrence {
    case .shared(let path):
      return table.add([label, item.typeText, layouts, "shared with \(path)"])
    case .insideItself(let path):
      return table.add(
        [
          label, item.typeText, layouts,
          "contains itself: it is \(path.isEmpty ? "all of this" : path)",
        ])
    case .first: break
    }
    let own = learnables(ownedBy: item)
    let parts = item.entry.learnables.flatMap { text(of: $0.slot.tree, $0.name, in: item) }
    let cells = TextTable.wrapped(parts, width: 32)
    let count = own.isEmpty ? "" : own.contains { $0.parameter.isDeferred } ? "?" : nil
    table.add([
      label, item.typeText, layouts, cells.first ?? "",
      count ?? own.map(\.count).reduce(0, +).grouped,
    ])
    for cell in cells.dropFirst() + useNotes(own, in: item) { table.add(cell, inColumn: 3) }
  }

  /// The learnables whose owner a layer is.
  func learnables(ownedBy item: Item) -> [LearnableInfo] {
    var own: [LearnableInfo] = []
    for (name, slot) in item.entry.learnables {
      slot.tree.visit("\(item.path)/\(name)") { path, leaf in
        guard case .parameter(let parameter) = leaf, let info = learnable(parameter) else { return }
        if info.path == path, own.last?.parameter !== parameter { own.append(info) }
      }
    }
    return own
  }

  /// `weights 784x392`, or `biases 392, 784` for a list; `weights = fc1/weights` for what stands
  /// elsewhere.
  private func text(of tree: LearnableTree, _ name: String, in item: Item) -> [String] {
    var leaves: [(path: String, parameter: Parameter)] = []
    tree.visit(name) { path, leaf in
      if case .parameter(let parameter) = leaf { leaves.append((path, parameter)) }
    }
    let owned = leaves.allSatisfy { learnable($0.parameter)?.path == "\(item.path)/\($0.path)" }
    if case .list = tree, owned, let last = leaves.popLast() {
      let shown = leaves.prefix(5).map(\.parameter.shapeText)
      let elided = leaves.count > 5 ? ["..."] : []
      let all = shown + elided + [last.parameter.shapeText]
      return ["\(name) \(all[0])"] + all.dropFirst()
    }
    return leaves.map { path, parameter in
      let info = learnable(parameter)
      let owner = info?.path ?? ""
      if owner == "\(item.path)/\(path)" {
        return "\(path) \(parameter.shapeText)"
      }
      let text =
        info.map { $0.transforms["\(item.path)/\(path)"] } ?? parameter.transformText
      let transform = text.map { " (\($0))" } ?? ""
      return owner.isEmpty
        ? "\(path) from the graph\(transform)" : "\(path) = \(owner)\(transform)"
    }
  }

  /// Where else a layer's learnables are read: `weights also used by autoencoder`.
  private func useNotes(_ own: [LearnableInfo], in item: Item) -> [String] {
    var notes: [(names: [String], note: String)] = []
    for learnable in own {
      guard let note = otherUses(of: learnable, at: item.path) else { continue }
      let name = String(learnable.path.dropFirst(item.path.count + 1))
      if let place = notes.firstIndex(where: { $0.note == note }) {
        notes[place].names.append(name)
      } else {
        notes.append(([name], note))
      }
    }
    return notes.map { "\($0.names.joined(separator: ", ")) \($0.note)" }
  }

  /// `used 3 times`, `also used by autoencoder`; nil for what is used once, where it belongs.
  private func otherUses(of learnable: LearnableInfo, at path: String) -> String? {
    guard let uses = uses(of: learnable.parameter) else { return nil }
    let here = uses.count { $0 == path }
    let others = uses.filter { $0 != path }
    let parts =
      (here > 1 ? ["used \(here) times"] : [])
      + (others.isEmpty ? [] : ["also used by " + Outline.text(ofUses: others)])
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}
