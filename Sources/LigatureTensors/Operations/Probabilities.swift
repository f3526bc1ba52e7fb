/// What is and is not a probability: looked at before a loss, which would give a number for
/// anything.
enum Probabilities {
  /// How far the probabilities of an observation may add up to something else than 1.
  private static let slack = 1e-3

  /// Throws unless every element is in 0...1. NaN passes, and makes the loss NaN. O(count).
  static func require(
    _ name: String, _ what: String, _ tensor: Tensor, remedy: String
  ) throws {
    let values = tensor.detached
    guard values.count > 0, try !values.isWithin(0...1) else { return }
    let (least, greatest) = (try values.min().item(), try values.max().item())
    guard least < 0 || greatest > 1 else { return }
    throw TensorError(
      name, "\(what) are \(text(least)) to \(text(greatest)), and not probabilities in 0...1",
      remedy: remedy)
  }

  /// Throws unless the elements along the last axis are in 0...1 and add up to 1.
  static func requireDistributions(
    _ name: String, _ what: String, _ tensor: Tensor, remedy: String
  ) throws {
    try require(name, what, tensor, remedy: remedy)
    let sums = try tensor.detached.sum(-1)
    guard sums.count > 0, try !sums.isWithin((1 - slack)...(1 + slack)) else { return }
    let numbers = try sums.doubles()
    guard let bad = numbers.firstIndex(where: { Swift.abs($0 - 1) > slack }) else { return }
    throw TensorError(
      name, "\(what) of observation \(bad) add up to \(text(numbers[bad])), and not to 1",
      remedy: remedy)
  }

  /// The logarithms of distributions over the last axis: of a softmax in this pass, from its
  /// logits; otherwise of probabilities that are kept one epsilon of their type away from 0. Throws
  /// for what are no distributions.
  static func logarithms(_ name: String, _ probabilities: Tensor) throws -> Tensor {
    try probabilities.requireFloatingPoint(name)
    let origin = try Origin.of(probabilities)
    if case .softmax(let logarithms, isMoved: false) = origin { return logarithms }
    try requireDistributions(
      name, "predictions", probabilities,
      remedy: "End the network in Softmax(), or take \(name)(from: .logits)")
    if case .softmax(let logarithms, _) = origin { return logarithms }
    let epsilon = probabilities.scalarType.epsilon
    return try log(clamp(probabilities, to: epsilon...1))
  }

  private static func text(_ value: Double) -> String {
    let rounded = (value * 1e4).rounded() / 1e4
    return rounded.isFinite && rounded != 0 ? "\(rounded)" : "\(value)"
  }
}
