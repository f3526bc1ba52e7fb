import LigatureTensors

/// A learnable of a network, with every name it goes by.
public struct LearnableInfo: Sendable {
  /// The owner's path: the first by which the parameter is reached. Where the owner's layer is not
  /// in the network, because it was removed or the network is a part of a larger one, the path of
  /// the first alias, which then stands for it.
  public let path: String
  /// Other paths that reach the same parameter.
  public internal(set) var aliases: [String]
  /// How an alias is made of the parameter, where it is not the parameter itself: `transpose`, or
  /// the layers between.
  public internal(set) var transforms: [String: String] = [:]
  /// Paths whose tensor is the parameter's transpose, and those that are computed from it. ``path``
  /// is among them where an alias stands for an owner that is not in the network.
  var transposes: Set<String> = []
  var computed: Set<String> = []
  /// The parameter itself.
  public let parameter: Parameter

  /// Its number of scalars, 0 while it has no value.
  public var count: Int { parameter.isDeferred ? 0 : parameter.value.count }

  /// The value as it is at ``path``: what tables show and files keep.
  package var value: Tensor {
    transposes.contains(path) ? parameter.value.transposed : parameter.value
  }

  /// How the tensor at one of the paths is made of the one at another, or at ``path``.
  func relation(of alias: String, to owner: String? = nil) -> TieRelation {
    let owner = owner ?? path
    if alias == owner { return .same }
    if let made = [alias, owner].first(where: computed.contains) {
      return .computed(transforms[made] ?? "")
    }
    return transposes.contains(alias) == transposes.contains(owner) ? .same : .transposed
  }
}

/// How the tensor at one path of a learnable is made of that at another.
package enum TieRelation: Sendable, Equatable {
  case same
  case transposed
  /// By a function or by layers, of these names.
  case computed(String)

  /// As files and errors say it, in the words of ``LearnableTransform``.
  package var text: String {
    switch self {
    case .same: LearnableTransform.identity.description
    case .transposed: LearnableTransform.transpose.description
    case .computed(let name): name
    }
  }

  package init(text: String) {
    self =
      switch text {
      case LearnableTransform.identity.description: .same
      case LearnableTransform.transpose.description: .transposed
      default: .computed(text)
      }
  }
}
