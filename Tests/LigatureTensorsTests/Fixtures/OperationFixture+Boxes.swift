import LigatureTensors

extension OperationFixture {
  /// Elements in other places, or several times.
  @FixtureBuilder static var boxes: [OperationFixture] {
    moved
    padded
    cut
    diagonals
  }

  @FixtureBuilder private static var moved: [OperationFixture] {
    for (shape, axes) in [([3, 4], [0]), ([2, 3, 4], [0, 2]), ([5], [0]), ([0, 3], [1])] {
      OperationFixture(
        "\(shape) flipped along \(axes)", "flipped(Int...)", [Sample(shape, .offGrid)]
      ) {
        try axes.count > 1 ? $0[0].flipped(axes[0], axes[1]) : $0[0].flipped(axes[0])
      } plain: { inputs in
        Plain(shape) { index in
          inputs[0][index.indices.map { axes.contains($0) ? shape[$0] - 1 - index[$0] : index[$0] }]
        }
      }
    }
    OperationFixture("everything flipped", "flipped(Int...)", [[2, 3]]) {
      try $0[0].flipped()
    } plain: {
      Plain([2, 3], $0[0].values.reversed())
    }
    for (shape, shift, axis) in [([5], 2, 0), ([3, 4], -1, 0), ([2, 3], 7, 1), ([2, 0], 3, 1)] {
      OperationFixture(
        "\(shape) rolled by \(shift) along \(axis)", "rolled(by: Int, axis: Int)",
        [Sample(shape, .offGrid)]
      ) {
        try $0[0].rolled(by: shift, axis: axis)
      } plain: {
        let size = shape[axis]
        return $0[0].taking((0..<size).map { (($0 - shift) % size + size) % size }, axis: axis)
      }
    }
    for (shape, count, axis) in [([3], 2, 0), ([2, 3], 3, 0), ([2, 3], 2, -1), ([2, 3], 0, 1)] {
      let place = axis < 0 ? axis + shape.count : axis
      OperationFixture(
        "each of \(shape) \(count) times along \(axis)", "repeated(Int, axis: Int)",
        [Sample(shape, .offGrid)]
      ) {
        try $0[0].repeated(count, axis: axis)
      } plain: {
        $0[0].taking((0..<shape[place]).flatMap { [Int](repeating: $0, count: count) }, axis: place)
      }
    }
    for (shape, counts) in [([3], [2]), ([2, 3], [2, 3]), ([2, 1, 3], [1, 4, 2]), ([2], [0])] {
      OperationFixture("\(shape) tiled \(counts)", "tiled([Int])", [Sample(shape, .offGrid)]) {
        try $0[0].tiled(counts)
      } plain: { inputs in
        Plain(zip(shape, counts).map { $0 * $1 }) { index in
          inputs[0][zip(index, shape).map { $0 % $1 }]
        }
      }
    }
    OperationFixture("an axis moved", "movingAxis(Int, to: Int)", [[2, 3, 4]]) {
      try $0[0].movingAxis(0, to: -1)
    } plain: {
      $0[0].permuted([1, 2, 0])
    }
    OperationFixture("axes exchanged", "swappingAxes(Int, Int)", [[2, 3, 4]]) {
      try $0[0].swappingAxes(0, 2)
    } plain: {
      $0[0].permuted([2, 1, 0])
    }
    OperationFixture("a grid", "meshgrid([Tensor])", [[3], [2]]) {
      try meshgrid($0)
    } plain: { inputs in
      [Plain([3, 2]) { inputs[0][[$0[0]]] }, Plain([3, 2]) { inputs[1][[$0[1]]] }]
    }
  }

