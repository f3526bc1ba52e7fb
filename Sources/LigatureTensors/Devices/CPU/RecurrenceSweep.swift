import LigatureKernels

/// One recurrence over a batch: tiles of rows, each with memory of its own, so that a core takes a
/// tile through the whole sequence and nobody waits at a time step.
///
/// The tiles depend on the sizes only. The gradient of the weights is the sum of the tiles' shares
/// in their order, so it does not depend on the number of threads.
final class RecurrenceSweep: RecurrenceRun, @unchecked Sendable {
  private let operands: RecurrenceOperands
  private let keeps: Bool
  private let layout: LKRecurrenceLayout
  private let tiles: [Range<Int>]
  private let lengths: [Int64]?
  private let packed: Packed
  /// What the forward leaves for the backward pass; two steps' worth if there is none.
  private let steps: Tensor
  private let gates: Tensor
  private let memories: Tensor?

  /// The weights in the order in which the kernels read them.
  private struct Packed {
    let forward: Tensor
    let state: Tensor?
    let input: Tensor?
  }

  init(_ operands: RecurrenceOperands, keeps: Bool) {
    self.operands = operands
    self.keeps = keeps
    tiles = Self.tiles(operands.batch)
    lengths = operands.reading.lengths.map { $0.map(Int64.init) }
    let type = operands.scalarType
    var whole = LKRecurrence(operands, keeps: keeps)
    whole.rows = operands.batch
    layout = lk_recurrence_layout(type.kernelType, &whole)
    let (batch, time) = (operands.batch, operands.time)
    let (kept, gateSteps) = keeps ? (time + 1, time) : (2, 1)
    steps = Tensor(uninitialized: [kept * batch * layout.width], type)
    gates = Tensor(uninitialized: [gateSteps * batch * layout.columns], type)
    memories =
      operands.cell == .lstm
      ? Tensor(uninitialized: [kept * batch * layout.hidden], type) : nil
    packed = Self.pack(operands, &whole, layout, keeps: keeps)
  }

  /// Rows that one core takes at a time: few enough that a step stays in its cache, and a number of
  /// tiles that several cores can share.
  private static func tiles(_ rows: Int) -> [Range<Int>] {
    let most = 48
    let fewest = 12
    let wanted = max((rows + most - 1) / most, min(8, rows / fewest))
    let count = min(rows, wanted > 1 ? (wanted + 1) / 2 * 2 : wanted)
    return (0..<count).map { rows * $0 / count..<rows * ($0 + 1) / count }
  }

  private static func pack(
    _ operands: RecurrenceOperands, _ whole: inout LKRecurrence, _ layout: LKRecurrenceLayout,
    keeps: Bool
  ) -> Packed {
    let type = operands.scalarType
    func memory(_ count: Int, _ isWanted: Bool = true) -> Tensor? {
      isWanted ? Tensor(uninitialized: [count], type) : nil
    }
    let combined = Tensor(uninitialized: [layout.operand * layout.columns], type)
    let forward = Tensor(uninitialized: [layout.packed_forward], type)
    let state = memory(layout.packed_state, keeps)
    let input = memory(layout.packed_input, keeps && operands.hasInputGradient)
    lk_recurrence_pack(
      type.kernelType, &whole, operands[.weights]?.pointer, operands[.recurrent]?.pointer,
      operands[.bias]?.pointer, operands[.recurrentBias]?.pointer, combined.pointer,
      forward.pointer, state?.pointer, input?.pointer)
    return Packed(forward: forward, state: state, input: input)
  }

  // MARK: Forward

