/// A layer that keeps its parts in a graph of its own, where reflection need not look for them.
protocol LayerGraph: Layer, AnyObject {
  /// The layers in the graph, by name.
  var parts: [(name: String, node: LayerEntry)] { get }
  /// The layer of this name in the graph.
  func part(_ name: String) -> LayerEntry?
  /// Whether an input, by its place, may be a sequence.
  func takesSequence(_ place: Int, rank: Int) -> Bool
  /// The shape of an input with its axes in canonical order.
  func canonicalShape(_ shape: [Int], at place: Int) -> [Int]
}
