import LigatureTensors

/// Where a parameter's value comes from.
enum ParameterSource: Sendable {
  /// The parameter stores it.
  case own
  /// Another parameter stores it, and a transform makes it of that:
  /// ``Network/tie(_:to:transform:)``.
  case alias(of: Parameter, through: LearnableTransform)
  /// It comes in by a connection of its network's graph, pass by pass; nil where that is yet to be
  /// made.
  case wired(Wiring?)

  /// Whether two sources are of one kind and lead to one parameter.
  func isSame(as other: ParameterSource) -> Bool {
    switch (self, other) {
    case (.own, .own): true
    case (.alias(let owner, let transform), .alias(let otherOwner, let otherTransform)):
      owner === otherOwner && transform.isSame(as: otherTransform)
    case (.wired(let wiring), .wired(let otherWiring)): wiring == otherWiring
    default: false
    }
  }
}

/// The connection that a learnable is taken from.
struct Wiring: Sendable, CustomStringConvertible {
  /// What feeds it, `fc1/weights`.
  let source: String
  /// Layers on the way, nearest to the owner first.
  let layers: [String]
  /// The learnable at the other end, where there is exactly one.
  let owner: Parameter?
  /// Whether the layers exchange its last two axes, or leave it as it is; nil where they do more.
  let isTransposed: Bool?

  var description: String {
    "wired to \(source)" + (layers.isEmpty ? "" : " through \(layers.joined(separator: ", "))")
  }
}

extension Wiring? {
  /// What a wired learnable is outside the passes of its network.
  var absence: Tensor {
    .absent(
      self.map { "a learnable that is \($0) was read outside a pass" }
        ?? "a learnable that is to come from another layer was read, and nothing is connected to it",
      remedy: self == nil
        ? "Connect it: connect(\"owner/weights\", to: \"layer/weights\")"
        : "Read it within a pass of its network, or read the learnable that it is wired to")
  }
}

extension Wiring? {
  /// What a wired learnable is in a pass, where its connection does not reach.
  var absenceInPass: Tensor {
    guard let wiring = self else { return absence }
    return .absent(
      "a learnable that is \(wiring) was read where it is not connected",
      remedy: "Connect it at this place too, or run its layer within the network that connects it")
  }
}

extension Wiring: Equatable {
  static func == (a: Wiring, b: Wiring) -> Bool {
    a.source == b.source && a.layers == b.layers && a.owner === b.owner
      && a.isTransposed == b.isTransposed
  }
}
