import LigatureTensors

extension OperationFixture {
  @FixtureBuilder static var slices: [OperationFixture] {
    for (shape, range, axis) in [
      ([5, 3], 1..<4, 0), ([5, 3], 2..<3, 1), ([2, 7, 3], 3..<7, -2), ([5], 0..<5, 0),
      ([5, 3], 2..<2, 0), ([0, 3], 0..<0, 0), ([2, 3, 4], 1..<3, 2),
    ] {
      let places = Array(range)
      let position = axis < 0 ? axis + shape.count : axis
      OperationFixture(
        "\(range) of \(shape) along \(axis)", "slice(Range<Int>, axis: Int)",
        [Sample(shape, .offGrid)]
      ) {
        try $0[0].slice(range, axis: axis)
      } plain: {
        $0[0].taking(places, axis: position)
      }
    }
    OperationFixture("a range as a subscript", "[](Range<Int>)", [[5, 3]]) {
      try $0[0][1..<3]
    } plain: {
      $0[0].taking([1, 2], axis: 0)
    }
    OperationFixture("an index as a subscript", "[](Int)", [[5, 3]]) {
      try $0[0][4]
    } plain: {
      $0[0].taking([4], axis: 0).reshaped([3])
    }
    for (shape, index, axis) in [
      ([5, 3], 2, 1), ([2, 3, 4], 1, -2), ([4], 3, 0), ([1, 0], 0, 0),
    ] {
      let position = axis < 0 ? axis + shape.count : axis
      OperationFixture(
        "element \(index) of \(shape) along \(axis)", "at(Int, axis: Int)",
        [Sample(shape, .offGrid)]
      ) {
        try $0[0].at(index, axis: axis)
      } plain: {
        var target = shape
        target.remove(at: position)
        return $0[0].taking([index], axis: position).reshaped(target)
      }
    }
    OperationFixture("overlapping slices", "slice(Range<Int>, axis: Int)", [[6, 3]]) {
      try $0[0].slice(0..<4) * $0[0].slice(2..<6)
    } plain: {
      .zip($0[0].taking([0, 1, 2, 3], axis: 0), $0[0].taking([2, 3, 4, 5], axis: 0), *)
    }
    OperationFixture("a split by sizes", "split(sizes: [Int], axis: Int)", [[3, 6]]) {
      try $0[0].split(sizes: [1, 0, 3, 2])
    } plain: { inputs in
      [[0], [], [1, 2, 3], [4, 5]].map { inputs[0].taking($0, axis: 1) }
    }
    OperationFixture("a split into halves", "split(into: Int, axis: Int)", [[4, 3]]) {
      try $0[0].split(into: 2, axis: 0)
    } plain: { inputs in
      [[0, 1], [2, 3]].map { inputs[0].taking($0, axis: 0) }
    }
    OperationFixture("a split of which one part is used", "split(into: Int, axis: Int)", [[2, 6]]) {
      try $0[0].split(into: 3)[1]
    } plain: {
      $0[0].taking([2, 3], axis: 1)
    }
    for (shapes, axis) in [
      ([[2, 3], [4, 3]], 0), ([[2, 3], [2, 1], [2, 5]], -1), ([[2, 0], [2, 3]], 1), ([[3]], 0),
      ([[2, 1, 3], [2, 2, 3]], 1),
    ] {
      let position = axis < 0 ? axis + shapes[0].count : axis
      OperationFixture(
        "\(shapes) concatenated along \(axis)", "concatenate([Tensor], axis: Int)",
        shapes.map { Sample($0, .offGrid) }
      ) {
        try concatenate($0, axis: axis)
      } plain: {
        .concatenated($0, axis: position)
      }
    }
    OperationFixture("a tensor beside itself", "concatenate([Tensor], axis: Int)", [[2, 3]]) {
      try concatenate([$0[0], $0[0]])
    } plain: {
      .concatenated([$0[0], $0[0]], axis: 1)
    }
    for (axis, target) in [(0, [1, 2, 3]), (1, [2, 1, 3]), (-1, [2, 3, 1])] {
      OperationFixture(
        "tensors stacked along \(axis)", "stack([Tensor], axis: Int)", [[2, 3], [2, 3]]
      ) {
        try stack($0, axis: axis)
      } plain: {
        .concatenated($0.map { $0.reshaped(target) }, axis: axis < 0 ? 2 : axis)
      }
    }
    OperationFixture("numbers stacked", "stack([Tensor], axis: Int)", [[], []]) {
      try stack($0)
    } plain: {
      .concatenated($0.map { $0.reshaped([1]) }, axis: 0)
    }
  }

  @FixtureBuilder static var gathers: [OperationFixture] {
    for (shape, lengths) in [
      ([3, 4, 2], [2, 0, 4]), ([2, 3], [3, 1]), ([2, 3, 2], [3, 3]), ([1, 2, 2, 2], [1]),
      ([2, 2, 1], [0, 0]),
    ] {
      OperationFixture(
        "steps within \(lengths) of \(shape)", "steps(within: [Int])", [Sample(shape, .offGrid)]
      ) {
        try $0[0].steps(within: lengths)
      } plain: {
        let rows = $0[0].reshaped([shape[0] * shape[1]] + shape[2...])
        let places = lengths.enumerated().flatMap { row, length in
          (0..<length).map { row * shape[1] + $0 }
        }
        return rows.taking(places, axis: 0)
      }
    }
    for (shape, places, axis) in [
      ([5, 3], [4, 0, 4, 4, 2], 0), ([3, 5], [1, -1], 1), ([2, 4, 3], [3, 3, 0], -2),
      ([5], [2], 0), ([5, 3], [], 0), ([0, 3], [2, 1], 1),
    ] {
      let position = axis < 0 ? axis + shape.count : axis
      let positive = places.map { $0 < 0 ? $0 + shape[position] : $0 }
      OperationFixture(
        "elements \(places) of \(shape) along \(axis)", "gathered(Tensor, axis: Int)",
        [Sample(shape, .offGrid)]
      ) {
        try $0[0].gathered(Tensor(places), axis: axis)
      } plain: {
        $0[0].taking(positive, axis: position)
      }
      let source = Array(shape[..<position]) + [places.count] + shape[(position + 1)...]
      OperationFixture(
        "\(source) added at \(places) of \(shape) along \(axis)",
        "scatterAdded(Tensor, at: Tensor, axis: Int)",
        [Sample(shape, .offGrid), Sample(source, .offGrid)]
      ) {
        try $0[0].scatterAdded($0[1], at: Tensor(places.map { Int32($0) }), axis: axis)
      } plain: { inputs in
        Plain(shape) { index in
          positive.indices.filter { positive[$0] == index[position] }.reduce(inputs[0][index]) {
            var place = index
            place[position] = $1
            return $0 + inputs[1][place]
          }
        }
      }
    }
  }
}
