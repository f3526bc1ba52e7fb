import LigatureTensors

/// How an alias is made of the learnable it is tied to.
public struct LearnableTransform: Sendable, CustomStringConvertible {
  enum Kind: Sendable {
    case identity
    case transpose
    case function(@Sendable (Tensor) throws -> Tensor)
  }

  let kind: Kind
  /// `identity`, `transpose`, or the name given.
  public let description: String

  var isIdentity: Bool { if case .identity = kind { true } else { false } }

  /// The same tensor.
  public static let identity = LearnableTransform(kind: .identity, description: "identity")

  /// The last two axes exchanged; products read the owner's memory in place.
  public static let transpose = LearnableTransform(kind: .transpose, description: "transpose")

  /// Any differentiable function, computed anew in each pass. Values cannot be assigned through it,
  /// and a network that has one is not stored with its architecture.
  public static func function(
    _ name: String, _ body: @escaping @Sendable (Tensor) throws -> Tensor
  ) -> LearnableTransform {
    LearnableTransform(kind: .function(body), description: name)
  }

  /// What the alias is when its owner is `value`; a tensor that throws on use where that fails.
  func applied(to value: Tensor) -> Tensor {
    switch kind {
    case .identity: return value
    case .transpose: return value.transposed
    case .function(let body):
      guard !value.isDeferred else { return value }
      do { return try body(value) } catch {
        return .absent(
          "the transform \"\(description)\" of a tied learnable threw \(error)",
          remedy: "Correct the transform, or untie the alias")
      }
    }
  }

  /// Whether two transforms are known to do the same.
  func isSame(as other: LearnableTransform) -> Bool {
    switch (kind, other.kind) {
    case (.identity, .identity), (.transpose, .transpose): true
    default: false
    }
  }

  /// What the owner is when the alias is to be `value`; nil where that cannot be known.
  func undone(_ value: Tensor) -> Tensor? {
    switch kind {
    case .identity: value
    case .transpose: value.transposed
    case .function: nil
    }
  }
}
