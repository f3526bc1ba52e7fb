import LigatureTensors

extension OperationFixture {
  @FixtureBuilder static var views: [OperationFixture] {
    for (shape, target) in [
      ([3, 4], [2, 6]), ([3, 4], [12]), ([6], [1, 2, 3, 1]), ([], [1, 1]), ([1, 1], []),
      ([0, 3], [7, 0]), ([2, 3], [2, 3]),
    ] {
      OperationFixture(
        "\(shape) reshaped to \(target)", "reshaped(to: [Int])", [Sample(shape, .offGrid)]
      ) {
        try $0[0].reshaped(to: target)
      } plain: {
        $0[0].reshaped(target)
      }
    }
    OperationFixture("[2, 3, 4] reshaped to [4, -1]", "reshaped(to: [Int])", [[2, 3, 4]]) {
      try $0[0].reshaped(to: [4, -1])
    } plain: {
      $0[0].reshaped([4, 6])
    }
    for (shape, target) in [([2, 3, 4], [2, 12]), ([5], [5, 1]), ([0, 3, 2], [0, 6])] {
      OperationFixture("\(shape) flattened", "flattened()", [Sample(shape, .offGrid)]) {
        try $0[0].flattened()
      } plain: {
        $0[0].reshaped(target)
      }
    }
    for (shape, axes) in [
      ([3, 4], [1, 0]), ([2, 3, 4], [2, 0, 1]), ([2, 3, 4], [0, 2, 1]), ([], []),
      ([2, 1, 3, 2], [3, 1, 0, 2]), ([0, 3], [1, 0]),
    ] {
      OperationFixture(
        "\(shape) permuted by \(axes)", "permuted([Int])", [Sample(shape, .offGrid)]
      ) {
        try $0[0].permuted(axes)
      } plain: {
        $0[0].permuted(axes)
      }
    }
    for shape in [[3, 4], [2, 3, 4], [1, 5], [0, 2]] {
      OperationFixture("\(shape) transposed", "transposed", [Sample(shape, .offGrid)]) {
        $0[0].transposed
      } plain: {
        $0[0].transposed
      }
      OperationFixture(
        "\(shape) transposed, then squared and transposed back", "transposed",
        [Sample(shape, .offGrid)]
      ) {
        try square($0[0].transposed).transposed
      } plain: {
        $0[0].map { $0 * $0 }
      }
    }
    for (shape, target) in [
      ([3, 1], [3, 4]), ([4], [2, 3, 4]), ([], [2, 2]), ([1, 3, 1], [2, 3, 4]), ([3, 4], [3, 4]),
      ([1, 2], [0, 2]),
    ] {
      OperationFixture(
        "\(shape) broadcast to \(target)", "broadcast(to: [Int])", [Sample(shape, .offGrid)]
      ) {
        try $0[0].broadcast(to: target)
      } plain: { inputs in
        Plain(target) { inputs[0][$0] }
      }
    }
    for (axis, target) in [(0, [1, 2, 3]), (1, [2, 1, 3]), (2, [2, 3, 1]), (-1, [2, 3, 1])] {
      OperationFixture("a new axis at \(axis)", "expandingAxis(Int)", [[2, 3]]) {
        try $0[0].expandingAxis(axis)
      } plain: {
        $0[0].reshaped(target)
      }
    }
    OperationFixture("[1, 2, 1, 3] squeezed", "squeezed(Int...)", [[1, 2, 1, 3]]) {
      try $0[0].squeezed()
    } plain: {
      $0[0].reshaped([2, 3])
    }
    OperationFixture("[1, 2, 1, 3] squeezed at -2", "squeezed(Int...)", [[1, 2, 1, 3]]) {
      try $0[0].squeezed(-2)
    } plain: {
      $0[0].reshaped([1, 2, 3])
    }
  }
}
