/// The parameters found on a walk, once each.
struct LearnableTable {
  private var owned: [LearnableInfo] = []
  private var places: [ObjectIdentifier: Int] = [:]
  /// Paths of what is stored elsewhere, which may stand before its owner.
  private var others: [(path: String, parameter: Parameter)] = []

  mutating func note(_ parameter: Parameter, at path: String) {
    guard case .own = parameter.source else { return others.append((path, parameter)) }
    add(parameter, at: path)
  }

  private mutating func add(_ owner: Parameter, at path: String) {
    if let place = places[ObjectIdentifier(owner)] {
      owned[place].aliases.append(path)
    } else {
      places[ObjectIdentifier(owner)] = owned.count
      owned.append(LearnableInfo(path: path, aliases: [], parameter: owner))
    }
  }

  /// All of them. Aliases follow the paths of the parameter itself; where its owner is not on the
  /// walk, the first alias stands for it: one that says what the owner is, if there is one.
  var learnables: [LearnableInfo] {
    var table = self
    // A wire that is made of several learnables, or of none, is nobody's alias.
    let others = others.compactMap { path, parameter -> (path: String, Alias)? in
      let alias = Alias(parameter)
      guard case .own = alias.root.source else { return nil }
      return (path, alias)
    }
    let first =
      others.filter { $0.1.isTransposed != nil && table.add(orphan: $0.1, at: $0.path) }
      + others.filter { table.add(orphan: $0.1, at: $0.path) }
    let standing = Set(first.map(\.path))
    for (path, alias) in others where !standing.contains(path) {
      table.add(alias.root, at: path)
      table.describe(alias, at: path)
    }
    return table.owned
  }

  /// What is stored elsewhere, at the time of asking.
  private struct Alias {
    let root: Parameter
    let isTransposed: Bool?
    let text: String?

    init(_ parameter: Parameter) {
      (root, isTransposed) = (parameter.root, parameter.isTransposed)
      text = parameter.transformText
    }
  }

  /// Lets an alias stand for an owner that has no place; returns whether it does.
  private mutating func add(orphan alias: Alias, at path: String) -> Bool {
    guard places[ObjectIdentifier(alias.root)] == nil else { return false }
    add(alias.root, at: path)
    describe(alias, at: path)
    return true
  }

  private mutating func describe(_ alias: Alias, at path: String) {
    guard let place = places[ObjectIdentifier(alias.root)] else { return }
    switch alias.isTransposed {
    case true: owned[place].transposes.insert(path)
    case nil: owned[place].computed.insert(path)
    default: break
    }
    guard owned[place].transposes.contains(owned[place].path) else {
      owned[place].transforms[path] = alias.text
      return
    }
    // Told from a transpose that stands for what it is the transpose of.
    switch owned[place].relation(of: path) {
    case .same: break
    case .transposed: owned[place].transforms[path] = LearnableTransform.transpose.description
    case .computed:
      owned[place].transforms[path] = [LearnableTransform.transpose.description, alias.text]
        .compactMap { $0 }.joined(separator: ", ")
    }
  }
}
