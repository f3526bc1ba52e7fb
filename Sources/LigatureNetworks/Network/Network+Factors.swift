extension Network {
  /// The learn-rate factors by owner path.
  public var learnRateFactors: [String: Double] {
    Dictionary(learnables.map { ($0.path, $0.parameter.learnRateFactor) }) { first, _ in first }
  }

  /// The L2 factors by owner path.
  public var l2Factors: [String: Double] {
    Dictionary(learnables.map { ($0.path, $0.parameter.l2Factor) }) { first, _ in first }
  }

  /// Sets the learn-rate factor of every learnable that a pattern names, by any of its paths; 0
  /// freezes.
  ///
  /// A pattern is a path in which `*` stands for anything within a name and `**` for any number of
  /// names: `"encoder/**"`, `"**/bias"`. One that names no learnable but a layer, `"encoder"`,
  /// means all that is in it. Throws when it names nothing.
  public func setLearnRateFactor(_ factor: Double, for pattern: String) throws {
    try setLearnRateFactors([pattern: factor])
  }

  /// Sets learn-rate factors by pattern. Throws, and sets nothing, when a pattern names nothing or
  /// two of them give one parameter different factors.
  public func setLearnRateFactors(_ factors: [String: Double]) throws {
    for (parameter, factor) in try resolved(factors) { parameter.learnRateFactor = factor }
  }

  /// Sets the L2 factor of every learnable that a pattern names.
  public func setL2Factor(_ factor: Double, for pattern: String) throws {
    try setL2Factors([pattern: factor])
  }

  /// Sets L2 factors by pattern, as ``setLearnRateFactors(_:)`` does.
  public func setL2Factors(_ factors: [String: Double]) throws {
    for (parameter, factor) in try resolved(factors) { parameter.l2Factor = factor }
  }

  /// Learn-rate factor 0 for what a pattern names: it keeps its values and costs no gradient.
  public func freeze(_ pattern: String = "**") throws { try setLearnRateFactor(0, for: pattern) }

  /// Gives what a pattern names the learn-rate factor back that it had before it was frozen; 1
  /// where it never had another. What is not frozen keeps its factor. Throws when the pattern names
  /// nothing.
  public func unfreeze(_ pattern: String = "**") throws {
    for (parameter, _) in try resolved([pattern: 1]) { parameter.unfreeze() }
  }

  private func resolved(_ factors: [String: Double]) throws -> [(Parameter, Double)] {
    var chosen: [ObjectIdentifier: (parameter: Parameter, factor: Double, pattern: String)] = [:]
    let all = learnables
    for (pattern, factor) in factors.sorted(by: { $0.key < $1.key }) {
      guard factor.isFinite, factor >= 0 else {
        throw LayerError(
          .setting, pattern, "the factor is \(factor)", remedy: "Give a finite number of 0 or more")
      }
      let matches = try all.named(pattern)
      for match in matches {
        let key = ObjectIdentifier(match.parameter)
        if let other = chosen[key], other.factor != factor {
          throw LayerError(
            .setting, match.path,
            "\"\(other.pattern)\" gives it factor \(other.factor) and \"\(pattern)\" \(factor)",
            remedy: "A shared learnable has one factor, whatever the path it is named by")
        }
        chosen[key] = (match.parameter, factor, pattern)
      }
    }
    return chosen.values.map { ($0.parameter, $0.factor) }
  }
}

extension [LearnableInfo] {
  /// Those that a pattern names by any of their paths, or whose layers it names. Throws where there
  /// are none.
  func named(_ pattern: String) throws -> [LearnableInfo] {
    for glob in [PathPattern(pattern), PathPattern(inside: pattern)] {
      let found = filter { glob.matches($0.path) || $0.aliases.contains(where: glob.matches) }
      if !found.isEmpty { return found }
    }
    throw LayerError(
      .notFound, pattern, "no learnable has a path like this, and no layer with learnables",
      remedy: "print(network) lists them; * stands for a name, ** for several")
  }
}
