import LigatureNetworks
import LigatureTensors

/// How often observations of each class were taken for each class. Printed, it is a table.
///
///     print(try ConfusionMatrix(of: network, on: test, names: ["cat", "dog", "owl"]))
public struct ConfusionMatrix: Sendable, Equatable {
  /// `counts[target][predicted]`.
  public private(set) var counts: [[Int]]
  /// Of each target, how many predictions were NaN, and so none.
  public private(set) var undefined: [Int]
  /// The classes, as they are printed: their numbers unless names are given.
  public let names: [String]

  /// A matrix without observations. Throws for fewer than two classes, and unless there is a name
  /// for each.
  public init(classes: Int, names: [String]? = nil) throws {
    guard (2...4096).contains(classes), (names?.count ?? classes) == classes else {
      throw TensorError(
        "ConfusionMatrix",
        "there are \(counted(classes, "class", plural: "classes"))"
          + (names.map { ", and \(counted($0.count, "name"))" } ?? ""),
        remedy: "Give 2 to 4096 classes, and a name for each")
    }
    counts = [[Int]](repeating: [Int](repeating: 0, count: classes), count: classes)
    undefined = [Int](repeating: 0, count: classes)
    self.names = names ?? (0..<classes).map(String.init)
  }

  /// The matrix of outputs and targets at hand, which are as for ``Metric/accuracy(from:)``.
  /// O(count). Throws what that throws.
  public init(
    _ outputs: Tensor, _ targets: Tensor, from predictions: Loss.Predictions = .probabilities,
    names: [String]? = nil
  ) throws {
    let classes = try Classes("ConfusionMatrix", outputs.detached, predictions)
    try self.init(classes: classes.count, names: names)
    try add(classes, targets)
  }

  /// The matrix of a network's first output on data, without learning from it, in batches. Throws
  /// what ``evaluate(_:on:loss:_:)`` throws.
  public init(
    of network: Network, on data: TrainingData,
    from predictions: Loss.Predictions = .probabilities, names: [String]? = nil,
    batchSize: Int = 128
  ) throws {
    var sum: ConfusionMatrix?
    try network.compareEachBatch(of: data, batchSize: batchSize) { outputs, targets, _ in
      let (output, target) = try Metric.firstPair("ConfusionMatrix", outputs, targets)
      guard sum != nil else {
        sum = try ConfusionMatrix(output, target, from: predictions, names: names)
        return
      }
      try sum?.add(output, target, from: predictions)
    }
    guard let sum else {
      throw TensorError(
        "ConfusionMatrix", "there is no observation", remedy: "Give data that is not empty")
    }
    self = sum
  }

  /// Adds more observations. Throws for those of another number of classes.
  public mutating func add(
    _ outputs: Tensor, _ targets: Tensor, from predictions: Loss.Predictions = .probabilities
  ) throws {
    try add(Classes("ConfusionMatrix", outputs.detached, predictions), targets)
  }

  private mutating func add(_ classes: Classes, _ targets: Tensor) throws {
    guard classes.count == counts.count else {
      throw TensorError(
        "ConfusionMatrix", "outputs have \(classes.count) classes, the matrix \(counts.count)",
        remedy: "Give outputs of the same classes")
    }
    for (predicted, wanted) in zip(classes.predicted, try classes.wanted(in: targets)) {
      if let predicted { counts[wanted][predicted] += 1 } else { undefined[wanted] += 1 }
    }
  }

  /// All observations.
  public var total: Int { undefined.reduce(counts.joined().reduce(0, +), +) }

  /// Observations that were taken for another class, the most frequent pairs first.
  public var mistakes: [(target: Int, predicted: Int, count: Int)] {
    counts.enumerated().flatMap { target, row in
      row.enumerated().filter { $0.element > 0 && $0.offset != target }
        .map { (target: target, predicted: $0.offset, count: $0.element) }
    }.sorted { ($1.count, $0.target, $0.predicted) < ($0.count, $1.target, $1.predicted) }
  }
}

// As a metric collects it: a row for each target, of the classes predicted, and of what is
// undefined.
extension ConfusionMatrix {
  /// How many classes so many cells are of; nil for a number that is none of a matrix.
  static func classes(of cells: Int) -> Int? {
    guard cells > 0 else { return nil }
    let classes = Int(Double(cells).squareRoot())
    return classes > 1 && classes * (classes + 1) == cells ? classes : nil
  }

  static func cells(of classes: Classes, _ wanted: [Int]) -> [Double] {
    let width = classes.count + 1
    var cells = [Double](repeating: 0, count: classes.count * width)
    for (predicted, target) in zip(classes.predicted, wanted) {
      cells[target * width + (predicted ?? classes.count)] += 1
    }
    return cells
  }

  /// Nil for what is no matrix of counts.
  init?(cells: [Double]) {
    guard let classes = Self.classes(of: cells.count) else { return nil }
    let whole = cells.compactMap { $0 >= 0 && $0 < 0x1p53 ? Int($0) : nil }
    guard whole.count == cells.count else { return nil }
    let width = classes + 1
    counts = (0..<classes).map { Array(whole[($0 * width)..<($0 * width + classes)]) }
    undefined = (0..<classes).map { whole[$0 * width + classes] }
    names = (0..<classes).map(String.init)
  }
}
