import LigatureTensors

extension OperationFixture {
  /// A source's shape, an axis, and indices with their shape: some twice, some negative, some that
  /// stretch.
  private static let cases: [(shape: [Int], axis: Int, indices: [Int], sizes: [Int])] = [
    ([5], 0, [4, 0, 4], [3]), ([2, 3], 1, [2, 0, 0, -1], [2, 2]), ([2, 3], 0, [1, 0, 1], [1, 3]),
    ([2, 3, 2], 1, [0, 2, 1, 1], [2, 2, 1]), ([2, 4, 3], -2, [3, 0], [1, 2, 1]),
    ([2, 3], 1, [], [2, 0]),
  ]

  /// Elements picked by indices of their own for each line.
  @FixtureBuilder static var places: [OperationFixture] {
    for (shape, axis, indices, sizes) in cases {
      let place = axis < 0 ? axis + shape.count : axis
      let table = Plain(sizes, indices.map(Double.init))
      let wanted = shape.indices.map { $0 == place ? sizes[$0] : shape[$0] }
      let found: @Sendable ([Int]) -> Int = { index in
        let number = Int(table[index])
        return number < 0 ? number + shape[place] : number
      }
      OperationFixture(
        "elements \(indices) of \(shape), line by line along \(axis)",
        "gathered(along: Int, at: Tensor)", [Sample(shape, .offGrid)]
      ) {
        try $0[0].gathered(along: axis, at: Tensor(indices, shape: sizes))
      } plain: { inputs in
        Plain(wanted) { index in
          var source = index
          source[place] = found(index)
          return inputs[0][source]
        }
      }
      OperationFixture(
        "\(wanted) added at \(indices) of \(shape), line by line along \(axis)",
        "scatterAdded(Tensor, along: Int, at: Tensor)",
        [Sample(shape, .offGrid), Sample(wanted, .offGrid)]
      ) {
        try $0[0].scatterAdded($0[1], along: axis, at: Tensor(indices, shape: sizes))
      } plain: { inputs in
        Plain(shape) { index in
          (0..<wanted[place]).reduce(inputs[0][index]) { sum, number in
            var source = index
            source[place] = number
            return found(source) == index[place] ? sum + inputs[1][source] : sum
          }
        }
      }
      OperationFixture(
        "\(wanted) put at \(indices) of \(shape), line by line along \(axis)",
        "scattered(Tensor, along: Int, at: Tensor)",
        [Sample(shape, .offGrid), Sample(wanted, .offGrid)]
      ) {
        try $0[0].scattered($0[1], along: axis, at: Tensor(indices, shape: sizes))
      } plain: { inputs in
        Plain(shape) { index in
          (0..<wanted[place]).reduce(inputs[0][index]) { last, number in
            var source = index
            source[place] = number
            return found(source) == index[place] ? inputs[1][source] : last
          }
        }
      }
    }
    OperationFixture("elements where a mask is not 0", "elements(where: Tensor)", [[2, 3]]) {
      try $0[0].elements(where: Tensor([1, 0, 0, 2, 0, -1], shape: [2, 3]))
    } plain: {
      Plain([3], [$0[0].values[0], $0[0].values[3], $0[0].values[5]])
    }
  }
}
