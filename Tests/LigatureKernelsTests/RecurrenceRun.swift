import Foundation
import LigatureKernels

/// Memory of a kernel, in a place of its own.
final class Block<S: KernelScalar> {
  private let memory: UnsafeMutableBufferPointer<S>

  init(_ values: [S]) {
    memory = .allocate(capacity: values.count)
    _ = memory.initialize(from: values)
  }

  /// Memory to be written; what is left out shows as no number.
  convenience init(count: Int) { self.init([S](repeating: .nan, count: count)) }

  deinit { memory.deallocate() }

  var values: [S] { Array(memory) }
  var count: Int { memory.count }
  var pointer: UnsafeMutableRawPointer? { memory.baseAddress.map { UnsafeMutableRawPointer($0) } }

  subscript(index: Int) -> S {
    get { memory[index] }
    set { memory[index] = newValue }
  }
}

/// A recurrence, its memory, and its formulas as they read.
final class RecurrenceRun<S: KernelScalar> {
  typealias Size = (hidden: Int, features: Int, rows: Int, steps: Int)

  /// What a gradient is taken in.
  enum Part: CaseIterable { case x, weights, recurrent, bias, recurrentBias, state, memory }

  let cell: LKCell
  let size: Size
  let lengths: [Int64]?
  let isReversed: Bool
  let keeps: Bool
  let gates: Int
  private let layout: LKRecurrenceLayout
  private let lengthsBlock: UnsafeMutableBufferPointer<Int64>?

  let x, weights, recurrent, bias, recurrentBias, state, memory: Block<S>
  let dOutput, dLast, dLastMemory: Block<S>

  let output, last, lastMemory: Block<S>
  let dx, dState, dMemory, dWeights, dRecurrent, dBias, dRecurrentBias: Block<S>
  private let operands, columns, memories: Block<S>

  /// A recurrence on numbers that are the same in every run, or on given rows of another one.
  init(
    _ cell: LKCell, _ size: Size, lengths: [Int64]? = nil, isReversed: Bool = false, keeps: Bool,
    of whole: RecurrenceRun? = nil, from first: Int = 0
  ) {
    self.cell = cell
    self.size = size
    self.lengths = lengths
    self.isReversed = isReversed
    self.keeps = keeps
    gates = cell == LK_CELL_LSTM ? 4 : cell == LK_CELL_GRU ? 3 : 1
    var numbers = Numbers(seed: 31)
    func rows(of width: Int, _ block: Block<S>?) -> Block<S> {
      guard let block else { return Block(numbers.array(size.rows * width)) }
      return Block(Array(block.values[first * width..<(first + size.rows) * width]))
    }
    func shared(_ count: Int, _ block: Block<S>?, bound: Double = 1) -> Block<S> {
      Block(block?.values ?? numbers.array(count, from: -bound, to: bound))
    }
    let (hidden, width) = (size.hidden, gates * size.hidden)
    x = rows(of: size.steps * size.features, whole?.x)
    weights = shared(size.features * width, whole?.weights)
    // Small enough that a rectified state does not grow from step to step.
    recurrent = shared(hidden * width, whole?.recurrent, bound: 1 / Double(hidden))
    bias = shared(width, whole?.bias)
    recurrentBias = shared(hidden, whole?.recurrentBias)
    state = rows(of: hidden, whole?.state)
    memory = rows(of: hidden, whole?.memory)
    dOutput = rows(of: size.steps * hidden, whole?.dOutput)
    dLast = rows(of: hidden, whole?.dLast)
    dLastMemory = rows(of: hidden, whole?.dLastMemory)

    var run = LKRecurrence()
    run.cell = cell
    (run.hidden, run.features, run.rows, run.steps) = (hidden, size.features, size.rows, size.steps)
    layout = lk_recurrence_layout(S.kind, &run)
    let kept = keeps ? size.steps + 1 : 2
    operands = Block(count: kept * size.rows * layout.width)
    columns = Block(count: (keeps ? size.steps : 1) * size.rows * layout.columns)
    memories = Block(count: kept * size.rows * layout.hidden)
    (output, last) = (Block(count: dOutput.count), Block(count: state.count))
    lastMemory = Block(count: state.count)
    (dx, dState, dMemory) = (
      Block(count: x.count), Block(count: state.count), Block(count: state.count)
    )
    (dWeights, dRecurrent) = (Block(count: weights.count), Block(count: recurrent.count))
    (dBias, dRecurrentBias) = (Block(count: bias.count), Block(count: hidden))
    lengthsBlock = lengths.map {
      let block = UnsafeMutableBufferPointer<Int64>.allocate(capacity: $0.count)
      _ = block.initialize(from: $0)
      return block
    }
  }