  @FixtureBuilder private static var padded: [OperationFixture] {
    for (name, padding) in [
      ("zeros", TensorPadding.zeros), ("a number", .constant(-2)), ("its mirror", .reflect),
      ("its ends", .replicate), ("itself", .circular),
    ] {
      for (shape, before, after) in [
        ([4], [2], [3]), ([3, 4], [0, 1], [2, 3]), ([2, 3, 2], [1, 0, 1], [1, 0, 0]),
      ] {
        OperationFixture(
          "\(shape) padded by \(before) and \(after) with \(name)",
          "padded(before: [Int], after: [Int], with: TensorPadding)", [Sample(shape, .offGrid)]
        ) {
          try $0[0].padded(before: before, after: after, with: padding)
        } plain: { inputs in
          Plain(shape.indices.map { before[$0] + shape[$0] + after[$0] }) { index in
            let places = index.indices.map { index[$0] - before[$0] }
            let isInside = zip(places, shape).allSatisfy { $0 >= 0 && $0 < $1 }
            switch padding {
            case .zeros: return isInside ? inputs[0][places] : 0
            case .constant(let value): return isInside ? inputs[0][places] : value
            case .replicate: return inputs[0][zip(places, shape).map { min(max($0, 0), $1 - 1) }]
            case .circular: return inputs[0][zip(places, shape).map { ($0 + $1) % $1 }]
            case .reflect:
              return inputs[0][
                zip(places, shape).map { $0 < 0 ? -$0 : $0 < $1 ? $0 : 2 * ($1 - 1) - $0 }]
            }
          }
        }
      }
    }
    for (shape, sizes, corners) in [
      ([4], [7], false), ([4], [7], true), ([2, 5], [3], false), ([1, 3, 2], [2, 5], true),
      ([3], [1], true),
    ] {
      let axes = Array(shape.indices.suffix(sizes.count))
      OperationFixture(
        "\(shape) brought to \(sizes)\(corners ? ", with its corners" : "")", resized,
        [Sample(shape, .offGrid)]
      ) {
        try $0[0].resized(to: sizes, axes: axes, alignsCorners: corners)
      } plain: {
        zip(axes, sizes).reduce($0[0]) { linear($0, axis: $1.0, $1.1, corners) }
      }
    }
    for (shape, sizes) in [([4], [7]), ([2, 5], [3]), ([1, 3, 2], [2, 5])] {
      OperationFixture(
        "\(shape) brought to \(sizes) by those before", resized, [Sample(shape, .offGrid)]
      ) {
        try $0[0].resized(to: sizes, axes: sizes.indices.map { $0 - sizes.count }, by: .floor)
      } plain: {
        sizes.enumerated().reduce($0[0]) { x, size in
          let axis = shape.count - sizes.count + size.offset
          return x.taking((0..<size.element).map { $0 * shape[axis] / size.element }, axis: axis)
        }
      }
    }
    OperationFixture(
      "a cropped tensor", "cropped(before: [Int], after: [Int])", [Sample([4, 2, 3], .offGrid)]
    ) {
      try $0[0].cropped(before: [1, 0, 0], after: [1, 0, 2])
    } plain: {
      $0[0].taking([1, 2], axis: 0).taking([0], axis: 2)
    }
  }

  private static let resized =
    "resized(to: [Int], axes: [Int]?, by: Interpolation, alignsCorners: Bool)"

  private static func linear(_ x: Plain, axis: Int, _ size: Int, _ corners: Bool) -> Plain {
    let old = x.shape[axis]
    var target = x.shape
    target[axis] = size
    return Plain(target) { index in
      let number = Double(index[axis])
      let raw =
        corners
        ? number * Double(old - 1) / Double(max(size - 1, 1))
        : (number + 0.5) * Double(old) / Double(size) - 0.5
      let place = min(max(raw, 0), Double(old - 1))
      var (lower, upper) = (index, index)
      lower[axis] = Int(place)
      upper[axis] = min(Int(place) + 1, old - 1)
      let weight = place - Double(Int(place))
      return (1 - weight) * x[lower] + weight * x[upper]
    }
  }

