// Orders. Everywhere here NaN counts as larger than any number, so it comes last in ascending order
// and first in descending; equal elements keep the order that they had, in either direction.

extension Tensor {
  /// The elements in order along `axis`. The gradient goes to where each came from.
  /// O(count · log(size)).
  public func sorted(axis: Int = -1, descending: Bool = false) throws -> Tensor {
    let axis = try place(of: axis, "sorted")
    return try TakeAlong(axis: axis)([self, order(axis, descending)])
  }

  /// The places of the elements in order along `axis`, as int64: `x.gathered(along: axis, at:
  /// x.argsort(axis: axis))` is `x.sorted(axis: axis)`. O(count · log(size)).
  public func argsort(axis: Int = -1, descending: Bool = false) throws -> Tensor {
    try order(place(of: axis, "argsort"), descending)
  }

  /// The `count` largest elements along `axis` (or smallest), in order, and their places, as int64.
  /// Of equals the first ones; NaN counts as the largest. Throws unless the axis has as many.
  /// O(count of this tensor · log(size)).
  public func topK(
    _ count: Int, axis: Int = -1, smallest: Bool = false
  ) throws -> (values: Tensor, places: Tensor) {
    let axis = try place(of: axis, "topK")
    guard (0...shape[axis]).contains(count) else {
      throw TensorError(
        "topK", "axis \(axis) of shape \(shape) does not have \(count) elements",
        remedy: "Give a number in 0...\(shape[axis])")
    }
    let places = try order(axis, !smallest).slice(0..<count, axis: axis)
    return (try TakeAlong(axis: axis)([self, places]), places)
  }

  /// For each of `values` the first place, as int64, where it could be put into this sorted tensor,
  /// or with `right` the last: how many elements are less, or not larger. This is one ascending
  /// vector for all values, or a batch of them along the last axis, with the values' other sizes.
  /// O(count of values · log(size)).
  public func searchSorted(_ values: Tensor, right: Bool = false) throws -> Tensor {
    try SearchSorted(right: right)([traced, values.traced])
  }

  private func order(_ axis: Int, _ descending: Bool) throws -> Tensor {
    try ArgSort(axis: axis, descending: descending)([traced])
  }
}
