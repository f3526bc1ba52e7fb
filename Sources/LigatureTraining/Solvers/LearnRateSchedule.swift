import Foundation

/// The learn rate as a function of how far training has come.
public enum LearnRateSchedule: Sendable, Equatable {
  /// Always the initial rate.
  case constant
  /// From the initial rate down to `final` along a straight line, after rising linearly from 0
  /// during the first `warmup` share of the iterations.
  case linear(final: Double = 0, warmup: Double = 0)
  /// The same along half a cosine (Loshchilov and Hutter 2017).
  case cosine(final: Double = 0, warmup: Double = 0)
  /// The initial rate times `factor` after every `every` epochs.
  case piecewise(factor: Double, every: Int)

  /// The rate of an iteration, counted from 0, of `total`, in an epoch counted from 0.
  func rate(_ initial: Double, iteration: Int, of total: Int, epoch: Int) -> Double {
    switch self {
    case .constant: return initial
    case .piecewise(let factor, let every):
      return initial * Foundation.pow(factor, Double(epoch / max(1, every)))
    case .linear(let final, let warmup):
      return falling(initial, to: final, warmup, iteration, total) { 1 - $0 }
    case .cosine(let final, let warmup):
      return falling(initial, to: final, warmup, iteration, total) {
        (1 + Foundation.cos(.pi * $0)) / 2
      }
    }
  }

  /// Up to `initial` during the warm-up, then down to `final` as `share` falls from 1 to 0.
  private func falling(
    _ initial: Double, to final: Double, _ warmup: Double, _ iteration: Int, _ total: Int,
    _ share: (Double) -> Double
  ) -> Double {
    let warm = warmup * Double(total)
    guard Double(iteration) >= warm else { return initial * Double(iteration + 1) / (warm + 1) }
    let way = (Double(iteration) - warm) / max(1, Double(total) - warm)
    return final + (initial - final) * share(way)
  }
}
