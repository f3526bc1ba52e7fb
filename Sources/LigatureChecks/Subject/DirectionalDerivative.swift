import LigatureLayers
import LigatureTensors

/// The derivative of all outputs along one direction of one variable, by central differences in double, and how far it is
/// to be believed.
///
/// The error of (f(x+h) - f(x-h)) / 2h is about h²|f‴|/6 + ε|f|/h. With h = 1e-5 both are below 1e-9 of what
/// smooth layers return, far within the tolerance of 1e-6.
struct DirectionalDerivative {
  static let step = 1e-5

  let subject: CheckSubject
  let variable: Variable
  let inputs: [Tensor]
  let phase: Phase
  /// Of the variable's shape; a unit vector, or a random one of length 1.
  let direction: Tensor
  /// The outputs where the derivative is taken.
  let outputs: [Tensor]

  /// Σ weights · outputs, with the sum of the absolute terms, which rounding errors are proportional to.
  private func total(_ outputs: [Tensor], _ weights: [Tensor?]) throws -> (
    sum: Double, size: Double
  ) {
    var result = (sum: 0.0, size: 0.0)
    for (output, weight) in zip(outputs, weights) {
      guard let weight else { continue }
      let terms = try output * weight
      result.sum += try terms.sum().item()
      result.size += try abs(terms).sum().item()
    }
    return result
  }

  private func moved(by distance: Double) throws -> [Tensor] {
    let value = variable.value(inputs)
    return try variable.with(value + direction * distance, inputs) {
      try subject.outputs($0, phase)
    }
  }

  /// Outputs a step ahead and behind.
  struct Pair {
    let ahead: [Tensor]
    let behind: [Tensor]
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

  /// Compares a directional derivative found by differentiation with the difference quotient for the same weights.
  func compare(
    _ automatic: Double, _ weights: [Tensor?], _ pair: Pair, tolerance: Double
  ) throws -> Verdict {
    let numeric = try slope(pair, weights)
    let error = Swift.abs(automatic - numeric.central)
    let allowed =
      tolerance * Swift.max(Swift.abs(automatic), Swift.abs(numeric.central))
      + numeric.rounding
    if error <= allowed { return .agrees }
    guard numeric.central.isFinite, automatic.isFinite else {
      return .differs(numeric: numeric.central)
    }
    // A step a quarter as long must find the same slope, or there is a kink within the step.
    let shorter = try slope(self.pair(pair.step / 4), weights)
    if Swift.abs(shorter.central - numeric.central) > Swift.max(0.05 * error, shorter.rounding * 4)
    {
      return .kink
    }
    // The difference of the slopes to either side shrinks with the step, unless the point lies on a kink.
    let isSharp =
      shorter.bend > error && shorter.bend > 4 * shorter.rounding
      && numeric.bend < 2 * shorter.bend
    return isSharp ? .kink : .differs(numeric: numeric.central)
  }

  private func slope(
    _ pair: Pair, _ weights: [Tensor?]
  ) throws -> (central: Double, bend: Double, rounding: Double) {
    let ahead = try total(pair.ahead, weights)
    let behind = try total(pair.behind, weights)
    let here = try total(outputs, weights)
    return (
      (ahead.sum - behind.sum) / (2 * pair.step),
      Swift.abs(ahead.sum - 2 * here.sum + behind.sum) / pair.step,
      32 * Double.ulpOfOne * Swift.max(ahead.size, behind.size, 1e-30) / pair.step
    )
  }
}
