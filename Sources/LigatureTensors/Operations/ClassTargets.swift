/// What a loss of classes along the last axis is to find: a class number for each observation, or
/// a probability for each class.
enum ClassTargets {
  /// The numbers, in the order of observations.
  case numbers([Int64])
  case distributions(Tensor)

  /// The targets of predictions `[..., classes]`. Throws for those that do not fit.
  init(_ name: String, _ targets: Tensor, for predictions: Tensor) throws {
    try targets.require(name)
    let classes = predictions.shape.last ?? 1
    guard classes > 1 else {
      throw TensorError(
        name, "there is one class, in predictions of shape \(predictions.shape)",
        remedy: "Give an output for each of two classes or more, or take binaryCrossEntropy")
    }
    let observed = Array(predictions.shape.dropLast())
    if targets.scalarType.isFloatingPoint {
      guard targets.rank == predictions.rank, targets.shape.last == classes else {
        throw TensorError(
          name,
          "targets are \(targets.scalarType) \(targets.shape), predictions of shape "
            + "\(predictions.shape)",
          remedy: "Give class numbers as int64 of shape \(observed), by "
            + "targets.cast(to: .int64), or probabilities of the predictions' shape")
      }
      try requireEqual(name, predictions, targets)
      try Probabilities.requireDistributions(
        name, "targets", targets,
        remedy: "Give a probability for each class, or class numbers; where several classes may be "
          + "right at once, take binaryCrossEntropy")
      self = .distributions(targets)
      return
    }
    guard targets.shape == observed else {
      throw TensorError(
        name,
        "class numbers of shape \(targets.shape) do not fit predictions of shape "
          + "\(predictions.shape)",
        remedy: "Give one class number for each observation, or probabilities for each class")
    }
    let numbers = try targets.cast(to: .int64).scalars(as: Int64.self)
    if let bad = numbers.firstIndex(where: { $0 < 0 || $0 >= Int64(classes) }) {
      throw TensorError(
        name,
        "observation \(bad) has class number \(numbers[bad]), and predictions have "
          + counted(classes, "class", plural: "classes"),
        remedy: "Number classes from 0 to \(classes - 1), or give the network an output for each")
    }
    self = .numbers(numbers)
  }

  /// Of each observation, the element of its class among `[..., classes]`: `[...]`.
  static func chosen(_ elements: Tensor, _ numbers: [Int64]) throws -> Tensor {
    let classes = elements.shape[elements.rank - 1]
    // Entry [i, class of i] of the matrix is entry i · classes + class of the list.
    let places = numbers.enumerated().map { Int64($0 * classes) + $1 }
    return try elements.reshaped(to: [elements.count]).gathered(Tensor(places))
      .reshaped(to: Array(elements.shape.dropLast()))
  }
}

/// How the cross-entropy and its kin count classes.
struct ClassWeighing {
  let name: String
  var labelSmoothing = 0.0
  var classWeights: [Double]?
  var weights: Tensor?

  /// The mean of -Σ t s over observations, of scores s, which are logarithms of probabilities, or
  /// something like it. Throws for targets and settings that do not fit.
  func loss(_ scores: Tensor, _ targets: ClassTargets) throws -> Tensor {
    let classes = scores.shape[scores.rank - 1]
    try requireSetting(
      name, "labelSmoothing", labelSmoothing, labelSmoothing >= 0 && labelSmoothing <= 1,
      "a number in 0...1, such as 0.1")
    let factors = try classFactors(classes, scores.scalarType)
    let kept = 1 - labelSmoothing
    let spread = labelSmoothing / Double(classes)
    let weighed = try factors.map { try scores * $0 } ?? scores
    var losses: Tensor
    var amounts: Tensor?
    switch targets {
    case .numbers(let numbers):
      losses = try ClassTargets.chosen(weighed, numbers) * -kept
      if spread > 0 { losses = try losses - weighed.sum(-1) * spread }
      if let factors {
        amounts = try ClassTargets.chosen(factors.broadcast(to: scores.shape), numbers)
      }
    case .distributions(let shares):
      let smooth = spread > 0 ? try shares * kept + spread : shares
      losses = try -(weighed * smooth).sum(-1)
      if let factors { amounts = try (shares * factors).sum(-1) }
    }
    return try LossMean(name, weights).of(losses, amounts: amounts)
  }

  private func classFactors(_ classes: Int, _ type: ScalarType) throws -> Tensor? {
    guard let classWeights else { return nil }
    guard classWeights.count == classes,
      classWeights.allSatisfy({ $0 >= 0 && $0.isFinite }), classWeights.contains(where: { $0 > 0 })
    else {
      throw TensorError(
        name,
        "the class weights are \(classWeights.prefix(8)), for "
          + counted(classes, "class", plural: "classes"),
        remedy: "Give a finite number of 0 or more for each class, and not only zeros")
    }
    return try Tensor(classWeights).cast(to: type)
  }
}
