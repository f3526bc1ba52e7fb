import Foundation
import Ligature
import LigatureTensors
enum Scratch {
  static func run() throws {
    var stream = RandomStream(seed: 0)
    let rows = Int(ProcessInfo.processInfo.environment["ROWS"] ?? "384")!
    let x = try stream.uniform([rows, 100, 1])
    let w = try stream.uniform([1, 256], in: -0.1..<0.1), r = try stream.uniform([64, 256], in: -0.1..<0.1)
    let b = try stream.uniform([256], in: -0.1..<0.1)
    func step(_ back: Bool) throws {
      if back {
        _ = try valueAndGradients(at: [w, r, b]) {
          try recurrence(.lstm, x, RecurrentWeights(input: $0[0], recurrent: $0[1], bias: $0[2]), reading: RecurrentReading(returnsSequence: false)).state.hidden.sum()
        }
      } else {
        _ = try recurrence(.lstm, x, RecurrentWeights(input: w, recurrent: r, bias: b), reading: RecurrentReading(returnsSequence: false))
      }
    }
    for threads in [1, 2] {
      Parallel.threads = threads
      for back in [false, true] {
        for _ in 0..<5 { try step(back) }
        var times: [Double] = []
        for _ in 0..<40 {
          let t = ContinuousClock.now
          try step(back)
          times.append((ContinuousClock.now - t) / .milliseconds(1))
        }
        times.sort()
        print(threads, back ? "forward+backward" : "inference", "median", times[20], "min", times[0])
      }
    }
  }
}
