/// A hand-written backward returned a gradient of another shape or type than what it belongs to:
/// the cause of a ``LayerError``.
package struct GradientMisfit: Error {
  /// What it belongs to: `input in`, `learnable weights`.
  package let owner: String
  /// Type and shape of that.
  package let expected: String
  /// Type and shape of what was returned.
  package let found: String
}
