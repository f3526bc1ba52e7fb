import Foundation
import Ligature

/// What a complete `checkLayer` costs, in this process and with each check in a child process: the
/// table of the article "Checking a layer".
enum CheckCost {
  private struct Case {
    let name: String
    let layout: Layout
    let make: @Sendable () -> any Layer
  }

  private static var cases: [Case] {
    let sizes = [100, 300, 1000, 2000].map { size in
      Case(name: "FullyConnected(\(size))", layout: Layout("BC", [nil, size])) {
        FullyConnected(size)
      }
    }
    return [Case(name: "a PReLU", layout: Layout("BC", [nil, 12])) { PReLU() }] + sizes + [
      Case(name: "WeightTyingAutoEncoderLayer", layout: Layout("BSSC", [nil, 28, 28, 1])) {
        WeightTyingAutoEncoderLayer(
          encoder: [784, 392, 196].flatMap { [FullyConnected($0), ReLU()] as [any Layer] })
      },
      Case(name: "LSTM(32)", layout: Layout("BTC", [nil, nil, 3])) { LSTM(32) },
    ]
  }

  static func run(samples: Int = 5) {
    print("A complete checkLayer, medians of \(samples), \(Parallel.threads) threads")
    print("  layer                          in process  in children")
    for one in cases {
      let times = [CheckOptions.Isolation.none, .childProcess()].map { isolation in
        let seconds = (0..<samples).map { _ in
          checkLayer(
            one.make(), one.layout, options: CheckOptions(isolation: isolation, announces: false)
          ).seconds
        }
        return seconds.sorted()[samples / 2]
      }
      let label = one.name.padding(toLength: 30, withPad: " ", startingAt: 0)
      print(String(format: "  %@ %8.3f s %9.3f s", label, times[0], times[1]))
    }
  }
}

/// A slope for each channel where the input is negative (He et al. 2015).
private struct PReLU: CustomLayer, Codable {
  @Learnable var slope: Tensor = .deferred

  func initialize(for x: Tensor, in context: Context) throws {
    slope = try .full([x.shape[x.rank - 1]], 0.25, context.scalarType)
  }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try relu(x) - slope * relu(-x)
  }
}
