import Foundation
import Ligature
import LigatureTensors

/// Scaled dot-product attention of 8 heads of size 64: the time of a forward pass alone, and of one
/// with its gradients, and what the pass keeps for them.
///
/// `peers/compare_attention.py` times PyTorch's in turn with it.
enum AttentionBenchmark {
  private static let steps = [128, 256, 512, 1024]

  static func run() throws {
    print("Attention of 8 heads of size 64, batch 4, float32, \(Parallel.threads) threads")
    print("  causal  steps    forward   with gradients   kept for them, MB")
    for causal in [false, true] {
      for steps in steps {
        let found = try measured(steps, causal: causal, samples: 15)
        print(
          String(
            format: "  %@ %7d %8.2f ms %13.2f ms %12.1f", causal ? "yes   " : "no    ", steps,
            found.forward, found.both, found.kept))
      }
    }
  }

  /// Times alone, a line for each number of steps, for a script that compares.
  static func runTimes() throws {
    for causal in [false, true] {
      for steps in steps {
        let found = try measured(steps, causal: causal, samples: 9)
        print(String(format: "%d %d %.4f %.4f", causal ? 1 : 0, steps, found.forward, found.both))
      }
    }
  }

  private static func measured(
    _ steps: Int, causal: Bool, samples: Int
  ) throws -> (forward: Double, both: Double, kept: Double) {
    var stream = RandomStream(seed: 0)
    let inputs = try (0..<3).map { _ in try stream.normal([4, 8, steps, 64]) }
    let seed = try stream.normal([4, 8, steps, 64])
    func attended(_ x: [Tensor]) throws -> Tensor {
      try scaledDotProductAttention(queries: x[0], keys: x[1], values: x[2], causal: causal)
    }
    let forward = try milliseconds(samples) { _ = try attended(inputs) }
    let meter = StorageMeter()
    var kept = 0
    let both = try milliseconds(samples) {
      try meter.metering {
        let tape = TapeHandle()
        let leaves = inputs.map { tape.leaf($0) }
        let result = try attended(leaves)
        kept = meter.liveBytes
        _ = try tape.gradients(of: result, seed: seed, for: leaves)
      }
    }
    return (forward, both, Double(kept) / 1e6)
  }

  /// The median time of `body`.
  private static func milliseconds(_ samples: Int, _ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let times = try (0..<samples + 2).map { _ in
      try clock.measure { try body() } / .milliseconds(1)
    }
    return times.dropFirst(2).sorted()[samples / 2]
  }
}
