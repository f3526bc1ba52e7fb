import LigatureTensors
import Testing

/// What makes no sense as an argument of a loss: a number comes back, or an error with a remedy.
@Suite("Absurd arguments of losses") struct AbsurdLossTests {
  typealias Binary = @Sendable (_ a: Tensor, _ b: Tensor, _ weights: Tensor?) throws -> Tensor

  static let losses: [(name: String, loss: Binary)] = [
    ("meanSquaredError", { try meanSquaredError($0, $1, weights: $2) }),
    ("meanAbsoluteError", { try meanAbsoluteError($0, $1, weights: $2) }),
    ("huber", { try huber($0, $1, weights: $2) }),
    ("binaryCrossEntropy", { try binaryCrossEntropy($0, $1, weights: $2) }),
    ("binaryCrossEntropy(logits:)", { try binaryCrossEntropy(logits: $0, $1, weights: $2) }),
    ("crossEntropy", { try crossEntropy($0, $1, weights: $2) }),
    ("crossEntropy(logits:)", { try crossEntropy(logits: $0, $1, weights: $2) }),
    ("negativeLogLikelihood", { try negativeLogLikelihood($0, $1, weights: $2) }),
    ("focalCrossEntropy", { try focalCrossEntropy($0, $1, weights: $2) }),
    ("focalCrossEntropy(logits:)", { try focalCrossEntropy(logits: $0, $1, weights: $2) }),
    ("binaryFocalCrossEntropy", { try binaryFocalCrossEntropy($0, $1, weights: $2) }),
    (
      "binaryFocalCrossEntropy(logits:)",
      { try binaryFocalCrossEntropy(logits: $0, $1, weights: $2) }
    ),
    ("kullbackLeibler", { try kullbackLeibler($0, $1, weights: $2) }),
    ("kullbackLeibler(logits:)", { try kullbackLeibler(logits: $0, $1, weights: $2) }),
    ("hinge", { try hinge($0, $1, weights: $2) }),
    ("dice", { try dice($0, $1, weights: $2) }),
    ("jaccard", { try jaccard($0, $1, weights: $2) }),
    ("poisson(rates:)", { try poisson(rates: $0, $1, weights: $2) }),
    ("poisson(logRates:)", { try poisson(logRates: $0, $1, weights: $2) }),
    (
      "gaussianNegativeLogLikelihood",
      { try gaussianNegativeLogLikelihood($0, variances: $1, $0, weights: $2) }
    ),
    ("cosineDistance", { try cosineDistance($0, $1, weights: $2) }),
    ("cosineEmbedding", { try cosineEmbedding($0, $0, $1, weights: $2) }),
    ("contrastive", { try contrastive($0, $0, $1, weights: $2) }),
    ("triplet", { try triplet(anchor: $0, positive: $1, negative: $0, weights: $2) }),
    ("ctc", { a, b, _ in try ctc(a, b) }),
    ("ctc(logits:)", { a, b, _ in try ctc(logits: a, b) }),
  ]

  private static var tensors: [Tensor] {
    get throws {
      try [
        [], [0], [0, 3], [3, 0], [2, 3], [2, 3, 4], [0, 3, 4], [2, 0, 4], [1, 1, 1], [3],
      ].flatMap { shape in
        try [
          Tensor.full(shape, 0.5), .full(shape, .nan), .full(shape, 2, .float64), .zeros(shape),
          .full(shape, -1, .int64), .full(shape, 1, .int64), .full(shape, .infinity),
        ]
      } + [.deferred]
    }
  }

  private func tried(_ name: String, _ body: () throws -> Tensor) {
    do {
      let value = try body()
      #expect(value.count == 1, "\(name)")
    } catch let error as TensorError {
      #expect(!error.problem.isEmpty && !error.remedy.isEmpty && !error.operation.isEmpty)
      #expect("\(error)".utf8.count < 600, "\(name): \(error)")
      #expect(!"\(error)".contains("Optional("), "\(error)")
    } catch {
      Issue.record("\(name) threw \(error)")
    }
  }

  @Test("of every shape and type, with weights and without", arguments: losses.indices)
  func shapes(number: Int) throws {
    let (name, loss) = Self.losses[number]
    let tensors = try Self.tensors
    for a in tensors {
      for b in tensors {
        tried(name) { try loss(a, b, nil) }
      }
      for weights in tensors where weights.count < 30 { tried(name) { try loss(a, a, weights) } }
    }
  }

