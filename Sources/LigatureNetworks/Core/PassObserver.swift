import LigatureTensors

/// Sees the calls of layers and the readings of learnables in a pass. Every method does nothing
/// unless written, and each is called by whatever thread runs the pass.
protocol PassObserver: AnyObject, Sendable {
  /// A layer is about to run. What this throws, the call throws.
  func willCall<L: Layer>(_ layer: L, _ input: L.Input, in context: Context) throws
  /// A layer has run; a graph has a name for those that it runs.
  func didCall(_ layer: any Layer, isNamed: Bool, _ inputs: [Tensor], _ outputs: [Tensor])
  /// A learnable is read, through aliases or wires or not.
  func didRead(_ parameter: Parameter, in frame: Frame)
}

extension PassObserver {
  func willCall<L: Layer>(_ layer: L, _ input: L.Input, in context: Context) throws {}
  func didCall(_ layer: any Layer, isNamed: Bool, _ inputs: [Tensor], _ outputs: [Tensor]) {}
  func didRead(_ parameter: Parameter, in frame: Frame) {}
}
