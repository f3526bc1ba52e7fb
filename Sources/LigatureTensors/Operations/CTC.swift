/// The connectionist temporal classification loss: the mean over observations of -log(Σ p), the sum
/// running over all ways in which the labels can be read off the steps when repeats are merged and
/// blanks left out (Graves et al. 2006). `probabilities` are `[batch, time, classes]`, of which
/// class `blank` is none. Labels are class numbers `[batch, labels]` (int32 or int64), padded with
/// -1 behind their ends. Of each observation the first `lengths` steps count, or all of them.
///
/// Where `probabilities` was computed by a softmax in this pass, the loss goes back to its logits.
/// The sum is not divided by the number of labels. Computed in double by the forward and backward
/// recursions over logarithms, on one thread. O(batch · time · (labels + classes)).
///
/// Throws where shapes and lengths do not fit, for labels that do not exist or are the blank, for
/// what is no distribution of probabilities, and for fewer steps than labels and the blanks between
/// equal ones need: no way would be left.
public func ctc(
  _ probabilities: Tensor, _ labels: Tensor, lengths: [Int]? = nil, blank: Int = 0
) throws -> Tensor {
  try ctc(
    logarithms: Probabilities.logarithms("ctc", probabilities), labels, lengths: lengths,
    blank: blank)
}

/// The same of logits `[batch, time, classes]`, whose softmax is not formed.
public func ctc(
  logits: Tensor, _ labels: Tensor, lengths: [Int]? = nil, blank: Int = 0
) throws -> Tensor {
  try ctc(logarithms: logSoftmax(logits), labels, lengths: lengths, blank: blank)
}

private func ctc(
  logarithms: Tensor, _ labels: Tensor, lengths: [Int]?, blank: Int
) throws -> Tensor {
  let alignment = try Alignments(labels, lengths: lengths, blank: blank, of: logarithms)
  return try CTC(alignments: alignment)([logarithms]).mean()
}

/// The states that the steps of each observation pass through, blank, label, blank, ..., blank, and
/// how many steps there are.
struct Alignments: Sendable {
  /// The class of each state.
  let states: [[Int]]
  let lengths: [Int]
  let shape: [Int]

  init(_ labels: Tensor, lengths: [Int]?, blank: Int, of x: Tensor) throws {
    let name = "ctc"
    try labels.require(name)
    guard x.rank == 3, x.shape.allSatisfy({ $0 > 0 }), labels.rank == 2,
      labels.shape[0] == x.shape[0], !labels.scalarType.isFloatingPoint
    else {
      throw TensorError(
        name,
        "predictions are of shape \(x.shape), labels \(labels.scalarType) \(labels.shape)",
        remedy: "Give [batch, time, classes], and labels as int64 [batch, labels], padded with -1")
    }
    let (batch, time, classes) = (x.shape[0], x.shape[1], x.shape[2])
    guard (0..<classes).contains(blank) else {
      throw TensorError(
        name, "the blank is class \(blank), of \(counted(classes, "class", plural: "classes"))",
        remedy: "Give one of 0...\(classes - 1)")
    }
    let lengths = lengths ?? [Int](repeating: time, count: batch)
    guard lengths.count == batch, lengths.allSatisfy({ (1...time).contains($0) }) else {
      throw TensorError(
        name, "lengths \(lengths.prefix(8)) do not fit predictions of shape \(x.shape)",
        remedy: "Give a length of 1...\(time) for each observation")
    }
    let numbers = try labels.cast(to: .int64).scalars(as: Int64.self)
    states = try (0..<batch).map { row in
      let line = numbers[(row * labels.shape[1])..<((row + 1) * labels.shape[1])]
      let own = line.prefix { $0 != -1 }.map { Int($0) }
      guard line.dropFirst(own.count).allSatisfy({ $0 == -1 }),
        own.allSatisfy({ (0..<classes).contains($0) && $0 != blank })
      else {
        throw TensorError(
          name, "observation \(row) has labels \(line.prefix(12).map { $0 })",
          remedy: "Give class numbers in 0..<\(classes) other than the blank, \(blank), and -1 "
            + "behind the last of them")
      }
      let repeats = zip(own, own.dropFirst()).count { $0 == $1 }
      guard own.count + repeats <= lengths[row] else {
        throw TensorError(
          name,
          "observation \(row) has \(counted(own.count, "label")), \(repeats) of them equal to the "
            + "one before, and \(counted(lengths[row], "step"))",
          remedy: "Give a step for each label and one between equal ones, with fewer strides in "
            + "the network, or leave the observation out")
      }
      return [blank] + own.flatMap { [$0, blank] }
    }
    self.lengths = lengths
    shape = x.shape
  }

