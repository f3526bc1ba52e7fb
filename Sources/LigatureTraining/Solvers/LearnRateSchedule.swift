import Foundation

/// The learn rate as a function of how far training has come.
public enum LearnRateSchedule: Sendable, Equatable {
  /// Always the initial rate.
  case constant
  /// From the initial rate down to `final` along half a cosine (Loshchilov and Hutter 2017), after rising
  /// linearly from 0 during the first `warmup` share of the iterations.
  case cosine(final: Double = 0, warmup: Double = 0)
  /// The initial rate times `factor` after every `every` epochs.
  case piecewise(factor: Double, every: Int)

  /// The rate of an iteration, counted from 0, of `total`, in an epoch counted from 0.
  func rate(_ initial: Double, iteration: Int, of total: Int, epoch: Int) -> Double {
    switch self {
    case .constant: return initial
    case .piecewise(let factor, let every):
      return initial * Foundation.pow(factor, Double(epoch / max(1, every)))
    case .cosine(let final, let warmup):
      let warm = warmup * Double(total)
      if Double(iteration) < warm { return initial * Double(iteration + 1) / (warm + 1) }
      let way = (Double(iteration) - warm) / max(1, Double(total) - warm)
      return final + (initial - final) * 0.5 * (1 + Foundation.cos(.pi * way))
    }
  }
}