  @FixtureBuilder private static var cut: [OperationFixture] {
    for (shape, step, axis) in [([7], 3, 0), ([2, 5], 2, -1), ([3], 1, 0), ([3], 9, 0)] {
      let place = axis < 0 ? axis + shape.count : axis
      OperationFixture(
        "every element \(step) of \(shape) along \(axis)", "strided(by: Int, axis: Int)",
        [Sample(shape, .offGrid)]
      ) {
        try $0[0].strided(by: step, axis: axis)
      } plain: {
        $0[0].taking(Array(stride(from: 0, to: shape[place], by: step)), axis: place)
      }
    }
    for (shape, axis, size, step) in [
      ([7], 0, 3, 1), ([7], 0, 3, 2), ([2, 6], 1, 2, 2), ([5, 2], 0, 4, 1), ([3, 2], 0, 3, 5),
    ] {
      OperationFixture(
        "windows of \(size), \(step) apart, of \(shape) along \(axis)",
        "unfolded(axis: Int, size: Int, step: Int)", [Sample(shape, .offGrid)]
      ) {
        try $0[0].unfolded(axis: axis, size: size, step: step)
      } plain: { inputs in
        var target = shape
        target[axis] = (shape[axis] - size) / step + 1
        return Plain(target + [size]) { index in
          var source = Array(index.dropLast())
          source[axis] = source[axis] * step + index[index.count - 1]
          return inputs[0][source]
        }
      }
    }
    OperationFixture("chunks", "chunked(size: Int, axis: Int)", [[5, 2]]) {
      try $0[0].chunked(size: 2)
    } plain: { inputs in
      [[0, 1], [2, 3], [4]].map { inputs[0].taking($0, axis: 0) }
    }
    OperationFixture("an axis taken apart", "unstacked(axis: Int)", [[2, 3]]) {
      try $0[0].unstacked(axis: 1)
    } plain: { inputs in
      [0, 1, 2].map { inputs[0].taking([$0], axis: 1).reshaped([2]) }
    }
  }

  @FixtureBuilder private static var diagonals: [OperationFixture] {
    for (shape, offset) in [
      ([3, 3], 0), ([3, 5], 1), ([4, 2], -2), ([2, 3, 4], -1), ([2, 2], 5), ([0, 3], 0),
    ] {
      let (rows, columns) = (shape[shape.count - 2], shape[shape.count - 1])
      let (first, second) = (max(-offset, 0), max(offset, 0))
      let length = max(0, min(rows - first, columns - second))
      OperationFixture(
        "diagonal \(offset) of \(shape)", "diagonal(Int)", [Sample(shape, .offGrid)]
      ) {
        try $0[0].diagonal(offset)
      } plain: { inputs in
        Plain(shape.dropLast(2) + [length]) { index in
          let place = index[index.count - 1]
          return inputs[0][index.dropLast() + [first + place, second + place]]
        }
      }
      OperationFixture(
        "triangle above \(offset) of \(shape)", "triu(Int)", [Sample(shape, .offGrid)]
      ) {
        try $0[0].triu(offset)
      } plain: { inputs in
        Plain(shape) { $0[$0.count - 1] - $0[$0.count - 2] >= offset ? inputs[0][$0] : 0 }
      }
      OperationFixture(
        "triangle below \(offset) of \(shape)", "tril(Int)", [Sample(shape, .offGrid)]
      ) {
        try $0[0].tril(offset)
      } plain: { inputs in
        Plain(shape) { $0[$0.count - 1] - $0[$0.count - 2] <= offset ? inputs[0][$0] : 0 }
      }
    }
    for (shape, offset) in [([3], 0), ([2, 3], 1), ([2], -2), ([0], 1)] {
      let size = shape[shape.count - 1] + abs(offset)
      OperationFixture(
        "\(shape) on diagonal \(offset)", "diagonalMatrix(Int)", [Sample(shape, .offGrid)]
      ) {
        try $0[0].diagonalMatrix(offset)
      } plain: { inputs in
        Plain(shape.dropLast() + [size, size]) { index in
          let (row, column) = (index[index.count - 2], index[index.count - 1])
          guard column - row == offset else { return 0 }
          return inputs[0][index.dropLast(2) + [min(row, column)]]
        }
      }
    }
    for shape in [[3, 3], [2, 3, 4]] {
      OperationFixture("the trace of \(shape)", "trace()", [Sample(shape, .offGrid)]) {
        try $0[0].trace()
      } plain: { inputs in
        Plain(Array(shape.dropLast(2))) { index in
          (0..<3).reduce(0) { $0 + inputs[0][index + [$1, $1]] }
        }
      }
    }
  }
}