  deinit { lengthsBlock?.deallocate() }

  /// The same work on some of the rows.
  func part(_ rows: Range<Int>) -> RecurrenceRun {
    RecurrenceRun(
      cell, (size.hidden, size.features, rows.count, size.steps),
      lengths: lengths.map { Array($0[rows]) }, isReversed: isReversed, keeps: keeps, of: self,
      from: rows.lowerBound)
  }

  // MARK: Kernels

  private var isLSTM: Bool { cell == LK_CELL_LSTM }

  private func description() -> LKRecurrence {
    var run = LKRecurrence()
    run.cell = cell
    (run.hidden, run.features) = (size.hidden, size.features)
    (run.rows, run.steps) = (size.rows, size.steps)
    run.reversed = isReversed ? 1 : 0
    run.keeps = keeps ? 1 : 0
    run.lengths = lengthsBlock.map { UnsafePointer($0.baseAddress!) }
    run.x = UnsafeRawPointer(x.pointer)
    run.x_row = size.steps * size.features
    run.x_step = size.features
    run.state = UnsafeRawPointer(state.pointer)
    run.memory = isLSTM ? UnsafeRawPointer(memory.pointer) : nil
    run.final_state = last.pointer
    run.final_memory = isLSTM ? lastMemory.pointer : nil
    run.output = output.pointer
    run.output_row = size.steps * size.hidden
    run.output_step = size.hidden
    run.operands = operands.pointer
    run.gates = columns.pointer
    run.memories = isLSTM ? memories.pointer : nil
    return run
  }

  private func packed() -> (forward: Block<S>, state: Block<S>, input: Block<S>) {
    var run = description()
    let combined = Block<S>(count: layout.operand * layout.columns)
    let forward = Block<S>(count: layout.packed_forward)
    let back = Block<S>(count: layout.packed_state)
    let input = Block<S>(count: layout.packed_input)
    withExtendedLifetime(combined) {
      lk_recurrence_pack(
        S.kind, &run, weights.pointer, recurrent.pointer, bias.pointer,
        cell == LK_CELL_GRU ? recurrentBias.pointer : nil, combined.pointer, forward.pointer,
        back.pointer, input.pointer)
    }
    return (forward, back, input)
  }

  func forward() {
    var run = description()
    let weights = packed().forward
    withExtendedLifetime(weights) { lk_recurrence_forward(S.kind, &run, weights.pointer) }
  }

  func backward() {
    var run = description()
    let (_, back, input) = packed()
    let combined = Block<S>(count: layout.operand * layout.columns)
    let workspace = Block<S>(count: layout.workspace)
    var gradients = LKRecurrenceGradients()
    gradients.packed_state = UnsafeRawPointer(back.pointer)
    gradients.packed_input = UnsafeRawPointer(input.pointer)
    gradients.d_output = UnsafeRawPointer(dOutput.pointer)
    gradients.d_output_row = size.steps * size.hidden
    gradients.d_output_step = size.hidden
    gradients.d_final_state = UnsafeRawPointer(dLast.pointer)
    gradients.d_final_memory = isLSTM ? UnsafeRawPointer(dLastMemory.pointer) : nil
    gradients.d_state = dState.pointer
    gradients.d_memory = dMemory.pointer
    gradients.d_x = dx.pointer
    gradients.d_x_row = size.steps * size.features
    gradients.d_x_step = size.features
    gradients.d_weights = combined.pointer
    withExtendedLifetime((back, input, combined, workspace)) {
      lk_recurrence_backward(S.kind, &run, &gradients, workspace.pointer)
      lk_recurrence_unpack(
        S.kind, &run, combined.pointer, dWeights.pointer, dRecurrent.pointer, dBias.pointer,
        cell == LK_CELL_GRU ? dRecurrentBias.pointer : nil, 0)
    }
  }
}

// MARK: Formulas

extension RecurrenceRun {
  /// Outputs, last states and last memories, one number after the other.
  func plain() -> (output: [Double], last: [Double], memory: [Double]) {
    let (hidden, steps) = (size.hidden, size.steps)
    let numbers = Doubles(self)
    let (state, memory) = (state.values.map(Double.init), memory.values.map(Double.init))
    var output = [Double](repeating: 0, count: size.rows * steps * hidden)
    var (last, lastMemory): ([Double], [Double]) = ([], [])
    for row in 0..<size.rows {
      var h = Array(state[row * hidden..<(row + 1) * hidden])
      var c = Array(memory[row * hidden..<(row + 1) * hidden])
      let length = lengths.map { Int($0[row]) } ?? steps
      for count in 0..<length {
        let step = isReversed ? length - 1 - count : count
        (h, c) = numbers.after(row * steps + step, h, c)
        for unit in 0..<hidden { output[(row * steps + step) * hidden + unit] = h[unit] }
      }
      last += h
      lastMemory += c
    }
    return (output, last, lastMemory)
  }

