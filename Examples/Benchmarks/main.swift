import Foundation
import Ligature

// Figures that the package promises, measured on this machine:
//
//     swift run -c release Benchmarks [products] [convolution] [attention] [steady]
//       [recurrence] [checks] [overhead] [elementwise] [sweeps]
//
// `recurrence-step` prints the milliseconds of one training step alone, `attention-times` those of
// attention, for scripts in `peers`.

let wanted = Set(CommandLine.arguments.dropFirst())
let known = [
  "products", "convolution", "attention", "attention-times", "steady", "recurrence",
  "recurrence-step", "checks", "overhead", "elementwise", "sweeps",
]
if let stray = wanted.first(where: { !known.contains($0) }) {
  FileHandle.standardError.write(
    Data("Benchmarks: there is no '\(stray)'; choose of \(known.joined(separator: ", "))\n".utf8))
  exit(2)
}
if wanted.isEmpty || wanted.contains("products") { ProductBenchmark.run() }
if wanted.isEmpty || wanted.contains("convolution") { ConvolutionBenchmark.run() }
if wanted.isEmpty || wanted.contains("attention") { try AttentionBenchmark.run() }
if wanted.contains("attention-times") { try AttentionBenchmark.runTimes() }
if wanted.isEmpty || wanted.contains("steady") { try SteadyState.run() }
if wanted.isEmpty || wanted.contains("recurrence") { try SharedRecurrence.run() }
if wanted.isEmpty || wanted.contains("checks") { CheckCost.run() }
if wanted.isEmpty || wanted.contains("overhead") { try Overhead.run() }
if wanted.isEmpty || wanted.contains("elementwise") { try ElementwiseBenchmark.run() }
if wanted.isEmpty || wanted.contains("sweeps") { try Sweeps.run() }
if wanted.contains("recurrence-step") { try SharedRecurrence.runStep() }
