import Foundation

/// By how much a normally distributed guess is expected to be below the lowest value so far (Jones,
/// Schonlau and Welch, "Efficient global optimization of expensive black-box functions", 1998).
enum ExpectedImprovement {
  /// Its logarithm, which also tells points apart where there is hardly any improvement to expect
  /// (Ament and others, 2023). -∞ for a guess without doubt that is no better.
  static func logarithm(mean: Double, deviation: Double, best: Double) -> Double {
    let gain = best - mean
    guard deviation > 0 else { return gain > 0 ? log(gain) : -.infinity }
    let z = gain / deviation
    let logDensity = -0.5 * z * z - 0.5 * log(2 * Double.pi)
    // Far below, a difference of two nearly equal numbers: φ(z) + z Φ(z) → φ(z) / (z² + 3).
    guard z > -5 else { return log(deviation) + logDensity - log(z * z + 3) }
    let below = 0.5 * erfc(-z / 2.0.squareRoot())
    return log(deviation) + log(exp(logDensity) + z * below)
  }
}
