import Foundation
import LigatureTensors

extension OperationFixture {
  private static let attentionName =
    "scaledDotProductAttention(queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor?, "
    + "bias: Tensor?, keyLengths: [Int]?, causal: Bool, scale: Double?, factors: Tensor?)"

  /// The shares that the numbers of a row have where `isShown` says so.
  private static func shares(_ row: [Double], where isShown: [Bool]) -> [Double] {
    let powers = zip(row, isShown).map { $1 ? Foundation.exp($0) : 0 }
    let total = powers.reduce(0, +)
    return powers.map { total > 0 ? $0 / total : 0 }
  }

  /// Attention one query after another; `score` may add to a score, or hide it by -infinity.
  private static func attended(
    _ queries: Plain, _ keys: Plain, _ values: Plain, batch: [Int], scale: Double? = nil,
    factor: ([Int]) -> Double, score: ([Int]) -> Double
  ) -> Plain {
    let rank = queries.shape.count
    let (steps, features) = (queries.shape[rank - 2], queries.shape[rank - 1])
    let keySteps = keys.shape[keys.shape.count - 2]
    let scale = scale ?? 1 / Double(features).squareRoot()
    return Plain(batch + [steps, values.shape[values.shape.count - 1]]) { index in
      let (lead, query) = (Array(index.dropLast(2)), index[index.count - 2])
      let more = (0..<keySteps).map { score(lead + [query, $0]) }
      let row = (0..<keySteps).map { key in
        more[key]
          + scale
          * (0..<features).reduce(0) { $0 + queries[lead + [query, $1]] * keys[lead + [key, $1]] }
      }
      let weights = shares(row, where: more.map { $0 > -.infinity })
      return (0..<keySteps).reduce(0) { sum, key in
        let weight = weights[key] * factor(lead + [query, key])
        return sum + weight * values[lead + [key, index[index.count - 1]]]
      }
    }
  }

  /// The same without factors.
  private static func attended(
    _ queries: Plain, _ keys: Plain, _ values: Plain, batch: [Int], scale: Double? = nil,
    score: ([Int]) -> Double = { _ in 0 }
  ) -> Plain {
    attended(queries, keys, values, batch: batch, scale: scale, factor: { _ in 1 }, score: score)
  }

