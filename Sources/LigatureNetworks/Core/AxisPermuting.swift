/// A layer that does nothing but put axes into another order. A learnable that comes through such
/// layers only is still one of its owner's, transposed or not.
package protocol AxisPermuting: Layer {
  /// Whether it transposes a matrix.
  var exchangesMatrixAxes: Bool { get }
}
