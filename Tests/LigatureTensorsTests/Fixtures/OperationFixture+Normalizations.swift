import Foundation
import LigatureTensors

extension OperationFixture {
  /// Channels in `groups` groups over the places of each observation, or, without, each channel
  /// over everything.
  private static func normal(_ x: Plain, groups: Int?, epsilon: Double) -> Plain {
    let channels = x.shape[x.shape.count - 1]
    let depth = groups.map { channels / $0 } ?? 1
    func group(_ index: [Int]) -> [Int] {
      [groups == nil ? 0 : index[0], index[index.count - 1] / max(depth, 1)]
    }
    var members: [[Int]: [Double]] = [:]
    _ = Plain(x.shape) { index in
      members[group(index), default: []].append(x[index])
      return 0
    }
    return Plain(x.shape) { index in
      let all = members[group(index)] ?? []
      let mean = all.reduce(0, +) / Double(all.count)
      let variance = all.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(all.count)
      return (x[index] - mean) / (variance + epsilon).squareRoot()
    }
  }

  private static func scaled(_ x: Plain, _ scale: Plain?, _ offset: Plain?) -> Plain {
    Plain(x.shape) { index in
      let channel = [index[index.count - 1]]
      return x[index] * (scale?[channel] ?? 1) + (offset?[channel] ?? 0)
    }
  }

  @FixtureBuilder static var normalizations: [OperationFixture] {
    let group =
      "groupNormalized(Tensor, groups: Int, scale: Tensor?, offset: Tensor?, epsilon: Double)"
    let batch = "batchNormalized(Tensor, scale: Tensor?, offset: Tensor?, epsilon: Double)"
    for (shape, groups) in [
      ([2, 3, 4], 2), ([3, 2, 2, 6], 3), ([2, 5, 3], 3), ([2, 4], 2), ([1, 1, 4], 1),
      ([2, 37, 2], 1), ([0, 3, 2], 2), ([2, 0, 2], 2),
    ] {
      let channels = [shape[shape.count - 1]]
      OperationFixture(
        "\(shape) normalised in \(groups) groups", group,
        [Sample(shape, .offGrid), Sample(channels, .offGrid), Sample(channels, .offGrid)]
      ) {
        try groupNormalized($0[0], groups: groups, scale: $0[1], offset: $0[2], epsilon: 0.01)
      } plain: {
        scaled(normal($0[0], groups: groups, epsilon: 0.01), $0[1], $0[2])
      }
    }
    for shape in [[5, 3], [2, 3, 2], [2, 2, 2, 4], [40, 2]] {
      let channels = [shape[shape.count - 1]]
      OperationFixture(
        "\(shape) normalised over the batch", batch,
        [Sample(shape, .offGrid), Sample(channels, .offGrid), Sample(channels, .offGrid)]
      ) {
        try batchNormalized($0[0], scale: $0[1], offset: $0[2], epsilon: 0.01)
      } plain: {
        scaled(normal($0[0], groups: nil, epsilon: 0.01), $0[1], $0[2])
      }
    }
    OperationFixture("a batch normalised alone", batch, [Sample([4, 3], .offGrid)]) {
      try batchNormalized($0[0])
    } plain: {
      normal($0[0], groups: nil, epsilon: 1e-5)
    }
    OperationFixture(
      "groups normalised and scaled", group, [Sample([2, 3, 4], .offGrid), Sample([4], .offGrid)]
    ) {
      try groupNormalized($0[0], groups: 2, scale: $0[1])
    } plain: {
      scaled(normal($0[0], groups: 2, epsilon: 1e-5), $0[1], nil)
    }
    OperationFixture(
      "groups normalised and shifted", group, [Sample([2, 3, 4], .offGrid), Sample([4], .offGrid)]
    ) {
      try groupNormalized($0[0], groups: 4, offset: $0[1])
    } plain: {
      scaled(normal($0[0], groups: 4, epsilon: 1e-5), nil, $0[1])
    }
  }
}
