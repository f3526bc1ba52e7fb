import LigatureKernels

/// One backward sweep: gradients by record, freed as soon as they have been passed on.
final class Playback {
  private var records: ContiguousArray<Tape.Record>
  private var gradients: ContiguousArray<Tensor?>

  init(records: consuming ContiguousArray<Tape.Record>) {
    gradients = ContiguousArray(repeating: nil, count: records.count)
    self.records = records
  }

  func gradient(of index: Int) -> Tensor? { gradients[index] }

  func run(from last: Int) throws {
    for index in stride(from: last, through: 0, by: -1) {
      guard let pullBack = records[index].pullBack.take() else { continue }
      let gradient = gradients[index].take()
      switch pullBack {
      case .single(let pull):
        guard let gradient else { continue }
        try pull(PullBack(playback: self, inputs: records[index].inputs), gradient)
      case .group(let pull):
        try pull(PullBack(playback: self, inputs: records[index].inputs))
      }
    }
  }

  func add(_ tensor: Tensor, to index: Int) {
    guard index >= 0 else { return }
    if var sum = gradients[index].take() {
      sum.add(tensor)
      gradients[index] = sum
    } else {
      gradients[index] = tensor.detached
    }
  }

  /// Lets `write` put a contribution of `shape` into the gradient of a record: it gets contiguous
  /// memory, and whether to add to what is there or to overwrite it.
  func accumulate(
    to index: Int, _ shape: [Int], _ scalarType: ScalarType,
    _ write: (UnsafeMutableRawPointer, Bool) throws -> Void
  ) rethrows {
    guard index >= 0 else { return }
    var target: Tensor
    let isFirst = gradients[index] == nil
    if isFirst {
      target = Tensor(uninitialized: shape, scalarType)
    } else {
      target = gradients[index].take()!
      target.makeUnique()
    }
    try write(target.pointer, !isFirst)
    gradients[index] = target
  }
}

/// What an operation's backward adds its inputs' gradients to.
package struct PullBack {
  fileprivate let playback: Playback
  fileprivate let inputs: [Int]

  /// How a record passes its gradient on.
  enum Action {
    /// One output; runs when a gradient has arrived.
    case single((PullBack, _ gradient: Tensor) throws -> Void)
    /// Runs always: the common root of several outputs, which have left their gradients with it.
    case group((PullBack) throws -> Void)
  }

  /// Whether input `number` is differentiated.
  package func needs(_ number: Int) -> Bool { inputs[number] >= 0 }

  /// Adds `tensor` to the gradient of input `number`.
  package func add(_ tensor: @autoclosure () throws -> Tensor, to number: Int) rethrows {
    if needs(number) { playback.add(try tensor(), to: inputs[number]) }
  }

  /// Writes a contribution straight into the gradient of input `number`, which has the given shape.
  package func accumulate(
    to number: Int, _ shape: [Int], _ scalarType: ScalarType,
    _ write: (UnsafeMutableRawPointer, _ adding: Bool) throws -> Void
  ) rethrows {
    try playback.accumulate(to: inputs[number], shape, scalarType, write)
  }
}

extension Tensor {
  /// Adds a tensor of the same shape in place; the memory is made unique first.
  package mutating func add(_ other: Tensor, scaledBy scale: Double = 1) {
    makeUnique()
    let source = other.contiguous()
    let type = scalarType
    let target = pointer
    Parallel.split(count, granularity: 1024, minimum: Kernels.elementwiseMinimum) { range in
      let start = range.lowerBound * type.byteCount
      lk_add_scaled(type.kernelType, range.count, scale, source.pointer + start, target + start)
    }
  }

  /// Makes this tensor the only user of contiguous memory, so that it may be written.
  package mutating func makeUnique() {
    if isContiguous, isKnownUniquelyReferenced(&storage) { return }
    self = contiguousCopy()
  }
}
