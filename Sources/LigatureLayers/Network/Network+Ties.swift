/// Paths and uses that share one parameter.
public struct Tie: Sendable, Equatable, CustomStringConvertible {
  /// The owner's path.
  public let owner: String
  /// Other paths that reach the parameter.
  public let aliases: [String]
  /// Paths of the layer calls that read it in one prediction.
  public let uses: [String]

  public var description: String {
    "\(owner)"
      + (aliases.isEmpty ? "" : " = " + aliases.joined(separator: " = "))
      + " (used by \(uses.joined(separator: ", ")))"
  }
}

extension Network {
  /// The shared parameters: those with several paths, or that several layer calls read in one
  /// prediction. Uses are known once the network is initialised.
  public var ties: [Tie] {
    learnables.compactMap { learnable in
      let uses = uses(of: learnable)
      guard uses.count > 1 || !learnable.aliases.isEmpty else { return nil }
      return Tie(owner: learnable.path, aliases: learnable.aliases, uses: uses)
    }
  }
}
