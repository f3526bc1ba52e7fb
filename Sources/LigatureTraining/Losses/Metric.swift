import LigatureTensors

/// A number that says how good a network is over all of a data set, whatever the mini-batches.
///
/// A metric turns each batch into numbers, collects those of all batches, and makes its value of
/// what was collected. So what is no mean over batches is right too, up to rounding:
///
///     let bias = Metric("bias", collecting: .sums(2)) { outputs, targets in
///       [try (outputs[0] - targets[0]).sum().item(), Double(outputs[0].count)]
///     } finish: { $0[0] / $0[1] }
///
/// Of sequences with a target for each step a metric is given the steps that count, `[steps, ...]`.
/// Where there is nothing to measure, its value is NaN.
public struct Metric: Sendable {
  /// What one batch adds to a quotient: a sum, and how much it is a sum of.
  public typealias Share = (sum: Double, weight: Double)
  /// What a metric measures of a batch: outputs and targets, each in the order of the network's.
  public typealias Measurement =
    @Sendable (_ outputs: [Tensor], _ targets: [Tensor]) throws ->
    [Double]

  /// How the numbers of batches are collected.
  public struct Collection: Sendable {
    let accepts: @Sendable (_ count: Int) -> Bool
    let combine: @Sendable (_ total: inout [Double], _ batch: [Double]) -> Void
    /// Whether all batches give as many numbers as the first.
    private var isUniform = false

    /// A way of your own. What is collected is what the first batch gave, changed by `combine` for
    /// each later one. A batch whose count of numbers is not accepted is an error, and so is a
    /// collection of such a count that comes from a file.
    public init(
      accepting accepts: @escaping @Sendable (_ count: Int) -> Bool,
      combine: @escaping @Sendable (_ total: inout [Double], _ batch: [Double]) -> Void
    ) {
      self.accepts = accepts
      self.combine = combine
    }

    /// So many numbers of each batch, each added to those of the others.
    public static func sums(_ count: Int) -> Collection { sums { $0 == count } }

    /// As many numbers of each batch as of the first, each added to those of the others.
    static func sums(accepting accepts: @escaping @Sendable (Int) -> Bool) -> Collection {
      var collection = Collection(accepting: accepts) {
        for (place, number) in $1.enumerated() { $0[place] += number }
      }
      collection.isUniform = true
      return collection
    }

    /// Whether numbers of a batch belong to those of the batches before.
    func fits(_ batch: [Double], behind total: [Double]) -> Bool {
      accepts(batch.count) && (!isUniform || total.isEmpty || total.count == batch.count)
    }

    /// So many numbers of each observation, all kept. O(observations) of memory.
    public static func list(of count: Int) -> Collection {
      Collection {
        count > 0 && $0 % count == 0
      } combine: {
        $0 += $1
      }
    }
  }

  /// The name in histories and progress lines.
  public let name: String
  let collection: Collection
  let measure: Measurement
  private let finish: @Sendable (_ collected: [Double]) -> Double

  /// A metric of what is measured of each batch and collected over all of them. `finish` is called
  /// with what was collected, not before there is something.
  public init(
    _ name: String, collecting collection: Collection, measure: @escaping Measurement,
    finish: @escaping @Sendable (_ collected: [Double]) -> Double
  ) {
    self.name = name
    self.collection = collection
    self.measure = measure
    self.finish = finish
  }

  /// A metric whose value is `finish` of the quotient of summed shares.
  public init(
    _ name: String, finish: @escaping @Sendable (Double) -> Double = { $0 },
    share: @escaping @Sendable (_ outputs: [Tensor], _ targets: [Tensor]) throws -> Share
  ) {
    self.init(name, collecting: .sums(2)) { outputs, targets in
      let share = try share(outputs, targets)
      return [share.sum, share.weight]
    } finish: {
      finish($0[1] > 0 ? $0[0] / $0[1] : .nan)
    }
  }

  /// The mean of a closure's values, one a batch, weighted by the batch's observations.
  public static func custom(
    _ name: String,
    _ value: @escaping @Sendable (_ outputs: [Tensor], _ targets: [Tensor]) throws -> Double
  ) -> Metric {
    Metric(name) { outputs, targets in
      let weight = Double(outputs.first?.shape.first ?? 1)
      return (try value(outputs, targets) * weight, weight)
    }
  }

  /// The same metric under another name, to tell two of a kind apart.
  public func named(_ name: String) -> Metric {
    Metric(name, collecting: collection, measure: measure, finish: finish)
  }

  /// The value for outputs and targets at hand. Throws what measuring throws.
  public func value(of outputs: Tensor, _ targets: Tensor) throws -> Double {
    var sums = MetricSums([self])
    sums.add(try sums.measured([outputs], [targets]))
    return sums.values[name] ?? .nan
  }

  /// The value of what was collected; NaN of nothing.
  func value(of collected: [Double]) -> Double {
    !collected.isEmpty && collection.accepts(collected.count) ? finish(collected) : .nan
  }

  /// The first output and the first target, as constants.
  static func firstPair(
    _ name: String, _ outputs: [Tensor], _ targets: [Tensor]
  ) throws -> (output: Tensor, target: Tensor) {
    guard let output = outputs.first, let target = targets.first else {
      throw TensorError(name, "there is no output or target", remedy: "Give at least one of each")
    }
    return (output.detached, target.detached)
  }
}

/// What metrics have collected over batches.
struct MetricSums: Sendable {
  private let metrics: [Metric]
  private var collected: [[Double]]

  init(_ metrics: [Metric]) {
    self.metrics = metrics
    collected = metrics.map { _ in [] }
  }

  /// What each metric measures of a batch. Throws what they throw, and for numbers that do not
  /// belong to those of the batches before.
  func measured(_ outputs: [Tensor], _ targets: [Tensor]) throws -> [[Double]] {
    try zip(metrics, collected).map { metric, before in
      let numbers = try metric.measure(outputs, targets)
      guard metric.collection.fits(numbers, behind: before) else {
        throw TensorError(
          metric.name, "the metric gave \(counted(numbers.count, "number")) for a batch",
          remedy: "Give as many as its collection says, and as for the batches before")
      }
      return numbers
    }
  }

  /// Adds what was measured of a batch.
  mutating func add(_ measured: [[Double]]) {
    for (place, numbers) in measured.enumerated() where !numbers.isEmpty {
      if collected[place].isEmpty {
        collected[place] = numbers
      } else {
        metrics[place].collection.combine(&collected[place], numbers)
      }
    }
  }

  /// What each metric collected, by its name.
  var named: [String: [Double]] {
    Dictionary(zip(metrics, collected).map { ($0.name, $1) }) { first, _ in first }
  }

  /// Takes back what ``named`` gave; false where it was of other metrics.
  mutating func restore(_ named: [String: [Double]]) -> Bool {
    let found = metrics.compactMap { named[$0.name] }
    guard found.count == metrics.count, named.count == metrics.count,
      zip(metrics, found).allSatisfy({ $1.isEmpty || $0.collection.accepts($1.count) })
    else { return false }
    collected = found
    return true
  }

  /// Names and values, in the order in which metrics were given.
  var ordered: [(name: String, value: Double)] {
    zip(metrics, collected).map { ($0.name, $0.value(of: $1)) }
  }

  var values: [String: Double] {
    Dictionary(zip(metrics, collected).map { ($0.name, $0.value(of: $1)) }) { first, _ in first }
  }
}
