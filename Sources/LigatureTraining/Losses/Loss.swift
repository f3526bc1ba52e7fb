import LigatureTensors

/// What training makes small: a number made of a network's outputs and the targets.
public struct Loss: Sendable {
  /// A function of outputs and targets, each in the order of the network's outputs.
  public typealias Function = @Sendable (_ outputs: [Tensor], _ targets: [Tensor]) throws -> Tensor

  let name: String
  let function: Function

  /// A loss of your own. It must return a single number, averaged over observations.
  public init(_ name: String = "loss", _ function: @escaping Function) {
    self.name = name
    self.function = function
  }

  /// A loss of one output and one target, summed over outputs where a network has several.
  private init(
    each name: String, _ function: @escaping @Sendable (Tensor, Tensor) throws -> Tensor
  ) {
    self.init(name) { outputs, targets in
      guard outputs.count == targets.count, let output = outputs.first else {
        throw TensorError(
          name, "found \(counted(outputs.count, "output")) and \(counted(targets.count, "target"))",
          remedy: "Give one target for each output of the network")
      }
      return try zip(outputs, targets).dropFirst().reduce(function(output, targets[0])) {
        try $0 + function($1.0, $1.1)
      }
    }
  }

  /// For outputs in 0...1, each a probability of its own.
  public static let binaryCrossEntropy = Loss(each: "binaryCrossEntropy") {
    try LigatureTensors.binaryCrossEntropy($0, $1)
  }
  /// For probabilities of classes along the last axis; targets are probabilities or class numbers.
  public static let crossEntropy = Loss(each: "crossEntropy") {
    try LigatureTensors.crossEntropy($0, $1)
  }
  /// What a network puts out where a loss is one of probabilities.
  public enum Predictions: Sendable, Equatable {
    /// Numbers in 0...1, those of a sigmoid or softmax.
    case probabilities
    /// What a sigmoid or softmax would be applied to; the loss does, exactly for any size.
    case logits
  }
  /// The same for probabilities, or for logits: `.binaryCrossEntropy(from: .logits)`.
  public static func binaryCrossEntropy(from predictions: Predictions) -> Loss {
    guard predictions == .logits else { return binaryCrossEntropy }
    return Loss(each: "binaryCrossEntropy") {
      try LigatureTensors.binaryCrossEntropy(logits: $0, $1)
    }
  }
  /// The same for probabilities, or for logits: `.crossEntropy(from: .logits)`.
  public static func crossEntropy(from predictions: Predictions) -> Loss {
    guard predictions == .logits else { return crossEntropy }
    return Loss(each: "crossEntropy") { try LigatureTensors.crossEntropy(logits: $0, $1) }
  }
  /// The mean squared error.
  public static let meanSquaredError = Loss(each: "meanSquaredError") {
    try LigatureTensors.meanSquaredError($0, $1)
  }
  /// The mean absolute error.
  public static let meanAbsoluteError = Loss(each: "meanAbsoluteError") {
    try LigatureTensors.meanAbsoluteError($0, $1)
  }
  /// Quadratic for small errors, linear for those beyond `threshold`.
  public static func huber(threshold: Double = 1) -> Loss {
    Loss(each: "huber") { try LigatureTensors.huber($0, $1, threshold: threshold) }
  }
  /// A closure of outputs and targets.
  public static func custom(_ name: String = "loss", _ function: @escaping Function) -> Loss {
    Loss(name, function)
  }
}
