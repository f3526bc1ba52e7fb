extension Outline {
  /// Paths, each once: `fc1, lstm (3 times)`.
  static func text(ofUses uses: [String]) -> String {
    var counts: [(path: String, count: Int)] = []
    var places: [String: Int] = [:]
    for use in uses {
      if let place = places[use] {
        counts[place].count += 1
      } else {
        places[use] = counts.count
        counts.append((use, 1))
      }
    }
    return counts.map { $0.count == 1 ? $0.path : "\($0.path) (\($0.count) times)" }
      .joined(separator: ", ")
  }

  /// `1,002,148 learnables, 4.0 MB, 2,352 of them frozen`.
  static func total(_ count: Int, bytes: Int, frozen: Int, isKnown: Bool) -> String {
    "\(count.of("learnable")), \(bytes.byteText)"
      + (frozen > 0 ? ", \(frozen.grouped) of them frozen" : "")
      + (isKnown ? "" : " as far as known: the sizes of others depend on the input")
  }

  /// Totals: learnables, bytes, states, and what is frozen.
  var summary: [String] {
    let known = !learnables.contains { $0.parameter.isDeferred }
    var lines = [
      Outline.total(learnableCount, bytes: byteCount, frozen: frozenCount, isKnown: known)
    ]
    if untiedCount != learnableCount {
      lines.append("\(untiedCount.of("learnable")) if every use had its own")
    }
    let states = states.count
    if states > 0 { lines.append(states.of("state")) }
    return lines
  }

  /// Layouts in which sizes that an example only filled in are free; a question mark for none.
  func text(_ layouts: [Layout]?) -> String {
    layouts.map { Outline.text($0.map(free)) } ?? "?"
  }

  /// Layouts, equal neighbours together: `BC [*, 5], 3 x BTC [*, *, 1]`.
  static func text(_ layouts: [Layout]) -> String {
    var runs: [(layout: Layout, count: Int)] = []
    for layout in layouts {
      if runs.last?.layout == layout {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((layout, 1))
      }
    }
    return runs.map { $0.count == 1 ? "\($0.layout)" : "\($0.count) x \($0.layout)" }
      .joined(separator: ", ")
  }

  private func free(_ layout: Layout) -> Layout {
    var layout = layout.with(.batch, nil)
    for label in [Layout.Label.time, .space] where freeLabels.contains(label) {
      layout = layout.with(label, nil)
    }
    return layout
  }
}

extension Outline.Item {
  /// What the layer says of itself, `FullyConnected(392)`; else the name of its type.
  var typeText: String {
    let layer = entry.layer
    guard !(layer is Network), let described = layer as? any CustomStringConvertible else {
      return String(describing: type(of: layer as Any))
    }
    return String(described.description.prefix { !$0.isNewline })
  }
}

extension Parameter {
  /// `784x392`; `scalar`; a question mark while there is no value.
  var shapeText: String {
    let value = turnedOwner ?? (isWired ? root.value : value)
    guard !value.isDeferred else { return "?" }
    let shape =
      value.shape.isEmpty
      ? "scalar" : value.shape.map(String.init).joined(separator: "x")
    return isFrozen ? shape + " frozen" : shape
  }
}
