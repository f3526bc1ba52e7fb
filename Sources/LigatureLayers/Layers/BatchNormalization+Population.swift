import LigatureNetworks
import LigatureTensors

extension BatchNormalization: PopulationMeasuring {
  package func measured(_ inputs: [Tensor], in context: Context) throws -> Tensor {
    let x = inputs[0]
    guard x.rank > 2, let lengths = try context.lengths(of: x) else { return x }
    return try x.steps(within: lengths)
  }

  package var statistics: (mean: LayerState, variance: LayerState) { ($mean, $variance) }
}
