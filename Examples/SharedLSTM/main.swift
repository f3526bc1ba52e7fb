import ExampleSupport
import Foundation
import Ligature
func env(_ n: String, _ d: Double) -> Double { ProcessInfo.processInfo.environment[n].flatMap(Double.init) ?? d }
func tensors(_ o: Oscillators) throws -> Lesson.Sequences {
  let s = [o.count, Oscillators.length, 3]
  return (try Tensor(o.readings, shape: s), try Tensor(o.targets, shape: s))
}
let recipe = Recipe(hiddenUnits: Int(env("H", 24)), steps: Int(env("STEPS", 500)), batchSize: Int(env("B", 8)), learnRate: env("LR", 0.01))
print(try sharedNetwork(channels: 3, outputs: 3, hiddenUnits: 24))
let seeds = Int(env("SEEDS", 3))
for size in [4, 8, 16, 32, 64, 128, 256] where size >= Int(env("MIN", 8)) && size <= Int(env("MAX", 128)) {
  var line = "\(size):"
  for rival in Rival.allCases {
    var errs: [Double] = []; let t = Date()
    for seed in 1000..<1000 + seeds {
      let lesson = try Lesson(training: tensors(Oscillators(count: size, seed: seed)), test: tensors(Oscillators(count: 300, seed: seed, split: .test)))
      errs.append(try Trial(rival, on: lesson, recipe, seed: seed) { _ in .continue }.testRMSE)
    }
    line += "  \(rival) " + errs.map { String(format: "%.3f", $0) }.joined(separator: " ") + String(format: " (%.1fs)", Date().timeIntervalSince(t))
  }
  print(line)
}
