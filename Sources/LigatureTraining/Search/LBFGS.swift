/// The limited-memory method of Broyden, Fletcher, Goldfarb and Shanno (Liu and Nocedal 1989).
struct LBFGS: Sendable {
  let historySize: Int
  let lineSearch: LineSearch
  let trials: Int
  let gradientTolerance: Double
  let stepTolerance: Double

  /// One step from where the network is, to where a line search ends. `lossIsKnown` tells whether
  /// the loss is the function it was in the step before.
  func step(
    on surface: LossSurface, _ memory: inout SearchMemory, lossIsKnown: Bool,
    notFinite: (LossSurface.Spot) -> any Error
  ) throws -> SearchOutcome {
    let point = try surface.point()
    memory.forget(unlessAt: point, of: surface.parameters)
    memory.pairs.removeFirst(max(0, memory.pairs.count - historySize))
    let start: (loss: Double, slope: [Double])
    if lossIsKnown, let known = memory.known, known.factors == surface.factors {
      start = (known.loss, known.slope)
    } else {
      let spot = try surface.look()
      guard spot.loss.isFinite else { throw notFinite(spot) }
      start = (spot.loss, spot.slope)
    }
    guard largest(start.slope) > gradientTolerance else { return SearchOutcome(end: .converged) }
    var found = try search(on: surface, from: point, start, memory.pairs)
    if found == nil, !memory.pairs.isEmpty {
      // What is remembered of the surface may mislead: straight down, then.
      memory.pairs = []
      found = try search(on: surface, from: point, start, [])
    }
    guard let found, let spot = found.spot else {
      memory.known = SearchMemory.Known(
        loss: start.loss, slope: start.slope, factors: surface.factors)
      return SearchOutcome(end: .noLowerLoss)
    }
    let step = sum(spot.point, -1, point)
    let change = sum(spot.slope, -1, start.slope)
    if dot(step, change) > 1e-10 * dot(change, change) {
      memory.pairs.append(SearchMemory.Pair(step: step, change: change))
      memory.pairs.removeFirst(max(0, memory.pairs.count - historySize))
    }
    memory.point = spot.point
    memory.known =
      spot.evaluation.isOnce
      ? nil : SearchMemory.Known(loss: spot.loss, slope: spot.slope, factors: surface.factors)
    let isDone = largest(step) <= stepTolerance || largest(spot.slope) <= gradientTolerance
    return SearchOutcome(spot: spot, length: found.length, end: isDone ? .converged : nil)
  }

  private func search(
    on surface: LossSurface, from point: [Double], _ start: (loss: Double, slope: [Double]),
    _ pairs: [SearchMemory.Pair]
  ) throws -> LineSearch.Trial? {
    let direction = Self.direction(down: start.slope, pairs)
    let slope = dot(direction, start.slope)
    guard slope < 0, slope.isFinite else { return nil }
    let steepness = start.slope.reduce(0) { $0 + abs($1) }
    let found = try lineSearch.search(
      from: (start.loss, slope), first: pairs.isEmpty ? min(1, 1 / steepness) : 1, trials: trials
    ) { length in
      let spot = try surface.look(at: sum(point, length, direction))
      return LineSearch.Trial(
        length: length, loss: spot.loss, slope: dot(spot.slope, direction), spot: spot)
    }
    // Rounding may leave the network where it was.
    guard let found, let spot = found.spot, spot.loss < start.loss else { return nil }
    try surface.move(to: spot.point)
    return found
  }

  /// Minus the inverse Hessian, as the pairs show it, times the slope.
  static func direction(down slope: [Double], _ pairs: [SearchMemory.Pair]) -> [Double] {
    var rest = slope.map { -$0 }
    guard let last = pairs.last else { return rest }
    let scales = pairs.map { 1 / dot($0.step, $0.change) }
    var shares = [Double](repeating: 0, count: pairs.count)
    for (place, pair) in pairs.enumerated().reversed() {
      shares[place] = scales[place] * dot(pair.step, rest)
      rest = sum(rest, -shares[place], pair.change)
    }
    let size = dot(last.step, last.change) / dot(last.change, last.change)
    for place in rest.indices { rest[place] *= size }
    for (place, pair) in pairs.enumerated() {
      rest = sum(rest, shares[place] - scales[place] * dot(pair.change, rest), pair.step)
    }
    return rest
  }
}
