import Foundation
import LigatureLayers
import LigatureNetworks
import LigatureTensors
import Testing

@testable import LigatureTraining

/// Metrics of a whole data set against plain code, by mini-batches of any size.
@Suite("Metrics of a whole data set")
struct WholeDataMetricTests {
  /// A metric, what plain code makes of the same outputs `[7, 3]` (or `[7, 1]`) and targets.
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let metric: Metric
    let outputs: @Sendable () throws -> Tensor
    let targets: @Sendable () throws -> Tensor
    let plain: @Sendable (_ p: [Double], _ t: [Double]) -> Double
  }

  private static let labels = [0, 2, 1, 1, 2, 0, 2]
  private static let bits = [1, 0, 0, 1, 1, 0, 1]
  private static let three: @Sendable () throws -> Tensor = {
    try softmax(numbers([7, 3], seed: 8, .float64))
  }
  private static let logits: @Sendable () throws -> Tensor = {
    try numbers([7, 3], seed: 8, .float64)
  }
  /// Rounded to tenths, so that there are equals.
  private static let one: @Sendable () throws -> Tensor = {
    try round(sigmoid(numbers([7, 1], seed: 3, .float64)) * 10) / 10
  }
  private static let targets: @Sendable () throws -> Tensor = {
    try numbers([7, 3], seed: 9, .float64) + 100
  }
  private static let near: @Sendable () throws -> Tensor = {
    try targets() + numbers([7, 3], seed: 10, .float64) * 0.3
  }

  private static func pairs(
    _ p: [Double], _ t: [Double], _ body: (Double, Double) -> Double
  ) -> Double { zip(p, t).map(body).reduce(0, +) / Double(p.count) }

  /// R² of three columns, averaged.
  private static func determination(_ p: [Double], _ t: [Double]) -> Double {
    var total = 0.0
    for column in 0..<3 {
      let places = Array(stride(from: column, to: 21, by: 3))
      var (mean, spread, errors) = (0.0, 0.0, 0.0)
      for place in places { mean += t[place] / 7 }
      for place in places {
        spread += (t[place] - mean) * (t[place] - mean)
        errors += (t[place] - p[place]) * (t[place] - p[place])
      }
      total += (1 - errors / spread) / 3
    }
    return total
  }

  /// Shares of each row of three.
  private static func shares(_ x: [Double]) -> [[Double]] {
    (0..<7).map { row -> [Double] in
      let line = (0..<3).map { exp(x[row * 3 + $0]) }
      let sum: Double = line.reduce(0, +)
      return line.map { $0 / sum }
    }
  }

  /// e to the power of the mean of -log of the labels' probabilities.
  private static func perplexity(_ p: [[Double]]) -> Double {
    var sum = 0.0
    for (row, label) in labels.enumerated() { sum -= log(p[row][label]) }
    return exp(sum / 7)
  }

  private static func fScore(_ p: [Double], beta: Double) -> Double {
    let pairs = zip(p.map { $0 > 0.5 }, bits)
    let tp = Double(pairs.count { $0 && $1 == 1 })
    let fp = Double(pairs.count { $0 && $1 == 0 })
    let fn = Double(pairs.count { !$0 && $1 == 1 })
    let square = beta * beta
    return (1 + square) * tp / ((1 + square) * tp + square * fn + fp)
  }

  private static func top(_ p: [Double], _ k: Int) -> Double {
    var right = 0
    for (row, label) in labels.enumerated() {
      let line = p[(row * 3)..<(row * 3 + 3)]
      let above = line.count { $0 > p[row * 3 + label] }
      right += above < k ? 1 : 0
    }
    return Double(right) / 7
  }

  private static func share(_ p: [Double]) -> Double {
    Double(zip(predicted(p), labels).count { $0 == $1 }) / 7
  }

  /// The class of the largest of three.
  private static func predicted(_ p: [Double]) -> [Int] {
    (0..<7).map { row -> Int in
      let line = Array(p[(row * 3)..<(row * 3 + 3)])
      return line.firstIndex(of: line.max() ?? 0) ?? 0
    }
  }

  /// Precision, recall, F and IoU of each class, and how often it occurs.
  private static func scores(
    _ p: [Double]
  ) -> [(precision: Double, recall: Double, f: Double, iou: Double, count: Double)] {
    let found = predicted(p)
    return (0..<3).map { number in
      let pairs = zip(found, labels)
      let tp = Double(pairs.count { $0 == number && $1 == number })
      let fp = Double(pairs.count { $0 == number && $1 != number })
      let fn = Double(pairs.count { $0 != number && $1 == number })
      let (precision, recall) = (tp + fp > 0 ? tp / (tp + fp) : 0, tp / (tp + fn))
      let f = precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0
      return (precision, recall, f, tp / (tp + fp + fn), tp + fn)
    }
  }

  /// How often one of the class scores higher than one of the others, equals counting half.
  private static func area(_ scores: [Double], _ isPositive: [Bool]) -> Double {
    var (sum, count) = (0.0, 0.0)
    for (a, isOne) in zip(scores, isPositive) where isOne {
      for (b, isOther) in zip(scores, isPositive) where !isOther {
        sum += a > b ? 1 : a == b ? 0.5 : 0
        count += 1
      }
    }
    return sum / count
  }

  private static func row(
    _ metric: Metric, _ outputs: @escaping @Sendable () throws -> Tensor,
    _ targets: @escaping @Sendable () throws -> Tensor, _ name: String? = nil,
    _ plain: @escaping @Sendable (_ p: [Double], _ t: [Double]) -> Double
  ) -> Row {
    Row(
      testDescription: name ?? metric.name, metric: metric, outputs: outputs, targets: targets,
      plain: plain)
  }
  private static let classes: @Sendable () throws -> Tensor = { Tensor(labels) }
  private static let sides: @Sendable () throws -> Tensor = { Tensor(bits) }

  static let numberRows: [Row] = [
    row(.rmse, near, targets) { pairs($0, $1) { ($0 - $1) * ($0 - $1) }.squareRoot() },
    row(.mae, near, targets) { pairs($0, $1) { Swift.abs($0 - $1) } },
    row(.mape, near, targets) { pairs($0, $1) { Swift.abs(($0 - $1) / $1) } },
    row(.rSquared, near, targets) { determination($0, $1) },
  ]

  static let classRows: [Row] = [
    row(.accuracy, three, classes) { p, _ in share(p) },
    row(.topAccuracy(2), logits, classes) { p, _ in top(p, 2) },
    row(.precision(), three, classes) { p, _ in scores(p).map(\.precision).reduce(0, +) / 3 },
    row(.recall(.class(2)), three, classes) { p, _ in scores(p)[2].recall },
    row(.fScore(), three, classes) { p, _ in scores(p).map(\.f).reduce(0, +) / 3 },
    row(.fScore(.weighted), three, classes, "weighted F-score") { p, _ in
      scores(p).map { $0.f * $0.count }.reduce(0, +) / 7
    },
    row(.fScore(.micro), three, classes, "micro F-score") { p, _ in share(p) },
    row(.fScore(.positive, beta: 2), one, sides, "F2-score of one output") { p, _ in
      fScore(p, beta: 2)
    },
    row(.iou(), three, classes) { p, _ in scores(p).map(\.iou).reduce(0, +) / 3 },
    row(.auc, one, sides) { p, _ in area(p, bits.map { $0 == 1 }) },
    row(.auc(of: 0), one, sides, "area of class 0 of one output") { p, _ in
      area(p.map { -$0 }, bits.map { $0 == 0 })
    },
    row(.auc(of: 2), three, classes, "area of one class of three") { p, _ in
      area((0..<7).map { p[$0 * 3 + 2] }, labels.map { $0 == 2 })
    },
    row(.auc(of: 2, from: .logits), logits, classes, "area of logits") { p, _ in
      area(shares(p).map { $0[2] }, labels.map { $0 == 2 })
    },
    row(.perplexity(), three, classes) { p, _ in
      perplexity((0..<7).map { Array(p[($0 * 3)..<($0 * 3 + 3)]) })
    },
    row(.perplexity(from: .logits), logits, classes, "perplexity of logits") { p, _ in
      perplexity(shares(p))
    },
  ]
  static let rows = numberRows + classRows

  static func identity(_ features: Int) throws -> Network {
    let network = try Network(input: Layout("BC", [nil, features])) {
      FunctionLayer(isObservationWise: true) { $0 }
    }
    try network.cast(to: .float64)
    return network
  }

  @Test("equal plain code, whatever the mini-batches", arguments: rows)
  func values(row: Row) throws {
    let (outputs, targets) = (try row.outputs(), try row.targets())
    let expected = try row.plain(outputs.doubles(), targets.doubles())
    try #require(expected.isFinite)
    #expect(abs(try row.metric.value(of: outputs, targets) - expected) < 1e-9)
    let network = try Self.identity(outputs.shape[1])
    for batchSize in [1, 3, 7, 100] {
      let found = try evaluate(
        network, on: TrainingData(outputs, targets: targets), loss: .zero,
        TrainingOptions(batchSize: batchSize, metrics: [row.metric]))
      let value = try #require(found.metrics[row.metric.name])
      #expect(abs(value - expected) < 1e-9, "batches of \(batchSize)")
    }
  }

  @Test("are those of an epoch in training, too", arguments: rows)
  func training(row: Row) throws {
    let (outputs, targets) = (try row.outputs(), try row.targets())
    let data = try TrainingData(outputs, targets: targets)
    let network = try Network(input: Layout("BC", [nil, outputs.shape[1]])) {
      Shift()
    }
    try network.cast(to: .float64)
    let history = try train(
      network, on: data, loss: .zero,
      options: TrainingOptions(
        .sgd, epochs: 2, batchSize: 3, learnRate: 0, metrics: [row.metric], validation: data))
    let expected = try row.plain(outputs.doubles(), targets.doubles())
    for epoch in history.epochs {
      #expect(abs(try #require(epoch.trainingMetrics[row.metric.name]) - expected) < 1e-9)
      #expect(abs(try #require(epoch.validationMetrics[row.metric.name]) - expected) < 1e-9)
    }
  }

  @Test("go on in the middle of an epoch as if it had not stopped", arguments: rows)
  func resuming(row: Row) throws {
    let data = try TrainingData(row.outputs(), targets: row.targets())
    func run() throws -> TrainingRun {
      let network = try Network(input: Layout("BC", [nil, data.inputs[0].shape[1]])) { Shift() }
      try network.cast(to: .float64)
      return try TrainingRun(
        network, on: data, loss: .zero,
        options: TrainingOptions(
          .sgd, epochs: 1, batchSize: 2, learnRate: 0, metrics: [row.metric]))
    }
    let whole = try run()
    while try whole.step() != nil {}
    let first = try run()
    for _ in 0..<2 { _ = try first.step() }
    let stored = try TrainingState(first.state.stored)
    let second = try run()
    try second.resume(from: stored)
    while try second.step() != nil {}
    let name = row.metric.name
    #expect(
      second.history.epochs[0].trainingMetrics[name]
        == whole.history.epochs[0].trainingMetrics[name])
  }

  @Test("count the steps of sequences, and not their padding", arguments: numberRows)
  func sequences(row: Row) throws {
    let lengths = [3, 1, 3]
    let (outputs, targets) = (try row.outputs(), try row.targets())
    let starts = [0, 3, 4]
    func cut(_ x: Tensor) throws -> [Tensor] {
      try zip(starts, lengths).map { try x[$0..<($0 + $1)] }
    }
    let data = try TrainingData(sequences: cut(outputs), targetSequences: cut(targets))
    let network = try Network(input: Layout("BTC", [nil, nil, 3])) {
      FunctionLayer(isObservationWise: true) { try $0 + 0 }
    }
    try network.cast(to: .float64)
    let expected = try row.plain(outputs.doubles(), targets.doubles())
    for batchSize in [1, 2, 3] {
      let found = try evaluate(
        network, on: data, loss: .zero,
        TrainingOptions(batchSize: batchSize, metrics: [row.metric]))
      #expect(abs(try #require(found.metrics[row.metric.name]) - expected) < 1e-9)
    }
  }

  @Test("are NaN without observations", arguments: rows)
  func empty(row: Row) throws {
    let (outputs, targets) = (try row.outputs()[0..<0], try row.targets()[0..<0])
    #expect(try row.metric.value(of: outputs, targets).isNaN)
    let found = try evaluate(
      Self.identity(outputs.shape[1]), on: TrainingData(outputs, targets: targets), loss: .zero,
      TrainingOptions(metrics: [row.metric]))
    #expect(found.loss.isNaN && found.metrics[row.metric.name]?.isNaN == true)
  }

  @Test("refuse outputs and targets that do not fit, in words", arguments: rows)
  func refusals(row: Row) throws {
    let outputs = try row.outputs()
    let strange = try [
      Tensor.zeros([6, 3], .float64), .zeros([], .float64), .full([7], 9, .float64),
      .full([7, 3], .nan, .float64), Tensor([0, 1]), .deferred,
    ]
    for target in strange {
      do {
        _ = try row.metric.value(of: outputs, target)
      } catch let error as TensorError {
        #expect(!error.remedy.isEmpty && "\(error)".utf8.count < 500)
      }
      do {
        _ = try row.metric.value(of: target, row.targets())
      } catch let error as TensorError {
        #expect(!error.remedy.isEmpty && "\(error)".utf8.count < 500)
      }
    }
    #expect(message { try row.metric.measure([], []) }.contains("there is no output or target"))
  }
}

