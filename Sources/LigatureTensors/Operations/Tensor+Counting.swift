// What is found in a tensor, and how often. Sizes of the results depend on numbers, so these read
// them, and cannot be traced; results are constants but where it says otherwise.

/// 1 in the place that each index names, else 0: `[...]` becomes `[..., classes]`. Throws for an
/// index outside 0..<classes. O(count of the result).
public func oneHot(
  _ indices: Tensor, classes: Int, _ scalarType: ScalarType = .float32
) throws -> Tensor {
  try indices.require("oneHot")
  guard !indices.scalarType.isFloatingPoint, classes >= 0 else {
    throw TensorError(
      "oneHot", "\(classes) classes for indices of \(indices.scalarType) \(indices.shape)",
      remedy: "Give int64 or int32 indices, and how many classes there are")
  }
  try Tensor.validate(indices.shape + [classes], "oneHot")
  let numbers = try indices.detached.cast(to: .int64).scalars(as: Int64.self)
  if let bad = numbers.first(where: { $0 < 0 || $0 >= classes }) {
    throw TensorError(
      "oneHot", "an index is \(bad), of \(counted(classes, "class", plural: "classes"))",
      remedy: "Number classes from 0")
  }
  let column = try indices.traced.cast(to: .int64).expandingAxis(-1)
  return try (column .== Tensor.range(0..<classes)).cast(to: scalarType)
}

extension Tensor {
  /// The places of the elements that are not 0, in order: int64 `[found, rank]`. NaN counts.
  /// O(count).
  public func nonZero() throws -> Tensor {
    let places = try places(where: self, "nonZero")
    let strides = Shape.strides(shape)
    return try Tensor(
      places.flatMap { place in zip(shape, strides).map { place / $1 % $0 } },
      shape: [places.count, rank])
  }

  /// The elements where `mask`, of this tensor's shape, is not 0, as a vector. The gradient goes
  /// back to them. O(count).
  public func elements(where mask: Tensor) throws -> Tensor {
    try require("elements")
    try mask.require("elements")
    guard mask.shape == shape else {
      throw TensorError(
        "elements", "a mask of shape \(mask.shape) does not fit shape \(shape)",
        remedy: "Make the mask by comparing tensors of this shape")
    }
    let places = try places(where: mask, "elements")
    return try Gather(axis: 0)([reshaped(to: [count]), Tensor(places)])
  }

  /// Numbers of elements, counted through the whole tensor, where `mask` is not 0.
  private func places(where mask: Tensor, _ name: String) throws -> [Int] {
    try mask.require(name)
    try HostReading.require(name, mask)
    let truths = try (mask.detached .!= 0).cast(to: .uint8).scalars(as: UInt8.self)
    return truths.indices.filter { truths[$0] != 0 }
  }

  /// The different elements in ascending order, as a vector, with NaN last as one element; how
  /// often each occurs; and which of them each element of this tensor is, in its shape, both as
  /// int64. O(count · log(count)).
  public func unique() throws -> (values: Tensor, counts: Tensor, places: Tensor) {
    try require("unique")
    try HostReading.require("unique", self)
    let line = try detached.reshaped(to: [count])
    let order = try line.argsort()
    let ordered = try Gather(axis: 0)([line, order])
    // 1 where an element differs from the one before it; NaN does not differ from NaN.
    var firsts: [Int] = []
    var numbers = [Int](repeating: 0, count: count)
    if count > 0 {
      let (a, b) = (try ordered[1..<count], try ordered[0..<(count - 1)])
      let differs = try (a .!= b).cast(to: .uint8).scalars(as: UInt8.self)
      let repeats = try ((a .!= a).cast(to: .int64) * (b .!= b).cast(to: .int64))
        .scalars(as: Int64.self)
      firsts = [0] + differs.indices.filter { differs[$0] != 0 && repeats[$0] == 0 }.map { $0 + 1 }
      let places = try order.scalars(as: Int64.self)
      for (number, first) in firsts.enumerated() {
        let end = number + 1 < firsts.count ? firsts[number + 1] : count
        for place in first..<end { numbers[Int(places[place])] = number }
      }
    }
    let ends = firsts.dropFirst() + (count > 0 ? [count] : [])
    return (
      try Gather(axis: 0)([ordered, Tensor(firsts)]), Tensor(zip(ends, firsts).map { $0 - $1 }),
      try Tensor(numbers, shape: shape)
    )
  }

  /// How often each whole number from 0 on occurs, at least `minimumCount` of them: int64 `[largest
  /// + 1]`. Throws for floating-point and for negative numbers. O(count + largest).
  public func bincount(minimumCount: Int = 0) throws -> Tensor {
    try require("bincount")
    try HostReading.require("bincount", self)
    let numbers =
      scalarType.isFloatingPoint
      ? [-1] : try detached.cast(to: .int64).scalars(as: Int64.self)
    guard (numbers.min() ?? 0) >= 0, minimumCount >= 0 else {
      throw TensorError(
        "bincount", "\(scalarType) of shape \(shape), and a minimum of \(minimumCount)",
        remedy: "Give int64, int32 or uint8 numbers of 0 or more, and such a minimum")
    }
    let size = Swift.max(minimumCount, try Tensor.sum("bincount", [Int(numbers.max() ?? -1), 1]))
    try Tensor.validate([size], "bincount")
    return try Tensor(shape: [size], as: Int64.self) { counts in
      for number in numbers { counts[Int(number)] += 1 }
    }
  }

  /// How many elements lie in each of `bins` intervals of equal width that a range is cut into, as
  /// int64; an element on a border counts in the upper one, but that the last interval has its
  /// upper end. Without a range it is that of the elements. Elements outside do not count, nor does
  /// NaN. Throws for bins below 1 and a range that is not finite. O(count · log(bins)).
  public func histogram(bins: Int, in range: ClosedRange<Double>? = nil) throws -> Tensor {
    try requireFloatingPoint("histogram")
    try HostReading.require("histogram", self)
    try Tensor.validate([bins, 2], "histogram")
    let numbers = try detached.doubles().filter { !$0.isNaN }
    let (low, high) = (
      range?.lowerBound ?? numbers.min() ?? 0, range?.upperBound ?? numbers.max() ?? 1
    )
    guard bins > 0, (high - low).isFinite else {
      throw TensorError(
        "histogram", "\(counted(bins, "bin")) from \(low) to \(high)",
        remedy: "Give a bin or more, and a finite range")
    }
    // A range of one number is widened around it.
    let (start, width) = low < high ? (low, high - low) : (low - 0.5, 1)
    let edges = (0...bins).map { start + width * (Double($0) / Double(bins)) }
    let places = try Tensor(edges).searchSorted(Tensor(numbers), right: true)
      .scalars(as: Int64.self)
    return try Tensor(shape: [bins], as: Int64.self) { counts in
      for (number, place) in zip(numbers, places) {
        if number == edges[bins] {
          counts[bins - 1] += 1
        } else if place >= 1, place <= bins {
          counts[Int(place) - 1] += 1
        }
      }
    }
  }
}