  /// Whether state `number` may follow the one before the last: a label behind another one.
  static func canSkip(_ states: [Int], _ number: Int) -> Bool {
    number >= 2 && states[number] != states[0] && states[number] != states[number - 2]
  }
}

/// -log of the sum over alignments of the products of probabilities, of logarithms `[batch, time,
/// classes]`: `[batch]`.
struct CTC: Operation {
  let alignments: Alignments

  var name: String { "ctc" }
  var keeps: Keeping { .first }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    TensorSpec([operands[0].shape[0]], operands[0].scalarType)
  }

  func evaluate(
    _ operands: [Tensor], as spec: TensorSpec, extras: inout [Tensor], isRecorded: Bool
  ) throws -> Tensor {
    let x = operands[0].detached
    try Tensor.requireMemory(bytes: 16 * x.count, name, x.shape)
    let (time, classes) = (x.shape[1], x.shape[2])
    let values = try x.doubles()
    var losses: [Double] = []
    var slopes = [Double](repeating: 0, count: isRecorded ? values.count : 0)
    for (row, states) in alignments.states.enumerated() {
      let start = row * time * classes
      let lattice = Lattice(states, steps: alignments.lengths[row]) { step, label in
        values[start + step * classes + label]
      }
      losses.append(-lattice.total)
      guard isRecorded else { continue }
      lattice.visit { step, state, share in
        slopes[start + step * classes + states[state]] -= share
      }
    }
    if isRecorded { extras = [try Tensor(slopes, shape: x.shape).cast(to: x.scalarType)] }
    return try Tensor(losses).cast(to: spec.scalarType)
  }

  /// The derivative in a logarithm is minus the share of alignments that pass through it.
  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    guard pull.needs(0) else { return }
    let x = pull.operand(0)
    let slopes = pull.isRecorded(gradient, x) ? try composedSlopes(x) : pull.extras[0]
    try pull.add(gradient.reshaped(to: [-1, 1, 1]) * slopes, to: 0)
  }
}

/// The forward and backward recursions of one observation, over logarithms.
private struct Lattice {
  private let states: [Int]
  private let forward: [Double]
  private let backward: [Double]
  /// The logarithm of the sum over all alignments.
  let total: Double

  init(_ states: [Int], steps: Int, _ score: (_ step: Int, _ label: Int) -> Double) {
    let count = states.count
    var (line, forward) = (states.indices.map { $0 < 2 ? 0 : -Double.infinity }, [Double]())
    for step in 0..<steps {
      if step > 0 {
        let last = line
        line = Self.sums(count) { state in
          (
            last[state], state > 0 ? last[state - 1] : -.infinity,
            Alignments.canSkip(states, state) ? last[state - 2] : -.infinity
          )
        }
      }
      line = zip(line, states).map { $0 + score(step, $1) }
      forward += line
    }
    let last = line.suffix(2)
    total =
      Self.sums(1) { _ in
        (
          last.first ?? -.infinity, last.count > 1 ? last.last ?? -.infinity : -.infinity,
          -.infinity
        )
      }[0]
    // What is behind a step, without its own score; the last step first.
    line = states.indices.map { $0 >= count - 2 ? 0 : -.infinity }
    var lines = [line]
    for step in (0..<(steps - 1)).reversed() {
      let next = zip(line, states).map { $0 + score(step + 1, $1) }
      line = Self.sums(count) { state in
        (
          next[state], state + 1 < count ? next[state + 1] : -.infinity,
          state + 2 < count && Alignments.canSkip(states, state + 2) ? next[state + 2] : -.infinity
        )
      }
      lines.append(line)
    }
    (self.states, self.forward) = (states, forward)
    backward = lines.reversed().flatMap(\.self)
  }

