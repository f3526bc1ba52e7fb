import LigatureKernels

/// The binary cross-entropy -t log(p) - (1 - t) log(1 - p) of probabilities p in 0...1 and targets
/// t of the same shape, averaged over all elements. O(count).
///
/// Where `probabilities` was computed by a sigmoid in this pass, the loss goes back to its logits z
/// as max(z, 0) - z t + log(1 + exp(-|z|)), which is exact for any z. Otherwise probabilities are
/// kept one epsilon of their type away from 0 and 1.
public func binaryCrossEntropy(_ probabilities: Tensor, _ targets: Tensor) throws -> Tensor {
  if let node = probabilities.node, case .sigmoid(let logits) = node.tape.origin(of: node) {
    return try averaged("binaryCrossEntropy", logits, targets) {
      type, count, z, t, scale, gradient in
      lk_binary_cross_entropy_logits(type, count, z, t, scale, gradient)
    } plain: {
      try softplus(logits) - logits * targets
    }
  }
  let epsilon = probabilities.scalarType.epsilon
  return try averaged("binaryCrossEntropy", probabilities, targets) {
    type, count, p, t, scale, gradient in
    lk_binary_cross_entropy(type, count, p, t, epsilon, scale, gradient)
  } plain: {
    let p = try clamp(probabilities, to: epsilon...(1 - epsilon))
    return try -(targets * log(p) + (1 - targets) * log(1 - p))
  }
}

/// The binary cross-entropy of logits, averaged over all elements: of sigmoid(logits), without
/// forming it.
public func binaryCrossEntropy(logits: Tensor, _ targets: Tensor) throws -> Tensor {
  try averaged("binaryCrossEntropy", logits, targets) { type, count, z, t, scale, gradient in
    lk_binary_cross_entropy_logits(type, count, z, t, scale, gradient)
  } plain: {
    try softplus(logits) - logits * targets
  }
}

/// The mean of (prediction - target)² over all elements. O(count).
public func meanSquaredError(_ predictions: Tensor, _ targets: Tensor) throws -> Tensor {
  try averaged("meanSquaredError", predictions, targets) { type, count, a, b, scale, gradient in
    lk_squared_error(type, count, a, b, scale, gradient)
  } plain: {
    try square(predictions - targets)
  }
}

/// The mean of |prediction - target| over all elements. O(count).
public func meanAbsoluteError(_ predictions: Tensor, _ targets: Tensor) throws -> Tensor {
  try requireEqual("meanAbsoluteError", predictions, targets)
  return try abs(predictions - targets).mean()
}

/// The mean over all elements of e²/2 where |e| ≤ `threshold`, else threshold · (|e| - threshold /
/// 2), with e = prediction - target (Huber 1964). O(count).
public func huber(
  _ predictions: Tensor, _ targets: Tensor, threshold: Double = 1
) throws -> Tensor {
  try requireEqual("huber", predictions, targets)
  guard threshold > 0 else {
    throw TensorError(
      "huber", "the threshold is \(threshold)", remedy: "Give a number above 0")
  }
  let error = try predictions - targets
  let near = try clamp(error, to: -threshold...threshold)
  // near · (e - near / 2) is both branches at once; where it is clamped its slope is the threshold.
  return try (near * (error - near * 0.5)).mean()
}

/// The cross-entropy -Σ t log(p) over the last axis (classes), averaged over everything before it.
/// Targets are probabilities of the same shape, or class numbers (int32 or int64) of the shape
/// without the last axis.
///
/// Where `probabilities` was computed by a softmax in this pass, the loss goes back to its logits.
/// Otherwise probabilities are kept one epsilon of their type away from 0. O(count).
public func crossEntropy(_ probabilities: Tensor, _ targets: Tensor) throws -> Tensor {
  if let node = probabilities.node, case .softmax(let logits) = node.tape.origin(of: node) {
    return try crossEntropy(logits: logits, targets)
  }
  try probabilities.requireFloatingPoint("crossEntropy")
  let epsilon = probabilities.scalarType.epsilon
  return try crossEntropy(logarithms: log(clamp(probabilities, to: epsilon...1)), targets)
}

