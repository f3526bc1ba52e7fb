import Foundation
import LigatureTensors
import Testing

@testable import LigatureTraining

/// Losses against the values and gradients that PyTorch has for the same numbers.
@Suite("Losses of PyTorch")
struct ForeignLossTests {
  /// What `Tests/Reference/torch_losses.py` wrote.
  private struct Reference: Decodable {
    struct Entry: Decodable {
      let value: Double
      let gradient: [Double]
    }

    let numbers: [String: [Double]]
    let losses: [String: Entry]

    init() throws {
      let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      self = try JSONDecoder().decode(
        Reference.self,
        from: Data(contentsOf: root.appending(path: "Reference/torch_losses.json")))
    }

    func tensor(_ name: String, _ shape: [Int] = [5, 4]) throws -> Tensor {
      try Tensor(try #require(numbers[name]), shape: shape)
    }

    func labels() throws -> Tensor { try tensor("labels", [5]).cast(to: .int64) }
  }

  /// A loss under PyTorch's name for it, and what it is given beside the first output.
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let loss: Loss
    var others: [String] = []
    var target: String?
    var factor = 1.0
  }

  private static let weights = [0.5, 2.0, 1.0, 0.25]

  static let rows: [Row] = [
    Row(
      testDescription: "crossEntropy, smoothed",
      loss: .crossEntropy(from: .logits, labelSmoothing: 0.1), target: "labels"),
    Row(
      testDescription: "crossEntropy, class weights",
      loss: .crossEntropy(from: .logits, classWeights: weights), target: "labels"),
    Row(
      testDescription: "crossEntropy, both",
      loss: .crossEntropy(from: .logits, labelSmoothing: 0.2, classWeights: weights),
      target: "labels"),
    Row(
      testDescription: "negativeLogLikelihood",
      loss: .custom { outputs, targets in
        let loss = Loss.negativeLogLikelihood(classWeights: weights)
        return try loss.function([logSoftmax(outputs[0])], targets)
      }, target: "labels"),
    Row(
      testDescription: "binaryFocalCrossEntropy", loss: .binaryFocalCrossEntropy(from: .logits),
      target: "bits"),
    Row(
      testDescription: "kullbackLeibler", loss: .kullbackLeibler(from: .logits), target: "shares"),
    Row(
      testDescription: "poisson, logarithms", loss: .poisson(from: .logarithms), target: "positive"),
    Row(
      testDescription: "gaussianNegativeLogLikelihood", loss: .gaussianNegativeLogLikelihood,
      others: ["positive"], target: "y"),
    Row(testDescription: "huber", loss: .huber(threshold: 0.7), target: "y"),
    Row(testDescription: "smooth L1", loss: .huber(threshold: 0.7), target: "y", factor: 1 / 0.7),
    Row(
      testDescription: "cosineEmbedding", loss: .cosineEmbedding(margin: 0.1), others: ["y"],
      target: "pairs"),
    Row(testDescription: "triplet", loss: .triplet(), others: ["y", "z"]),
  ]

  @Test("have the values and gradients that PyTorch gives", arguments: rows)
  func values(row: Row) throws {
    let reference = try Reference()
    let entry = try #require(reference.losses[row.testDescription])
    let others = try row.others.map { try reference.tensor($0) }
    let targets: [Tensor] =
      switch row.target {
      case "labels": [try reference.labels()]
      // PyTorch writes -1 for pairs that do not belong together.
      case "pairs": [try reference.tensor("pairs", [5]) .> 0]
      case .some(let name): [try reference.tensor(name)]
      case nil: []
      }
    let (value, gradients) = try valueAndGradients(at: [reference.tensor("x")]) {
      try row.loss.function($0 + others, targets) * row.factor
    }
    #expect(abs(try value.item() - entry.value) < 1e-12)
    let gradient = try #require(gradients[0]).doubles()
    try #require(gradient.count == entry.gradient.count)
    for (found, expected) in zip(gradient, entry.gradient) {
      #expect(abs(found - expected) < 1e-12)
    }
  }

  @Test("have PyTorch's value and gradient of CTC, with lengths of steps and of labels")
  func ctc() throws {
    let reference = try Reference()
    let entry = try #require(reference.losses["ctc"])
    let labels = try Tensor([1, 2, 2, 3, -1, -1, 2, 1, 3], shape: [3, 3])
    let (value, gradients) = try valueAndGradients(at: [reference.tensor("steps", [3, 7, 4])]) {
      try Loss.ctc(from: .logits).function([$0[0]], [labels, Tensor([7, 4, 5])])
    }
    #expect(abs(try value.item() - entry.value) < 1e-12)
    for (found, expected) in zip(try #require(gradients[0]).doubles(), entry.gradient) {
      #expect(abs(found - expected) < 1e-12)
    }
  }
}
