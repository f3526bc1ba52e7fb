import Foundation
import LigatureTensors
import Testing

@testable import LigatureSweeps

@Suite("The Gaussian process of a sweep")
struct GaussianProcessTests {
  private func points(_ count: Int, _ size: Int, seed: UInt64 = 1) -> [[Double]] {
    var stream = RandomStream(seed: seed, name: "points")
    return (0..<count).map { _ in (0..<size).map { _ in stream.share() } }
  }

  @Test("a factor solves, has the determinant and the inverse, and takes rows")
  func cholesky() throws {
    let a = points(6, 6)
    func k(_ i: Int, _ j: Int) -> Double {
      zip(a[i], a[j]).reduce(i == j ? 0.1 : 0) { $0 + $1.0 * $1.1 }
    }
    let whole = try #require(CholeskyFactor(k, count: 6))
    var grown = try #require(CholeskyFactor(k, count: 4))
    for row in 4..<6 {
      let isAdded = grown.append((0...row).map { k(row, $0) })
      #expect(isAdded)
    }
    let b = a[0]
    for factor in [whole, grown] {
      let x = factor.solve(b)
      for i in 0..<6 {
        #expect(abs((0..<6).reduce(0) { $0 + k(i, $1) * x[$1] } - b[i]) < 1e-11)
        for j in 0..<6 {
          let product = (0..<6).reduce(0) { $0 + k(i, $1) * factor.inverse[$1][j] }
          #expect(abs(product - (i == j ? 1 : 0)) < 1e-11)
        }
      }
    }
    // By Gauss's elimination.
    var rows = (0..<6).map { i in (0..<6).map { k(i, $0) } }
    var determinant = 1.0
    for i in 0..<6 {
      determinant *= rows[i][i]
      for j in (i + 1)..<6 {
        let factor = rows[j][i] / rows[i][i]
        for l in i..<6 { rows[j][l] -= factor * rows[i][l] }
      }
    }
    #expect(abs(whole.logDeterminant - log(determinant)) < 1e-11)
    #expect(CholeskyFactor({ $0 == $1 ? 1 : 2 }, count: 2) == nil)
    #expect(CholeskyFactor({ _, _ in .nan }, count: 1) == nil)
  }

  @Test("meets what it knows, is unsure elsewhere, and finds which coordinates matter")
  func fitting() throws {
    let x = points(30, 3)
    let y = x.map { sin(6 * $0[0]) + 0.5 * $0[1] }
    let process = try #require(GaussianProcess.fitted(x, y, groups: [0, 1, 2]))
    for (point, value) in zip(x, y) {
      let guess = process.predict(point)
      #expect(abs(guess.mean - value) < 0.02 && guess.deviation < 0.05)
    }
    let lengths = process.settings.logLengths
    #expect(lengths[0] < lengths[1] && lengths[1] < lengths[2])
    let new = points(40, 3, seed: 2)
    let errors = new.map { process.predict($0).mean - sin(6 * $0[0]) - 0.5 * $0[1] }
    #expect((errors.reduce(0) { $0 + $1 * $1 } / 40).squareRoot() < 0.1)
    #expect(process.predict([9, 9, 9]).deviation > 0.3)
  }

  @Test("takes noise for noise")
  func noise() throws {
    var stream = RandomStream(seed: 5, name: "noise")
    let x = points(60, 1)
    let y = x.map { $0[0] + 0.3 * stream.gaussian() }
    let process = try #require(GaussianProcess.fitted(x, y, groups: [0]))
    #expect(exp(process.settings.logNoise) > 0.01)
    for point in x { #expect(abs(process.predict(point).mean - point[0]) < 0.25) }
  }

  @Test("that believes its own guess keeps it, and is sure of it")
  func believing() throws {
    let x = points(8, 2)
    var process = try #require(
      GaussianProcess.fitted(x, x.map { $0[0] * $0[1] }, groups: [0, 1]))
    let point = [0.5, 0.9]
    let before = process.predict(point)
    process.believe(point)
    let after = process.predict(point)
    #expect(abs(after.mean - before.mean) < 1e-6)
    #expect(after.deviation < 0.2 * before.deviation)
  }

  @Test("bears equal points, equal values and few of them")
  func odd() throws {
    let same = [[Double]](repeating: [0.5], count: 5)
    for (x, y) in [
      (same, [1, 2, 3, 4, 5]), (same, [1, 1, 1, 1, 1]), ([[0.1], [0.9]], [1, 1]),
      ([[0.1], [0.9]], [-1e9, 1e9]),
    ] as [([[Double]], [Double])] {
      let process = try #require(GaussianProcess.fitted(x, y, groups: [0]))
      let guess = process.predict([0.3])
      #expect(guess.mean.isFinite && guess.deviation.isFinite)
    }
  }

  @Test("expected improvement is the mean of improvements, also where there is hardly any")
  func improvement() {
    for (mean, deviation, best) in [(0.0, 1.0, 0.0), (1, 2, 0.5), (-1, 0.3, 0), (2, 0.5, 0)] {
      // Simpson's rule over the density.
      let n = 20_000
      let (low, high) = (mean - 12 * deviation, best)
      let sum = (0...n).reduce(0.0) { sum, i in
        let t = low + (high - low) * Double(i) / Double(n)
        let weight: Double = i == 0 || i == n ? 1 : i % 2 == 1 ? 4 : 2
        let z = (t - mean) / deviation
        return sum + weight * (best - t) * exp(-0.5 * z * z)
      }
      let scale = (high - low) / Double(n) / 3 / (deviation * (2 * Double.pi).squareRoot())
      let found = ExpectedImprovement.logarithm(mean: mean, deviation: deviation, best: best)
      #expect(abs(exp(found) / (sum * scale) - 1) < 1e-6)
    }
    // Falling and without a jump, down to where the improvement itself is 0.
    var last = Double.infinity
    for step in 0...2000 {
      let mean = Double(step) / 20
      let found = ExpectedImprovement.logarithm(mean: mean, deviation: 1, best: 0)
      #expect(found < last && found.isFinite)
      if step > 0 { #expect(last - found < 0.06 * (mean + 2)) }
      last = found
    }
    #expect(ExpectedImprovement.logarithm(mean: 1, deviation: 0, best: 0) == -.infinity)
    #expect(ExpectedImprovement.logarithm(mean: 1, deviation: 0, best: 3) == log(2))
  }

  @Test("things without an order are equally far from each other, and numbers as far as they are")
  func coordinates() {
    let space: SearchSpace = [
      "rate": .logUniform(1e-4, 1), "kind": .choice(["a", "b", "c"]), "units": .integer(1, 5),
    ]
    let coordinates = SpaceCoordinates(space, hasProgress: true)
    #expect(coordinates.groups == [0, 1, 1, 1, 2, 3])
    func point(_ rate: Double, _ kind: String, _ units: Int) -> [Double] {
      coordinates.point([.number(rate), .text(kind), .integer(units)], progress: 0.5)
    }
    func distance(_ a: [Double], _ b: [Double]) -> Double {
      GaussianProcess.squaredDistance(a, b, [Double](repeating: 1, count: 6)).squareRoot()
    }
    #expect(point(0.01, "b", 2) == [0.5, 0, 0.5.squareRoot(), 0, 0.25, 0.5])
    for (a, b) in [("a", "b"), ("a", "c"), ("b", "c")] {
      #expect(abs(distance(point(1, a, 1), point(1, b, 1)) - 1) < 1e-12)
    }
    #expect(abs(distance(point(1e-4, "a", 1), point(1, "a", 1)) - 1) < 1e-12)
  }
}
