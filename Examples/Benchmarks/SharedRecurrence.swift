import Foundation
import Ligature

/// One LSTM shared by the channels of a sequence, trained: what a step costs, and how the cost
/// grows with time steps and with uses.
enum SharedRecurrence {
  /// The setting that the peer script has too: batch 128, three channels of one feature, 100 steps,
  /// 64 hidden units, the last state, three fully connected layers of two outputs, mean squared
  /// error, Adam.
  static func run() throws {
    let step = try milliseconds(uses: 3, steps: 100, samples: 101)
    print("One LSTM shared by 3 channels, batch 128, 100 steps, \(Parallel.threads) threads")
    print(String(format: "  training step %8.2f ms", step))
    print(
      String(
        format: "  the same, use by use %.2f ms",
        try milliseconds(uses: 3, steps: 100, isMapped: false, samples: 51)))
    print("Cost of a training step by time steps, 3 uses")
    try table([25, 50, 100, 200, 400]) { try milliseconds(uses: 3, steps: $0, samples: 31) }
    print("Cost of a training step by uses, 100 steps")
    try table([1, 2, 3, 4, 6, 8]) { try milliseconds(uses: $0, steps: 100, samples: 31) }
  }

  /// The training step alone, for a script that compares.
  static func runStep() throws {
    print(String(format: "%.4f", try milliseconds(uses: 3, steps: 100, samples: 101)))
  }

  private static func table(_ sizes: [Int], _ measure: (Int) throws -> Double) throws {
    let times = try sizes.map(measure)
    for (size, time) in zip(sizes, times) {
      let ratio = time / times[0] / (Double(size) / Double(sizes[0]))
      print(String(format: "  %4d %9.2f ms   %.3f of proportional", size, time, ratio))
    }
  }

  /// The median time of a training step.
  private static func milliseconds(
    uses: Int, steps: Int, isMapped: Bool = true, samples: Int
  ) throws -> Double {
    var stream = RandomStream(seed: 0)
    let x = try stream.uniform([128, steps, uses])
    let targets = try stream.uniform([128, 2 * uses])
    let network = try network(uses, isMapped: isMapped)
    var solver = SolverState(.adam)
    var times: [Double] = []
    let clock = ContinuousClock()
    for iteration in 0..<samples + 5 {
      let start = clock.now
      let (_, gradients) = try valueAndGradients(of: network, iteration: iteration) { context in
        try meanSquaredError(network(x, in: context), targets)
      }
      try solver.update(along: gradients, learnRate: 1e-3)
      times.append(start.duration(to: clock.now) / .milliseconds(1))
    }
    return times.dropFirst(5).sorted()[samples / 2]
  }

  private static func network(_ uses: Int, isMapped: Bool) throws -> Network {
    let network = Network()
    try network.addInput("signals", Layout("BTC", [nil, nil, uses]))
    let layer =
      isMapped
      ? CommonLSTMLayer(hiddenUnits: 64, outputs: uses, outputMode: .last)
      : UseByUse(hiddenUnits: 64, outputs: uses, outputMode: .last)
    try network.add(layer, named: "lstm")
    try network.add(Concatenation(uses), named: "joined")
    try network.connect("signals", to: "lstm")
    for number in 1...uses {
      try network.add(FullyConnected(2), named: "fc\(number)")
      try network.connect("lstm/out\(number)", to: "fc\(number)")
      try network.connect("fc\(number)", to: "joined/in\(number)")
    }
    try network.initialize(seed: 0)
    return network
  }
}

/// The same layer in the plain spelling.
private final class UseByUse: CommonLSTMLayer, @unchecked Sendable {
  override func predict(_ inputs: [Tensor], in context: Context) throws -> [Tensor] {
    try sequences(inputs, in: context).map { try network($0, in: context) }
  }
}
