import LigatureTensors

/// The method of Levenberg (1944) and Marquardt (1963) for sums of squares, as Hagan and Menhaj
/// (1994) use it for networks.
struct LevenbergMarquardt: Sendable {
  let initialDamping: Double
  let dampingIncrease: Double
  let dampingDecrease: Double
  let minimumDamping: Double
  let maximumDamping: Double
  let gradientTolerance: Double
  let stepTolerance: Double

  /// More numbers make a matrix whose factors take seconds.
  static let largestCount = 4_000

  /// Residuals r with Jacobian J, of which the loss is r · r.
  struct Linearization {
    /// Jᵀ J, `[numbers, numbers]`.
    var squares: Tensor
    /// Jᵀ r, `[numbers]`.
    var slope: [Double]

    func scaled(by factor: Double) throws -> Linearization {
      Linearization(squares: try squares * factor, slope: slope.map { $0 * factor })
    }

    static func + (a: Linearization, b: Linearization) throws -> Linearization {
      Linearization(squares: try a.squares + b.squares, slope: sum(a.slope, 1, b.slope))
    }
  }

  static func needsSquares(_ loss: String) -> TensorError {
    TensorError(
      "levenbergMarquardt", "the loss \"\(loss)\" is no sum of squares",
      remedy: "Take .meanSquaredError, or the solver lbfgs")
  }

  /// One step from where the network is, damped more and more until the loss becomes lower.
  func step(
    on surface: LossSurface, _ memory: inout SearchMemory,
    notFinite: (LossSurface.Spot) -> any Error, linearized: () throws -> Linearization
  ) throws -> SearchOutcome {
    let count = surface.count
    guard count <= Self.largestCount else {
      throw TensorError(
        "levenbergMarquardt",
        "the network has \(counted(count, "learnable number")), and a matrix of their square would "
          + "be solved in every step",
        remedy: "Take lbfgs for more than \(Self.largestCount)")
    }
    let point = try surface.point()
    memory.forget(unlessAt: point, of: surface.parameters)
    let start = try surface.look()
    guard start.loss.isFinite else { throw notFinite(start) }
    guard largest(start.slope) > gradientTolerance else { return SearchOutcome(end: .converged) }
    let found = try linearized()
    var (squares, slope) = (try found.squares.doubles(), found.slope)
    for (place, penalty) in surface.penalties.enumerated() {
      squares[place * count + place] += penalty / 2
      slope[place] += penalty / 2 * point[place]
    }
    guard slope.allSatisfy(\.isFinite), squares.allSatisfy(\.isFinite) else {
      throw notFinite(start)
    }
    var damping = min(max(memory.damping ?? initialDamping, minimumDamping), maximumDamping)
    while damping <= maximumDamping {
      if let step = try solved(squares, slope, damping), step.allSatisfy(\.isFinite) {
        let spot = try surface.look(at: sum(point, -1, step))
        if spot.loss < start.loss {
          memory.point = spot.point
          memory.damping = max(minimumDamping, damping * dampingDecrease)
          let isDone =
            largest(sum(spot.point, -1, point)) <= stepTolerance
            || largest(spot.slope) <= gradientTolerance
          return SearchOutcome(spot: spot, length: 1, end: isDone ? .converged : nil)
        }
      }
      damping *= dampingIncrease
    }
    return SearchOutcome(end: .noLowerLoss)
  }

  /// The solution of (squares + damping) x = slope; nil where there is none.
  private func solved(
    _ squares: [Double], _ slope: [Double], _ damping: Double
  ) throws -> [Double]? {
    let count = slope.count
    var matrix = squares
    for place in 0..<count { matrix[place * count + place] += damping }
    let damped = try Tensor(matrix, shape: [count, count])
    return try? solve(damped, Tensor(slope, shape: [count])).doubles()
  }
}