  @Test("as settings", arguments: AbsurdArgumentTests.numbers)
  func settings(number: Double) throws {
    let (x, bits) = (try Tensor.full([2, 2], 0.5), Tensor([0, 1]))
    let mask = try Tensor.full([2, 2, 1], 0.5)
    tried("huber") { try huber(x, x, threshold: number) }
    tried("labelSmoothing") { try crossEntropy(x, bits, labelSmoothing: number) }
    tried("gamma") { try focalCrossEntropy(x, bits, gamma: number) }
    tried("gamma") { try binaryFocalCrossEntropy(x, x, gamma: number, alpha: number) }
    tried("smoothing") { try dice(mask, mask, smoothing: number) }
    tried("smoothing") { try jaccard(mask, mask, smoothing: number) }
    tried("margin") { try cosineEmbedding(x, x, bits, margin: number) }
    tried("margin") { try contrastive(x, x, bits, margin: number) }
    tried("margin") { try triplet(anchor: x, positive: x, negative: x, margin: number) }
    for weights in [[], [number], [number, number], [1, number]] {
      tried("classWeights") { try crossEntropy(x, bits, classWeights: weights) }
      tried("classWeights") { try negativeLogLikelihood(log(x), bits, classWeights: weights) }
      tried("classWeights") { try focalCrossEntropy(x, bits, classWeights: weights) }
    }
  }

  @Test("as labels, lengths and blanks of CTC", arguments: AbsurdArgumentTests.integers)
  func alignments(number: Int) throws {
    let x = try Tensor.zeros([1, 3, 3])
    tried("label") { try ctc(logits: x, Tensor([number, 1], shape: [1, 2])) }
    tried("length") { try ctc(logits: x, Tensor([1], shape: [1, 1]), lengths: [number]) }
    tried("lengths") { try ctc(logits: x, Tensor([1], shape: [1, 1]), lengths: [3, number]) }
    tried("blank") { try ctc(logits: x, Tensor([1], shape: [1, 1]), blank: number) }
  }

  /// A loss that is refused, and what the error says.
  struct Refusal: Sendable, CustomTestStringConvertible {
    let words: String
    let loss: @Sendable () throws -> Tensor
    var testDescription: String { words }
  }

  static let refusals: [Refusal] = [
    Refusal(words: "for raw outputs take crossEntropy(from: .logits)") {
      try negativeLogLikelihood(Tensor([1.0, 2], shape: [1, 2]), Tensor([0]))
    },
    Refusal(words: "focalCrossEntropy(from: .logits)") {
      try focalCrossEntropy(Tensor([1.0, 2], shape: [1, 2]), Tensor([0]))
    },
    Refusal(words: "binaryFocalCrossEntropy(from: .logits)") {
      try binaryFocalCrossEntropy(Tensor([3.0]), Tensor([0.0]))
    },
    Refusal(words: "kullbackLeibler(from: .logits)") {
      let x = try Tensor([1.0, 2], shape: [1, 2])
      return try kullbackLeibler(x, softmax(x))
    },
    Refusal(words: "for class numbers take crossEntropy") {
      try kullbackLeibler(Tensor([0.5, 0.5], shape: [1, 2]), Tensor([0]))
    },
    Refusal(words: "where others write -1") { try hinge(Tensor([1.0]), Tensor([-1.0])) },
    Refusal(words: "where others write -1") {
      let x = try Tensor([1.0, 2], shape: [1, 2])
      return try cosineEmbedding(x, x, Tensor([-1]))
    },
    Refusal(words: "by oneHot(targets, classes:)") {
      try dice(Tensor.full([1, 2, 2], 0.5), Tensor([0, 1], shape: [1, 2]))
    },
    Refusal(words: "of one channel, [batch, pixels, 1]") {
      try dice(Tensor.full([1, 4], 0.5), Tensor.full([1, 4], 0.5))
    },
    Refusal(words: "End the network in Sigmoid() or Softmax()") {
      try jaccard(Tensor.full([1, 4, 1], 5), Tensor.full([1, 4, 1], 1))
    },
    Refusal(words: "poisson(from: .logarithms)") {
      try poisson(rates: Tensor([-1.0]), Tensor([1.0]))
    },
    Refusal(words: "take meanSquaredError") {
      try poisson(logRates: Tensor([-1.0]), Tensor([-1.0]))
    },
    Refusal(words: "a variance is -1.0") {
      try gaussianNegativeLogLikelihood(Tensor([0.0]), variances: Tensor([-1.0]), Tensor([0.0]))
    },
    Refusal(words: "ctc(from: .logits)") {
      try ctc(Tensor.full([1, 2, 3], 2), Tensor([1], shape: [1, 1]))
    },
    Refusal(words: "observation 0 has 2 labels, 1 of them equal to the one before, and 2 steps") {
      try ctc(logits: Tensor.zeros([1, 2, 3]), Tensor([1, 1], shape: [1, 2]))
    },
    Refusal(words: "other than the blank, 0") {
      try ctc(logits: Tensor.zeros([1, 2, 3]), Tensor([0, 1], shape: [1, 2]))
    },
    Refusal(words: "lengths [3] do not fit") {
      try ctc(logits: Tensor.zeros([1, 2, 3]), Tensor([1, 1], shape: [1, 2]), lengths: [3])
    },
  ]

  @Test(
    "what may not enter a loss is refused with the one that would be right", arguments: refusals)
  func words(refusal: Refusal) throws {
    let error = #expect(throws: TensorError.self) { try refusal.loss() }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.contains(refusal.words), "\(text)")
  }
}
