import Foundation
import Ligature

extension SilentFault {
  static let losses = [
    SilentFault(
      "a loss sees the logits behind views",
      [
        .gives([65], "sigmoid, reshape: (40 + 40 + 90 + 90) / 4 of logits 40, -40, 90, -90") {
          try saturated {
            try $0.reshaped(to: [2, 2])
          } targets: {
            try $0.reshaped(to: [2, 2])
          }
        },
        .gives([65], "sigmoid, transpose, slice") {
          try saturated {
            try $0.reshaped(to: [4, 1]).transposed
          } targets: {
            try $0.reshaped(to: [1, 4])
          }
        },
        .gives([65], "sigmoid at the end of a nested network") {
          let inner = try Network(input: Layout("BC", [nil, 4])) { Sigmoid() }
          let network = try Network(input: Layout("BC", [nil, 4])) {
            Scaling()
            inner
          }
          try network.initialize()
          let (value, _) = try valueAndGradients(of: network) { context in
            try binaryCrossEntropy(
              network(Tensor([Float(40), -40, 90, -90], shape: [1, 4]), in: context),
              Tensor([Float(0), 1, 0, 1], shape: [1, 4]))
          }
          return [try value.item()]
        },
      ]),
    SilentFault(
      "accuracy counts right answers",
      [
        .gives([0], "one sigmoid output, four wrong answers") {
          try accuracy([0.9, 0.8, 0.1, 0.2], [4, 1], Tensor([Float(0), 0, 1, 1], shape: [4, 1]))
        },
        .gives([0.75], "one output without an axis of its own, whole targets") {
          try accuracy([0.9, 0.8, 0.1, 0.2], [4], Tensor([1, 1, 0, 1]))
        },
        .gives([1], "class numbers as floating point [n, 1], three outputs") {
          try accuracy(
            [1, 0, 0, 0, 1, 0, 0, 0, 1], [3, 3], Tensor([Float(0), 1, 2], shape: [3, 1]))
        },
        .gives([0.5], "class numbers as floating point [n]") {
          try accuracy([0.9, 0.1, 0.2, 0.8], [2, 2], Tensor([0.0, 0.0]))
        },
        .gives([1], "one logit, by its sign") {
          try accuracy(
            [3, -2], [2, 1], Tensor([1, 0]), .accuracy(from: .logits))
        },
        .refuses("no probability", "one logit where a probability is meant") {
          try accuracy([3, -2], [2, 1], Tensor([1, 0]))
        },
        .refuses("class number 2", "a class that two outputs cannot have") {
          try accuracy([1, 0], [1, 2], Tensor([2]))
        },
        .refuses("add up to 2", "several classes right at once") {
          try accuracy([0.9, 0.8, 0.1], [1, 3], Tensor([Float(1), 1, 0], shape: [1, 3]))
        },
        .gives([0.5], "a prediction that is undefined is wrong") {
          try accuracy([.nan, 0, 0, 1], [2, 2], Tensor([0, 1]))
        },
      ]),
    SilentFault(
      "what is no probability enters no loss of probabilities",
      [
        .refuses("crossEntropy(from: .logits)", "raw outputs in the cross-entropy") {
          [try crossEntropy(Tensor([Float(2), -1], shape: [1, 2]), Tensor([0])).item()]
        },
        .refuses("add up to 1.3", "independent probabilities in the cross-entropy") {
          [try crossEntropy(Tensor([Float(0.9), 0.4], shape: [1, 2]), Tensor([0])).item()]
        },
        .refuses("add up to", "a softmax along another axis") {
          let x = Tensor([1.0, 2, 3, 4])
          return [
            try valueAndGradients(at: [x]) {
              try crossEntropy(softmax($0[0].reshaped(to: [2, 2])).transposed, Tensor([0, 1]))
            }.value.item()
          ]
        },
        .refuses("divide pixels by 255", "pixels of 0 to 255 as targets") {
          let half = try Tensor.full([1, 2], 0.5)
          return [
            try binaryCrossEntropy(half, Tensor([Float(0), 255], shape: [1, 2])).item()
          ]
        },
        .refuses("divide pixels by 255", "the same for logits") {
          let zero = try Tensor.zeros([1, 2])
          return [
            try binaryCrossEntropy(logits: zero, Tensor([Float(0), 255], shape: [1, 2])).item()
          ]
        },
        .refuses("binaryCrossEntropy(from: .logits)", "raw outputs in the binary cross-entropy") {
          [try binaryCrossEntropy(Tensor([Float(2), -1]), Tensor([Float(1), 0])).item()]
        },
        .refuses("cast(to: .int64)", "class numbers as floating point") {
          let half = try Tensor.full([2, 2], 0.5)
          return [try crossEntropy(half, Tensor([Float(0), 1])).item()]
        },
        .refuses("one class", "a softmax of one output") {
          [try crossEntropy(.ones([3, 1]), Tensor([0, 0, 0])).item()]
        },
        .refuses("binaryCrossEntropy", "targets of several classes in the cross-entropy") {
          let half = try Tensor.full([1, 2], 0.5)
          return [try crossEntropy(half, Tensor([Float(1), 1], shape: [1, 2])).item()]
        },
        .gives([log(2)], "probabilities that are rounded are some") {
          let third = try Tensor([Float(0.5), 0.25, 0.24999], shape: [1, 3])
          return [try crossEntropy(third, Tensor([0])).item()]
        },
      ]),
  ]

  private static func saturated(
    _ view: (Tensor) throws -> Tensor, targets: (Tensor) throws -> Tensor
  ) throws -> [Double] {
    let logits = Tensor([40.0, -40, 90, -90])
    let wanted = try targets(Tensor([0.0, 1, 0, 1]))
    return [
      try valueAndGradients(at: [logits]) {
        try binaryCrossEntropy(view(sigmoid($0[0])), wanted)
      }.value.item()
    ]
  }

  /// The accuracy that an evaluation gives for outputs.
  private static func accuracy(
    _ outputs: [Double], _ shape: [Int], _ targets: Tensor, _ metric: Metric = .accuracy
  ) throws -> [Double] {
    let x = try Tensor(outputs, shape: shape).cast(to: .float32)
    let network = Network { FunctionLayer(isObservationWise: true) { $0 } }
    let zero = Loss("zero") { outputs, _ in try outputs[0].sum() * 0 }
    let found = try evaluate(
      network, on: TrainingData(x, targets: targets),
      loss: outputs.contains { $0.isNaN } ? none : zero,
      TrainingOptions(batchSize: 3, metrics: [metric]))
    return [found.metrics["accuracy"] ?? .nan]
  }

  private static let none = Loss("none") { _, _ in try Tensor.scalar(0) }
}
