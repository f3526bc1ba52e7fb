import Foundation

/// A Gaussian process: a guess of a function from some of its values, which says how sure it is
/// (Rasmussen and Williams, "Gaussian Processes for Machine Learning", 2006).
///
/// The kernel is Matérn's with smoothness 5/2 and a length for each group of coordinates, k(r) =
/// (1 + √5 r + 5r²/3) exp(-√5 r); mean and scale are those that fit best, and noise is a share of
/// the scale. O(n³/6) multiply-adds to make of n values, O(n²) to predict.
struct GaussianProcess {
  /// What is chosen by ``fitted(to:_:_:)``: logarithms of lengths, and of the noise's share.
  struct Settings: Equatable {
    var logLengths: [Double]
    var logNoise: Double
  }

  let settings: Settings
  /// Which length each coordinate has.
  let groups: [Int]
  private(set) var points: [[Double]]
  private var values: [Double]
  private var factor: CholeskyFactor
  private let scaledLengths: [Double]
  /// The mean and the scale of the function's values.
  private let mean: Double
  private let scale: Double
  private var weights: [Double] = []

  /// The process with some settings; nil where numbers do not suffice for it.
  init?(_ points: [[Double]], _ values: [Double], groups: [Int], settings: Settings) {
    self.settings = settings
    self.groups = groups
    self.points = points
    self.values = values
    let squares = settings.logLengths.map { exp(-2 * $0) }
    let inverses = groups.map { squares[$0] }
    scaledLengths = inverses
    let noise = exp(settings.logNoise)
    guard
      let factor = CholeskyFactor(
        { row, column in
          Self.kernel(Self.squaredDistance(points[row], points[column], inverses))
            + (row == column ? noise + Self.jitter : 0)
        }, count: points.count)
    else { return nil }
    self.factor = factor
    let ones = factor.solve([Double](repeating: 1, count: values.count))
    let total = ones.reduce(0, +)
    guard total > 0 else { return nil }
    mean = zip(ones, values).reduce(0) { $0 + $1.0 * $1.1 } / total
    let residuals = values.map { [mean] in $0 - mean }
    let solved = factor.solve(residuals)
    let square = zip(residuals, solved).reduce(0) { $0 + $1.0 * $1.1 } / Double(values.count)
    guard square.isFinite else { return nil }
    scale = max(square, 1e-12)
    weights = solved
  }

  /// What makes the matrix definite where two points are nearly the same.
  static let jitter = 1e-9

  /// The function's value at a point, and the deviation of the guess, noise not included.
  func predict(_ point: [Double]) -> (mean: Double, deviation: Double) {
    let row = points.map { Self.kernel(Self.squaredDistance($0, point, scaledLengths)) }
    let guess = zip(row, weights).reduce(mean) { $0 + $1.0 * $1.1 }
    let known = factor.solveLower(row).reduce(0) { $0 + $1 * $1 }
    return (guess, (scale * max(0, 1 - known)).squareRoot())
  }

  /// Takes its own guess at a point for a value, so that the next point is sought elsewhere: the
  /// "kriging believer" (Ginsbourger and others, 2010). O(n²).
  mutating func believe(_ point: [Double]) {
    let guess = predict(point).mean
    var row = points.map { Self.kernel(Self.squaredDistance($0, point, scaledLengths)) }
    row.append(1 + exp(settings.logNoise) + Self.jitter)
    guard factor.append(row) else { return }
    points.append(point)
    values.append(guess)
    weights = factor.solve(values.map { $0 - mean })
  }

  static func kernel(_ square: Double) -> Double {
    let r = (5 * square).squareRoot()
    return (1 + r + r * r / 3) * exp(-r)
  }

  /// The squared distance of two points, each coordinate divided by its length.
  static func squaredDistance(_ a: [Double], _ b: [Double], _ inverses: [Double]) -> Double {
    var sum = 0.0
    for place in a.indices {
      let difference = a[place] - b[place]
      sum += difference * difference * inverses[place]
    }
    return sum
  }
}