  /// The outputs: states of all steps if they are wanted, the last hidden state, and of an LSTM the
  /// last cell state.
  func forward() -> [Tensor] {
    let (batch, time, hidden) = (operands.batch, operands.time, operands.hidden)
    let type = operands.scalarType
    let output =
      operands.reading.returnsSequence
      ? Tensor(uninitialized: [batch, time, hidden], type) : nil
    let last = Tensor(uninitialized: [batch, hidden], type)
    let lastCell = memories.map { _ in Tensor(uninitialized: [batch, hidden], type) }
    forEachTile(of: Array(tiles.indices)) { _, tile in
      var run = run(tile)
      run.state = operands[.hidden].map { $0.row(tile) }
      run.memory = operands[.cell].map { $0.row(tile) }
      run.final_state = last.mutableRow(tile)
      run.final_memory = lastCell?.mutableRow(tile)
      run.output = output?.mutableRow(tile)
      run.output_row = time * hidden
      run.output_step = hidden
      withLengths(tile, &run) {
        lk_recurrence_forward(type.kernelType, &$0, packed.forward.pointer)
      }
    }
    return [output, last, lastCell].compactMap { $0 }
  }

  /// The part of the work that a tile is, on its part of the memory.
  private func run(_ tile: Range<Int>) -> LKRecurrence {
    var run = LKRecurrence(operands, keeps: keeps)
    let width = operands.scalarType.byteCount
    let x = operands[.x]!
    run.rows = tile.count
    run.x = UnsafeRawPointer(x.pointer + tile.lowerBound * x.strides[0] * width)
    run.x_row = x.strides[0]
    run.x_step = x.strides[1]
    let (kept, gateSteps) = keeps ? (operands.time + 1, operands.time) : (2, 1)
    run.operands = steps.pointer + tile.lowerBound * kept * layout.width * width
    run.gates = gates.pointer + tile.lowerBound * gateSteps * layout.columns * width
    run.memories = memories.map {
      $0.pointer + tile.lowerBound * kept * layout.hidden * width
    }
    return run
  }

  private func withLengths(
    _ tile: Range<Int>, _ run: inout LKRecurrence, _ body: (inout LKRecurrence) -> Void
  ) {
    guard let lengths else { return body(&run) }
    lengths.withUnsafeBufferPointer {
      run.lengths = $0.baseAddress.map { $0 + tile.lowerBound }
      body(&run)
    }
  }

  /// Calls `body` with the tiles of these numbers, begun in that order.
  private func forEachTile(of numbers: [Int], _ body: (_ number: Int, Range<Int>) -> Void) {
    let work = operands.batch * operands.time * layout.operand * layout.columns
    if work < Kernels.productMinimum {
      for number in numbers { body(number, tiles[number]) }
    } else {
      Parallel.forEach(numbers.map { tiles[$0] }) { body(numbers[$0], $1) }
    }
  }

  // MARK: Backward

  func backward(_ arrived: [Tensor?], needs wanted: [Bool]) -> [Tensor?] {
    let type = operands.scalarType
    let (batch, time, features) = (operands.batch, operands.time, operands.features)
    let hidden = operands.hidden
    var arrived = arrived.map { $0?.contiguous() }
    let dOutput = operands.reading.returnsSequence ? arrived.removeFirst() : nil
    let dLast = arrived[0]
    let dLastCell = arrived.count > 1 ? arrived[1] : nil
    func needs(_ place: RecurrenceOperands.Place) -> Bool {
      operands.number(place).map { wanted[$0] } ?? false
    }
    let dx = needs(.x) ? Tensor(uninitialized: [batch, time, features], type) : nil
    let learns = [.weights, .recurrent, .bias, .recurrentBias].contains(where: needs)
    let dHidden = needs(.hidden) ? Tensor(uninitialized: [batch, hidden], type) : nil
    let dCell = needs(.cell) ? Tensor(uninitialized: [batch, hidden], type) : nil
    let size = layout.operand * layout.columns
    let shares = learns ? Tensor(uninitialized: [max(tiles.count, 1), size], type) : nil
    let scratch = Scratch(self, tiles)
    // The last tile first: more of what the forward kept of it is still in a cache.
    forEachTile(of: tiles.indices.reversed()) { number, tile in
      var run = run(tile)
      var gradients = LKRecurrenceGradients()
      gradients.packed_state = packed.state.map { UnsafeRawPointer($0.pointer) }
      gradients.packed_input = packed.input.map { UnsafeRawPointer($0.pointer) }
      gradients.d_output = dOutput.map { $0.row(tile) }
      gradients.d_output_row = time * hidden
      gradients.d_output_step = hidden
      gradients.d_final_state = dLast.map { $0.row(tile) }
      gradients.d_final_memory = dLastCell.map { $0.row(tile) }
      gradients.d_state = dHidden?.mutableRow(tile)
      gradients.d_memory = dCell?.mutableRow(tile)
      gradients.d_x = dx?.mutableRow(tile)
      gradients.d_x_row = time * features
      gradients.d_x_step = features
      gradients.d_weights = shares.map { $0.pointer + number * size * type.byteCount }
      withLengths(tile, &run) {
        lk_recurrence_backward(type.kernelType, &$0, &gradients, scratch.pointer(number))
      }
    }
    var results = [Tensor?](repeating: nil, count: wanted.count)
    for (place, gradient) in [(RecurrenceOperands.Place.x, dx), (.hidden, dHidden), (.cell, dCell)]
    {
      if let number = operands.number(place) { results[number] = gradient }
    }
    if let shares { unpack(shares, into: &results, wanted) }
    return results
  }

