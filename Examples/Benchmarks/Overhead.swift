import Foundation
import Ligature
import LigatureTensors

/// What an operation costs beside its arithmetic: nanoseconds for tensors of 16 elements, forward
/// alone and with its backward pass, for reading a learnable in a pass, and for calling a layer.
/// `peers/overhead_torch.py` prints the same of PyTorch.
enum Overhead {
  static func run() throws {
    print("Nanoseconds, the least of 25 rounds of 4000")
    var numbers = RandomStream(seed: 1)
    let a = try numbers.normal([16])
    let b = try numbers.normal([16])
    let m = try numbers.normal([4, 4])
    let k = try numbers.normal([4, 4])
    try both("add", [a, b]) { try $0[0] + $0[1] }
    try both("multiply", [a, b]) { try $0[0] * $0[1] }
    try both("tanh", [a]) { try tanh($0[0]) }
    try both("product 4x4", [m, k]) { try matmul($0[0], $0[1]) }
    try both("slice", [a]) { try $0[0][2..<10] }
    try both("sum", [a]) { try $0[0].sum() }
    try layers()
  }

  /// An operation on constants, and a pass of it: leaves, the operation, gradients from a seed.
  private static func both(
    _ name: String, _ inputs: [Tensor], _ body: ([Tensor]) throws -> Tensor
  ) throws {
    let forward = try time { _ = try body(inputs) }
    let seed = try body(inputs)
    let pass = try time {
      let tape = TapeHandle()
      let leaves = inputs.map { tape.leaf($0) }
      _ = try tape.gradients(of: body(leaves), seed: seed, for: leaves)
    }
    line(name, forward, pass)
  }

  /// A layer that does nothing, many times in one pass, and one that reads a learnable many times.
  private static func layers() throws {
    let count = 4000
    let x = try Tensor.zeros([1, 4])
    func prepared(_ network: Network) throws -> Network {
      try network.initialize(for: [x])
      return network
    }
    func inference(_ network: Network) throws -> Double {
      try time(rounds: 25, count: 1) { _ = try network.predict(x) } / Double(count)
    }
    let called = try inference(prepared(Network { Calls(count: count) }))
    let read = try inference(prepared(Network { Reads(count: count) }))
    let recorded = try prepared(Network { Reads(count: count) })
    let pass =
      try time(rounds: 25, count: 1) {
        _ = try valueAndGradients(of: recorded) { try recorded(x, in: $0).sum() }
      } / Double(count)
    line("reading a learnable", read, pass)
    line("calling a layer", called, nil)
  }

  private static func line(_ name: String, _ forward: Double, _ both: Double?) {
    let text = name.padding(toLength: 22, withPad: " ", startingAt: 0)
    let figures = [forward, both].map { value in
      value.map { String(format: "%8.0f", $0) } ?? "        "
    }
    print("\(text) forward\(figures[0])   with backward\(figures[1])")
  }

  private static func time(
    rounds: Int = 25, count: Int = 4000, _ body: () throws -> Void
  ) rethrows -> Double {
    var least = Double.infinity
    for _ in 0..<rounds {
      let start = DispatchTime.now().uptimeNanoseconds
      for _ in 0..<count { try body() }
      least = min(
        least, Double(DispatchTime.now().uptimeNanoseconds - start) / Double(count))
    }
    return least
  }
}

/// Calls a layer that returns its input.
private struct Calls: CustomLayer {
  @Learnable var inner = Nothing()
  let count: Int

  init(count: Int) { self.count = count }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    var x = x
    for _ in 0..<count { x = try inner(x, in: context) }
    return x
  }
}

private struct Nothing: CustomLayer {
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { x }
}

/// Reads a learnable.
private struct Reads: CustomLayer {
  @Learnable var weights: Tensor
  let count: Int

  init(count: Int) {
    self.count = count
    weights = Tensor([Float](repeating: 1, count: 4))
  }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    var read = weights
    for _ in 1..<count { read = weights }
    return try x + read
  }
}
