import Foundation
import LigatureNetworks
import LigatureTensors
import Testing

@testable import LigatureTraining

@Suite("Losses")
struct LossTests {
  /// A loss, its plain formula for one element or row, and the predictions it is for.
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let loss: Loss
    let predictions: @Sendable () throws -> Tensor
    let targets: @Sendable () throws -> Tensor
    let formula: @Sendable (_ p: [Double], _ t: [Double]) -> Double
  }

  /// The mean of a number for each pair of elements.
  private static func mean(
    _ p: [Double], _ t: [Double], _ share: (Double, Double) -> Double
  ) -> Double {
    zip(p, t).map(share).reduce(0, +) / Double(p.count)
  }

  private static func probabilities() throws -> Tensor {
    try sigmoid(numbers([4, 3], seed: 2, .float64))
  }
  private static func classes() throws -> Tensor {
    try softmax(numbers([4, 3], seed: 2, .float64))
  }

  static let rows: [Row] = [
    Row(
      testDescription: "binary cross-entropy", loss: .binaryCrossEntropy,
      predictions: probabilities,
      targets: { try sigmoid(numbers([4, 3], seed: 3, .float64)) }
    ) { p, t in
      mean(p, t) { p, t in -t * log(p) - (1 - t) * log(1 - p) }
    },
    Row(
      testDescription: "cross-entropy", loss: .crossEntropy, predictions: classes,
      targets: { try softmax(numbers([4, 3], seed: 3, .float64)) }
    ) { p, t in 3 * mean(p, t) { p, t in -t * log(p) } },
    Row(
      testDescription: "binary cross-entropy of logits", loss: .binaryCrossEntropy(from: .logits),
      predictions: { try numbers([4, 3], seed: 2, .float64) },
      targets: { try sigmoid(numbers([4, 3], seed: 3, .float64)) }
    ) { z, t in
      mean(z, t) { z, t in log(1 + exp(z)) - z * t }
    },
    Row(
      testDescription: "cross-entropy of logits", loss: .crossEntropy(from: .logits),
      predictions: { try numbers([4, 3], seed: 2, .float64) }, targets: { Tensor([2, 0, 1, 1]) }
    ) { z, t in
      t.enumerated().map { row, number in
        let all = (0..<3).map { exp(z[row * 3 + $0]) }.reduce(0, +)
        return log(all) - z[row * 3 + Int(number)]
      }.reduce(0, +) / 4
    },
    Row(
      testDescription: "cross-entropy of class numbers", loss: .crossEntropy, predictions: classes,
      targets: { Tensor([2, 0, 1, 1]) }
    ) { p, t in t.enumerated().map { -log(p[$0 * 3 + Int($1)]) }.reduce(0, +) / 4 },
    Row(
      testDescription: "mean squared error", loss: .meanSquaredError, predictions: probabilities,
      targets: { try numbers([4, 3], seed: 3, .float64) }
    ) { p, t in mean(p, t) { p, t in (p - t) * (p - t) } },
    Row(
      testDescription: "mean absolute error", loss: .meanAbsoluteError, predictions: probabilities,
      targets: { try numbers([4, 3], seed: 3, .float64) }
    ) { p, t in mean(p, t) { p, t in abs(p - t) } },
    Row(
      testDescription: "Huber", loss: .huber(threshold: 0.7), predictions: probabilities,
      targets: { try numbers([4, 3], seed: 3, .float64) }
    ) { p, t in
      mean(p, t) { p, t in
        let error = abs(p - t)
        return error <= 0.7 ? error * error / 2 : 0.7 * (error - 0.35)
      }
    },
    Row(
      testDescription: "a closure",
      loss: .custom { outputs, targets in try exp(outputs[0] - targets[0]).mean() },
      predictions: probabilities, targets: { try numbers([4, 3], seed: 3, .float64) }
    ) { p, t in mean(p, t) { p, t in exp(p - t) } },
  ]

  @Test("equal their plain formula", arguments: rows)
  func values(row: Row) throws {
    let (p, t) = (try row.predictions(), try row.targets())
    let expected = try row.formula(p.doubles(), t.doubles())
    #expect(abs(try row.loss.function([p], [t]).item() - expected) < 1e-12)
  }

  @Test("have the gradient that finite differences show", arguments: rows)
  func gradients(row: Row) throws {
    let (p, t) = (try row.predictions(), try row.targets())
    let body = { (inputs: [Tensor]) in try row.loss.function(inputs, [t]) }
    let gradient = try #require(try valueAndGradients(at: [p], of: body).gradients[0])
    let numeric = try FiniteDifferences.gradient(at: [p], index: 0, of: body)
    // Gradients of a mean over twelve are small, so they are compared at their own size.
    #expect(try FiniteDifferences.relativeError(gradient, numeric, floor: 0.05) < 1e-6)
  }

  @Test(
    "go back to the logits where a sigmoid came before, so that ±50 is exact",
    arguments: [
      ScalarType.float32, .float64,
    ])
  func fusedBinaryCrossEntropy(type: ScalarType) throws {
    let logits = try Tensor([50.0, -50, 50, -50, 0]).cast(to: type)
    let targets = try Tensor([1.0, 0, 0, 1, 0.5]).cast(to: type)
    let (value, gradients) = try valueAndGradients(at: [logits]) {
      try Loss.binaryCrossEntropy.function([sigmoid($0[0])], [targets])
    }
    #expect(abs(try value.item() - (100 + log(2)) / 5) < 1e-5)
    let gradient = try #require(gradients[0]).doubles()
    for (found, expected) in zip(gradient, [0, 0, 0.2, -0.2, 0]) {
      #expect(abs(found - expected) < 1e-7)
    }

    let epsilon = type.epsilon
    let clamped = try Loss.binaryCrossEntropy.function([sigmoid(logits)], [targets]).item()
    let exact = 1 / (1 + exp(-50.0))
    let kept = [exact, 1 - exact].map { min(max($0, epsilon), 1 - epsilon) }
    let expected = (-2 * log(kept[0]) - 2 * log(1 - kept[0]) + log(2)) / 5
    #expect(abs(clamped - expected) < 2e-2, "kept one epsilon from 0 and 1")
    #expect(clamped < 20)
  }

  @Test("go back to the logits where a softmax came before")
  func fusedCrossEntropy() throws {
    let logits = try Tensor([Float(200), 0, -200, 0, 0, 0], shape: [2, 3])
    for targets in [Tensor([2, 0]), try Tensor([Float(0), 0, 1, 1, 0, 0], shape: [2, 3])] {
      let (value, gradients) = try valueAndGradients(at: [logits]) {
        try Loss.crossEntropy.function([softmax($0[0])], [targets])
      }
      #expect(abs(try value.item() - (400 + log(3)) / 2) < 1e-4)
      let gradient = try #require(gradients[0]).doubles()
      let third = 1.0 / 6
      for (found, expected) in zip(gradient, [0.5, 0, -0.5, third - 0.5, third, third]) {
        #expect(abs(found - expected) < 1e-6)
      }
    }
  }

  @Test("add up over several outputs, and want a target for each")
  func severalOutputs() throws {
    let (a, b) = (try numbers([4, 3]), try numbers([4, 3], seed: 2))
    let (single, other) = (
      try Loss.meanSquaredError.function([a], [b]), try Loss.meanSquaredError.function([b], [b * 2])
    )
    let sum = try Loss.meanSquaredError.function([a, b], [b, b * 2])
    #expect(try sum.isClose(to: single + other))
    #expect(
      message { try Loss.meanSquaredError.function([a, b], [b]) }
        == "meanSquaredError: found 2 outputs and 1 target. "
        + "Give one target for each output of the network.")
  }

  @Test("refuse targets of another shape or type, and classes that do not exist")
  func refusals() throws {
    let p = try sigmoid(numbers([4, 3]))
    #expect(
      message { try Loss.binaryCrossEntropy.function([p], [numbers([3, 4])]) }
        == "binaryCrossEntropy: predictions are float32 [4, 3], targets float32 [3, 4]. "
        + "Give targets of the predictions' shape and type.")
    #expect(
      message { try Loss.crossEntropy.function([softmax(p)], [Tensor([0, 1, 3, 0])]) }
        == "crossEntropy: observation 2 has class number 3, and predictions have 3 classes. "
        + "Number classes from 0 to 2, or give the network an output for each.")
  }
}
