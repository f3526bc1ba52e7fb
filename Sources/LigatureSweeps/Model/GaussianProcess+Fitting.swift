import Foundation

extension GaussianProcess {
  /// The process whose settings make the values most likely, given what lengths and noise usually
  /// are (normal distributions of their logarithms). O(n³) for each of some dozens of steps.
  ///
  /// - Parameter groups: which length each coordinate of a point has, 0 and up.
  static func fitted(
    _ points: [[Double]], _ values: [Double], groups: [Int], steps: Int = 24
  ) -> GaussianProcess? {
    let prior = Prior(lengths: (groups.max() ?? 0) + 1)
    let search = LikelihoodSearch(points, values, groups: groups, prior: prior)
    let best = search.climb(from: prior.settings, steps: steps)
    return GaussianProcess(points, values, groups: groups, settings: best)
      ?? GaussianProcess(points, values, groups: groups, settings: prior.settings)
  }

  /// What settings usually are. Lengths grow with the number of coordinates, as distances in a cube
  /// do (Hvarfner and others, 2024).
  struct Prior {
    let settings: Settings
    static let lengthDeviation = 1.0
    static let noiseDeviation = 2.5
    static let lengthBounds = log(0.03)...log(20.0)
    static let noiseBounds = log(1e-7)...log(1.0)

    init(lengths: Int) {
      let length = log(0.4 * Double(lengths).squareRoot())
      settings = Settings(
        logLengths: [Double](repeating: length, count: lengths), logNoise: log(1e-4))
    }
  }
}

/// Climbs the likelihood of settings.
private struct LikelihoodSearch {
  typealias Settings = GaussianProcess.Settings
  typealias Prior = GaussianProcess.Prior

  private let values: [Double]
  private let prior: Prior
  private let lengths: Int
  /// For each pair of points below the diagonal, its squared distance by groups.
  private var squares: [[Double]] = []

  init(_ points: [[Double]], _ values: [Double], groups: [Int], prior: Prior) {
    self.values = values
    self.prior = prior
    lengths = prior.settings.logLengths.count
    for row in points.indices {
      for column in 0..<row {
        var parts = [Double](repeating: 0, count: lengths)
        for (place, group) in groups.enumerated() {
          let difference = points[row][place] - points[column][place]
          parts[group] += difference * difference
        }
        squares.append(parts)
      }
    }
  }

  /// Steps whose sizes grow where the slope keeps its sign and shrink where it does not (Rprop,
  /// Riedmiller and Braun 1993), since slopes of different settings differ by orders of magnitude.
  func climb(from start: Settings, steps: Int) -> Settings {
    var here = start
    var sizes = [Double](repeating: 0.3, count: lengths + 1)
    var signs = [Double](repeating: 0, count: lengths + 1)
    var best = (settings: start, value: -Double.infinity)
    for _ in 0..<steps {
      guard let (value, slopes) = likelihood(here) else { break }
      if value > best.value { best = (here, value) }
      for (place, slope) in slopes.enumerated() {
        let sign: Double = slope > 0 ? 1 : slope < 0 ? -1 : 0
        if sign * signs[place] > 0 { sizes[place] = min(1.5, sizes[place] * 1.3) }
        if sign * signs[place] < 0 { sizes[place] *= 0.5 }
        signs[place] = sign
        let move = sign * sizes[place]
        if place < lengths {
          here.logLengths[place] = (here.logLengths[place] + move).bounded(by: Prior.lengthBounds)
        } else {
          here.logNoise = (here.logNoise + move).bounded(by: Prior.noiseBounds)
        }
      }
      if sizes.allSatisfy({ $0 < 0.01 }) { break }
    }
    return best.settings
  }

  /// The logarithm of the likelihood, with mean and scale that fit best, times the prior; and its
  /// slopes along lengths and noise. Nil where the matrix is not definite.
  private func likelihood(_ settings: Settings) -> (value: Double, slopes: [Double])? {
    let count = values.count
    let inverses = settings.logLengths.map { exp(-2 * $0) }
    let noise = exp(settings.logNoise)
    let distances = squares.map { parts in
      zip(parts, inverses).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let kernels = distances.map(GaussianProcess.kernel)
    let factor = CholeskyFactor(
      { row, column in
        row == column
          ? 1 + noise + GaussianProcess.jitter : kernels[row * (row - 1) / 2 + column]
      }, count: count)
    guard let factor else { return nil }
    let inverse = factor.inverse
    let sums = inverse.map { $0.reduce(0, +) }
    let total = sums.reduce(0, +)
    guard total > 0 else { return nil }
    let mean = zip(sums, values).reduce(0) { $0 + $1.0 * $1.1 } / total
    let residuals = values.map { $0 - mean }
    let weights = inverse.map { row in zip(row, residuals).reduce(0) { $0 + $1.0 * $1.1 } }
    let square = zip(residuals, weights).reduce(0) { $0 + $1.0 * $1.1 }
    guard square > 0, square.isFinite else { return nil }
    let n = Double(count)
    var value = -0.5 * n * log(square / n) - 0.5 * factor.logDeterminant
    // Along a setting t: n/2 · wᵀ(dK/dt)w / yᵀw - 1/2 · tr(K⁻¹ dK/dt).
    var slopes = [Double](repeating: 0, count: lengths + 1)
    var pair = 0
    for row in 0..<count {
      for column in 0..<row {
        let r = (5 * distances[pair]).squareRoot()
        let change = 5.0 / 3 * (1 + r) * exp(-r)
        let pull = (n * weights[row] * weights[column] / square - inverse[row][column]) * change
        for group in 0..<lengths { slopes[group] += pull * squares[pair][group] * inverses[group] }
        pair += 1
      }
      slopes[lengths] +=
        0.5 * noise * (n * weights[row] * weights[row] / square - inverse[row][row])
    }
    func expect(_ setting: Double, _ usual: Double, _ deviation: Double, _ place: Int) {
      let off = (setting - usual) / deviation
      value -= 0.5 * off * off
      slopes[place] -= off / deviation
    }
    for group in 0..<lengths {
      expect(
        settings.logLengths[group], prior.settings.logLengths[group], Prior.lengthDeviation, group)
    }
    expect(settings.logNoise, prior.settings.logNoise, Prior.noiseDeviation, lengths)
    guard value.isFinite, slopes.allSatisfy(\.isFinite) else { return nil }
    return (value, slopes)
  }
}

extension Double {
  fileprivate func bounded(by range: ClosedRange<Double>) -> Double {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}
