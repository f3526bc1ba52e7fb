/// A row-major array of doubles and the plainest code over it: the oracle for values. It shares
/// nothing with the package, neither shapes nor strides, and reads every element by its full index.
struct Plain: Sendable, Equatable {
  let shape: [Int]
  let values: [Double]

  init(_ shape: [Int], _ values: [Double]) {
    self.shape = shape
    self.values = values
  }

  /// One value for each index.
  init(_ shape: [Int], _ value: ([Int]) -> Double) {
    self.init(shape, Plain.indices(of: shape).map(value))
  }

  /// Every index of a shape, the last axis fastest; one empty index for a scalar.
  static func indices(of shape: [Int]) -> [[Int]] {
    shape.reduce([[]]) { found, size in
      found.flatMap { head in (0..<size).map { head + [$0] } }
    }
  }

  /// The element at an index of a shape that this one is stretched to.
  subscript(index: [Int]) -> Double {
    let own = index.suffix(shape.count)
    var place = 0
    for (position, size) in Swift.zip(own, shape) {
      place = place * size + (size == 1 ? 0 : position)
    }
    return values[place]
  }

  func map(_ function: (Double) -> Double) -> Plain { Plain(shape, values.map(function)) }

  /// A function of two arrays that are stretched to each other.
  static func zip(_ a: Plain, _ b: Plain, _ function: (Double, Double) -> Double) -> Plain {
    Plain(stretched(a.shape, b.shape)) { function(a[$0], b[$0]) }
  }

  static func stretched(_ a: [Int], _ b: [Int]) -> [Int] {
    let rank = max(a.count, b.count)
    let left = Array(repeating: 1, count: rank - a.count) + a
    let right = Array(repeating: 1, count: rank - b.count) + b
    return Swift.zip(left, right).map { $0 == 1 ? $1 : $0 }
  }
}

extension Plain {
  /// One result for the elements that meet when `axes` (all of them when empty) go away.
  func reduced(
    _ axes: [Int], keepingAxes: Bool = false, _ function: ([Double]) -> Double
  ) -> Plain {
    let gone = axes.isEmpty ? Set(shape.indices) : Set(axes.map { $0 < 0 ? $0 + shape.count : $0 })
    let kept = shape.indices.map { gone.contains($0) ? 1 : shape[$0] }
    let result = Plain(kept) { target in
      function(
        Plain.indices(of: shape).filter { index in
          shape.indices.allSatisfy { gone.contains($0) || index[$0] == target[$0] }
        }.map { self[$0] })
    }
    guard !keepingAxes else { return result }
    return Plain(shape.indices.filter { !gone.contains($0) }.map { shape[$0] }, result.values)
  }

  /// A function of each row of numbers along `axis`.
  func alongAxis(_ axis: Int, _ function: ([Double]) -> [Double]) -> Plain {
    Plain(shape) { index in
      let row = (0..<shape[axis]).map { place -> Double in
        var other = index
        other[axis] = place
        return self[other]
      }
      return function(row)[index[axis]]
    }
  }

  func permuted(_ axes: [Int]) -> Plain {
    Plain(axes.map { shape[$0] }) { index in
      var source = index
      for (position, axis) in axes.enumerated() { source[axis] = index[position] }
      return self[source]
    }
  }

  var transposed: Plain {
    permuted(Array(shape.indices.dropLast(2)) + [shape.count - 1, shape.count - 2])
  }

  static func matmul(_ a: Plain, _ b: Plain) -> Plain {
    let batch = stretched(Array(a.shape.dropLast(2)), Array(b.shape.dropLast(2)))
    let (m, k) = (a.shape[a.shape.count - 2], a.shape[a.shape.count - 1])
    return Plain(batch + [m, b.shape[b.shape.count - 1]]) { index in
      let lead = Array(index.dropLast(2))
      let (row, column) = (index[index.count - 2], index[index.count - 1])
      return (0..<k).reduce(0) { $0 + a[lead + [row, $1]] * b[lead + [$1, column]] }
    }
  }

  /// The elements `places` along `axis`, in that order.
  func taking(_ places: [Int], axis: Int) -> Plain {
    var target = shape
    target[axis] = places.count
    return Plain(target) { index in
      var source = index
      source[axis] = places[index[axis]]
      return self[source]
    }
  }

  static func concatenated(_ parts: [Plain], axis: Int) -> Plain {
    var target = parts[0].shape
    target[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
    return Plain(target) { index in
      var source = index
      for part in parts {
        if source[axis] < part.shape[axis] { return part[source] }
        source[axis] -= part.shape[axis]
      }
      return .nan
    }
  }

  func reshaped(_ target: [Int]) -> Plain { Plain(target, values) }
}
