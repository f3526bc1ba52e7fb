import LigatureTensors

/// A layer that normalises with running statistics of what comes in, in place of which those of all
/// of some data can be measured.
package protocol PopulationMeasuring: Layer {
  /// What the statistics are of, `[..., channels]`: the input without padding.
  func measured(_ inputs: [Tensor], in context: Context) throws -> Tensor
  /// The states with the statistics, `[channels]` each: mean, and variance with divisor n - 1.
  var statistics: (mean: LayerState, variance: LayerState) { get }
}

extension Network {
  /// Runs over batches as in training, and leaves in each layer that normalises with running
  /// statistics the mean and the variance of all that came in, for each use that has its own.
  /// Nothing else changes, and nothing at all where something throws.
  ///
  /// States that layers write go on from batch to batch, as in training, and are then forgotten.
  package func measurePopulation(
    batches: Int, seed: UInt64,
    _ batch: (Int) throws -> (inputs: [Tensor], sequenceLengths: [[Int]?])
  ) throws {
    let population = Population()
    var states = NetworkState()
    for number in 0..<batches {
      let (inputs, lengths) = try batch(number)
      let pass = Pass(
        .training, seed: seed, iteration: number, scalarType: scalarType, observers: [population],
        lengths: .given(lengths), beginningWith: states)
      let context = pass.rootContext(root: self)
      _ = try Frame.$current.withValue(context.frame) { try self(inputs, in: context) }
      states = pass.carriedState
    }
    try population.store()
  }
}

/// Adds up what layers normalise in some passes.
private final class Population: PassObserver {
  /// What came into one layer, or one use of it: combined from batch to batch by the formulas of
  /// Chan, Golub and LeVeque (1983), in which nothing cancels.
  private struct Total {
    let statistics: (mean: LayerState, variance: LayerState)
    let scalarType: ScalarType
    /// Values of each channel.
    var count: Double
    var mean: Tensor
    /// Squared deviations from the mean, added up.
    var squares: Tensor

    mutating func add(_ other: Total) throws {
      let (all, step) = (count + other.count, try other.mean - mean)
      mean = try mean + step * (other.count / all)
      squares = try squares + other.squares + step * step * (count * other.count / all)
      count = all
    }
  }

  private let totals = Lock<[Pass.StateKey: Total]>([:])

  func willCall<L: Layer>(_ layer: L, _ input: L.Input, in context: Context) throws {
    guard let layer = layer as? any PopulationMeasuring else { return }
    let x = try layer.measured(input.tensors, in: context)
    // What cannot be normalised is for the layer to refuse.
    guard x.rank > 1, x.count > 0 else { return }
    let axes = Array(0..<x.rank - 1)
    let count = Double(x.count / x.shape[axes.count])
    let total = Total(
      statistics: layer.statistics, scalarType: x.scalarType, count: count,
      mean: try x.mean(axes: axes).cast(to: .float64),
      squares: try x.variance(axes: axes).cast(to: .float64) * count)
    let key = context.pass.key(total.statistics.mean.slot, context.frame)
    try totals.withLock { totals in
      if totals[key] == nil { totals[key] = total } else { try totals[key]?.add(total) }
    }
  }

  /// Makes them the layers' statistics. A single value for each channel has no variance, and leaves
  /// them as they are.
  func store() throws {
    let found = try totals.withLock { $0 }.filter { $1.count > 1 }.map { key, total in
      let variance = try total.squares / (total.count - 1)
      return (
        key.use, total.statistics,
        mean: try total.mean.cast(to: total.scalarType),
        variance: try variance.cast(to: total.scalarType)
      )
    }
    for (use, statistics, mean, variance) in found {
      statistics.mean.slot.commit(mean, for: use)
      statistics.variance.slot.commit(variance, for: use)
    }
  }
}
