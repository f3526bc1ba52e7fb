/// Windows along the spatial axes of images `[batch, size..., channels]`: the product of those
/// along each axis. None is empty.
package struct SpatialWindows: Sendable, Hashable {
  /// Sizes of the image.
  package let size: [Int]
  /// Along each axis, which elements each window has.
  package let ranges: [[Range<Int>]]
  /// Along each axis, how far apart neighbouring elements of a window are. What a range leaves
  /// beyond the last of them is not read.
  package let step: [Int]

  /// How many windows there are along each axis.
  package var output: [Int] { ranges.map(\.count) }
}
