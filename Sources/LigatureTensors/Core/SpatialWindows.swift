/// Windows along the spatial axes of images `[batch, size..., channels]`: the product of those
/// along each axis. None is empty.
package struct SpatialWindows: Sendable, Hashable {
  /// Sizes of the image.
  package let size: [Int]
  /// Along each axis, which elements each window has.
  package let ranges: [[Range<Int>]]

  /// How many windows there are along each axis.
  package var output: [Int] { ranges.map(\.count) }
}
