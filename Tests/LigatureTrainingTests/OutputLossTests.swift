import LigatureLayers
import LigatureNetworks
import LigatureTensors
import Testing

@testable import LigatureTraining

/// Losses of whole sequences and of several outputs, through networks and data.
@Suite("Losses of sequences and of several outputs")
struct OutputLossTests {
  private static func passing(_ labels: String, _ features: Int) throws -> Network {
    let shape: [Int?] = labels == "BTC" ? [nil, nil, features] : [nil, features]
    let network = try Network(input: Layout(labels, shape)) {
      FunctionLayer(isObservationWise: true) { try $0 * 1 }
    }
    try network.cast(to: .float64)
    return network
  }

  @Test("CTC takes how many steps count from a second target", arguments: [1, 2, 3, 100])
  func ctcLengths(batchSize: Int) throws {
    let lengths = [6, 3, 4, 5]
    let x = try numbers([4, 6, 4], seed: 3, .float64)
    let labels = try Tensor([1, 2, 2, 3, -1, -1, 2, 1, -1, 3, 3, -1], shape: [4, 3])
    // What stands in the padding is not looked at.
    let steps = try Tensor((0..<24).map { $0 % 6 < lengths[$0 / 6] ? 1 : 1e3 }, shape: [4, 6, 1])
    let data = try TrainingData(
      inputs: [x * steps], targets: [labels, Tensor(lengths)], inputLengths: [lengths])
    let expected = try ctc(logits: x, labels, lengths: lengths).item()
    let alone = try (0..<4).map { row in
      try ctc(
        logits: x[row..<(row + 1)].slice(0..<lengths[row], axis: 1), labels[row..<(row + 1)]
      ).item()
    }
    #expect(abs(alone.reduce(0, +) / 4 - expected) < 1e-12)
    let found = try evaluate(
      Self.passing("BTC", 4), on: data, loss: .ctc(from: .logits),
      TrainingOptions(batchSize: batchSize))
    #expect(abs(found.loss - expected) < 1e-12)
  }

  @Test("CTC learns labels whose places are not known")
  func ctcLearns() throws {
    let x = try numbers([8, 6, 5], seed: 5)
    let labels = Tensor((0..<8).flatMap { [1 + $0 % 2, 2 - $0 % 2] })
    let data = try TrainingData(x, targets: labels.reshaped(to: [8, 2]))
    let network = try Network(input: Layout("BTC", [nil, nil, 5]), seed: 1) {
      LSTM(12, .sequence)
      FullyConnected(3)
      Softmax()
    }
    let history = try train(
      network, on: data, loss: .ctc(),
      options: TrainingOptions(.adam, epochs: 60, batchSize: 8, learnRate: 0.03))
    let losses = history.epochs.map(\.trainingLoss)
    #expect(try #require(losses.first) > 1 && #require(losses.last) < 0.2)
  }

  @Test("a triplet loss needs no targets")
  func triplets() throws {
    let parts = try (0..<3).map { try numbers([5, 3], seed: 6 + UInt64($0), .float64) }
    let expected = try triplet(anchor: parts[0], positive: parts[1], negative: parts[2]).item()
    let data = try TrainingData(inputs: parts, targets: [])
    let compared = try data.compared(parts)
    #expect(compared.weight == 5)
    let found = try Loss.triplet().function(compared.outputs, compared.targets).item()
    #expect(abs(found - expected) < 1e-12)
    #expect(
      message { try Loss.triplet().function(parts, [parts[0]]) }
        == "triplet: found 3 outputs and 1 target. "
        + "Give a network of three outputs, and no target.")
  }

  @Test("go back to the logits where a sigmoid or softmax came before")
  func saturated() throws {
    let logits = try Tensor([Float(200), 0, -200], shape: [1, 3])
    let label = Tensor([2])
    let softmaxed: [(Loss, Tensor, Double)] = [
      (.focalCrossEntropy(), label, 400),
      (.kullbackLeibler(), try Tensor([Float(0), 0, 1], shape: [1, 3]), 400),
    ]
    for (loss, target, expected) in softmaxed {
      let (found, gradients) = try valueAndGradients(at: [logits]) {
        try loss.function([softmax($0[0])], [target])
      }
      #expect(abs(try found.item() - expected) < 1e-3)
      #expect(try #require(gradients[0]).isFinite())
    }
    let (focal, _) = try valueAndGradients(at: [logits]) {
      try Loss.binaryFocalCrossEntropy().function(
        [sigmoid($0[0])], [Tensor([Float(0), 1, 1], shape: [1, 3])])
    }
    // 0.75 · 200 of a 0, 0.25 · 200 of a 1, and 0.25 · 0.25 · log 2 between.
    #expect(abs(try focal.item() - (150 + 50 + 0.0433217) / 3) < 1e-3)
    let (aligned, _) = try valueAndGradients(at: [logits]) {
      try Loss.ctc().function(
        [softmax($0[0]).reshaped(to: [1, 1, 3])], [Tensor([2], shape: [1, 1])])
    }
    #expect(abs(try aligned.item() - 400) < 1e-3)
  }

  @Test("what metrics collected comes back from a state only where it makes sense")
  func restoring() throws {
    for metric in [Metric.rmse, .rSquared, .auc, .fScore(), .accuracy, .perplexity()] {
      for count in 0..<9 {
        var sums = MetricSums([metric])
        let numbers = [Double](repeating: .nan, count: count)
        let isTaken = sums.restore([metric.name: numbers])
        #expect(isTaken == (count == 0 || metric.collection.accepts(count)))
        #expect(try #require(sums.values[metric.name]).isNaN)
        // Those of a batch that do not belong to them are refused, or added without a trap.
        let rows = try Tensor([0.25, 0.75, 0.5, 0.5], shape: [2, 2])
        let targets: Tensor = ["rmse", "rSquared"].contains(metric.name) ? rows : Tensor([1, 0])
        _ = message { () throws -> Int in
          sums.add(try sums.measured([rows], [targets]))
          return sums.values.count
        }
      }
      var others = MetricSums([metric])
      let isTaken = others.restore(["another": [1, 2]])
      #expect(!isTaken)
    }
  }
}
