import Foundation
import Ligature
import LigatureTensors

/// What moving, stretching and reducing tensors costs: microseconds of one call, forward alone and
/// with its backward pass. `peers/compare_elementwise.py` runs it in turn with PyTorch.
enum ElementwiseBenchmark {
  static func run() throws {
    print("Microseconds, the least of 7 rounds: forward, forward with backward")
    for (name, inputs, body) in try cases() {
      let forward = try time { _ = try body(inputs) }
      let seed = try body(inputs)
      let both = try time {
        let tape = TapeHandle()
        let leaves = inputs.map { $0.scalarType.isFloatingPoint ? tape.leaf($0) : $0 }
        _ = try tape.gradients(
          of: body(leaves), seed: seed, for: leaves.filter { $0.scalarType.isFloatingPoint })
      }
      let text = name.padding(toLength: 32, withPad: " ", startingAt: 0)
      print("\(text)\(String(format: "%10.1f %10.1f", forward, both))")
    }
  }

  private typealias Case = (String, [Tensor], ([Tensor]) throws -> Tensor)

  private static func cases() throws -> [Case] {
    var numbers = RandomStream(seed: 1)
    func draw(_ shape: Int...) throws -> Tensor { try numbers.normal(shape) }
    func positive(_ shape: Int...) throws -> Tensor { try numbers.uniform(shape, in: 0.5..<1.5) }
    var all: [Case] = []
    for width in [2, 3, 10, 16, 64, 256, 1000] {
      let x = try draw(1_000_000 / width, width)
      all.append(("add a row of \(width)", [x, try draw(width)], { try $0[0] + $0[1] }))
    }
    all.append(
      ("multiply [25088,16] by [16]", [try draw(25088, 16), try draw(16)], { try $0[0] * $0[1] }))
    all.append(
      (
        "multiply by a middle axis", [try draw(100, 100, 100), try draw(1, 100, 1)],
        { try $0[0] * $0[1] }
      ))
    all.append(
      (
        "add a column to rows of 10", [try draw(100_000, 10), try draw(100_000, 1)],
        { try $0[0] + $0[1] }
      ))
    all.append(
      (
        "add a column to rows of 1000", [try draw(1000, 1000), try draw(1000, 1)],
        { try $0[0] + $0[1] }
      ))
    all.append(
      ("outer sum", [try draw(1000, 1), try draw(1, 1000)], { try $0[0] + $0[1] }))
    let mask = try draw(100_000, 1) .> 0
    all.append(
      (
        "where, a column mask", [try draw(100_000, 10), try draw(100_000, 10)],
        { try select(mask, $0[0], $0[1]) }
      ))
    for exponent in [3, 0.5, -0.5] {
      all.append(
        ("power \(exponent)", [try positive(1_000_000)], { try pow($0[0], exponent) }))
    }
    all.append(("sine", [try draw(1_000_000)], { try sin($0[0]) }))
    all.append(("cosine", [try draw(1_000_000)], { try cos($0[0]) }))
    all.append(("exponential", [try draw(1_000_000)], { try exp($0[0]) }))
    all.append(("tanh", [try draw(1_000_000)], { try tanh($0[0]) }))
    all.append(("relu", [try draw(1_000_000)], { try relu($0[0]) }))
    for width in [1, 3, 10, 1000] {
      let x = try draw(1_000_000 / width, width)
      all.append(("sum of rows of \(width)", [x], { try $0[0].sum(1) }))
      all.append(("largest of rows of \(width)", [x], { try $0[0].max(1) }))
    }
    all.append(("sum over rows", [try draw(1000, 1000)], { try $0[0].sum(0) }))
    all.append(("sum over rows of 10", [try draw(100_000, 10)], { try $0[0].sum(0) }))
    all.append(("sum of a middle axis", [try draw(100, 100, 100)], { try $0[0].sum(1) }))
    all.append(("largest of a middle axis", [try draw(100, 100, 100)], { try $0[0].max(1) }))
    all.append(("norm of 4 M", [try draw(4_000_000)], { try $0[0].norm() }))
    for width in [10, 1000] {
      all.append(
        (
          "softmax of rows of \(width)", [try draw(1_000_000 / width, width)],
          { try softmax($0[0], axis: -1) }
        ))
    }
    all.append(
      (
        "permute 0213, copied", [try draw(32, 64, 16, 32)],
        { try $0[0].permuted([0, 2, 1, 3]).contiguous() }
      ))
    all.append(
      (
        "permute 0312, copied", [try draw(32, 28, 28, 40)],
        { try $0[0].permuted([0, 3, 1, 2]).contiguous() }
      ))
    all.append(
      ("transpose, copied", [try draw(1000, 1000)], { try $0[0].permuted([1, 0]).contiguous() }))
    let columns = Tensor((0..<500).map { Int64(($0 * 7) % 1000) })
    all.append(
      ("gather columns", [try draw(1000, 1000)], { try $0[0].gathered(columns, axis: 1) }))
    let rows = Tensor((0..<5000).map { Int64(($0 * 7919) % 10_000) })
    all.append(
      ("gather rows of 100", [try draw(10_000, 100)], { try $0[0].gathered(rows, axis: 0) }))
    all.append(
      (
        "split in 4 and add", [try draw(1000, 1000)],
        {
          let parts = try $0[0].split(into: 4, axis: 1)
          return try parts[0] + parts[1] + parts[2] + parts[3]
        }
      ))
    all.append(
      (
        "concatenate rows", [try draw(500, 1000), try draw(500, 1000)],
        { try concatenate([$0[0], $0[1]], axis: 0) }
      ))
    all.append(
      (
        "concatenate columns", [try draw(1000, 500), try draw(1000, 500)],
        { try concatenate([$0[0], $0[1]], axis: 1) }
      ))
    all.append(
      (
        "slice columns, copied", [try draw(1000, 1000)],
        { try $0[0].slice(100..<600, axis: 1).contiguous() }
      ))
    all.append(
      (
        "product 32x1000x1000", [try draw(32, 1000), try draw(1000, 1000)],
        { try matmul($0[0], $0[1]) }
      ))
    all.append(
      (
        "product 1000x1000x1", [try draw(1000, 1000), try draw(1000, 1)],
        { try matmul($0[0], $0[1]) }
      ))
    all.append(("layer norm [2000,256]", [try draw(2000, 256)], { try normalized($0[0]) }))
    all.append(
      ("batch norm [2000,256]", [try draw(2000, 256)], { try batchNormalized($0[0]) }))
    all.append(
      ("batch norm of images", [try draw(32, 28, 28, 40)], { try batchNormalized($0[0]) }))
    all.append(
      (
        "tanh(x*a+b)*sigmoid(c)", [try draw(1_000_000), try draw(1_000_000)],
        { try tanh($0[0] * 1.5 + 0.5) * sigmoid($0[1]) }
      ))
    all.append(("add 16x16 bias", [try draw(16, 16), try draw(16)], { try $0[0] + $0[1] }))
    return all
  }

  private static func time(_ body: () throws -> Void) rethrows -> Double {
    try body()
    var least = Double.infinity
    for _ in 0..<7 {
      let start = DispatchTime.now().uptimeNanoseconds
      try body()
      least = min(least, Double(DispatchTime.now().uptimeNanoseconds - start) / 1e3)
    }
    return least
  }
}
