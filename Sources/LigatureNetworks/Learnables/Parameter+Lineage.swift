import LigatureTensors
import Synchronization

/// A parameter, the one that it is made of, the one that that is made of, and so on, all as they
/// were at one moment.
struct ParameterLineage {
  struct Link {
    let parameter: Parameter
    let contents: Parameter.Contents
  }

  /// Never empty.
  fileprivate(set) var links: [Link]

  /// The last parameter, on whose value the others depend.
  var end: Link { links[links.count - 1] }

  /// What the first parameter is when the last one is `value`.
  func made(of value: Tensor) -> Tensor {
    links.dropLast().reversed().reduce(value) { value, link in
      switch link.contents.source {
      case .own: value
      case .alias(_, let transform): transform.applied(to: value)
      case .wired(let wiring): wiring?.isTransposed == true ? value.transposed : value
      }
    }
  }

  /// The value of the first parameter outside of passes.
  var value: Tensor {
    if let refusal = end.contents.refusal { return made(of: refusal) }
    return switch end.contents.source {
    case .own, .alias: made(of: end.contents.value)
    case .wired(let wiring): made(of: wiring.absence)
    }
  }
}

extension Parameter.Contents {
  var isAlias: Bool { if case .alias = source { true } else { false } }

  /// What stands for the value after a misfit was assigned.
  var refusal: Tensor? { refusal(of: "a learnable") }

  /// The same where the learnable has a name.
  func refusal(of name: @autoclosure () -> String) -> Tensor? {
    problem.map {
      .absent("\(name()) \($0)", remedy: "Assign a value of the present shape and type")
    }
  }
}

extension Parameter {
  /// Counts changes of what parameters are made of.
  private static let structure = Atomic<Int>(0)

  /// Called under the lock of a parameter whose source, or whose refusal, changes.
  /// Returns how often that was.
  @discardableResult static func noteStructure() -> Int {
    structure.add(1, ordering: .acquiringAndReleasing).newValue
  }

  /// How often sources and refusals have changed.
  static var structureCount: Int { structure.load(ordering: .acquiring) }

  /// The parameter and those that it is made of. Each of them is read under its own lock, and all
  /// anew where a tie or a wire changed meanwhile, so that no state in between is seen. Ends where
  /// `isFollowed` says so. O(links).
  func lineage(
    following isFollowed: (ParameterLineage.Link) -> Bool = { _ in true }
  ) -> ParameterLineage {
    while true {
      let start = Parameter.structure.load(ordering: .acquiring)
      var lineage = ParameterLineage(links: [])
      var next: Parameter? = self
      while let parameter = next {
        let link = ParameterLineage.Link(parameter: parameter, contents: parameter.contents)
        lineage.links.append(link)
        switch link.contents.source {
        case .own: next = nil
        case .alias(let owner, _): next = isFollowed(link) ? owner : nil
        case .wired(let wiring): next = isFollowed(link) ? wiring?.owner : nil
        }
      }
      if Parameter.structure.load(ordering: .acquiring) == start { return lineage }
    }
  }

  /// ``structureCount`` when this parameter, or one that it is made of, was last tied or wired to
  /// another one or to none.
  var lastRetied: Int {
    let contents = contents
    guard case .own = contents.source else {
      return lineage().links.map(\.contents.retied).max() ?? 0
    }
    return contents.retied
  }

  /// The parameter that this one is an alias of, at the end of the chain; itself if it is none.
  var root: Parameter {
    if case .own = source { return self }
    return shortcut?.root ?? lineage().end.parameter
  }

  /// Whether the value is to come in by a connection that is yet to be made.
  var awaitsConnection: Bool { if case .wired(nil) = source { true } else { false } }

  /// Whether the value comes in by a connection.
  var isWired: Bool { if case .wired = source { true } else { false } }

  /// Whether the value comes in by just this connection.
  func isWired(by wiring: Wiring) -> Bool {
    if case .wired(let present) = source { present == wiring } else { false }
  }

  /// The present value of the learnable that this one is wired to, as it comes in here; nil where
  /// layers make more of it than a transpose, and for what is not wired.
  var turnedOwner: Tensor? {
    guard case .wired(let wiring?) = source, let isTransposed = wiring.isTransposed,
      let owner = wiring.owner
    else { return nil }
    return isTransposed ? owner.value.transposed : owner.value
  }

  /// Whether the value is that of another parameter, or made of it.
  func isMade(of other: Parameter) -> Bool {
    lineage { $0.parameter !== other }.end.parameter === other
  }

  /// Whether this parameter is its root with the last two axes exchanged, or as it is; nil where it
  /// is something else that is made of it.
  var isTransposed: Bool? {
    if let shortcut { return shortcut.isTransposed }
    return lineage().turns.last ?? nil
  }

  /// How this parameter is made of its root; nil where it is the same tensor.
  var transformText: String? {
    if let shortcut { return shortcut.text }
    let lineage = lineage()
    let turns = lineage.turns
    var text: String?
    for (place, link) in lineage.links.reversed().enumerated() {
      switch link.contents.source {
      case .own: text = nil
      case .alias(_, let transform):
        switch transform.kind {
        case .identity: break
        // Two transposes are none.
        case .transpose where turns[place - 1] == true: text = nil
        default: text = [text, transform.description].compactMap { $0 }.joined(separator: ", ")
        }
      case .wired(let wiring):
        let texts = [text].compactMap { $0 } + (wiring?.layers ?? [])
        text = texts.isEmpty ? nil : texts.joined(separator: ", ")
      }
    }
    return text
  }
}

extension ParameterLineage {
  /// Whether each parameter is the last one with the last two axes exchanged, from the last one to
  /// the first; nil where it is something else.
  fileprivate var turns: [Bool?] {
    var turns: [Bool?] = []
    for link in links.reversed() {
      let before = turns.last ?? false
      switch link.contents.source {
      case .own: turns.append(false)
      case .alias(_, let transform):
        switch transform.kind {
        case .identity: turns.append(before)
        case .transpose: turns.append(before.map { !$0 })
        case .function: turns.append(nil)
        }
      case .wired(let wiring):
        let isKnown = wiring?.owner != nil
        turns.append(
          isKnown ? wiring?.isTransposed.flatMap { turn in before.map { $0 != turn } } : nil)
      }
    }
    return turns
  }
}