/// The cross-entropy of the softmax of logits over the last axis, without forming it.
public func crossEntropy(logits: Tensor, _ targets: Tensor) throws -> Tensor {
  try crossEntropy(logarithms: logSoftmax(logits), targets)
}

private func crossEntropy(logarithms: Tensor, _ targets: Tensor) throws -> Tensor {
  try targets.require("crossEntropy")
  let classes = logarithms.shape.last ?? 1
  let observations = Swift.max(1, logarithms.count / Swift.max(1, classes))
  if targets.scalarType.isFloatingPoint {
    try requireEqual("crossEntropy", logarithms, targets)
    return try (logarithms * targets).sum() * (-1 / Double(observations))
  }
  guard targets.shape == Array(logarithms.shape.dropLast()) else {
    throw TensorError(
      "crossEntropy",
      "class numbers of shape \(targets.shape) do not fit predictions of shape \(logarithms.shape)",
      remedy: "Give one class number for each observation, or probabilities for each class")
  }
  // Entry [i, class of i] of the matrix is entry i · classes + class of the list.
  let numbers = try targets.cast(to: .int64).scalars(as: Int64.self)
  if let bad = numbers.firstIndex(where: { $0 < 0 || $0 >= Int64(classes) }) {
    throw TensorError(
      "crossEntropy",
      "observation \(bad) has class number \(numbers[bad]) of \(counted(classes, "class", plural: "classes"))",
      remedy: "Number classes from 0")
  }
  let places = numbers.enumerated().map { Int64($0 * classes) + $1 }
  let chosen = try logarithms.reshaped(to: [-1]).gathered(Tensor(places))
  return try chosen.sum() * (-1 / Double(observations))
}

private func requireEqual(_ name: String, _ a: Tensor, _ b: Tensor) throws {
  try a.requireFloatingPoint(name)
  try b.require(name)
  guard a.shape == b.shape, a.scalarType == b.scalarType else {
    throw TensorError(
      name,
      "predictions are \(a.scalarType) \(a.shape), targets \(b.scalarType) \(b.shape)",
      remedy: "Give targets of the predictions' shape and type")
  }
}

/// An elementwise loss that a kernel sums together with its gradient in the predictions, averaged.
/// Where the targets are differentiated too, which is rare, it is computed the `plain` way instead.
private func averaged(
  _ name: String, _ predictions: Tensor, _ targets: Tensor,
  _ kernel:
    @escaping (
      LKScalar, Int, UnsafeRawPointer, UnsafeRawPointer, Double, UnsafeMutableRawPointer?
    ) -> Double,
  plain: () throws -> Tensor
) throws -> Tensor {
  try requireEqual(name, predictions, targets)
  if Recorder([targets]) != nil { return try plain().mean() }
  let (x, t) = (predictions.contiguous(), targets.contiguous())
  let type = x.scalarType
  let scale = 1 / Double(x.count)
  let recorder = Recorder([predictions])
  let slopes = recorder == nil ? nil : Tensor(uninitialized: x.shape, type)
  let parts = LossParts(count: x.count)
  parts.forEach { part, range in
    let start = range.lowerBound * type.byteCount
    parts.sums[part] = kernel(
      type.kernelType, range.count, x.pointer + start, t.pointer + start, scale,
      slopes.map { $0.pointer + start })
  }
  let result = try Tensor.scalar(parts.sums.reduce(0, +) * scale, type)
  parts.sums.deallocate()
  guard let recorder, let slopes else { return result }
  return recorder.record(result) { pull, gradient in
    let outer = try gradient.item()
    try pull.add(outer == 1 ? slopes : slopes * outer, to: 0)
  }
}

/// A sum cut into pieces of fixed size, so that it does not depend on the number of threads.
private struct LossParts: @unchecked Sendable {
  static let size = 1 << 14
  let count: Int
  let sums: UnsafeMutableBufferPointer<Double>

  init(count: Int) {
    self.count = count
    sums = .allocate(capacity: (count + Self.size - 1) / Self.size)
    sums.initialize(repeating: 0)
  }

  func forEach(_ body: (Int, Range<Int>) -> Void) {
    Parallel.split(sums.count) { pieces in
      for piece in pieces {
        let start = piece * Self.size
        body(piece, start..<Swift.min(count, start + Self.size))
      }
    }
  }
}
