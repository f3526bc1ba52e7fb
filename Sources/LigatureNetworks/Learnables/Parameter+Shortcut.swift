import LigatureTensors

/// What an alias comes to, however long the chain of aliases between: its root, and what is done to
/// the root's value, found once for as long as no tie, wire or refusal changes anywhere.
struct ParameterShortcut {
  /// The changes of structure that had been made; see ``Parameter/structureCount``.
  let structure: Int
  let root: Parameter
  /// From the root on; two transposes in a row are none.
  fileprivate(set) var transforms: [LearnableTransform] = []
  /// Whether it is the root with the last two axes exchanged; nil where it is something else.
  fileprivate(set) var isTransposed: Bool? = false
  /// How it is made of the root; nil where it is the same tensor.
  fileprivate(set) var text: String?

  fileprivate init(structure: Int, root: Parameter) {
    self.structure = structure
    self.root = root
  }

  /// What the alias is when its root is `value`.
  func made(of value: Tensor) -> Tensor { transforms.reduce(value) { $1.applied(to: $0) } }

  fileprivate mutating func append(_ transform: LearnableTransform) {
    switch transform.kind {
    case .identity: return
    case .transpose:
      if case .transpose = transforms.last?.kind {
        transforms.removeLast()
      } else {
        transforms.append(transform)
      }
      text = isTransposed == true ? nil : joined(transform)
      isTransposed = isTransposed.map { !$0 }
    case .function:
      transforms.append(transform)
      text = joined(transform)
      isTransposed = nil
    }
  }

  private func joined(_ transform: LearnableTransform) -> String {
    [text, transform.description].compactMap { $0 }.joined(separator: ", ")
  }
}

extension Parameter {
  /// The shortcut of an alias; nil for what is none, and where something on the way to the root is
  /// wired or was assigned a misfit: its ``lineage(following:)`` says more. O(1) once it is known,
  /// O(links) before.
  var shortcut: ParameterShortcut? {
    let start = Parameter.structureCount
    var way: [(alias: Parameter, transform: LearnableTransform)] = []
    var parameter = self
    var found: ParameterShortcut?
    while found == nil {
      if let known = parameter.knownShortcut, known.structure == start {
        found = known
        break
      }
      let contents = parameter.contents
      guard contents.problem == nil else { return nil }
      switch contents.source {
      case .wired: return nil
      case .own: found = ParameterShortcut(structure: start, root: parameter)
      case .alias(let owner, let transform):
        way.append((parameter, transform))
        parameter = owner
      }
    }
    guard var shortcut = found, Parameter.structureCount == start else { return nil }
    for (alias, transform) in way.reversed() {
      shortcut.append(transform)
      alias.knownShortcut = shortcut
    }
    return shortcut.root === self ? nil : shortcut
  }
}
