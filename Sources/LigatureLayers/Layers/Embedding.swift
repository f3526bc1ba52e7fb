import LigatureNetworks
import LigatureTensors

/// A learned vector for each of a number of classes, such as words: class numbers `[batch]`,
/// `[batch, time]` or `[batch, ..., 1]` become `[batch, ..., dimension]`.
///
/// Class numbers count from 0, and may have any scalar type that holds them: float32 does up to
/// 2^24. A last axis of size 1 is the one channel of sequences and images of class numbers, which
/// goes. Sequences `[batch, time]` keep their lengths where the network's input is declared `BT`.
/// O(count of the result).
///
/// Its weights can serve as those of the layer that gives scores to the classes again (Press and
/// Wolf 2017): `tie("out/weights", to: "embedding/weights", transform: .transpose)`.
public struct Embedding: CustomLayer, Codable, CustomStringConvertible {
  /// `[vocabularySize, dimension]`: a row for each class.
  @Learnable public var weights: Tensor = .deferred
  /// The number of classes.
  public let vocabularySize: Int
  /// The size of the vectors.
  public let dimension: Int
  /// The class that stands for nothing: its vector is 0, and its row begins as 0 and gets no
  /// gradient from here.
  public let paddingIndex: Int?
  private let initializer: Initializer

  /// A layer whose vectors are drawn from a standard normal distribution unless `initializer` says
  /// otherwise.
  public init(
    _ vocabularySize: Int, dimension: Int, paddingIndex: Int? = nil,
    initializer: Initializer = .normal(standardDeviation: 1)
  ) {
    self.vocabularySize = vocabularySize
    self.dimension = dimension
    self.paddingIndex = paddingIndex
    self.initializer = initializer
  }

  /// A layer with given vectors `[vocabularySize, dimension]`. That of the padding counts as 0.
  public init(weights: Tensor, paddingIndex: Int? = nil) {
    let shape = weights.shape
    self.init(
      shape.first ?? 0, dimension: shape.count == 2 ? shape[1] : 0, paddingIndex: paddingIndex)
    _weights = Learnable(wrappedValue: weights)
  }

  public func initialize(for x: Tensor, in context: Context) throws {
    guard vocabularySize > 0, dimension > 0 else {
      throw LayerError(
        .setting, context.path, "has \(vocabularySize) vectors of size \(dimension)",
        remedy: "Give sizes of at least 1")
    }
    if let paddingIndex, !(0..<vocabularySize).contains(paddingIndex) {
      throw LayerError(
        .setting, context.path,
        "has the padding index \(paddingIndex), and \(vocabularySize) classes",
        remedy: "Give one of 0...\(vocabularySize - 1)")
    }
    let drawn = try initializer([vocabularySize, dimension], in: context)
    guard let paddingIndex else { return weights = drawn }
    let isPadding = try Tensor.range(0..<vocabularySize).expandingAxis(-1) .== Double(paddingIndex)
    weights = try drawn.maskedFill(isPadding.cast(to: drawn.scalarType), 0)
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let weights = weights
    guard weights.isDeferred || weights.shape == [vocabularySize, dimension] else {
      throw LayerError(
        .shape, context.path,
        "has weights \(weights.shape), and \(vocabularySize) vectors of size \(dimension)",
        remedy: "Give weights [\(vocabularySize), \(dimension)], or make the layer for theirs")
    }
    return try embedding(
      ClassNumbers.withoutChannel(x, in: context), vectors: weights, paddingIndex: paddingIndex)
  }

  public func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] {
    ClassNumbers.outputLayouts(shapes, for: inputs)
  }

  public var defaultName: String { "embedding" }
  public var description: String {
    let padding = paddingIndex.map { ", padding: \($0)" } ?? ""
    return "Embedding(\(vocabularySize), \(dimension)\(padding))"
  }
  public var isObservationWise: Bool { true }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_weights.slot) }
}

/// 1 in the place that each class number names, else 0: class numbers `[batch]`, `[batch, time]` or
/// `[batch, ..., 1]` become `[batch, ..., classes]`. What ``Embedding`` says of class numbers holds
/// here too. O(count of the result).
public struct OneHot: CustomLayer, Codable, CustomStringConvertible {
  /// The number of classes.
  public let classes: Int

  /// A layer for a number of classes.
  public init(_ classes: Int) { self.classes = classes }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    guard classes > 0 else {
      throw LayerError(
        .setting, context.path, "has \(classes) classes", remedy: "Give at least 1")
    }
    let numbers = try ClassNumbers.withoutChannel(x, in: context)
      .wholeNumbers(below: classes, "oneHot")
    let type = x.scalarType.isFloatingPoint ? x.scalarType : context.scalarType
    return try oneHot(numbers, classes: classes, type)
  }

  public func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] {
    ClassNumbers.outputLayouts(shapes, for: inputs)
  }

  public var defaultName: String { "oneHot" }
  public var description: String { "OneHot(\(classes))" }
  public var isObservationWise: Bool { true }
}

/// What layers of class numbers take and give.
private enum ClassNumbers {
  /// Class numbers without the axis of their one channel, if they have one.
  static func withoutChannel(_ x: Tensor, in context: Context) throws -> Tensor {
    guard x.rank > 2 || x.rank == 0 else { return x }
    guard x.shape.last == 1 else {
      throw LayerError(
        .shape, context.path,
        "takes class numbers [batch], [batch, time] or [batch, ..., 1], found shape \(x.shape)",
        remedy: "Give one channel of class numbers, or reshape it to two axes")
    }
    return try x.reshaped(to: Array(x.shape.dropLast()))
  }

  static func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] {
    shapes.map { shape in
      let between = max(0, shape.count - 2)
      let known = inputs.first?.labels.dropFirst().filter { "TS".contains($0) } ?? ""
      let labels =
        known.count == between
        ? known : between == 1 ? "T" : String(repeating: "S", count: between)
      return Layout("B" + labels + "C", shape)
    }
  }
}
