import Foundation
import LigatureTensors

extension OperationFixture {
  private static let shapes: [([Int], [Int])] = [
    ([3, 4], [3, 4]), ([3, 17], [17]), ([3, 1], [1, 4]), ([], [2, 3]), ([], []), ([0, 3], [1, 3]),
  ]

  /// Functions of two or three tensors beside arithmetic.
  @FixtureBuilder static var pairs: [OperationFixture] {
    for (left, right) in shapes {
      OperationFixture(
        "the angle of \(left) and \(right)", "atan2(Tensor, Tensor)",
        [Sample(left, .offGrid), Sample(right, .nearOne)]
      ) {
        try atan2($0[0], $0[1])
      } plain: {
        .zip($0[0], $0[1]) { Foundation.atan2($0, $1) }
      }
      OperationFixture(
        "the length of \(left) and \(right)", "hypot(Tensor, Tensor)",
        [Sample(left, .offGrid), Sample(right, .offGrid)]
      ) {
        try hypot($0[0], $0[1])
      } plain: {
        .zip($0[0], $0[1]) { Foundation.hypot($0, $1) }
      }
      // Steps of 0.7 keep quotients away from whole numbers.
      OperationFixture(
        "what \(right) leaves of \(left)", "remainder(Tensor, Tensor)",
        [Sample(left, .share), Sample(right, .share)]
      ) {
        try remainder($0[0] * 0.2 + 3.3, -1 - $0[1] * 0.1)
      } plain: {
        .zip($0[0].map { $0 * 0.2 + 3.3 }, $0[1].map { -1 - $0 * 0.1 }) {
          $0 - $1 * ($0 / $1).rounded(.down)
        }
      }
      OperationFixture(
        "what \(right) leaves of \(left), toward zero", "truncatedRemainder(Tensor, Tensor)",
        [Sample(left, .share), Sample(right, .share)]
      ) {
        try truncatedRemainder(-3.3 - $0[0] * 0.2, $0[1] * 0.1 + 1)
      } plain: {
        .zip($0[0].map { -3.3 - $0 * 0.2 }, $0[1].map { $0 * 0.1 + 1 }) {
          $0 - $1 * ($0 / $1).rounded(.towardZero)
        }
      }
      OperationFixture(
        "between \(left) and \(right)", "lerp(Tensor, Tensor, Double)",
        [Sample(left, .offGrid), Sample(right, .offGrid)]
      ) {
        try lerp($0[0], $0[1], 0.3)
      } plain: {
        .zip($0[0], $0[1]) { $0 + 0.3 * ($1 - $0) }
      }
      OperationFixture(
        "between \(left) and \(right) by weights", "lerp(Tensor, Tensor, Tensor)",
        [Sample(left, .offGrid), Sample(right, .offGrid), Sample(right, .share)]
      ) {
        try lerp($0[0], $0[1], $0[2])
      } plain: { inputs in
        Plain(Plain.stretched(left, right)) { index in
          inputs[0][index] + inputs[2][index] * (inputs[1][index] - inputs[0][index])
        }
      }
    }
    OperationFixture(
      "a number where a mask is not 0", "maskedFill(Tensor, Double)", [[3, 4], .mask([3, 1])]
    ) {
      try $0[0].maskedFill($0[1], -2.5)
    } plain: {
      .zip($0[0], $0[1]) { $1 != 0 ? -2.5 : $0 }
    }.holding(1)
  }
}
