import Synchronization

/// A flat record of one pass: which operations were applied to what.
///
/// Tensors name a tape's records by reference and index. Records hold operations, which are values,
/// and the operands their derivatives read; emptying the array frees a pass whole, without
/// recursion. Only a ``TapeHandle`` makes, plays and closes one.
package final class Tape: Sendable {
  /// One computed value. It changes only while it is made, and by the tape.
  final class Record: @unchecked Sendable {
    let source: Source
    /// Those whose scalars the derivative does not read are hollow.
    let operands: [Tensor]
    /// Results that the derivative reads.
    fileprivate(set) var results: [Tensor]
    /// What the forward left for the derivative.
    let extras: [Tensor]
    /// Of a trace: shapes and types of all results.
    var shapes: [(shape: [Int], scalarType: ScalarType)] = []

    init(
      source: Source, operands: [Tensor] = [], results: [Tensor] = [], extras: [Tensor] = []
    ) {
      self.source = source
      self.operands = operands
      self.results = results
      self.extras = extras
    }

    /// What stands in place of a record that has been played.
    static let played = Record(source: .leaf)
  }

  /// How a value was made.
  enum Source {
    /// A variable of the pass.
    case leaf
    /// An operation with one result.
    case operation(any Operation)
    /// An operation with several results, whose records follow.
    case group(any GroupOperation)
    /// One of them.
    case member(number: Int)
  }

  private struct State: @unchecked Sendable {
    var records: ContiguousArray<Record> = []
  }

  private static let count = Atomic<Int>(0)
  /// Tapes are numbered as they are made; of two, the inner pass has the larger number.
  let serial = Tape.count.add(1, ordering: .relaxed).newValue
  /// Whether the tape keeps every operand, for a list of operations instead of a derivative.
  let isTrace: Bool
  private let open = Atomic<Bool>(true)
  private let state = Lock(State())

  init(isTrace: Bool = false) { self.isTrace = isTrace }

  var isOpen: Bool { open.load(ordering: .relaxed) }

  /// The place of a new record, the first of as many; nil if the tape is closed.
  func append(_ record: Record, members: Int = 0) -> Int? {
    state.withLock { state in
      guard isOpen else { return nil }
      state.records.append(record)
      let index = state.records.count - 1
      for number in 0..<members { state.records.append(Record(source: .member(number: number))) }
      return index
    }
  }

  /// Gives a record the results that its derivative reads, once they know all their places.
  func setResults(_ results: [Tensor], at index: Int) {
    state.withLock { state in
      if state.records.indices.contains(index) { state.records[index].results = results }
    }
  }

  /// `tensor` as an input that gradients are wanted for. It stays what it is on other tapes.
  package func leaf(_ tensor: Tensor) -> Tensor {
    var leaf = tensor.node?.isSwapped == true ? tensor.withPlainNode : tensor
    if let index = append(Record(source: .leaf)) {
      leaf.node = Node(tape: self, index: index, outer: leaf.node)
    }
    return leaf
  }

  /// Closes the tape and hands its records over.
  func take() -> ContiguousArray<Record> {
    state.withLock { state in
      open.store(false, ordering: .relaxed)
      defer { state.records = [] }
      return state.records
    }
  }

  /// The records up to and including one, which stay.
  func records(through last: Int) -> ContiguousArray<Record> {
    state.withLock { state in
      last + 1 == state.records.count
        ? state.records : ContiguousArray(state.records.prefix(last + 1))
    }
  }

  /// All records so far, which stay.
  var allRecords: ContiguousArray<Record> { state.withLock { $0.records } }

  func record(at index: Int) -> Record? {
    state.withLock { $0.records.indices.contains(index) ? $0.records[index] : nil }
  }
}

/// Owns a pass. Dropping it, also by a throw, frees every record.
package struct TapeHandle: ~Copyable, Sendable {
  package let tape: Tape

  package init() { tape = Tape() }

  /// A tape that keeps all operations, not for derivatives.
  init(isTrace: Bool) { tape = Tape(isTrace: isTrace) }

  deinit { _ = tape.take() }

  /// `tensor` as an input that gradients are wanted for.
  package func leaf(_ tensor: Tensor) -> Tensor { tape.leaf(tensor) }

  /// As ``gradients(of:seed:for:)``, of a pass that stays for another result, or another seed.
  package borrowing func peekedGradients(
    of result: Tensor, seed: Tensor, for leaves: [Tensor]
  ) throws -> [Tensor?] {
    guard let node = result.node?.on(tape) else { return leaves.map { _ in nil } }
    let start = try Playback.start(at: result, seed)
    let playback = Playback(tape, records: tape.records(through: node.index), keepsRecords: false)
    return try playback.gradients(from: node, start, isUnit: false, for: leaves)
  }

  /// The gradients of a scalar `result` with respect to `leaves`, or of any result weighted by
  /// `seed` of its shape. A leaf that the result does not depend on has none. Consumes the pass.
  ///
  /// What is known of the operands on other tapes goes into the gradients, so passes compose.
  package consuming func gradients(
    of result: Tensor, seed: Tensor? = nil, for leaves: [Tensor]
  ) throws -> [Tensor?] {
    guard let node = result.node?.on(tape) else { return leaves.map { _ in nil } }
    let start = try Playback.start(at: result, seed)
    let playback = Playback(tape, records: tape.take(), keepsRecords: false)
    return try playback.gradients(from: node, start, isUnit: seed == nil, for: leaves)
  }
}
