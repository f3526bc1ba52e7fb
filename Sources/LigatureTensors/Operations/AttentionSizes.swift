/// The sizes of the operands of attention.
struct AttentionSizes {
  static let name = "scaledDotProductAttention"
  let batch: [Int]
  let steps: Int
  let keySteps: Int
  let features: Int
  private let scalarType: ScalarType

  /// Throws unless the three fit each other.
  init(_ queries: Tensor, _ keys: Tensor, _ values: Tensor) throws {
    let operands = [queries, keys, values]
    for operand in operands { try operand.requireFloatingPoint(Self.name) }
    let shapes = operands.map(\.shape)
    let batch = operands.reduce([Int]?([])) { batch, operand in
      batch.flatMap { Shape.broadcast($0, Array(operand.shape.dropLast(2))) }
    }
    guard operands.allSatisfy({ $0.rank >= 2 }), let batch,
      shapes[0].last == shapes[1].last, shapes[0].last != 0,
      shapes[1].dropLast().last == shapes[2].dropLast().last,
      Set(operands.map(\.scalarType)).count == 1
    else {
      let found = operands.map { "\($0.scalarType) \($0.shape)" }
      throw TensorError(
        Self.name,
        "queries \(found[0]), keys \(found[1]) and values \(found[2]) do not fit",
        remedy: "Give [..., steps, features], [..., keySteps, features] and [..., keySteps, "
          + "valueFeatures] of one type, with at least one feature")
    }
    self.batch = batch
    steps = shapes[0][shapes[0].count - 2]
    keySteps = shapes[1][shapes[1].count - 2]
    features = shapes[0][shapes[0].count - 1]
    scalarType = queries.scalarType
    try Tensor.validate(batch + [steps, features], Self.name)
    try Tensor.validate(batch + [keySteps, features], Self.name)
  }

  /// A tensor that stretches to the scores, with two axes at least.
  func matrix(_ x: Tensor, _ word: String) throws -> Tensor {
    try x.require(Self.name)
    let scores = batch + [steps, keySteps]
    guard x.scalarType == scalarType, Shape.broadcast(x.shape, scores) == scores else {
      throw TensorError(
        Self.name,
        "the \(word) of \(x.scalarType) \(x.shape) does not fit scores of \(scalarType) "
          + "\(scores)",
        remedy: "Give \(scalarType) of a shape that stretches to [..., steps, "
          + "keySteps]")
    }
    return try x.rank < 2 ? x.reshaped(to: [1, x.count]) : x
  }

  /// What scores are multiplied by.
  func scale(_ given: Double?) throws -> Double {
    let scale = given ?? 1 / Double(features).squareRoot()
    guard scale.isFinite else {
      throw TensorError(Self.name, "the scale is \(scale)", remedy: "Give a finite number")
    }
    return scale
  }

  /// 1 for the keys that count, else 0; nil where all do.
  func counting(_ lengths: [Int]) throws -> Tensor? {
    try requireLengths(lengths)
    if lengths.allSatisfy({ $0 == keySteps }) { return nil }
    let ones = [Int](repeating: 1, count: batch.count)
    return try Tensor.counting(lengths, of: keySteps, scalarType)
      .reshaped(to: [lengths.count] + ones + [keySteps])
  }

  /// Throws unless there is a number of keys for each element of the first axis.
  func requireLengths(_ lengths: [Int]) throws {
    guard batch.first == lengths.count, lengths.allSatisfy({ (0...keySteps).contains($0) }) else {
      throw TensorError(
        Self.name,
        "the lengths \(lengths.prefix(8)) of \(counted(lengths.count, "sequence")) do not fit keys "
          + "of shape \(batch + [keySteps, features])",
        remedy: "Give a number of 0...\(keySteps) for each element of the first axis")
    }
  }

  /// How many queries are worked on at a time, nil for all of them: as many as have their scores in
  /// a processor's cache, and enough for a fast product.
  var blockRows: Int? {
    guard keySteps >= 512 else { return nil }
    let rows = max(32, (1 << 19) / max(1, keySteps * Shape.count(batch)))
    return rows < steps ? rows : nil
  }
}
