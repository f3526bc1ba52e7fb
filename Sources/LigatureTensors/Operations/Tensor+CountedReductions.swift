/// The axis that a reduction over sequences `[batch, time, ...]` runs along.
public enum SequenceAxis: Sendable {
  /// The steps: the second axis.
  case time
}

extension Tensor {
  /// The sum over the steps of padded sequences `[batch, time, ...]` that count: `[batch, ...]`, 0
  /// for a sequence without any. Without lengths all steps count. What stands beyond them does no
  /// harm, and no gradient comes back to it. O(count). Throws where lengths do not fit.
  public func sum(over axis: SequenceAxis, counting lengths: [Int]?) throws -> Tensor {
    try zeroed(beyond: countedSteps("sum", lengths)).sum(1)
  }

  /// The mean over the steps of padded sequences that count: `[batch, ...]`, 0 for a sequence
  /// without any. O(count). Throws where lengths do not fit.
  ///
  ///     let summary = try x.mean(over: .time, counting: context.lengths(of: x))
  public func mean(over axis: SequenceAxis, counting lengths: [Int]?) throws -> Tensor {
    let lengths = try countedSteps("mean", lengths)
    let shares = lengths.map { 1 / Double(Swift.max($0, 1)) }
    return try sum(over: axis, counting: lengths) * perSequence(shares)
  }

  /// The largest of the steps of padded sequences that count: `[batch, ...]`, 0 for a sequence
  /// without any; equals share the gradient. O(count). Throws where lengths do not fit, and for
  /// whole numbers.
  public func max(over axis: SequenceAxis, counting lengths: [Int]?) throws -> Tensor {
    try extreme("max", lengths, -.infinity) { try $0.max(1) }
  }

  /// The smallest of the steps of padded sequences that count: `[batch, ...]`, 0 for a sequence
  /// without any; equals share the gradient. O(count). Throws where lengths do not fit, and for
  /// whole numbers.
  public func min(over axis: SequenceAxis, counting lengths: [Int]?) throws -> Tensor {
    try extreme("min", lengths, .infinity) { try $0.min(1) }
  }

  private func extreme(
    _ operation: String, _ lengths: [Int]?, _ limit: Double, _ reduce: (Tensor) throws -> Tensor
  ) throws -> Tensor {
    let lengths = try countedSteps(operation, lengths)
    try requireFloatingPoint(operation)
    let counted = try replaced(beyond: lengths, by: limit)
    guard lengths.contains(0) else { return try reduce(counted) }
    guard shape[1] > 0 else { return try sum(1) }
    let hasSteps = try counted.perSequence(lengths.map { $0 > 0 ? 1 : 0 })
    return try select(hasSteps, reduce(counted), .zeros([], scalarType))
  }

  /// The lengths, of all steps where none are given.
  private func countedSteps(_ operation: String, _ lengths: [Int]?) throws -> [Int] {
    try require(operation)
    guard rank > 1 else {
      throw TensorError(
        operation, "shape \(shape) has no steps to reduce over",
        remedy: "Give sequences [batch, time, ...]")
    }
    return lengths ?? [Int](repeating: shape[1], count: shape[0])
  }

  /// A number for each sequence, to be stretched over what is left of it without its steps.
  private func perSequence(_ values: [Double]) throws -> Tensor {
    let ones = [Int](repeating: 1, count: rank - 2)
    return try Tensor(values, shape: [shape[0]] + ones).cast(to: scalarType)
  }
}
