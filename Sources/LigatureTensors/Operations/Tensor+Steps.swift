extension Tensor {
  /// The steps of padded sequences `[batch, time, ...]` that count, behind one another: `[steps,
  /// ...]`. What a sigmoid or softmax made stays known as that, so that a loss finds its logits.
  /// O(count of the result). Throws where lengths do not fit.
  package func steps(within lengths: [Int]) throws -> Tensor {
    try require("steps")
    guard rank >= 2, shape[0] == lengths.count, lengths.allSatisfy({ (0...shape[1]).contains($0) })
    else {
      throw TensorError(
        "sequence lengths",
        "shape \(shape) does not fit the lengths \(lengths.prefix(8)) of "
          + counted(lengths.count, "sequence"),
        remedy: "Give [batch, time, ...] with a step for each one that counts")
    }
    switch node.map({ $0.tape.origin(of: $0) }) {
    case .sigmoid(let logits): return try sigmoid(logits.steps(within: lengths))
    // Along time there is no softmax of single steps.
    case .softmax(let logits) where rank > 2: return try softmax(logits.steps(within: lengths))
    default: break
    }
    let time = shape[1]
    let rows = try reshaped(to: [shape[0] * time] + shape[2...])
    if lengths.allSatisfy({ $0 == time }) { return rows }
    let numbers = lengths.enumerated().flatMap { row, length in
      (0..<length).map { row * time + $0 }
    }
    return try rows.gathered(Tensor(numbers))
  }
}
