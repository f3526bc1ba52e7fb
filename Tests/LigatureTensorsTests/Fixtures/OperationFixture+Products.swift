import Foundation
import LigatureTensors

extension OperationFixture {
  /// Batches of matrices whose leading axes are equal, stretched or missing; then m, k and n.
  private static let batches: [([Int], [Int], m: Int, k: Int, n: Int)] = [
    ([], [], 3, 4, 5), ([], [], 17, 5, 1), ([], [], 1, 1, 1), ([], [], 1, 19, 3),
    ([], [], 0, 3, 2), ([], [], 2, 0, 3), ([], [], 2, 3, 0),
    ([2], [2], 3, 4, 2), ([2], [], 3, 4, 2), ([], [3], 2, 3, 2), ([2, 1], [3], 2, 3, 2),
    ([1], [4], 3, 1, 2), ([0], [], 2, 3, 2), ([0], [1], 2, 3, 2), ([2, 3], [], 1, 2, 4),
  ]

  @FixtureBuilder static var products: [OperationFixture] {
    for (left, right, m, k, n) in batches {
      for (swapsLeft, swapsRight) in [(false, false), (false, true), (true, false), (true, true)] {
        let a = left + (swapsLeft ? [k, m] : [m, k])
        let b = right + (swapsRight ? [n, k] : [k, n])
        OperationFixture(
          "\(a)\(swapsLeft ? "ᵀ" : "") · \(b)\(swapsRight ? "ᵀ" : "")",
          "matmul(Tensor, Tensor)", [Sample(a, .offGrid), Sample(b, .offGrid)]
        ) {
          try matmul(
            swapsLeft ? $0[0].transposed : $0[0], swapsRight ? $0[1].transposed : $0[1])
        } plain: {
          .matmul(
            swapsLeft ? $0[0].transposed : $0[0], swapsRight ? $0[1].transposed : $0[1])
        }
      }
    }
    OperationFixture(
      "a matrix used plain and transposed, as a tied autoencoder does", "matmul(Tensor, Tensor)",
      [[3, 5], [5, 4]]
    ) {
      try matmul(tanh(matmul($0[0], $0[1])), $0[1].transposed)
    } plain: {
      .matmul(Plain.matmul($0[0], $0[1]).map { Foundation.tanh($0) }, $0[1].transposed)
    }
    OperationFixture(
      "a matrix used transposed first, then plain", "transposed", [[3, 5], [4, 5]]
    ) {
      try matmul(matmul($0[0], $0[1].transposed), $0[1]) + $0[0]
    } plain: {
      .zip(.matmul(.matmul($0[0], $0[1].transposed), $0[1]), $0[0], +)
    }
    OperationFixture("a matrix times its own transpose", "matmul(Tensor, Tensor)", [[3, 4]]) {
      try matmul($0[0], $0[0].transposed)
    } plain: {
      .matmul($0[0], $0[0].transposed)
    }
    OperationFixture("a square matrix times itself", "matmul(Tensor, Tensor)", [[3, 3]]) {
      try matmul($0[0], $0[0])
    } plain: {
      .matmul($0[0], $0[0])
    }
    OperationFixture("a matrix transposed twice", "transposed", [[2, 3], [3, 4]]) {
      try matmul($0[0].transposed.transposed, $0[1])
    } plain: {
      .matmul($0[0], $0[1])
    }
    OperationFixture("a stretched matrix", "matmul(Tensor, Tensor)", [[2, 1, 3], [3, 1]]) {
      try matmul($0[0].broadcast(to: [2, 4, 3]), $0[1].broadcast(to: [3, 5]))
    } plain: { inputs in
      .matmul(Plain([2, 4, 3]) { inputs[0][$0] }, Plain([3, 5]) { inputs[1][$0] })
    }
  }

  private static let activations: [(FusedActivation, @Sendable (Double) -> Double)] = [
    (.identity, { $0 }), (.relu, { Swift.max($0, 0) }), (.tanh, { Foundation.tanh($0) }),
    (.sigmoid, { 1 / (1 + Foundation.exp(-$0)) }),
  ]

  @FixtureBuilder static var linears: [OperationFixture] {
    let linear = "linear(Tensor, weights: Tensor, bias: Tensor?, activation: FusedActivation)"
    for (activation, plain) in activations {
      for shape in [[3, 4], [2, 3, 4], [1, 4], [0, 4], [2, 0]] {
        let (inputs, outputs) = (shape.last ?? 0, 17)
        OperationFixture(
          "linear of \(shape) with bias and \(activation)", linear,
          [Sample(shape, .offGrid), [inputs, outputs], [outputs]]
        ) {
          try LigatureTensors.linear($0[0], weights: $0[1], bias: $0[2], activation: activation)
        } plain: {
          Plain.zip(.matmul($0[0], $0[1]), $0[2], +).map(plain)
        }
        OperationFixture(
          "linear of \(shape) without bias and with \(activation)", linear,
          [Sample(shape, .offGrid), [outputs, inputs]]
        ) {
          try LigatureTensors.linear($0[0], weights: $0[1].transposed, activation: activation)
        } plain: {
          Plain.matmul($0[0], $0[1].transposed).map(plain)
        }
      }
      OperationFixture(
        "linear of transposed inputs with \(activation)", linear, [[4, 3], [4, 2], [2]]
      ) {
        try LigatureTensors.linear(
          $0[0].transposed, weights: $0[1], bias: $0[2], activation: activation)
      } plain: {
        Plain.zip(.matmul($0[0].transposed, $0[1]), $0[2], +).map(plain)
      }
    }
    OperationFixture("linear layers with one bias for both", linear, [[3, 4], [4, 4], [4]]) {
      let inner = try LigatureTensors.linear(
        $0[0], weights: $0[1], bias: $0[2], activation: .tanh)
      return try LigatureTensors.linear(inner, weights: $0[1].transposed, bias: $0[2])
    } plain: {
      let inner = Plain.zip(.matmul($0[0], $0[1]), $0[2], +).map { Foundation.tanh($0) }
      return .zip(.matmul(inner, $0[1].transposed), $0[2], +)
    }
  }
}
