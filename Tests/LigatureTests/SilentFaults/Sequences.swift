import Ligature

extension SilentFault {
  static let sequences = [
    SilentFault(
      "data in any order of axes trains as it is declared",
      [
        .gives([1], "time first, of as many steps as observations: the losses of batch first") {
          [try trains("TBC", [4, 4, 2]) == trains("BTC", [4, 4, 2]) ? 1 : 0]
        },
        .gives([1], "channels first") {
          [try trains("CBT", [5, 3, 2]) == trains("BTC", [5, 3, 2]) ? 1 : 0]
        },
        .gives([0], "at learn rate 0 every epoch has the same loss, however it is shuffled") {
          let losses = try trains("TBC", [4, 4, 2], learnRate: 0)
          return [losses.map { abs($0 - losses[0]) }.max() ?? .nan]
        },
      ]),
    SilentFault(
      "padding counts nowhere",
      [
        .gives([0.0327, 1], within: 1e-6, "a mean over time of one's own: 0.0327, and 1 alone") {
          let network = Network { Averaging() }
          let x = try Tensor([Float(0.0327), 9, 9, 0.5, 1, 1.5], shape: [2, 3, 1])
          return try network.predict(x, sequenceLengths: [1, 3]).doubles()
        },
        .gives([-4.0 / 3, 13.0 / 3], "(1 + 3) / 2 - (0 + 2 + 8) / 3, and (1 + 3 + 9) / 3 - 0") {
          let network = try network(ofTwoInputs: Averages())
          let ones = try Tensor([Float(1), 3, 9], shape: [1, 3, 1])
          return try [[2, 3], [3, 1]].map { lengths in
            try network.predict([ones, ones - 1], sequenceLengths: [[lengths[0]], [lengths[1]]])[0]
              .item()
          }
        },
        .gives([0], "an LSTM's last step, padded by what is not a number") {
          let network = Network { LSTM(2, .last) }
          let x = try numbers([1, 2, 3])
          let alone = try network.predict(x)
          let padded = try concatenate([x, .full([1, 2, 3], .nan)], axis: 1)
          return try [
            (network.predict(padded, sequenceLengths: [2]) - alone).doubles().map(abs).max() ?? .nan
          ]
        },
      ]),
    SilentFault(
      "a run that is stopped is over",
      [
        .gives([1], "after its first step, of more epochs than can be counted") {
          [try stepsUntilStopped(epochs: .max)]
        },
        .gives([1], "of as many as there are seconds") { [try stepsUntilStopped(epochs: 1 << 40)] },
        .gives([1], "of one") { [try stepsUntilStopped(epochs: 1)] },
      ]),
  ]

  /// Losses of the epochs of a training on sequences `[batch, time, channels]` that are given in
  /// another order.
  private static func trains(
    _ labels: String, _ shape: [Int], learnRate: Double = 0.05
  ) throws -> [Double] {
    let network = try Network(
      input: Layout(labels, labels.map { $0 == "C" ? shape[2] : nil }), seed: 3
    ) {
      LSTM(3, .last)
      FullyConnected(1)
    }
    let x = try numbers(shape, seed: 5)
    let order = labels.map { Array("BTC").firstIndex(of: $0) ?? 0 }
    let data = try TrainingData(
      inputs: [x.permuted(order)], targets: [numbers([shape[0], 1], seed: 6)],
      inputLayouts: [labels])
    return try train(
      network, on: data, loss: .meanSquaredError,
      options: TrainingOptions(.sgd(), epochs: 3, batchSize: shape[0], learnRate: learnRate)
    ).epochs.map(\.trainingLoss)
  }

  private static func stepsUntilStopped(epochs: Int) throws -> Double {
    let network = net(1)
    var options = TrainingOptions(epochs: epochs, batchSize: 4)
    options.onProgress = { _ in .stop }
    let history = try train(
      network, on: TrainingData(.ones([4, 2]), targets: .ones([4, 1])), loss: .meanSquaredError,
      options: options)
    return Double(history.iterationLosses.count)
  }
}

/// The mean of the steps that count.
private struct Averaging: CustomLayer, Codable {
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try x.mean(over: .time, counting: context.lengths(of: x))
  }
}

/// The mean of one input's steps, less that of the other's.
private struct Averages: CustomLayer, Codable {
  func predict(_ inputs: Tuple<Tensor, Tensor>, in context: Context) throws -> Tensor {
    let (a, b) = inputs.elements
    return try a.mean(over: .time, counting: context.lengths(of: a))
      - b.mean(over: .time, counting: context.lengths(of: b))
  }
}
