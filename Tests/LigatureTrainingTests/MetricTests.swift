import LigatureLayers
import LigatureNetworks
import LigatureTensors
import Testing

@testable import LigatureTraining

@Suite("Metrics and evaluation")
struct MetricTests {
  @Test("weigh ragged batches by what is in them", arguments: [1, 2, 3, 5, 7, 100])
  func ragged(batchSize: Int) throws {
    let data = try regression(7)
    let network = try regressor()
    let outputs = try network.predict(data.inputs[0])
    let counting = Metric.custom("size") { outputs, _ in Double(outputs[0].shape[0]) }
    let (loss, metrics) = try evaluate(
      network, on: data, loss: .meanSquaredError,
      TrainingOptions(batchSize: batchSize, metrics: [.rmse, counting]))
    let whole = try rmse(outputs, data.targets[0])
    #expect(abs(try #require(metrics["rmse"]) - whole) < 1e-6)
    #expect(abs(loss - whole * whole) < 1e-6)
    let sizes = stride(from: 0, to: 7, by: batchSize).map { min(batchSize, 7 - $0) }
    let expected = Double(sizes.map { $0 * $0 }.reduce(0, +)) / 7
    #expect(abs(try #require(metrics["size"]) - expected) < 1e-12)
  }

  @Test("count right classes, for class numbers and for probabilities")
  func accuracy() throws {
    let outputs = try Tensor([Float(0.2), 0.8, 0.6, 0.4, 0.1, 0.9], shape: [3, 2])
    let dense = try Tensor([Float(0), 1, 0, 1, 0, 1], shape: [3, 2])
    for targets in [Tensor([1, 1, 1]), Tensor([Int32(1), 1, 1]), dense] {
      #expect(try Metric.accuracy.measure([outputs], [targets]) == [2, 3])
    }
    #expect(
      message { try Metric.accuracy.value(of: outputs, Tensor([1, 1])) }
        == "accuracy: found 3 predictions and 2 targets. Give one class for each observation.")
  }

  @Test("of two tensors refuse shapes that differ")
  func rmseOfTwo() throws {
    #expect(try rmse(Tensor([Float(1), 2]), Tensor([Float(4), 6])) == 12.5.squareRoot())
    #expect(
      message { try rmse(numbers([2, 3]), numbers([3, 2])) }.hasPrefix("meanSquaredError: "))
  }

  @Test("do not teach the network anything, or its input layers")
  func evaluation() throws {
    let network = Network {
      FeatureInput(3, normalization: .zScore)
      BatchNormalization()
      FullyConnected(2)
    }
    try network.initialize()
    let before = values(network)
    let data = try regression(9)
    _ = try evaluate(network, on: data, loss: .meanSquaredError)
    #expect(try values(network).isIdentical(to: before))
    #expect(try network.layers(of: FeatureInput.self)[0].shift.item() == 0)
  }
}

@Suite("Statistics of input layers")
struct InputStatisticsTests {
  private let data: TrainingData

  init() throws {
    let x = try numbers([40, 2]) * Tensor([Float(3), 0]) + Tensor([Float(10), 4])
    data = try TrainingData(x, targets: numbers([40, 1]))
  }

  private func trained(_ normalization: Normalization, prepared: Bool) throws -> FeatureInput {
    let input = FeatureInput(2, normalization: normalization)
    let network = Network {
      input; FullyConnected(1)
    }
    if prepared { try network.initialize() }
    try train(
      network, on: data, loss: .meanSquaredError, options: TrainingOptions(epochs: 1, batchSize: 16)
    )
    return input
  }

  @Test("are taken from all training data, initialised before or not", arguments: [true, false])
  func statistics(prepared: Bool) throws {
    let x = data.inputs[0]
    let (mean, deviation) = (try x.mean(0), try sqrt(x.variance(0)))
    let zScore = try trained(.zScore, prepared: prepared)
    #expect(try zScore.shift.isClose(to: mean))
    #expect(try zScore.divisor.isClose(to: Tensor([Float(deviation.doubles()[0]), 1])))
    let centred = try trained(.zeroCenter, prepared: prepared)
    #expect(try centred.shift.isClose(to: mean))
    #expect(try centred.divisor.doubles() == [1, 1])
    let rescaled = try trained(.rescale, prepared: prepared)
    let normal = try (x - rescaled.shift) / rescaled.divisor
    #expect(try normal.min(0).doubles() == [0, 0] && abs(normal.max(0).doubles()[0] - 1) < 1e-6)
    let none = try trained(.none, prepared: prepared)
    #expect(try none.shift.doubles() == [0])
  }

  @Test("are taken once, and travel with a copy")
  func once() throws {
    let input = FeatureInput(2, normalization: .zeroCenter)
    let network = Network {
      input; FullyConnected(1)
    }
    let options = TrainingOptions(epochs: 1, learnRate: 0)
    try train(network, on: data, loss: .meanSquaredError, options: options)
    let shift = input.shift
    let other = try TrainingData(data.inputs[0] + 5, targets: data.targets[0])
    try train(network, on: other, loss: .meanSquaredError, options: options)
    #expect(try input.shift.isIdentical(to: shift))
    let copy = try network.copy()
    #expect(try copy.predict(data.inputs[0]).isIdentical(to: network.predict(data.inputs[0])))
  }
}
