import Foundation
import LigatureTensors

/// A recurrent layer as its formulas read, one number after the other.
struct PlainRecurrence {
  var cell: RecurrentCell
  var x: Plain
  var weights: Plain
  var recurrent: Plain
  var bias: Plain?
  var recurrentBias: Plain?
  var hidden: Plain?
  var memory: Plain?
  var reading = RecurrentReading.everyStep

  /// The output if there is one, the last hidden state, and an LSTM's last cell state.
  func results() -> [Plain] {
    let (batch, time, size) = (x.shape[0], x.shape[1], recurrent.shape[0])
    var output = Array(repeating: 0.0, count: batch * time * size)
    var last: [Double] = []
    var lastMemory: [Double] = []
    for row in 0..<batch {
      var h = (0..<size).map { hidden?[[row, $0]] ?? 0 }
      var c = (0..<size).map { memory?[[row, $0]] ?? 0 }
      let length = reading.lengths?[row] ?? time
      let times = reading.isReversed ? Array((0..<length).reversed()) : Array(0..<length)
      for step in times {
        (h, c) = after(row, step, h, c)
        for unit in 0..<size { output[(row * time + step) * size + unit] = h[unit] }
      }
      last += h
      lastMemory += c
    }
    return (reading.returnsSequence ? [Plain([batch, time, size], output)] : [])
      + [Plain([batch, size], last)] + (cell == .lstm ? [Plain([batch, size], lastMemory)] : [])
  }

  private func after(
    _ row: Int, _ step: Int, _ h: [Double], _ c: [Double]
  ) -> ([Double], [Double]) {
    let size = h.count
    func input(_ gate: Int, _ unit: Int) -> Double {
      let column = gate * size + unit
      return (0..<x.shape[2]).reduce(bias?[[column]] ?? 0) {
        $0 + x[[row, step, $1]] * weights[[$1, column]]
      }
    }
    func state(_ gate: Int, _ unit: Int) -> Double {
      (0..<size).reduce(0) { $0 + h[$1] * recurrent[[$1, gate * size + unit]] }
    }
    func gate(_ number: Int, _ unit: Int) -> Double {
      1 / (1 + exp(-input(number, unit) - state(number, unit)))
    }
    switch cell {
    case .lstm:
      let kept = (0..<size).map {
        gate(1, $0) * c[$0] + gate(0, $0) * Foundation.tanh(input(2, $0) + state(2, $0))
      }
      return ((0..<size).map { gate(3, $0) * Foundation.tanh(kept[$0]) }, kept)
    case .gru:
      let next = (0..<size).map { unit -> Double in
        let inner = state(2, unit) + (recurrentBias?[[unit]] ?? 0)
        let candidate = Foundation.tanh(input(2, unit) + gate(0, unit) * inner)
        let update = gate(1, unit)
        return (1 - update) * candidate + update * h[unit]
      }
      return (next, c)
    case .tanh: return ((0..<size).map { Foundation.tanh(input(0, $0) + state(0, $0)) }, c)
    case .relu: return ((0..<size).map { max(0, input(0, $0) + state(0, $0)) }, c)
    }
  }
}
