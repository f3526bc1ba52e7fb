import LigatureNetworks
import LigatureTensors

/// How attention compares what it asks for with what there is.
public enum AttentionScore: String, Sendable, Codable, CaseIterable {
  /// v · tanh(W x + U q + b) (Bahdanau et al. 2015).
  case additive
  /// q · W x (Luong et al. 2015, "general").
  case multiplicative
}

/// A sequence `[batch, time, channels]` as one vector `[batch, channels]`: the mean of its steps,
/// weighted by attention. Each step x gets a score, and the softmax over the steps that count makes
/// weights of the scores.
///
/// What is asked for, q, comes in by the port `query`, `[batch, features]`, such as the state of a
/// decoder; without that port it is learned. A sequence without steps gives zeros. O(batch · time ·
/// channels · size).
public struct AttentionPooling: SequenceLayer, Codable, CustomStringConvertible {
  /// To what the scores are made of, `[size]` for each step.
  @Learnable public var keys: FullyConnected
  /// The query brought to that size for the additive score; nil where it serves as it comes, or
  /// none comes in.
  @Learnable public var query: FullyConnected?
  /// `[size]`: v of the additive score; of the multiplicative one the query, where none comes in.
  @Learnable public var direction: Tensor? = .some(.deferred)
  /// How steps and query are compared.
  public let score: AttentionScore
  /// Whether the query comes in by a port.
  public let takesQuery: Bool

  /// A layer that compares in a space of `size` dimensions, which is the size of the query of a
  /// multiplicative score.
  public init(_ size: Int, score: AttentionScore = .additive, takesQuery: Bool = false) {
    keys = FullyConnected(size, bias: score == .additive)
    _query = Learnable(
      wrappedValue: takesQuery && score == .additive ? FullyConnected(size, bias: false) : nil)
    if score == .multiplicative, takesQuery { _direction = Learnable(wrappedValue: nil) }
    self.score = score
    self.takesQuery = takesQuery
  }

  public var inputNames: [String] { takesQuery ? ["in", "query"] : ["in"] }
  public var outputNames: [String] { ["out"] }

  public func initialize(for inputs: [Tensor], in context: Context) throws {
    guard keys.outputSize > 0 else {
      throw LayerError(
        .setting, context.path, "compares in \(keys.outputSize) dimensions",
        remedy: "Give a size of at least 1")
    }
    if direction != nil {
      direction = try Initializer.glorotUniform([keys.outputSize, 1], in: context)
        .reshaped(to: [keys.outputSize])
    }
  }

  public func predict(_ inputs: [Tensor], in context: Context) throws -> [Tensor] {
    try requireInputs(inputs, in: context)
    let x = inputs[0]
    guard x.rank == 3 else {
      throw LayerError(
        .shape, context.path,
        "takes sequences [batch, time, channels], found shape \(x.shape)",
        remedy: "Reshape the input; one channel is a last axis of size 1")
    }
    let lengths = try context.lengths(of: x)
    var keys = try keys(x, in: context)
    var asked: Tensor?
    if takesQuery {
      let found = inputs[1]
      guard found.rank == 2, score == .additive || found.shape[1] == keys.shape[2] else {
        let wanted = score == .additive ? "features" : "\(keys.shape[2])"
        throw LayerError(
          .shape, context.path, "takes a query [batch, \(wanted)], found shape \(found.shape)",
          remedy: "Give one vector for each observation")
      }
      asked = try (query.map { try $0(found, in: context) } ?? found).expandingAxis(1)
    }
    if score == .additive { keys = try tanh(asked.map { try keys + $0 } ?? keys) }
    let other = score == .multiplicative && takesQuery ? asked : direction
    let scores = try (keys * (other ?? keys)).sum(-1).expandingAxis(1)
    let weights = try lengths.map { lengths in
      let shown = try Tensor.counting(lengths, of: x.shape[1], scores.scalarType)
      return try softmax(scores, where: shown.expandingAxis(1))
    }
    let pooled = try matmul(weights ?? softmax(scores), x)
    return [try pooled.reshaped(to: [x.shape[0], x.shape[2]])]
  }

  public func validate(_ inputs: [Layout]) throws {
    try SequenceLayout.validate(Array(inputs.prefix(1)))
  }

  public func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] {
    shapes.map { Layout("BC", $0) }
  }

  public var isObservationWise: Bool { true }
  public var defaultName: String { "pooling" }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_keys.slot) }
  public var description: String {
    "AttentionPooling(\(keys.outputSize), \(score.rawValue)\(takesQuery ? ", query" : ""))"
  }
}
