import Foundation
import Ligature

extension SilentFault {
  static let statistics = [
    SilentFault(
      "a batch of one has no variance",
      [
        .gives([4 * 128.0 / 127], within: 1e-3, "129 observations of ±2 by 128: n/(n - 1) · 4") {
          let values = (0..<129).map { $0.isMultiple(of: 2) ? Float(2) : -2 }
          let network = Network { BatchNormalization() }
          let x = try Tensor(values, shape: [129, 1])
          var options = TrainingOptions(epochs: 90, batchSize: 128, learnRate: 0)
          options.shuffle = .never
          try train(
            network, on: TrainingData(x, targets: x), loss: .meanSquaredError, options: options)
          return try network.layers(of: BatchNormalization.self)[0].variance.doubles()
        },
        .gives([0, 1], "its statistics are not those of anything") {
          let network = try normalizing(.shared)
          try learn(network, .full([1, 1], 7))
          let layer = network.layers(of: BatchNormalization.self)[0]
          return try layer.mean.doubles() + layer.variance.doubles()
        },
        .gives([7 / (1 + 1e-5).squareRoot()], "it is normalised with the running averages") {
          let network = try normalizing(.shared)
          return [
            try valueAndGradients(of: network) { try network(.full([1, 1], 7), in: $0).sum() }
              .value.item()
          ]
        },
      ]),
    SilentFault(
      "uses of one batch normalisation share its statistics",
      [
        .gives([0], "siamese distance of an input to itself") { [try distance(.shared)] },
        .gives([1], "unless each use is to have its own") {
          [try distance(.perUse) > 0.1 ? 1 : 0]
        },
        .gives([0], "and after a copy") {
          let network = try trainedSiamese(.shared).copy()
          let x = try numbers([5, 3])
          return [try network.predict([x, x])[0].doubles().map(abs).max() ?? .nan]
        },
      ]),
    SilentFault(
      "resetting memory leaves statistics",
      [
        .gives([1], "predictions after resetState() are the same") {
          let network = try trainedSiamese(.shared)
          let x = try numbers([5, 3])
          let before = try network.predict([x, x + 1])[0]
          network.resetState()
          return [try network.predict([x, x + 1])[0].isIdentical(to: before) ? 1 : 0]
        },
        .gives([0, 1], "resetStatistics() forgets them") {
          let network = try normalizing(.shared)
          try learn(network, Tensor([Float(1), 5], shape: [2, 1]))
          network.resetStatistics()
          let layer = network.layers(of: BatchNormalization.self)[0]
          return try layer.mean.doubles() + layer.variance.doubles()
        },
        .gives([3], "those of an input layer stay as well") {
          let network = Network {
            FeatureInput(1, normalization: .zeroCenter)
            FullyConnected(1)
          }
          let x = try Tensor([Float(2), 4], shape: [2, 1])
          try train(
            network, on: TrainingData(x, targets: x), loss: .meanSquaredError,
            options: TrainingOptions(epochs: 1))
          network.resetState()
          return try network.layers(of: FeatureInput.self)[0].shift.doubles()
        },
      ]),
  ]

  private static func normalizing(_ statistics: BatchNormalization.Statistics) throws -> Network {
    let network = try Network(input: Layout("BC", [nil, 1])) {
      BatchNormalization(statistics: statistics)
    }
    try network.initialize()
    return network
  }

  private static func learn(_ network: Network, _ x: Tensor) throws {
    _ = try valueAndGradients(of: network) { try network(x, in: $0).sum() }
  }

  private static func trainedSiamese(
    _ statistics: BatchNormalization.Statistics
  ) throws -> Network {
    let branch = Network { BatchNormalization(statistics: statistics) }
    let network = try network(ofTwoInputs: Siamese(branch: branch))
    let x = try numbers([6, 3])
    try network.initialize(for: [x, x])
    for _ in 1...20 {
      _ = try valueAndGradients(of: network) {
        try square(network([x, x * 3 + 4], in: $0)[0]).sum()
      }
    }
    return network
  }

  private static func distance(_ statistics: BatchNormalization.Statistics) throws -> Double {
    let x = try numbers([5, 3])
    return try trainedSiamese(statistics).predict([x, x])[0].doubles().map(abs).max() ?? .nan
  }
}

/// The difference between what one network makes of two inputs.
private struct Siamese: CustomLayer, Codable {
  @Learnable var branch: Network

  func predict(_ inputs: Tuple<Tensor, Tensor>, in context: Context) throws -> Tensor {
    try branch(inputs.elements.0, in: context) - branch(inputs.elements.1, in: context)
  }
}
