import LigatureLayers
import LigatureNetworks
import LigatureTensors
import Testing

@testable import LigatureTraining

@Suite("Weighted losses")
struct WeightedLossTests {
  /// Losses that take weights for each observation, with what they are given.
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let loss: Loss
    let outputs: @Sendable () throws -> [Tensor]
    let targets: @Sendable () throws -> [Tensor]
  }

  private static func shares(_ shape: [Int], seed: UInt64) throws -> Tensor {
    try sigmoid(numbers(shape, seed: seed, .float64))
  }
  private static func classes(_ seed: UInt64) throws -> Tensor {
    try softmax(numbers([5, 3], seed: seed, .float64))
  }
  private static let labels = Tensor([0, 2, 1, 1, 2])
  private static let bits = Tensor([1, 0, 0, 1, 1])

  private static func row(
    _ name: String, _ loss: Loss, _ outputs: @escaping @Sendable () throws -> [Tensor],
    _ targets: @escaping @Sendable () throws -> [Tensor]
  ) -> Row {
    Row(testDescription: name, loss: loss, outputs: outputs, targets: targets)
  }

  private static func vectors(_ count: Int) -> @Sendable () throws -> [Tensor] {
    { try (0..<count).map { try numbers([5, 3], seed: UInt64($0 + 1), .float64) } }
  }

  static let rows: [Row] = [
    row("mean squared error", .meanSquaredError, vectors(1)) {
      [try numbers([5, 3], seed: 9, .float64)]
    },
    row("mean absolute error", .meanAbsoluteError, vectors(1)) {
      [try numbers([5, 3], seed: 9, .float64)]
    },
    row("Huber", .huber(), vectors(1)) { [try numbers([5, 3], seed: 9, .float64)] },
    row("cross-entropy", .crossEntropy, { [try classes(1)] }) { [labels] },
    row("cross-entropy of logits", .crossEntropy(from: .logits, labelSmoothing: 0.1), vectors(1)) {
      [try classes(2)]
    },
    row("binary cross-entropy", .binaryCrossEntropy, { [try shares([5, 3], seed: 1)] }) {
      [try shares([5, 3], seed: 2)]
    },
    row("binary cross-entropy of logits", .binaryCrossEntropy(from: .logits), vectors(1)) {
      [try shares([5, 3], seed: 2)]
    },
    row("negative log-likelihood", .negativeLogLikelihood(), { [try log(classes(1))] }) {
      [labels]
    },
    row("focal", .focalCrossEntropy(), { [try classes(1)] }) { [labels] },
    row("binary focal", .binaryFocalCrossEntropy(), { [try shares([5, 3], seed: 1)] }) {
      [try shares([5, 3], seed: 2)]
    },
    row("Kullback-Leibler", .kullbackLeibler(), { [try classes(1)] }) { [try classes(2)] },
    row("hinge", .hinge, vectors(1)) { [try shares([5, 3], seed: 2) .> 0.5] },
    row("Dice", .dice(), { [try shares([5, 4, 2], seed: 1)] }) {
      [try shares([5, 4, 2], seed: 2)]
    },
    row("Jaccard", .jaccard(), { [try shares([5, 4, 2], seed: 1)] }) {
      [try shares([5, 4, 2], seed: 2)]
    },
    row("Poisson", .poisson(from: .logarithms), vectors(1)) { [try shares([5, 3], seed: 2)] },
    row("Gaussian", .gaussianNegativeLogLikelihood) {
      [try numbers([5, 3], .float64), try shares([5, 3], seed: 2)]
    } _: {
      [try numbers([5, 3], seed: 9, .float64)]
    },
    row("cosine distance", .cosineDistance, vectors(1)) {
      [try numbers([5, 3], seed: 9, .float64)]
    },
    row("cosine embedding", .cosineEmbedding(), vectors(2)) { [bits] },
    row("contrastive", .contrastive(margin: 3), vectors(2)) { [bits] },
    row("triplet", .triplet(), vectors(3)) { [] },
  ]

  @Test("of equal weights are the losses without", arguments: rows)
  func equal(row: Row) throws {
    let (outputs, targets) = (try row.outputs(), try row.targets())
    let plain = try row.loss.function(outputs, targets).item()
    for weights in [Tensor([3.0, 3, 3, 3, 3]), Tensor([1, 1, 1, 1, 1])] {
      let weighted = try row.loss.weighted.function(outputs, targets + [weights]).item()
      #expect(abs(weighted - plain) < 1e-12)
    }
  }

  @Test("leave out what has weight 0, even where it is undefined", arguments: rows)
  func masks(row: Row) throws {
    let (outputs, targets) = (try row.outputs(), try row.targets())
    let kept = try row.loss.function(
      outputs.map { try $0[0..<3] }, targets.map { try $0[0..<3] }
    ).item()
    let weights = Tensor([2.0, 2, 2, 0, 0])
    let broken = try outputs.map { output in
      let mask = try Tensor([1.0, 1, 1, 1, .nan]).reshaped(
        to: [5] + [Int](repeating: 1, count: output.rank - 1))
      return try output * mask
    }
    let (value, gradients) = try valueAndGradients(at: outputs) {
      try row.loss.weighted.function($0, targets + [weights])
    }
    #expect(abs(try value.item() - kept) < 1e-12)
    for gradient in gradients.compactMap({ $0 }) {
      #expect(try gradient[3..<5].doubles().allSatisfy { $0 == 0 })
    }
    let undefined = try row.loss.weighted.function(broken, targets + [weights])
    #expect(abs(try undefined.item() - kept) < 1e-12)
  }

  @Test("are 0 where nothing has weight", arguments: rows)
  func nothing(row: Row) throws {
    let weights = try Tensor.zeros([5])
    let (value, gradients) = try valueAndGradients(at: row.outputs()) {
      try row.loss.weighted.function($0, row.targets() + [weights])
    }
    #expect(try value.item() == 0)
    for gradient in gradients.compactMap({ $0 }) {
      #expect(try gradient.doubles().allSatisfy { $0 == 0 })
    }
  }

  @Test("refuse weights that do not fit, or are none, and a loss of one's own", arguments: rows)
  func refusals(row: Row) throws {
    let (outputs, targets) = (try row.outputs(), try row.targets())
    func refusal(_ weights: Tensor) -> String {
      message { try row.loss.weighted.function(outputs, targets + [weights]) }
    }
    #expect(refusal(Tensor([1.0, 1])).contains("weights of shape [2] do not fit losses of shape"))
    #expect(refusal(Tensor([1.0, 1, 1, 1, -1])).contains("a weight is negative"))
    #expect(refusal(Tensor([1.0, 1, 1, 1, .nan])).contains("not finite"))
    #expect(refusal(Tensor([1.0, 1, 1, 1, .infinity])).contains("not finite"))
    #expect(
      message { try row.loss.weighted.function(outputs, targets) }.contains("weights"))
    #expect(
      message { try Loss("mine") { outputs, _ in outputs[0] }.weighted.function(outputs, targets) }
        == "mine: this loss takes no weights. "
        + "Weigh within its closure, with the weights among the targets.")
  }

  /// One output for each observation, x itself.
  private static func identity() throws -> Network {
    try Network(input: Layout("BC", [nil, 3])) { FunctionLayer(isObservationWise: true) { $0 } }
  }

  @Test("are evaluated to the same number by batches of any size", arguments: [1, 2, 3, 7, 100])
  func evaluation(batchSize: Int) throws {
    let x = try numbers([7, 3], seed: 4)
    let (labels, weights) = (
      Tensor([0, 2, 1, 1, 2, 0, 0]), Tensor([Float(1), 0, 0.5, 2, 0, 3, 0.25])
    )
    let target = try numbers([7, 3], seed: 5)
    let network = try Self.identity()
    func evaluated(_ targets: [Tensor], _ loss: Loss) throws -> Double {
      try evaluate(
        network, on: TrainingData(inputs: [x], targets: targets), loss: loss,
        TrainingOptions(batchSize: batchSize)
      ).loss
    }
    let classWeights = [0.5, 2, 1]
    let all: [([Tensor], Loss)] = [
      ([target, weights], .meanSquaredError.weighted),
      ([labels, weights], .crossEntropy(from: .logits).weighted),
      ([labels], .crossEntropy(from: .logits, classWeights: classWeights)),
      ([try softmax(target)], .crossEntropy(from: .logits, classWeights: classWeights)),
      ([labels, weights], .crossEntropy(from: .logits, classWeights: classWeights).weighted),
      ([labels, weights], .focalCrossEntropy(from: .logits, classWeights: classWeights).weighted),
    ]
    for (number, (targets, loss)) in all.enumerated() {
      let whole = try loss.function([x], targets).item()
      #expect(abs(try evaluated(targets, loss) - whole) < 1e-6, "loss \(number)")
    }
  }

  @Test("of sequences divide by the weights of the steps that count")
  func sequences() throws {
    let lengths = [3, 1, 4]
    func sequences(_ features: Int, _ seed: UInt64) throws -> [Tensor] {
      try lengths.enumerated().map {
        try numbers([$1, features], seed: seed + UInt64($0), .float64)
      }
    }
    let (x, t) = (try sequences(2, 1), try sequences(2, 20))
    let weights = try sequences(1, 40).map { try square($0).reshaped(to: [-1]) }
    let data = try TrainingData(sequences: [x], targetSequences: [t, weights])
    let network = try Network(input: Layout("BTC", [nil, nil, 2])) {
      FunctionLayer(isObservationWise: true) { $0 }
    }
    try network.cast(to: .float64)
    let expected = try meanSquaredError(
      concatenate(x, axis: 0), concatenate(t, axis: 0), weights: concatenate(weights, axis: 0)
    ).item()
    for batchSize in [1, 2, 3] {
      let found = try evaluate(
        network, on: data, loss: .meanSquaredError.weighted, TrainingOptions(batchSize: batchSize))
      #expect(abs(found.loss - expected) < 1e-12)
    }
  }
}
