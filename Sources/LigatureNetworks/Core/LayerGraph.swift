/// A layer that keeps its parts in a graph of its own, where reflection need not look for them.
protocol LayerGraph: Layer, AnyObject {
  /// The layers in the graph, by name.
  var parts: [(name: String, node: LayerEntry)] { get }
}
