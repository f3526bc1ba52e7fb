import Synchronization

/// Code in which the numbers of differentiated tensors may not be read: what is computed from them
/// outside of tensor operations would be a constant, silently.
enum HostReading {
  @TaskLocal private static var refusal: Refusal?
  /// How much of such code runs: without any, reading asks no further.
  private static let count = Atomic<Int>(0)

  private struct Refusal: Sendable {
    let reason: String
    let remedy: String
  }

  static func refused<Result>(
    _ reason: String, remedy: String, _ body: () throws -> Result
  ) rethrows -> Result {
    count.add(1, ordering: .relaxed)
    defer { count.subtract(1, ordering: .relaxed) }
    return try $refusal.withValue(Refusal(reason: reason, remedy: remedy), operation: body)
  }

  /// Throws where the numbers of `tensor` may not be read.
  static func require(_ operation: String, _ tensor: Tensor) throws {
    guard let node = tensor.node else { return }
    if node.tapes.contains(where: \.isTrace) {
      throw TensorError(
        operation, "numbers of a tensor were read in a trace, which would make them constants",
        remedy: "Compute with tensor operations, or read numbers outside of the network")
    }
    guard count.load(ordering: .relaxed) > 0, let refusal, node.tape.isOpen else { return }
    throw TensorError(
      operation, "numbers of a differentiated tensor were read, and " + refusal.reason,
      remedy: refusal.remedy)
  }
}
