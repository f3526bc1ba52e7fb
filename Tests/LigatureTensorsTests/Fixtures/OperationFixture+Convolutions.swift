import Foundation
import LigatureTensors

extension OperationFixture {
  /// What a row is called, its sizes, and how a caller spells its padding.
  private struct Case: Sendable {
    let name: String
    let plain: PlainConvolution
    var batch = 2
    let inputs: Int
    let outputs: Int
    let padding: SpatialPadding
    var stride: [Int]
    var dilation: [Int] = [1]

    init(
      _ name: String, _ size: [Int], _ kernel: [Int], _ channels: (Int, Int), batch: Int = 1,
      stride: [Int] = [1], dilation: [Int] = [1], before: [Int]? = nil, after: [Int]? = nil,
      groups: Int = 1, _ padding: SpatialPadding = .valid
    ) {
      func perAxis(_ values: [Int]) -> [Int] {
        values.count == 1 ? size.map { _ in values[0] } : values
      }
      plain = PlainConvolution(
        size: size, kernel: kernel, stride: perAxis(stride), dilation: perAxis(dilation),
        before: before ?? size.map { _ in 0 }, after: after ?? before ?? size.map { _ in 0 },
        groups: groups)
      (self.name, self.batch, self.padding) = (name, batch, padding)
      (inputs, outputs) = channels
      (self.stride, self.dilation) = (stride, dilation)
    }

    var image: [Int] { [batch] + plain.size + [inputs] }
    var result: [Int] { [batch] + plain.output + [outputs] }
    var filters: [Int] { plain.kernel + [inputs / plain.groups, outputs] }
  }

  private static let cases: [Case] = [
    Case("of a row", [6], [3], (2, 3), batch: 2),
    Case(
      "of a row, strided, with less before", [7], [3], (2, 1), stride: [2], before: [0],
      after: [1], .explicit(before: [0], after: [1])),
    Case(
      "of a row, causal and dilated", [6], [2], (1, 3), dilation: [3], before: [3], after: [0],
      .causal),
    Case("of a whole row", [5], [5], (2, 2), stride: [4]),
    Case("of an image", [4, 5], [3, 2], (2, 3)),
    Case("of an image, of its size", [3, 4], [3, 3], (1, 17), before: [1, 1], .same),
    Case(
      "of an image, of half its size", [4, 5], [3, 3], (2, 2), stride: [2],
      before: [0, 1], after: [1, 1], .same),
    Case(
      "of an image with an even kernel", [3, 3], [2, 2], (2, 2), before: [0, 0], after: [1, 1],
      .same),
    Case(
      "of an image, strided and dilated", [6, 7], [2, 3], (2, 2), stride: [3, 2],
      dilation: [2, 3], before: [2, 1], .explicit(2, 1)),
    Case("of an image by points", [2, 3], [1, 1], (3, 4), batch: 2),
    Case("of an image, with steps longer than the kernel", [5, 4], [1, 2], (2, 2), stride: [3]),
    Case(
      "of an image in groups", [3, 3], [2, 2], (6, 4), before: [1, 1], groups: 2,
      .explicit(1)),
    Case("of each channel", [4, 3], [3, 3], (5, 5), before: [1, 1], groups: 5, .same),
    Case(
      "of each channel with three filters, strided", [4, 5], [2, 2], (2, 6), stride: [2],
      groups: 2),
    Case(
      "of a volume", [2, 3, 3], [2, 2, 2], (2, 2), before: [1, 0, 0], after: [0, 0, 1],
      .explicit(before: [1, 0, 0], after: [0, 0, 1])),
    Case("of a volume, strided", [3, 4, 2], [2, 3, 1], (1, 2), stride: [2, 1, 1]),
    Case("of no images", [3, 3], [2, 2], (2, 3), batch: 0),
  ]

  private static let convolutionName =
    "convolution(Tensor, filters: Tensor, bias: Tensor?, stride: [Int], padding: SpatialPadding, "
    + "dilation: [Int], groups: Int)"
  private static let transposedName =
    "transposedConvolution(Tensor, filters: Tensor, bias: Tensor?, stride: [Int], "
    + "padding: SpatialPadding, dilation: [Int], groups: Int, outputSize: [Int]?)"