/// One learnable that changes nothing, being 0.
private struct Shift: CustomLayer {
  @Learnable var shift: Tensor = .deferred

  func initialize(for x: Tensor, in context: Context) throws {
    shift = try .zeros([1], x.scalarType)
  }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x + shift }
}

extension Loss {
  fileprivate static let zero = Loss("zero") { outputs, _ in try outputs[0].sum() * 0 }
}

@Suite("Scores of classes")
struct ClassScoreTests {
  @Test("say what they are where a class is missing, or nothing is predicted")
  func missing() throws {
    // Class 2 neither occurs nor is predicted, class 1 is never predicted.
    let outputs = try Tensor([1.0, 0, 0, 1, 0, 0], shape: [2, 3])
    let targets = Tensor([0, 1])
    #expect(try Metric.precision().value(of: outputs, targets) == 0.25)
    #expect(try Metric.recall().value(of: outputs, targets) == 0.5)
    #expect(try Metric.iou(.class(1)).value(of: outputs, targets) == 0)
    #expect(try Metric.fScore(.class(2)).value(of: outputs, targets).isNaN)
    #expect(try Metric.auc.value(of: Tensor([0.1, 0.9]), Tensor([1, 1])).isNaN)
    #expect(try Metric.auc.value(of: Tensor([0.1, .nan]), Tensor([1, 0])).isNaN)
    #expect(try Metric.auc.value(of: Tensor([0.5, 0.5]), Tensor([1, 0])) == 0.5)
    let zeros = Tensor([0.0, 0])
    #expect(try Metric.mape.value(of: Tensor([1.0, 2]), zeros).isNaN)
    #expect(try Metric.mape.value(of: Tensor([1.0, 3]), Tensor([0.0, 2])) == 0.5)
    #expect(try Metric.rSquared.value(of: Tensor([1.0, 2]), zeros).isNaN)
    #expect(try Metric.rmse.value(of: Tensor([1.0, .nan]), zeros).isNaN)
  }