  /// Calls with the share of alignments that are in a state at a step.
  func visit(_ body: (_ step: Int, _ state: Int, _ share: Double) -> Void) {
    let shares = Portable.map(.exp, zip(forward, backward).map { $0 + $1 - total })
    for (place, share) in shares.enumerated() {
      body(place / states.count, place % states.count, share)
    }
  }

  /// The logarithm of the sum of three exponentials, for each of so many places.
  private static func sums(
    _ count: Int, _ terms: (Int) -> (Double, Double, Double)
  ) -> [Double] {
    var (largest, parts): ([Double], [Double]) = ([], [])
    for place in 0..<count {
      let (a, b, c) = terms(place)
      let most = max(a, b, c)
      largest.append(most)
      // Of nothing but -infinity the sum is taken as 1, whose logarithm adds nothing.
      parts += most > -.infinity ? [a - most, b - most, c - most] : [-.infinity, -.infinity, 0]
    }
    parts = Portable.map(.exp, parts)
    let sums = stride(from: 0, to: parts.count, by: 3).map { (first: Int) -> Double in
      parts[first] + parts[first + 1] + parts[first + 2]
    }
    return zip(largest, Portable.map(.log, sums)).map { $0 + $1 }
  }
}

// The same recursions in tensor operations, for derivatives of the derivative.
extension CTC {
  /// A logarithm of nothing that can be calculated with.
  private static let nothing = -1e30

  /// The derivative of each loss in its logarithms, in tensor operations.
  fileprivate func composedSlopes(_ x: Tensor) throws -> Tensor {
    let slopes = try alignments.states.indices.map { row in
      try composedSlopes(
        x.at(row, axis: 0).slice(0..<alignments.lengths[row]), alignments.states[row])
    }
    let time = x.shape[1]
    return try stack(
      zip(slopes, alignments.lengths).map { slope, length in
        try slope.padded(before: [0, 0], after: [time - length, 0])
      })
  }

  /// Of one observation `[steps, classes]`.
  private func composedSlopes(_ x: Tensor, _ states: [Int]) throws -> Tensor {
    let (steps, count, type) = (x.shape[0], states.count, x.scalarType)
    func constant(_ values: [Double]) throws -> Tensor { try Tensor(values).cast(to: type) }
    func barred(_ isOpen: [Bool]) throws -> Tensor {
      try constant(isOpen.map { $0 ? 0 : Self.nothing })
    }
    let scores = try x.gathered(Tensor(states), axis: 1)
    let rows = try scores.unstacked(axis: 0)
    let skips = states.indices.map { Alignments.canSkip(states, $0) }
    let isFirst = states.indices.map { $0 < 2 }
    let isLast = states.indices.map { $0 >= count - 2 }
    var (forward, backward) = ([try barred(isFirst) + rows[0]], [try barred(isLast)])
    func shifted(_ line: Tensor, by offset: Int) throws -> Tensor {
      let reach = Swift.min(Swift.abs(offset), count)
      let gap = try Tensor.full([reach], Self.nothing, type)
      return offset > 0
        ? try concatenate([gap, line.slice(0..<(count - reach))])
        : try concatenate([line.slice(reach..<count), gap])
    }
    let mayEnter = try barred(skips)
    let mayLeave = try barred(states.indices.map { $0 + 2 < count && skips[$0 + 2] })
    for step in 1..<max(1, steps) {
      let last = forward[step - 1]
      let ways = try [last, shifted(last, by: 1), shifted(last, by: 2) + mayEnter]
      forward.append(try stack(ways).logSumExp(0) + rows[step])
    }
    for step in (0..<(steps - 1)).reversed() {
      let next = try backward[steps - 2 - step] + rows[step + 1]
      let ways = try [next, shifted(next, by: -1), shifted(next, by: -2) + mayLeave]
      backward.append(try stack(ways).logSumExp(0))
    }
    let total = try (forward[steps - 1] + barred(isLast)).logSumExp(0)
    let shares = try exp(stack(forward) + stack(backward.reversed()) - total)
    let zeros = try Tensor.zeros([steps, x.shape[1]], type)
    return try -zeros.scatterAdded(shares, at: Tensor(states), axis: 1)
  }
}
