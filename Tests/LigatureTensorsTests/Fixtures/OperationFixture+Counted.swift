import LigatureTensors

extension OperationFixture {
  /// Shapes of padded sequences, and how many of their steps count.
  private static let cases: [(shape: [Int], lengths: [Int]?)] = [
    ([3, 4, 2], [4, 1, 3]), ([2, 3, 2], [0, 2]), ([2, 3, 2], [3, 3]), ([2, 3, 2], nil),
    ([1, 5, 1], [2]), ([3, 2], [1, 2, 0]), ([2, 2, 2, 3], [1, 2]), ([2, 3, 1], [0, 0]),
    ([0, 3, 2], []), ([2, 0, 2], [0, 0]),
  ]

  @FixtureBuilder static var countedReductions: [OperationFixture] {
    rows("sum", { try $0.sum(over: .time, counting: $1) }, { $0.reduce(0, +) })
    rows(
      "mean", { try $0.mean(over: .time, counting: $1) },
      { $0.isEmpty ? 0 : $0.reduce(0, +) / Double($0.count) })
    rows("max", { try $0.max(over: .time, counting: $1) }, { $0.max() ?? 0 })
    rows("min", { try $0.min(over: .time, counting: $1) }, { $0.min() ?? 0 })
  }

  @FixtureBuilder private static func rows(
    _ name: String, _ body: @escaping @Sendable (Tensor, [Int]?) throws -> Tensor,
    _ plain: @escaping @Sendable ([Double]) -> Double
  ) -> [OperationFixture] {
    for (shape, lengths) in cases {
      OperationFixture(
        "the \(name) over the steps \(lengths.map { "\($0)" } ?? "all") of \(shape)",
        "\(name)(over: SequenceAxis, counting: [Int]?)", [.distinct(shape)]
      ) {
        try body($0[0], lengths)
      } plain: { inputs in
        Plain([shape[0]] + shape[2...]) { index in
          plain(
            (0..<(lengths?[index[0]] ?? shape[1])).map { step in
              inputs[0][[index[0], step] + index.dropFirst()]
            })
        }
      }
    }
  }
}
