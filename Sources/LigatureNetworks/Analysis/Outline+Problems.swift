extension Outline {
  /// What is wrong with the network that can be seen without running it, that of nested networks
  /// included: everything, up to ``NetworkProblem/largestCount``.
  var structuralProblems: [NetworkProblem] {
    let most = NetworkProblem.largestCount
    var found = root.graph.allProblems
    for item in items where found.count < most {
      switch item.occurrence {
      case .shared: continue
      case .insideItself(let path):
        found.append(
          NetworkProblem(
            .containsItself, item.path,
            (path.isEmpty ? "the network" : "the layer \(path)") + " contains itself here",
            remedy: "Put an independent network here, or one made with copy()"))
        continue
      case .first: break
      }
      if let network = item.entry.layer as? Network {
        found += network.graph.allProblems.map { $0.within(item.path) }
      }
      found += item.entry.unmarked.map {
        NetworkProblem(.unmarkedProperty, item.entry.unmarkedError($0, at: item.path))
      }
    }
    found += ambiguousPaths
    // A property that is not marked is seen both from the graph around its layer and from the
    // layer.
    var seen: Set<NetworkProblem> = []
    return found.filter { seen.insert($0).inserted }
  }

  /// Learnables of one path: a subclass that names a private property as its superclass does.
  private var ambiguousPaths: [NetworkProblem] {
    var seen: Set<String> = []
    return learnables.filter { !seen.insert($0.path).inserted }.map {
      NetworkProblem(
        .duplicateName, $0.path, "two learnables go by this path",
        remedy: "Rename one of the properties, in the class or in its superclass")
    }
  }
}
