import Foundation

extension NetworkDiagram {
  /// The drawing as a `GraphDef` message, in which slashes in names make groups.
  ///
  /// A box with others in it has two nodes, for what comes in and what goes out. A line into it
  /// goes to the first; boxes in it that nothing feeds are fed by the first, and those that feed
  /// nothing feed the second.
  var graphDefinition: Data {
    var message = ProtocolMessage()
    let names = uniqueNames
    var inputs = [[Int]](repeating: [], count: boxes.count)
    for box in boxes { for line in box.lines { inputs[line.target].append(line.source) } }
    let owners = Dictionary(grouping: ties, by: \.user)

    func way(in box: Int) -> String { boxes[box].isContainer ? names[box] + "/in" : names[box] }
    func way(outOf box: Int) -> String {
      boxes[box].isContainer ? names[box] + "/out" : names[box]
    }
    func add(_ name: String, _ kind: String, _ inputs: [String], _ notes: [String]) {
      message.add(1) { node in
        node.add(1, text: name)
        node.add(2, text: kind)
        for input in inputs { node.add(3, text: input) }
        guard !notes.isEmpty else { return }
        node.add(5) { attribute in
          attribute.add(1, text: "notes")
          attribute.add(2) { $0.add(2, text: notes.joined(separator: "\n")) }
        }
      }
    }
    for (number, box) in boxes.enumerated() where box.kind != .root {
      var sources = inputs[number].map(way(outOf:))
      if let parent = box.parent, boxes[parent].kind != .root, inputs[number].isEmpty {
        sources.append(way(in: parent))
      }
      let shared = owners[number, default: []].map { "^" + way(outOf: $0.owner) }
      let type = (box.notes.first ?? box.kind.rawValue).prefix { $0 != "(" && $0 != " " }
      let kind = Self.identifier(String(type))
      guard box.isContainer else {
        add(names[number], kind, sources + shared, box.notes)
        continue
      }
      add(way(in: number), kind, sources + shared, box.notes)
      let feeding = Set(box.lines.map(\.source))
      let ends = box.parts.filter { !feeding.contains($0) }
      add(way(outOf: number), "Identity", ends.map(way(outOf:)), [])
    }
    message.add(4) { $0.add(1, integer: 22) }
    return message.bytes
  }

  /// A name for each box, within that of the box around it, in the letters that TensorFlow allows.
  private var uniqueNames: [String] {
    var names: [String] = []
    var taken: Set<String> = [""]
    for box in boxes {
      guard box.kind != .root else {
        names.append("")
        continue
      }
      let outer = box.parent.map { names[$0] } ?? ""
      let plain = (outer.isEmpty ? "" : outer + "/") + Self.identifier(box.name)
      var name = plain
      var number = 2
      while !taken.insert(name).inserted {
        name = "\(plain)_\(number)"
        number += 1
      }
      names.append(name)
    }
    return names
  }

  private static func identifier(_ text: String) -> String {
    let kept = text.unicodeScalars.map { scalar in
      let isAllowed =
        scalar.isASCII && scalar.properties.isAlphabetic
        || ("0"..."9").contains(scalar) || "_.-".unicodeScalars.contains(scalar)
      return isAllowed ? Character(scalar) : "_"
    }
    let name = String(kept)
    return name.first.map { "_-".contains($0) } ?? true ? "n" + name : name
  }
}
