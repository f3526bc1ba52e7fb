/// One backward sweep over a tape.
///
/// Where the records are not needed afterwards each is freed as soon as it has been played. Where
/// they are, the sweep itself is recorded on the tape, for derivatives of derivatives.
final class Playback {
  let tape: Tape
  private let keepsRecords: Bool
  private var records: ContiguousArray<Tape.Record>
  private var gradients: ContiguousArray<Tensor?>
  /// Of groups, the gradients of their members so far.
  private var arrived: [Int: [Int: Tensor]] = [:]
  /// The record whose gradient is 1, untouched.
  private var unit: Int?

  init(_ tape: Tape, records: consuming ContiguousArray<Tape.Record>, keepsRecords: Bool) {
    self.tape = tape
    self.keepsRecords = keepsRecords
    gradients = ContiguousArray(repeating: nil, count: records.count)
    self.records = records
  }

  /// What a sweep begins with: ones for a single number, or a seed that fits.
  static func start(at result: Tensor, _ seed: Tensor?) throws -> Tensor {
    guard let seed else {
      guard result.count == 1 else {
        throw TensorError(
          "gradient",
          "the result has shape \(result.shape), and a gradient needs a single number",
          remedy: "Reduce it with sum() or mean(), or give gradients(of:seed:) a seed of shape "
            + "\(result.shape)")
      }
      return try Tensor.ones(result.shape, result.scalarType)
    }
    try seed.require("gradient")
    if seed.shape != result.shape || seed.scalarType != result.scalarType {
      throw TensorError(
        "gradient",
        "the seed is \(seed.scalarType) \(seed.shape), the result \(result.scalarType) "
          + "\(result.shape)",
        remedy: "Give a seed of the result's shape and type")
    }
    return seed
  }

  /// The gradients of what is at `node` in `leaves`, nil where there is none.
  func gradients(
    from node: Node, _ start: Tensor, isUnit: Bool, for leaves: [Tensor]
  ) throws -> [Tensor?] {
    try add(node.isSwapped ? start.transposed : start, to: node.index)
    unit = isUnit ? node.index : nil
    let places = leaves.map { $0.node?.on(tape) }
    // The gradient of a leaf stays where it is; that of another record is gone once it was played.
    var found: [Int: Tensor] = [:]
    let kept = places.compactMap { place in
      place.flatMap { isLeaf($0.index) ? nil : $0.index }
    }
    for index in stride(from: node.index, through: 0, by: -1) {
      if !kept.isEmpty, kept.contains(index) { found[index] = gradients[index] }
      try play(index)
    }
    return places.map { place in
      guard let place, place.index < gradients.count,
        let gradient = found[place.index] ?? gradients[place.index]
      else { return nil }
      return place.isSwapped ? gradient.transposed : gradient
    }
  }

  private func isLeaf(_ index: Int) -> Bool {
    guard records.indices.contains(index), case .leaf = records[index].source else { return false }
    return true
  }

  private func play(_ index: Int) throws {
    let record = records[index]
    if !keepsRecords { records[index] = .played }
    switch record.source {
    case .leaf: break
    case .member(let number):
      if let gradient = gradients[index].take() {
        arrived[index - number - 1, default: [:]][number] = gradient
      }
    case .operation(let operation):
      guard let gradient = gradients[index].take() else { return }
      let pull = PullBack(
        playback: self, index: index, record: record, isUnit: unit == index,
        differentiates: gradient.node != nil)
      try operation.differentiate(gradient, pull)
    case .group(let operation):
      guard let found = arrived.removeValue(forKey: index) else { return }
      let all = (0..<operation.resultCount).map { found[$0] }
      let pull = PullBack(
        playback: self, index: index, record: record, isUnit: false,
        differentiates: found.values.contains { $0.node != nil })
      try operation.differentiate(all, pull)
    }
  }

  /// `tensor` as the sweep sees it: where the sweep is recorded, a part of the pass.
  func seen(_ tensor: Tensor) -> Tensor {
    guard tensor.node != nil else { return tensor }
    return tensor.detached(from: keepsRecords ? nil : tape)
  }

  /// The kept result number `number` of a record, as the sweep sees it.
  func result(_ number: Int, of record: Tape.Record, at index: Int) -> Tensor {
    var result = record.results[number]
    // On a single tape, results were kept before they had a place.
    if keepsRecords, result.node?.on(tape) == nil {
      let place = if case .group = record.source { index + 1 + number } else { index }
      result.node = Node(tape: tape, index: place, outer: result.node)
    }
    return seen(result)
  }

  func add(_ tensor: Tensor, to index: Int) throws {
    if index == unit { unit = nil }
    guard var sum = gradients[index].take() else {
      gradients[index] = tensor
      return
    }
    if sum.node == nil, tensor.node == nil {
      sum.add(tensor)
      gradients[index] = sum
    } else {
      gradients[index] = try sum + tensor
    }
  }

  /// Lets `write` put a contribution of `spec` into the gradient of a record: it gets contiguous
  /// memory, and whether to add to what is there or to overwrite it.
  func accumulate(
    to index: Int, _ spec: TensorSpec, _ write: (Tensor, Bool) throws -> Void
  ) throws {
    if index == unit { unit = nil }
    var target: Tensor
    let isFirst = gradients[index] == nil
    if isFirst {
      try Tensor.requireMemory(for: spec, "gradient")
      target = Tensor(uninitialized: spec)
    } else {
      target = gradients[index].take()!
      if target.node != nil {
        // A recorded sum is not written into.
        let share = Tensor(uninitialized: spec)
        try write(share, false)
        gradients[index] = try target + share
        return
      }
      target.makeUnique()
    }
    try write(target, !isFirst)
    gradients[index] = target
  }
}

extension Tensor {
  /// Adds a tensor of the same shape in place; the memory is made unique first.
  package mutating func add(_ other: Tensor, scaledBy scale: Double = 1) {
    makeUnique()
    perform(.addScaled(scale), [other.contiguous()])
  }

  /// Makes this tensor the only user of contiguous memory, so that it may be written.
  package mutating func makeUnique() {
    if isContiguous, isKnownUniquelyReferenced(&storage) { return }
    self = contiguousCopy()
  }
}