  @Test("count a prediction that is NaN as wrong")
  func undefined() throws {
    let outputs = try Tensor([1.0, 0, .nan, 0, 0, 1], shape: [3, 2])
    let targets = Tensor([0, 0, 1])
    #expect(abs(try Metric.accuracy.value(of: outputs, targets) - 2 / 3) < 1e-12)
    #expect(abs(try Metric.topAccuracy(2).value(of: outputs, targets) - 2 / 3) < 1e-12)
    #expect(try Metric.recall(.class(0)).value(of: outputs, targets) == 0.5)
    #expect(try Metric.precision(.class(0)).value(of: outputs, targets) == 1)
  }

  @Test("refuse classes that are none")
  func refusals() throws {
    let outputs = try Tensor([1.0, 0, 0, 1, 0, 0], shape: [2, 3])
    let targets = Tensor([0, 1])
    #expect(
      message { try Metric.precision(.positive).value(of: outputs, targets) }
        == "precision: there are 3 classes, and none of them is the positive one. "
        + "Take .macro, .weighted, .micro or .class(number).")
    for number in [-1, 3, .max, .min] {
      #expect(
        message { try Metric.iou(.class(number)).value(of: outputs, targets) }
          == "iou: there is no class \(number) among 3. Give one of 0...2.")
      #expect(
        message { try Metric.auc(of: number).value(of: outputs, targets) }
          .hasPrefix("auc: there is no class \(number)"))
    }
    for k in [0, -1, 4, .max, .min] {
      #expect(
        message { try Metric.topAccuracy(k).value(of: outputs, targets) }
          .contains("have no \(k) largest"))
    }
    #expect(
      message { try Metric.auc.value(of: Tensor([3.0, -2]), targets) }.contains("(from: .logits)"))
  }

  @Test("take pixels of images")
  func pixels() throws {
    let outputs = try softmax(numbers([2, 3, 4, 3], .float64))
    let targets = try outputs.argmax()
    #expect(try Metric.iou().value(of: outputs, targets) == 1)
    let mask = try (outputs[0..<1] .> 0.3).cast(to: .uint8)
    #expect(try Metric.iou().value(of: mask.cast(to: .float64).reshaped(to: [36, 1]), mask) == 1)
  }

  @Test("of a metric of one's own may collect anything, and its numbers are looked at")
  func own() throws {
    let bias = Metric("bias", collecting: .sums(2)) { outputs, targets in
      [try (outputs[0] - targets[0]).sum().item(), Double(outputs[0].count)]
    } finish: {
      $0[0] / $0[1]
    }
    #expect(try bias.value(of: Tensor([1.0, 2]), Tensor([0.0, 1])) == 1)
    let largest = Metric(
      "largest",
      collecting: Metric.Collection {
        $0 == 1
      } combine: {
        $0[0] = max($0[0], $1[0])
      }
    ) { outputs, _ in
      [try outputs[0].max().item()]
    } finish: {
      $0[0]
    }
    let x = try Tensor([3.0, 9, 1, 4, 2], shape: [5, 1])
    let found = try evaluate(
      WholeDataMetricTests.identity(1), on: TrainingData(x, targets: x), loss: .zero,
      TrainingOptions(batchSize: 2, metrics: [largest, bias, bias.named("other")]))
    #expect(found.metrics == ["largest": 9, "bias": 0, "other": 0])
    let short = Metric("short", collecting: .sums(2)) { _, _ in
      [1]
    } finish: {
      $0[1]
    }
    #expect(
      message { try short.value(of: x, x) }
        == "short: the metric gave 1 number for a batch. "
        + "Give as many as its collection says, and as for the batches before.")
  }
}

