extension Tensor {
  /// The steps of padded sequences `[batch, time, ...]` that count, concatenated: `[steps, ...]`.
  /// O(count of the result). Throws where lengths do not fit.
  ///
  ///     try meanSquaredError(
  ///       network(x, in: context).steps(within: lengths), targets.steps(within: lengths))
  public func steps(within lengths: [Int]) throws -> Tensor {
    try steps(lengths) { length, _ in 0..<length }
  }

  /// The same of sequences that end together: their last steps count.
  package func lastSteps(_ lengths: [Int]) throws -> Tensor {
    try steps(lengths) { length, time in (time - length)..<time }
  }

  private func steps(_ lengths: [Int], _ range: (Int, Int) -> Range<Int>) throws -> Tensor {
    try require("steps")
    try requireSteps(lengths)
    let time = shape[1]
    let rows = try reshaped(to: [shape[0] * time] + shape[2...])
    if lengths.allSatisfy({ $0 == time }) { return rows }
    let numbers = lengths.enumerated().flatMap { row, length in
      range(length, time).map { row * time + $0 }
    }
    return try rows.gathered(Tensor(numbers))
  }

  /// The same sequences with zeros in place of the steps that do not count, whatever stands there.
  /// No gradient comes back to them. O(count). Throws where lengths do not fit.
  package func zeroed(beyond lengths: [Int]) throws -> Tensor {
    try replaced(beyond: lengths, by: 0)
  }

  /// The same sequences with a number in place of the steps that do not count.
  func replaced(beyond lengths: [Int], by value: Double) throws -> Tensor {
    try require("steps")
    try requireSteps(lengths)
    let time = shape[1]
    if lengths.allSatisfy({ $0 == time }) { return self }
    let mask = try Tensor.counting(lengths, of: time, scalarType)
      .reshaped(to: [shape[0], time] + [Int](repeating: 1, count: rank - 2))
    return try select(mask, self, .full([], value, scalarType))
  }

  /// 1 for the steps that count, else 0: `[lengths, steps]`.
  package static func counting(
    _ lengths: [Int], of steps: Int, _ scalarType: ScalarType
  ) throws -> Tensor {
    let counts = lengths.flatMap { length in (0..<steps).map { $0 < length ? 1.0 : 0 } }
    return try Tensor(counts, shape: [lengths.count, steps]).cast(to: scalarType)
  }

  private func requireSteps(_ lengths: [Int]) throws {
    guard rank >= 2, shape[0] == lengths.count, lengths.allSatisfy({ (0...shape[1]).contains($0) })
    else {
      throw TensorError(
        "sequence lengths",
        "shape \(shape) does not fit the lengths \(lengths.prefix(8)) of "
          + counted(lengths.count, "sequence"),
        remedy: "Give [batch, time, ...] with a step for each one that counts")
    }
  }
}