  @FixtureBuilder static var convolutions: [OperationFixture] {
    for row in cases {
      OperationFixture(
        "a convolution \(row.name)", convolutionName,
        [Sample(row.image, .offGrid), Sample(row.filters, .offGrid), [row.outputs]]
      ) {
        try convolution(
          $0[0], filters: $0[1], bias: $0[2], stride: row.stride, padding: row.padding,
          dilation: row.dilation, groups: row.plain.groups)
      } plain: {
        row.plain.forward($0[0], $0[1], $0[2])
      }
      OperationFixture(
        "a transposed convolution \(row.name)", transposedName,
        [Sample(row.result, .offGrid), Sample(row.filters, .offGrid), [row.inputs]]
      ) {
        try transposedConvolution(
          $0[0], filters: $0[1], bias: $0[2], stride: row.stride, padding: row.padding,
          dilation: row.dilation, groups: row.plain.groups, outputSize: row.plain.size)
      } plain: {
        row.plain.transposed($0[0], $0[1], $0[2])
      }
    }
    let same = PlainConvolution(
      size: [4, 6], kernel: [3, 3], stride: [2, 2], dilation: [1, 1], before: [0, 0],
      after: [1, 1])
    OperationFixture(
      "a transposed convolution to twice the size", transposedName,
      [Sample([1, 2, 3, 2], .offGrid), Sample([3, 3, 2, 2], .offGrid)]
    ) {
      try transposedConvolution($0[0], filters: $0[1], stride: [2], padding: .same)
    } plain: {
      same.transposed($0[0], $0[1])
    }
    let inner = PlainConvolution(
      size: [4, 3], kernel: [2, 2], stride: [1, 1], dilation: [1, 1], before: [0, 0], after: [0, 0])
    OperationFixture(
      "a convolution and its transpose with the same filters, as a tied autoencoder has",
      transposedName, [Sample([1, 4, 3, 2], .offGrid), Sample([2, 2, 2, 3], .offGrid)]
    ) {
      try transposedConvolution(tanh(convolution($0[0], filters: $0[1])), filters: $0[1])
    } plain: {
      inner.transposed(inner.forward($0[0], $0[1]).map { Foundation.tanh($0) }, $0[1])
    }
    let square = PlainConvolution(
      size: [3, 3], kernel: [2, 2], stride: [1, 1], dilation: [1, 1], before: [0, 0], after: [0, 0])
    OperationFixture(
      "a convolution with filters transposed", convolutionName,
      [Sample([1, 3, 3, 2], .offGrid), Sample([2, 2, 3, 2], .offGrid)]
    ) {
      try convolution($0[0], filters: $0[1].transposed)
    } plain: {
      square.forward($0[0], $0[1].transposed)
    }
    let wide = PlainConvolution(
      size: [5, 7], kernel: [2, 3], stride: [1, 1], dilation: [1, 1], before: [0, 0], after: [0, 0])
    for (filling, rows, columns) in [
      (TensorPadding.reflect, [1, 0, 1, 2, 1], [2, 1, 0, 1, 2, 3, 2]),
      (.replicate, [0, 0, 1, 2, 2], [0, 0, 0, 1, 2, 3, 3]),
      (.circular, [2, 0, 1, 2, 0], [2, 3, 0, 1, 2, 3, 0]),
    ] {
      OperationFixture(
        "a convolution of an image continued by \(filling)", convolutionName,
        [Sample([1, 3, 4, 2], .offGrid), Sample([2, 3, 2, 2], .offGrid)]
      ) {
        try convolution(
          $0[0], filters: $0[1],
          padding: .explicit(before: [1, 2], after: [1, 1]).filling(filling))
      } plain: {
        wide.forward($0[0].taking(rows, axis: 1).taking(columns, axis: 2), $0[1])
      }
    }
  }

  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  @FixtureBuilder static var pools: [OperationFixture] {
    let largest =
      "maximumPooling(Tensor, window: [Int], stride: [Int]?, padding: SpatialPadding, "
      + "dilation: [Int])"
    let means =
      "averagePooling(Tensor, window: [Int], stride: [Int]?, padding: SpatialPadding, "
      + "countsPadding: Bool)"
    let windows: [(String, [Int], [Int], [Int]?, SpatialPadding, [[Range<Int>]])] = [
      ("of a row", [7], [2], nil, .valid, [[0..<2, 2..<4, 4..<6]]),
      ("of an image", [4, 5], [2, 2], nil, .valid, [[0..<2, 2..<4], [0..<2, 2..<4]]),
      (
        "of an image, overlapping and padded", [3, 4], [3, 3], [1, 2], .explicit(1),
        [[0..<2, 0..<3, 1..<3], [0..<2, 1..<4]]
      ),
      (
        "of a volume", [2, 2, 3], [2, 1, 2], [1], .valid,
        [[0..<2], [0..<1, 1..<2], [0..<2, 1..<3]]
      ),
    ]
    for (name, size, window, stride, padding, ranges) in windows {
      OperationFixture(
        "the largest \(name)", largest, [.distinct([2] + size + [3])]
      ) {
        try maximumPooling($0[0], window: window, stride: stride, padding: padding)
      } plain: {
        $0[0].pooled(ranges) { $0.max() ?? .nan }
      }
      OperationFixture("the means \(name)", means, [Sample([2] + size + [3], .offGrid)]) {
        try averagePooling($0[0], window: window, stride: stride, padding: padding)
      } plain: {
        $0[0].pooled(ranges, mean)
      }
    }
    OperationFixture("the largest, dilated and padded", largest, [.distinct([2, 5, 3])]) {
      try maximumPooling(
        $0[0], window: [3], stride: [1], padding: .explicit(1), dilation: [2])
    } plain: { inputs in
      let windows = [[1, 3], [0, 2, 4], [1, 3]]
      return Plain([2, 3, 3]) { index in
        windows[index[1]].map { inputs[0][[index[0], $0, index[2]]] }.max() ?? .nan
      }
    }
    OperationFixture("means with zeros around", means, [Sample([1, 3, 3, 2], .offGrid)]) {
      try averagePooling(
        $0[0], window: [2], stride: [2], padding: .explicit(1), countsPadding: true)
    } plain: {
      $0[0].pooled([[0..<1, 1..<3], [0..<1, 1..<3]]) { $0.reduce(0, +) / 4 }
    }
    OperationFixture(
      "the largest, with their places",
      "maximumPoolingWithIndices(Tensor, window: [Int], stride: [Int]?, padding: SpatialPadding, "
        + "dilation: [Int])", [.distinct([1, 4, 4, 2])]
    ) {
      try maximumPoolingWithIndices($0[0], window: [2]).values
    } plain: {
      $0[0].pooled([[0..<2, 2..<4], [0..<2, 2..<4]]) { $0.max() ?? .nan }
    }
    OperationFixture(
      "numbers put at places",
      "maximumUnpooling(Tensor, indices: Tensor, size: [Int])", [Sample([2, 2, 1], .offGrid)]
    ) {
      try maximumUnpooling(
        $0[0], indices: Tensor([3, 0, 2, 2], shape: [2, 2, 1]), size: [4])
    } plain: { inputs in
      let places = [3, 0, 2, 2]
      return Plain([2, 4, 1]) { index in
        (0..<2).reduce(0) {
          $0 + (places[index[0] * 2 + $1] == index[1] ? inputs[0][[index[0], $1, 0]] : 0)
        }
      }
    }
    let parts: [([Int], [Int], [[Range<Int>]])] = [
      ([5], [3], [[0..<2, 1..<4, 3..<5]]), ([2, 3], [1, 3], [[0..<2], [0..<1, 1..<2, 2..<3]]),
      ([2, 1], [3, 2], [[0..<1, 0..<2, 1..<2], [0..<1, 0..<1]]),
    ]
    for (size, output, ranges) in parts {
      OperationFixture(
        "the means of \(output) parts of \(size)", "adaptiveAveragePooling(Tensor, to: [Int])",
        [Sample([2] + size + [2], .offGrid)]
      ) {
        try adaptiveAveragePooling($0[0], to: output)
      } plain: {
        $0[0].pooled(ranges, mean)
      }
      OperationFixture(
        "the largest of \(output) parts of \(size)", "adaptiveMaximumPooling(Tensor, to: [Int])",
        [.distinct([2] + size + [2])]
      ) {
        try adaptiveMaximumPooling($0[0], to: output)
      } plain: {
        $0[0].pooled(ranges) { $0.max() ?? .nan }
      }
    }
    let resized = "resized(to: [Int], axes: [Int]?, by: Interpolation, alignsCorners: Bool)"
    OperationFixture("an image resized by neighbours", resized, [Sample([1, 2, 3, 2], .offGrid)]) {
      try $0[0].resized(to: [4, 2], by: .nearest)
    } plain: {
      $0[0].taking([0, 0, 1, 1], axis: 1).taking([0, 2], axis: 2)
    }
    OperationFixture("an image resized in proportion", resized, [Sample([1, 2, 4, 2], .offGrid)]) {
      try $0[0].resized(to: [4, 2])
    } plain: { inputs in
      let rows: [[(Int, Double)]] = [
        [(0, 1)], [(0, 0.75), (1, 0.25)], [(0, 0.25), (1, 0.75)], [(1, 1)],
      ]
      let columns: [[(Int, Double)]] = [[(0, 0.5), (1, 0.5)], [(2, 0.5), (3, 0.5)]]
      return Plain([1, 4, 2, 2]) { index in
        rows[index[1]].reduce(0) { sum, row in
          columns[index[2]].reduce(sum) {
            $0 + row.1 * $1.1 * inputs[0][[index[0], row.0, $1.0, index[3]]]
          }
        }
      }
    }
  }
}
