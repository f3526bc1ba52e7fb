/// How a solver searches for the length of a step along its direction.
///
/// With f the loss along the direction d, a length t is taken where f(t) ≤ f(0) + 10⁻⁴ t f'(0), and
/// the slope there is as the case says (Nocedal and Wright 2006, chapter 3).
public enum LineSearch: String, Sendable, Codable, CaseIterable {
  /// |f'(t)| ≤ 0.9 |f'(0)|: bracketing, then cubic interpolation.
  case strongWolfe
  /// f'(t) ≥ 0.9 f'(0): doubling and bisection (Lewis and Overton 2013).
  case weakWolfe
  /// Any slope: the length is halved until the loss is low enough.
  case backtracking

  private static let decrease = 1e-4
  private static let curvature = 0.9

  /// A length that was tried.
  struct Trial {
    var length: Double
    var loss: Double
    /// The derivative of the loss in the length.
    var slope: Double
    var spot: LossSurface.Spot?
  }

  /// The first length that will do, after at most so many trials; else the best that has lowered
  /// the loss enough; nil where none has.
  func search(
    from start: (loss: Double, slope: Double), first: Double, trials: Int,
    _ look: (Double) throws -> Trial
  ) throws -> Trial? {
    var left = trials
    func next(_ length: Double) throws -> Trial? {
      guard left > 0, length.isFinite else { return nil }
      left -= 1
      return try look(length)
    }
    let origin = Trial(length: 0, loss: start.loss, slope: start.slope)
    func isLow(_ trial: Trial) -> Bool {
      trial.loss <= start.loss + Self.decrease * trial.length * start.slope
    }
    switch self {
    case .backtracking:
      var length = first
      while let trial = try next(length) {
        if isLow(trial) { return trial }
        length /= 2
      }
      return nil
    case .weakWolfe:
      var (low, high) = (origin, Double.infinity)
      var length = first
      while let trial = try next(length) {
        if !isLow(trial) {
          high = trial.length
        } else if trial.slope < Self.curvature * start.slope {
          low = trial
        } else {
          return trial
        }
        length = high.isFinite ? (low.length + high) / 2 : 2 * low.length
      }
      return low.length > 0 ? low : nil
    case .strongWolfe:
      func isFlat(_ trial: Trial) -> Bool { abs(trial.slope) <= -Self.curvature * start.slope }
      var former = origin
      var length = first
      while let trial = try next(length) {
        if !isLow(trial) || (former.length > 0 && trial.loss >= former.loss) {
          return try narrowed(former, trial, isLow, isFlat, next)
        }
        if isFlat(trial) { return trial }
        if trial.slope >= 0 { return try narrowed(trial, former, isLow, isFlat, next) }
        length = Self.minimum(former, trial, within: 2 * trial.length...10 * trial.length)
        former = trial
      }
      return former.length > 0 ? former : nil
    }
  }

  /// Narrows an interval in which there is a length that will do: `low` has the lowest loss of all
  /// that are low enough.
  private func narrowed(
    _ low: Trial, _ high: Trial, _ isLow: (Trial) -> Bool, _ isFlat: (Trial) -> Bool,
    _ next: (Double) throws -> Trial?
  ) throws -> Trial? {
    var (low, high) = (low, high)
    while true {
      let (start, end) = (min(low.length, high.length), max(low.length, high.length))
      let margin = 0.1 * (end - start)
      guard margin > 0, end - start > 1e-12 * end,
        let trial = try next(Self.minimum(low, high, within: start + margin...end - margin))
      else { return low.length > 0 ? low : nil }
      if !isLow(trial) || trial.loss >= low.loss {
        high = trial
      } else {
        if isFlat(trial) { return trial }
        if trial.slope * (high.length - low.length) >= 0 { high = low }
        low = trial
      }
    }
  }

  /// Where the cubic through two trials has its minimum, kept within a range; its middle where that
  /// is unknown.
  private static func minimum(
    _ a: Trial, _ b: Trial, within range: ClosedRange<Double>
  ) -> Double {
    let middle = range.lowerBound + (range.upperBound - range.lowerBound) / 2
    guard a.loss.isFinite, b.loss.isFinite, a.slope.isFinite, b.slope.isFinite else {
      return middle
    }
    let first = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.length - b.length)
    let square = first * first - a.slope * b.slope
    guard square >= 0 else { return middle }
    let second = b.length > a.length ? square.squareRoot() : -square.squareRoot()
    let place =
      b.length
      - (b.length - a.length) * (b.slope + second - first)
      / (b.slope - a.slope + 2 * second)
    return place.isFinite ? min(max(place, range.lowerBound), range.upperBound) : middle
  }
}