  /// Adds the tiles' shares up, in their order, and makes the gradients of the learnables of them.
  private func unpack(_ shares: Tensor, into results: inout [Tensor?], _ wanted: [Bool]) {
    let type = operands.scalarType
    let size = layout.operand * layout.columns
    if tiles.isEmpty { lk_fill(type.kernelType, size, 0, shares.pointer) }
    for number in tiles.indices.dropFirst() {
      lk_add_scaled(
        type.kernelType, size, 1, shares.pointer + number * size * type.byteCount, shares.pointer)
    }
    var whole = LKRecurrence(operands, keeps: keeps)
    for place in [RecurrenceOperands.Place.weights, .recurrent, .bias, .recurrentBias] {
      guard let number = operands.number(place), wanted[number], let value = operands[place] else {
        continue
      }
      let gradient = Tensor(uninitialized: value.shape, type)
      func target(_ wanted: RecurrenceOperands.Place) -> UnsafeMutableRawPointer? {
        place == wanted ? gradient.pointer : nil
      }
      lk_recurrence_unpack(
        type.kernelType, &whole, shares.pointer, target(.weights), target(.recurrent),
        target(.bias), target(.recurrentBias), 0)
      results[number] = gradient
    }
  }

  /// Scratch memory for each tile, taken before any of them starts.
  private struct Scratch {
    private let storage: Storage
    private let byteCount: Int

    init(_ sweep: RecurrenceSweep, _ tiles: [Range<Int>]) {
      let type = sweep.operands.scalarType
      let counts = tiles.map { tile in
        var run = LKRecurrence(sweep.operands, keeps: true)
        run.rows = tile.count
        return lk_recurrence_layout(type.kernelType, &run).workspace
      }
      byteCount = ((counts.max() ?? 0) * type.byteCount + 63) & ~63
      storage = Storage(byteCount: byteCount * tiles.count)
    }

    func pointer(_ number: Int) -> UnsafeMutableRawPointer { storage.pointer + number * byteCount }
  }
}

extension LKRecurrence {
  /// The sizes of a recurrence, without its memory.
  fileprivate init(_ operands: RecurrenceOperands, keeps: Bool) {
    self.init()
    cell = operands.cell.kernel
    hidden = operands.hidden
    features = operands.features
    steps = operands.time
    reversed = operands.reading.isReversed ? 1 : 0
    self.keeps = keeps ? 1 : 0
  }
}

extension Tensor {
  /// The first row of a tile, of contiguous memory.
  fileprivate func mutableRow(_ tile: Range<Int>) -> UnsafeMutableRawPointer {
    pointer + tile.lowerBound * (shape.isEmpty ? 1 : shape.dropFirst().reduce(1, *))
      * scalarType.byteCount
  }

  fileprivate func row(_ tile: Range<Int>) -> UnsafeRawPointer {
    UnsafeRawPointer(mutableRow(tile))
  }
}