  /// Attention, and what it is made of.
  @FixtureBuilder static var attentions: [OperationFixture] {
    OperationFixture(
      "attention of [2, 3] to [4, 3]", attentionName, [.share([2, 3]), .share([4, 3]), [4, 2]]
    ) {
      try scaledDotProductAttention(queries: $0[0], keys: $0[1], values: $0[2])
    } plain: {
      attended($0[0], $0[1], $0[2], batch: [])
    }
    OperationFixture(
      "causal attention of heads with shared keys", attentionName,
      [.share([2, 3, 3, 2]), .share([2, 1, 4, 2]), [2, 1, 4, 3]]
    ) {
      try scaledDotProductAttention(
        queries: $0[0], keys: $0[1], values: $0[2], causal: true, scale: 2)
    } plain: {
      attended($0[0], $0[1], $0[2], batch: [2, 3], scale: 2) { index in
        index[3] <= index[2] + 1 ? 0 : -.infinity
      }
    }
    OperationFixture(
      "causal attention of more queries than keys", attentionName,
      [.share([4, 2]), .share([2, 2]), [2, 2]]
    ) {
      try scaledDotProductAttention(queries: $0[0], keys: $0[1], values: $0[2], causal: true)
    } plain: {
      attended($0[0], $0[1], $0[2], batch: []) { $0[1] <= $0[0] - 2 ? 0 : -.infinity }
    }
    OperationFixture(
      "attention to keys that count, with a mask, a bias and factors", attentionName,
      [
        .share([3, 2, 2]), .share([3, 4, 2]), [3, 4, 2], .mask([1, 4]), .share([3, 2, 4]),
        .share([2, 4]),
      ]
    ) {
      try scaledDotProductAttention(
        queries: $0[0], keys: $0[1], values: $0[2], mask: $0[3], bias: $0[4],
        keyLengths: [4, 0, 3], factors: $0[5])
    } plain: { inputs in
      attended(
        inputs[0], inputs[1], inputs[2], batch: [3], factor: { inputs[5][$0] }
      ) { index in
        inputs[3][index] > 0 && index[2] < [4, 0, 3][index[0]] ? inputs[4][index] : -.infinity
      }
    }.holding(3)
    OperationFixture(
      "attention with biases of -infinity", attentionName,
      [.share([2, 2]), .share([3, 2]), [3, 1]]
    ) {
      let low = -Double.infinity
      return try scaledDotProductAttention(
        queries: $0[0], keys: $0[1], values: $0[2],
        bias: Tensor([0, low, 1, low, low, low], shape: [2, 3]).cast(to: $0[0].scalarType))
    } plain: {
      attended($0[0], $0[1], $0[2], batch: []) { index in
        index[0] == 0 && index[1] != 1 ? Double(index[1]) / 2 : -.infinity
      }
    }
    OperationFixture(
      "the softmax of [2, 3, 4] where a mask is not 0", "softmax(Tensor, where: Tensor, axis: Int)",
      [[2, 3, 4], .mask([3, 1])]
    ) {
      try softmax($0[0], where: $0[1], axis: 1)
    } plain: { inputs in
      let shown = inputs[1].values.map { $0 > 0 }
      return inputs[0].alongAxis(1) { shares($0, where: shown) }
    }.holding(1)
    OperationFixture(
      "the softmax of a row of which nothing is shown", "softmax(Tensor, where: Tensor, axis: Int)",
      [[2, 3]]
    ) {
      try softmax(
        $0[0], where: Tensor([0, 0, 0, 0, 1, 1], shape: [2, 3]).cast(to: $0[0].scalarType))
    } plain: { inputs in
      let row = shares([inputs[0][[1, 1]], inputs[0][[1, 2]]], where: [true, true])
      return Plain([2, 3], [0, 0, 0, 0] + row)
    }
    OperationFixture(
      "vectors by their numbers", "embedding(Tensor, vectors: Tensor, paddingIndex: Int?)",
      [[4, 3]]
    ) {
      try embedding(Tensor([3, 1, 1, 0, 2, 3] as [Int32], shape: [2, 3]), vectors: $0[0])
    } plain: {
      let rows = $0[0].taking([3, 1, 1, 0, 2, 3], axis: 0)
      return Plain([2, 3, 3], rows.values)
    }
    OperationFixture(
      "vectors by floating numbers, one of them padding",
      "embedding(Tensor, vectors: Tensor, paddingIndex: Int?)", [[3, 2]]
    ) {
      try embedding(Tensor([2.0, 1, 0, 1]), vectors: $0[0], paddingIndex: 1)
    } plain: { inputs in
      Plain([4, 2]) { $0[0].isMultiple(of: 2) ? inputs[0][[2 - $0[0], $0[1]]] : 0 }
    }
    OperationFixture(
      "sines and cosines of positions", "sinusoidalPositions(Tensor, features: Int, base: Double)",
      [[2, 2]]
    ) {
      try sinusoidalPositions($0[0], features: 5, base: 100)
    } plain: { inputs in
      Plain([2, 2, 5]) { index in
        let angle = inputs[0][Array(index.dropLast())] / pow(100, Double(index[2] / 2 * 2) / 5)
        return index[2].isMultiple(of: 2) ? sin(angle) : cos(angle)
      }
    }
    for pairing in RotaryPairing.allCases {
      OperationFixture(
        "vectors turned by their positions, of \(pairing)",
        "rotaryEmbedding(Tensor, at: Tensor, base: Double, pairing: RotaryPairing)",
        [[2, 3, 4], [3]]
      ) {
        try rotaryEmbedding($0[0], at: $0[1], base: 50, pairing: pairing)
      } plain: { inputs in
        Plain([2, 3, 4]) { index in
          let place = index[2]
          let pair = pairing == .halves ? place % 2 : place / 2
          let isFirst = pairing == .halves ? place < 2 : place.isMultiple(of: 2)
          let step = pairing == .halves ? 2 : 1
          let angle = inputs[1][[index[1]]] * pow(50, -2 * Double(pair) / 4)
          var other = index
          other[2] += isFirst ? step : -step
          return inputs[0][index] * cos(angle) + (isFirst ? -1 : 1) * inputs[0][other] * sin(angle)
        }
      }
    }
  }
}
