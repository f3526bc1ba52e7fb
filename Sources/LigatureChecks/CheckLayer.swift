import LigatureNetworks
import LigatureTensors

/// Checks whether a layer keeps its promises: custom, function and built-in layers, and networks.
///
///     try checkLayer(MyLayer(), Layout("BTC", [nil, nil, 12])).get()
///
/// The layer is run on generated inputs of the given layouts, in `float32` and in `float64`, for
/// several numbers of observations; gradients are compared with central differences in double.
/// Afterwards it has the values it had before.
///
/// - Parameters:
///   - layer: what is checked.
///   - layouts: one for each input; sizes that are nil are free.
///   - options: which checks, and how.
/// - Returns: a report with an entry for each check. Nothing a layer does makes this function
///   throw.
///
/// Costs some hundred passes of the layer; the comparison of gradients grows linearly with the
/// learnables, by random projections for all but small ones.
public func checkLayer(
  _ layer: any Layer, _ layouts: Layout..., options: CheckOptions = CheckOptions()
) -> CheckReport {
  checkLayer(layer, layouts, options: options)
}

/// Checks a layer with an array of layouts.
public func checkLayer(
  _ layer: any Layer, _ layouts: [Layout], options: CheckOptions = CheckOptions()
) -> CheckReport {
  CheckRun(layer, layouts, options).report()
}
