import LigatureTensors

/// The classes that outputs predict.
struct Classes {
  /// The metric, in errors.
  private let name: String
  private let shape: [Int]
  /// How many classes there are, two or more.
  let count: Int
  /// Of each observation; nil for one that is undefined.
  let predicted: [Int?]

  /// Throws for one output that is no probability where it is to be one.
  init(_ name: String, _ output: Tensor, _ kind: Loss.Predictions) throws {
    self.name = name
    shape = output.shape
    let outputs = shape.count < 2 ? 1 : shape[shape.count - 1]
    guard outputs > 0 else {
      throw TensorError(
        name, "outputs of shape \(shape) have no class", remedy: "Give one output or more")
    }
    count = max(2, outputs)
    guard outputs > 1 else {
      predicted = try Self.sides(name, of: output.doubles(), kind)
      return
    }
    guard output.count > 0 else {
      predicted = []
      return
    }
    let largest = try output.max(-1).doubles()
    predicted = try zip(output.argmax().doubles(), largest).map { $1.isNaN ? nil : Int($0) }
  }

  /// The classes of single outputs.
  private static func sides(
    _ name: String, of values: [Double], _ kind: Loss.Predictions
  ) throws -> [Int?] {
    if kind == .probabilities, let bad = values.first(where: { $0 < 0 || $0 > 1 }) {
      throw TensorError(
        name, "one output for each observation is \(bad), and no probability in 0...1",
        remedy: "End the network in Sigmoid(), or take \(name)(from: .logits)")
    }
    let border = kind == .probabilities ? 0.5 : 0
    return values.map { $0.isNaN ? nil : $0 > border ? 1 : 0 }
  }

  /// The classes that targets name, one for each prediction. Throws for targets that are no classes
  /// of these outputs.
  func wanted(in targets: Tensor) throws -> [Int] {
    let wanted = try classes(in: targets)
    guard wanted.count == predicted.count else {
      throw TensorError(
        name,
        "found \(counted(predicted.count, "prediction")) and \(counted(wanted.count, "target"))",
        remedy: "Give one class for each observation")
    }
    return wanted
  }

  private func classes(in targets: Tensor) throws -> [Int] {
    let targets = try targets.detached.cast(to: .float64)
    let values = try targets.doubles()
    let isDense = shape.count > 1 && shape.last != 1 && targets.shape == shape
    guard isDense, !values.isEmpty else { return try values.enumerated().map(number) }
    for (row, start) in stride(from: 0, to: values.count, by: count).enumerated() {
      let probabilities = values[start..<start + count]
      let sum = probabilities.reduce(0, +)
      guard abs(sum - 1) < 1e-3, probabilities.allSatisfy({ $0 >= 0 }) else {
        throw TensorError(
          name,
          "targets \(probabilities.prefix(6).map { $0 }) of observation \(row) add up to \(sum), "
            + "and are no probabilities of one class",
          remedy:
            "Give class numbers or probabilities; where several classes may be right at once, "
            + "count them by a metric of your own")
      }
    }
    return try targets.argmax().doubles().map { Int($0) }
  }

  /// A class number that a tensor holds.
  private func number(_ observation: Int, _ value: Double) throws -> Int {
    guard let number = Int(exactly: value), (0..<count).contains(number) else {
      throw TensorError(
        name,
        "observation \(observation) has class number "
          + "\(Int(exactly: value).map(String.init) ?? "\(value)"), and there are "
          + counted(count, "class", plural: "classes"),
        remedy: "Number classes by whole numbers from 0 to \(count - 1), or give the network an "
          + "output for each")
    }
    return number
  }
}
