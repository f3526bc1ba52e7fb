import LigatureTensors

/// What training makes small: a number made of a network's outputs and the targets.
public struct Loss: Sendable {
  /// A function of outputs and targets, each in the order of the network's outputs.
  public typealias Function = @Sendable (_ outputs: [Tensor], _ targets: [Tensor]) throws -> Tensor

  /// What a network puts out where a loss is one of probabilities.
  public enum Predictions: Sendable, Equatable {
    /// Numbers in 0...1, those of a sigmoid or softmax.
    case probabilities
    /// What a sigmoid or softmax would be applied to; the loss does, exactly for any size.
    case logits
  }

  let name: String
  let function: Function
  /// What the loss is the mean over, where that is not the number of observations.
  var amount: @Sendable (_ outputs: [Tensor], _ targets: [Tensor]) throws -> Double? = { _, _ in nil
  }
  /// Numbers whose squares add up to the loss, where it is a sum of squares.
  var residuals: (@Sendable (_ outputs: [Tensor], _ targets: [Tensor]) throws -> [Tensor])?
  /// The loss whose targets are followed by weights; nil for one that takes none.
  private let weighing: (@Sendable () -> Loss)?

  /// A loss of your own. It must return a single number, averaged over observations.
  public init(_ name: String = "loss", _ function: @escaping Function) {
    self.name = name
    self.function = function
    weighing = nil
  }

  private init(
    _ name: String, _ function: @escaping Function, weighing: @escaping @Sendable () -> Loss
  ) {
    self.name = name
    self.function = function
    self.weighing = weighing
  }

  /// A closure of outputs and targets.
  public static func custom(_ name: String = "loss", _ function: @escaping Function) -> Loss {
    Loss(name, function)
  }

  /// The same loss with weights: of data whose targets are followed by a tensor of weights for each
  /// of them, `TrainingData(inputs: [x], targets: [t, weights])`.
  ///
  /// The loss is Σ w l / Σ w. Weights are 0 or more, one for each element of the loss, or one for
  /// each observation `[batch]` or step `[batch, time]`; what has weight 0 does not count, even
  /// where it is NaN. Of a triplet loss, which has no targets, they are the only ones. A loss of
  /// your own weighs in its closure, and throws here when it is used.
  public var weighted: Loss {
    guard let weighing else {
      return Loss(name) { [name] _, _ in
        throw TensorError(
          name, "this loss takes no weights",
          remedy: "Weigh within its closure, with the weights among the targets")
      }
    }
    return weighing()
  }
}

// How built-in losses are made.
extension Loss {
  /// A loss of one output and one target, summed over outputs where a network has several;
  /// `amount` is what it is a mean over, where that is neither observations nor weights.
  static func each(
    _ name: String,
    amount: (@Sendable (_ t: Tensor, _ weights: Tensor?) throws -> Double)? = nil,
    residuals: (
      @Sendable (_ x: Tensor, _ t: Tensor, _ weights: Tensor?) throws -> Tensor
    )? = nil,
    _ function: @escaping @Sendable (_ x: Tensor, _ t: Tensor, _ weights: Tensor?) throws -> Tensor
  ) -> Loss {
    let plain: Function = { outputs, targets in
      guard outputs.count == targets.count else {
        throw mismatch(name, outputs, targets, "one target for each output of the network")
      }
      return try sum(name, outputs.indices.map { try function(outputs[$0], targets[$0], nil) })
    }
    let weighted: Function = { outputs, targets in
      guard 2 * outputs.count == targets.count else {
        throw mismatch(
          name, outputs, targets,
          "one target for each output of the network, and behind them weights for each")
      }
      return try sum(
        name,
        outputs.indices.map { try function(outputs[$0], targets[$0], targets[outputs.count + $0]) })
    }
    var loss = Loss(name, plain) {
      var loss = Loss(name, weighted)
      loss.amount = totalWeight
      if let residuals {
        loss.residuals = { outputs, targets in
          try outputs.indices.map {
            try residuals(outputs[$0], targets[$0], targets[outputs.count + $0])
          }
        }
      }
      if let amount {
        loss.amount = { _, targets in
          targets.count == 2 ? try amount(targets[0], targets[1]) : nil
        }
      }
      return loss
    }
    if let amount {
      loss.amount = { _, targets in targets.count == 1 ? try amount(targets[0], nil) : nil }
    }
    if let residuals {
      loss.residuals = { outputs, targets in
        try outputs.indices.map { try residuals(outputs[$0], targets[$0], nil) }
      }
    }
    return loss
  }

  /// A loss of all outputs and targets at once, of which there are to be so many.
  static func whole(
    _ name: String, outputs outputCount: Int, targets targetCount: Int, _ what: String,
    _ function:
      @escaping @Sendable (_ x: [Tensor], _ t: [Tensor], _ weights: Tensor?) throws ->
      Tensor
  ) -> Loss {
    let plain: Function = { outputs, targets in
      guard outputs.count == outputCount, targets.count == targetCount else {
        throw mismatch(name, outputs, targets, what)
      }
      return try function(outputs, targets, nil)
    }
    let weighted: Function = { outputs, targets in
      guard outputs.count == outputCount, targets.count == targetCount + 1 else {
        throw mismatch(name, outputs, targets, what + ", and weights behind them")
      }
      return try function(outputs, targets, targets[targetCount])
    }
    return Loss(name, plain) {
      var loss = Loss(name, weighted)
      loss.amount = totalWeight
      return loss
    }
  }

  /// The weights of one target, where all weigh alike over its elements.
  private static let totalWeight: @Sendable ([Tensor], [Tensor]) throws -> Double? = { _, targets in
    guard targets.count <= 2, let weights = targets.last, weights.count > 0 else { return nil }
    return try weights.doubles().reduce(0, +) / Double(weights.count)
      * Double(weights.shape.first ?? 1)
  }

  private static func sum(_ name: String, _ losses: [Tensor]) throws -> Tensor {
    guard let first = losses.first else {
      throw TensorError(
        name, "found 0 outputs and 0 targets",
        remedy: "Give one target for each output of the network")
    }
    return try losses.dropFirst().reduce(first) { try $0 + $1 }
  }

  private static func mismatch(
    _ name: String, _ outputs: [Tensor], _ targets: [Tensor], _ wanted: String
  ) -> TensorError {
    TensorError(
      name, "found \(counted(outputs.count, "output")) and \(counted(targets.count, "target"))",
      remedy: "Give \(wanted)")
  }
}