@Suite("Confusion matrices")
struct ConfusionMatrixTests {
  private let outputs: Tensor
  private let targets = Tensor([0, 0, 1, 2, 2, 2])

  init() throws {
    outputs = try Tensor(
      [9.0, 0, 0, 0, 9, 0, 0, 9, 0, 0, 0, 9, 9, 0, 0, .nan, 0, 0], shape: [6, 3])
  }

  @Test("print as a table of targets, predictions, recall and precision")
  func printing() throws {
    let matrix = try ConfusionMatrix(outputs, targets, names: ["cat", "dog", "a long long name"])
    let lines = [
      "target          cat    dog  a long long…  none  recall",
      "cat               1      1             0     0   0.500",
      "dog               0      1             0     0   1.000",
      "a long long…      1      0             1     1   0.333",
      "precision     0.500  0.500         1.000",
      "accuracy 0.500 of 6",
    ]
    #expect(matrix.description == lines.joined(separator: "\n"))
    #expect(matrix.counts == [[1, 1, 0], [0, 1, 0], [1, 0, 1]])
    #expect(matrix.undefined == [0, 0, 1])
    #expect(
      matrix.mistakes.map { [$0.target, $0.predicted, $0.count] } == [[0, 1, 1], [2, 0, 1]])
  }

  @Test("of many classes print the most frequent mistakes")
  func many() throws {
    var matrix = try ConfusionMatrix(classes: 40)
    let x = try oneHot(Tensor([3, 3, 5]), classes: 40)
    try matrix.add(x, Tensor([4, 4, 5]))
    #expect(matrix.description == "40 classes, accuracy 0.333 of 3\n4 taken for 3: 2")
    #expect(try ConfusionMatrix(classes: 2).description.contains("accuracy - of 0"))
  }

  @Test("of a network are the same by batches of any size", arguments: [1, 3, 6, 100])
  func batches(batchSize: Int) throws {
    let found = try ConfusionMatrix(
      of: WholeDataMetricTests.identity(3), on: TrainingData(outputs, targets: targets),
      batchSize: batchSize)
    #expect(try found == ConfusionMatrix(outputs, targets))
    #expect(found.accuracy == 0.5 && found.recall(.micro) == 0.5)
  }

  @Test("refuse what makes no sense")
  func refusals() throws {
    for count in [0, 1, -1, 1 << 40, .max, .min] {
      #expect(message { try ConfusionMatrix(classes: count) }.contains("Give 2 to 4096 classes"))
    }
    #expect(
      message { try ConfusionMatrix(classes: 2, names: ["a"]) }
        == "ConfusionMatrix: there are 2 classes, and 1 name. "
        + "Give 2 to 4096 classes, and a name for each.")
    var matrix = try ConfusionMatrix(classes: 2)
    #expect(message { try matrix.add(outputs, targets) }.contains("outputs have 3 classes"))
    let empty = try TrainingData(outputs[0..<0], targets: targets[0..<0])
    #expect(
      message { try ConfusionMatrix(of: WholeDataMetricTests.identity(3), on: empty) }
        .contains("there is no observation"))
    #expect(matrix.precision(.class(7)).isNaN && matrix.iou().isNaN && matrix.accuracy.isNaN)
  }
}
