import LigatureNetworks
import LigatureTensors

/// The derivative of all outputs along one direction of one variable, by central differences in
/// double, and how far it is to be believed.
///
/// The error of (f(x+h) - f(x-h)) / 2h is about h²|f‴|/6 + ε|f|/h. With h = 1e-5 both are below
/// 1e-9 of what smooth layers return, far within the tolerance of 1e-6.
struct DirectionalDerivative {
  static let step = 1e-5

  /// Rounding errors in a result, in ulps: normalisations of a few observations, one after another,
  /// lose two digits by cancellation. What that hides is below 3e-9 of the outputs.
  private static let roundings = 128.0

  /// Slopes below this are taken for rounding errors.
  private static let floor = 1e-12

  let subject: CheckSubject
  let variable: Variable
  let inputs: [Tensor]
  let phase: Phase
  /// Of the variable's shape; a unit vector, or a random one of length 1.
  let direction: Tensor
  /// The outputs where the derivative is taken, as numbers.
  let outputs: [[Double]]

  /// Weights of outputs, as a pass is given them and as numbers, to be used many times.
  struct Weighting {
    let tensors: [Tensor?]
    let numbers: [[Double]?]

    init(_ tensors: [Tensor?]) throws {
      self.tensors = tensors
      numbers = try tensors.map { try $0?.doubles() }
    }
  }

  /// Σ weights · outputs, with the sum of the absolute terms, which rounding errors are
  /// proportional to.
  private func total(_ outputs: [[Double]], _ weights: Weighting) -> (sum: Double, size: Double) {
    var result = (sum: 0.0, size: 0.0)
    for (output, weights) in zip(outputs, weights.numbers) {
      guard let weights else { continue }
      // Most weights are zero when elements are looked at one by one, and 0 · ∞ would be no number.
      for (value, weight) in zip(output, weights) where weight != 0 {
        result.sum += value * weight
        result.size += Swift.abs(value * weight)
      }
    }
    return result
  }

  private func moved(by distance: Double) throws -> [[Double]] {
    let value = variable.value(inputs)
    return try variable.with(value + direction * distance, inputs) {
      try subject.outputs($0, phase).map { try $0.doubles() }
    }
  }

  /// Outputs a step ahead and behind.
  struct Pair {
    let ahead: [[Double]]
    let behind: [[Double]]
    let step: Double
  }

  func pair(_ step: Double = DirectionalDerivative.step) throws -> Pair {
    Pair(ahead: try moved(by: step), behind: try moved(by: -step), step: step)
  }

  /// What a comparison says.
  enum Verdict: Equatable {
    case agrees
    case differs(numeric: Double)
    /// The layer is not smooth here, so nothing can be said.
    case kink
  }

  /// Compares a directional derivative found by differentiation with the difference quotient for
  /// the same weights.
  func compare(
    _ automatic: Double, _ weights: Weighting, _ pair: Pair, tolerance: Double
  ) throws -> Verdict {
    let numeric = slope(pair, weights)
    let error = Swift.abs(automatic - numeric.central)
    // Where terms of ordinary size cancel, what is left of a gradient is their rounding.
    let allowed = Swift.max(
      tolerance * Swift.max(Swift.abs(automatic), Swift.abs(numeric.central)), Self.floor)
    if error <= allowed + numeric.rounding { return .agrees }
    // Where outputs are no numbers there is nothing to compare with: the finding of another check.
    guard numeric.central.isFinite else { return .kink }
    guard automatic.isFinite else { return .differs(numeric: numeric.central) }
    // A step a quarter as long must find the same slope, or there is a kink within the step.
    let shorter = try slope(self.pair(pair.step / 4), weights)
    // Strong curvature moves it too, by an error in h² that the two steps together take away
    // (Richardson).
    let change = shorter.central - numeric.central
    if Swift.abs(automatic - shorter.central - change / 15) <= allowed + shorter.rounding {
      return .agrees
    }
    if Swift.abs(change) > 0.05 * error { return .kink }
    // The difference of the slopes to either side shrinks with the step, unless the point lies on a
    // kink.
    let isSharp =
      shorter.bend > error && shorter.bend > 4 * shorter.rounding
      && numeric.bend < 2 * shorter.bend
    return isSharp ? .kink : .differs(numeric: numeric.central)
  }

  private func slope(
    _ pair: Pair, _ weights: Weighting
  ) -> (central: Double, bend: Double, rounding: Double) {
    let ahead = total(pair.ahead, weights)
    let behind = total(pair.behind, weights)
    let here = total(outputs, weights)
    return (
      (ahead.sum - behind.sum) / (2 * pair.step),
      Swift.abs(ahead.sum - 2 * here.sum + behind.sum) / pair.step,
      Self.roundings * Double.ulpOfOne * Swift.max(ahead.size, behind.size, 1e-30) / pair.step
    )
  }
}
