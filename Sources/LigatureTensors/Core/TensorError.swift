/// A tensor operation that could not be carried out: which one, what it met, and how to fix it.
public struct TensorError: Error, Sendable, CustomStringConvertible {
  /// The operation, as its caller writes it: `matmul`, `+`, `reshaped`.
  public let operation: String
  /// What was expected and what came, shapes included.
  public let problem: String
  /// What to change.
  public let remedy: String

  /// Makes an error of `operation`.
  public init(_ operation: String, _ problem: String, remedy: String) {
    self.operation = operation
    self.problem = problem
    self.remedy = remedy
  }

  /// Operation and problem, then the remedy, as sentences.
  public var description: String { "\(operation): \(problem). \(remedy)." }

  /// A learnable was used before it had a value.
  package static func deferred(_ operation: String, _ note: String?) -> TensorError {
    TensorError(
      operation, "\(note ?? "an operand") is deferred: it has no value yet",
      remedy: "Give it one in initialize(for:in:), or run the network once on an example first")
  }
}
