import Ligature

extension SilentFault {
  static let numerics = [
    SilentFault(
      "a mean is rounded once",
      [
        .gives([1], "a channel of 0.1 that does not vary has divisor 1") {
          let network = Network {
            FeatureInput(1, normalization: .zScore)
            FullyConnected(1)
          }
          let x = try Tensor.full([1000, 1], 0.1)
          try train(
            network, on: TrainingData(x, targets: x), loss: .meanSquaredError,
            options: TrainingOptions(epochs: 1))
          return try network.layers(of: FeatureInput.self)[0].divisor.doubles()
        },
        .gives([0, 0, 0], within: 0, "the mean of equal numbers, less that number") {
          try [3, 77, 100_003].map { count in
            let x = try Tensor.full([count], 0.1)
            return try (x.mean() - x[0]).item()
          }
        },
        .gives([0, 0], within: 0, "in float64, and by columns") {
          let x = try Tensor.full([1003, 2], 0.1, .float64)
          return try (x.mean(0) - x[0]).doubles()
        },
        .gives([0], within: 0, "the variance of equal numbers") {
          [try Tensor.full([12_345], 16_777.3).variance().item()]
        },
        .gives([1e-6], within: 1e-9, "a variance below the rounding of the mean, 4096 ± 0.001") {
          // The neighbours of 4096 in float32 are 4.9e-4 away: ±2 of them.
          let (low, high) = (Float(4096) - 2 * Float(4096).ulp, Float(4096) + 2 * Float(4096).ulp)
          let x = Tensor((0..<1001).map { $0.isMultiple(of: 2) ? low : high })
          let (p, spread) = (500.0 / 1001, Double(high) - Double(low))
          let exact = p * (1 - p) * spread * spread
          return [try x.variance().item() / exact * 1e-6]
        },
      ]),
    SilentFault(
      "division rounds as IEEE 754 says",
      [
        .gives([1], "floor(49 / 49)") { [try floor(Tensor([49.0]) / 49).item()] },
        .gives(
          (1...200).map { Double(Float(1) / Float($0)) }, within: 0, "1 / n in float32"
        ) {
          try (1...200).map { try (Tensor([Float(1)]) / Double($0)).item() }
        },
        .gives(
          (1...200).map { Double(Float(7) / Float($0)) }, within: 0, "7 / n by the number first"
        ) {
          try (1...200).map { try (7 / Tensor([Float($0)])).item() }
        },
        .gives([1.0 / 49], within: 0, "its derivative") {
          try valueAndGradients(at: [Tensor([3.0])]) { try ($0[0] / 49).sum() }
            .gradients[0]?.doubles() ?? []
        },
      ]),
  ]
}