  private func block(_ part: Part) -> Block<S> {
    switch part {
    case .x: x
    case .weights: weights
    case .recurrent: recurrent
    case .bias: bias
    case .recurrentBias: recurrentBias
    case .state: state
    case .memory: memory
    }
  }

  /// What the kernels found; nothing for a part that the cell has not.
  func gradient(of part: Part) -> [S] {
    switch part {
    case .x: dx.values
    case .weights: dWeights.values
    case .recurrent: dRecurrent.values
    case .bias: dBias.values
    case .recurrentBias: cell == LK_CELL_GRU ? dRecurrentBias.values : []
    case .state: dState.values
    case .memory: isLSTM ? dMemory.values : []
    }
  }

  /// How fast Σ d · result changes along a random direction in a part: by the gradient, and by
  /// central differences of the formulas.
  func slopes(along part: Part) -> (gradient: S, numeric: Double) {
    func loss() -> Double {
      let found = plain()
      func dot(_ values: [Double], _ factors: Block<S>) -> Double {
        zip(values, factors.values).reduce(0) { $0 + $1.0 * Double($1.1) }
      }
      return dot(found.output, dOutput) + dot(found.last, dLast)
        + (isLSTM ? dot(found.memory, dLastMemory) : 0)
    }
    let (block, gradient) = (block(part), gradient(of: part))
    var numbers = Numbers(seed: 32)
    let direction: [S] = numbers.array(gradient.count)
    func moved(_ step: S) -> Double {
      let values = block.values
      for index in direction.indices { block[index] += step * direction[index] }
      defer { for index in direction.indices { block[index] = values[index] } }
      return loss()
    }
    let slope = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
    return (slope, (moved(1e-5) - moved(-1e-5)) / 2e-5)
  }
}

/// One step by the formulas, in double whatever the kernels computed in.
private struct Doubles {
  let cell: LKCell
  let gates, hidden, features: Int
  let x, weights, recurrent, bias, recurrentBias: [Double]

  init<S: KernelScalar>(_ run: RecurrenceRun<S>) {
    cell = run.cell
    (gates, hidden, features) = (run.gates, run.size.hidden, run.size.features)
    func doubles(_ block: Block<S>) -> [Double] { block.values.map { Double($0) } }
    (x, weights) = (doubles(run.x), doubles(run.weights))
    (recurrent, bias) = (doubles(run.recurrent), doubles(run.bias))
    recurrentBias = doubles(run.recurrentBias)
  }

  func after(_ place: Int, _ h: [Double], _ c: [Double]) -> ([Double], [Double]) {
    let width = gates * hidden
    func input(_ column: Int) -> Double {
      (0..<features).reduce(bias[column]) {
        $0 + x[place * features + $1] * weights[$1 * width + column]
      }
    }
    func back(_ column: Int) -> Double {
      (0..<hidden).reduce(0) { $0 + h[$1] * recurrent[$1 * width + column] }
    }
    func gate(_ number: Int, _ unit: Int) -> Double {
      let column = number * hidden + unit
      return 1 / (1 + exp(-input(column) - back(column)))
    }
    func sum(_ number: Int, _ unit: Int) -> Double {
      input(number * hidden + unit) + back(number * hidden + unit)
    }
    let units = 0..<hidden
    switch cell {
    case LK_CELL_LSTM:
      let kept = units.map { gate(1, $0) * c[$0] + gate(0, $0) * tanh(sum(2, $0)) }
      return (units.map { gate(3, $0) * tanh(kept[$0]) }, kept)
    case LK_CELL_GRU:
      let next = units.map { unit -> Double in
        let column = 2 * hidden + unit
        let inner = back(column) + recurrentBias[unit]
        let candidate = tanh(input(column) + gate(0, unit) * inner)
        return (1 - gate(1, unit)) * candidate + gate(1, unit) * h[unit]
      }
      return (next, c)
    case LK_CELL_TANH: return (units.map { tanh(sum(0, $0)) }, c)
    default: return (units.map { max(0, sum(0, $0)) }, c)
    }
  }
}
