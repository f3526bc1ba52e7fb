import LigatureTensors
import Testing

@testable import LigatureLayers
@testable import LigatureNetworks

/// A recurrent layer in one variant, of three hidden units.
struct RecurrentKind: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let cell: RecurrentCell
  let make: @Sendable (RecurrentOptions) -> any RecurrentLayer

  static let hiddenSize = 3
  static let all = [
    RecurrentKind(testDescription: "LSTM", cell: .lstm) { LSTM(hiddenSize, options: $0) },
    RecurrentKind(testDescription: "GRU", cell: .gru) { GRU(hiddenSize, options: $0) },
    RecurrentKind(testDescription: "GRU with a recurrent bias", cell: .gru) {
      GRU(hiddenSize, options: $0, recurrentBias: true)
    },
    RecurrentKind(testDescription: "RNN", cell: .tanh) { RNN(hiddenSize, options: $0) },
    RecurrentKind(testDescription: "RNN of rectified sums", cell: .relu) {
      RNN(hiddenSize, options: $0, activation: .relu)
    },
    RecurrentKind(testDescription: "LSTM with peepholes, projected within", cell: .lstm) {
      ProjectedLSTM(
        hiddenSize, projectionSize: 2, inputProjectionSize: 1, returnsProjection: false,
        peepholes: true, options: $0)
    },
    RecurrentKind(testDescription: "LSTM with a projected state", cell: .lstm) {
      ProjectedLSTM(hiddenSize, projectionSize: hiddenSize, options: $0)
    },
  ]

  /// The number of tensors in a state.
  var stateCount: Int { cell == .lstm ? 2 : 1 }

  /// A network of this layer for sequences of two channels.
  func network(_ options: RecurrentOptions = RecurrentOptions()) throws -> Network {
    let state = try Tensor.zeros([2, Self.hiddenSize])
    return try LigatureLayersTests.network(
      of: make(options),
      for: [.zeros([2, 2, 2])] + (options.takesState ? [state, state].prefix(stateCount) : []))
  }
}

extension Tensor {
  /// The tensor with its axes of time in the opposite order.
  func reversedInTime() throws -> Tensor {
    try gathered(Tensor(Array((0..<shape[1]).reversed())), axis: 1)
  }

  /// The first `lengths[i]` steps of observation i reversed, the others where they are.
  func reversedInTime(_ lengths: [Int]) throws -> Tensor {
    try concatenate(
      lengths.enumerated().map { row, length in
        let one = try slice(row..<row + 1)
        let read = try one.slice(0..<length, axis: 1).reversedInTime()
        return try concatenate([read, one.slice(length..<shape[1], axis: 1)], axis: 1)
      }, axis: 0)
  }
}
