import Synchronization

/// A flat record of one pass: what was computed from what, and how gradients flow back.
///
/// Tensors name a tape's records by reference and index; records never hold tensors that point
/// back. So nothing is linked, releasing a long pass does not recurse, and emptying the array
/// frees it whole. Only a ``TapeHandle`` makes, plays and closes one.
package final class Tape: Sendable {
  /// One computed value.
  struct Record: @unchecked Sendable {
    /// Records of the differentiable inputs; -1 where an input is a constant.
    var inputs: [Int]
    /// Adds this record's share to its inputs' gradients. Leaves have none.
    var pullBack: PullBack.Action?
    /// How the value was made, where a later operation can make use of it.
    var origin: Origin
  }

  /// What a loss may want to know of its input: the value is a function of logits, which are the
  /// record's first input, kept here as a constant.
  package enum Origin: Sendable {
    case leaf
    case operation
    case sigmoid(logits: Tensor)
    case softmax(logits: Tensor)
  }

  struct State: @unchecked Sendable {
    var records: ContiguousArray<Record> = []
    var isOpen = true
  }

  private static let count = Atomic<Int>(0)
  /// Tapes are numbered as they are made; of two, the inner pass has the larger number.
  let serial = Tape.count.add(1, ordering: .relaxed).newValue
  let state = Mutex(State())

  var isOpen: Bool { state.withLock { $0.isOpen } }

  func append(_ record: Record) -> Int? {
    state.withLock { state in
      guard state.isOpen else { return nil }
      state.records.append(record)
      return state.records.count - 1
    }
  }

  /// `tensor` as an input that gradients are wanted for.
  package func leaf(_ tensor: Tensor) -> Tensor {
    var leaf = tensor.detached
    if let index = append(Record(inputs: [], pullBack: nil, origin: .leaf)) {
      leaf.node = Node(tape: self, index: index)
    }
    return leaf
  }

  /// Closes the tape and hands its records over.
  func take() -> ContiguousArray<Record> {
    state.withLock { state in
      state.isOpen = false
      defer { state.records = [] }
      return state.records
    }
  }

  /// How the value of `node` was made, with logits as a part of this pass.
  package func origin(of node: Node) -> Origin {
    let record = state.withLock { state in
      state.records.indices.contains(node.index) && !node.isSwapped
        ? state.records[node.index] : nil
    }
    func attached(_ logits: Tensor) -> Tensor {
      var logits = logits
      if let index = record?.inputs.first, index >= 0 {
        logits.node = Node(tape: self, index: index)
      }
      return logits
    }
    return switch record?.origin {
    case .sigmoid(let logits): .sigmoid(logits: attached(logits))
    case .softmax(let logits): .softmax(logits: attached(logits))
    case .leaf: .leaf
    case .operation, nil: .operation
    }
  }
}

/// Where a tensor was computed.
package struct Node: Sendable {
  package let tape: Tape
  package let index: Int
  /// The value is the record's with its last two axes exchanged. A product reads it through its
  /// strides and writes the gradient the right way round, so a transpose costs nothing.
  package var isSwapped = false
}

/// Owns a pass. Dropping it, also by a throw, frees every record.
package struct TapeHandle: ~Copyable, Sendable {
  package let tape = Tape()

  package init() {}

  deinit { _ = tape.take() }

  /// `tensor` as an input that gradients are wanted for.
  package func leaf(_ tensor: Tensor) -> Tensor { tape.leaf(tensor) }

  /// The gradients of a scalar `result` with respect to `leaves`, or of any result weighted by
  /// `seed` of its shape. A leaf that the result does not depend on has none. Consumes the pass.
  package consuming func gradients(
    of result: Tensor, seed: Tensor? = nil, for leaves: [Tensor]
  ) throws -> [Tensor?] {
    guard let node = result.node, node.tape === tape else {
      return leaves.map { _ in nil }
    }
    guard seed != nil || result.count == 1 else {
      throw TensorError(
        "gradient", "the result has shape \(result.shape), and a gradient needs a single number",
        remedy: "Reduce it with sum() or mean(), or give a seed of the same shape")
    }
    try seed?.require("gradient")
    if let seed, seed.shape != result.shape || seed.scalarType != result.scalarType {
      throw TensorError(
        "gradient",
        "the seed is \(seed.scalarType) \(seed.shape), the result \(result.scalarType) "
          + "\(result.shape)",
        remedy: "Give a seed of the result's shape and type")
    }
    let start = try seed ?? Tensor.ones(result.shape, result.scalarType)
    let wanted = leaves.map { $0.node.flatMap { $0.tape === tape ? $0.index : nil } }
    let playback = Playback(records: tape.take())
    playback.add(node.isSwapped ? start.swappedLastAxes : start, to: node.index)
    try playback.run(from: node.index)
    return zip(leaves, wanted).map { leaf, index in
      let gradient = index.flatMap { playback.gradient(of: $0) }
      return leaf.node?.isSwapped == true ? gradient?.swappedLastAxes : gradient
    }
  }
}
