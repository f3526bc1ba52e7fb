import ExampleSupport
import Foundation
import FuzzedFormats
import Ligature

/// Hands damaged files to every reader of the package: each must give a value or an error that says
/// something, whatever the bytes are.
@main
enum Fuzzing {
  static let inputs = Flag<Int>.int(
    "inputs", "N", "damaged files to read", default: 100_000, in: 1 ... .max)
  static let seed = Flag<Int>.int(
    "seed", "N", "what damage is drawn from", default: 0, in: 0 ... .max)
  static let first = Flag<Int>.int(
    "first", "N", "the input to begin with, to come back to one", default: 0, in: 0 ... .max)
  static let file = Flag<String?>.string(
    "keep", "FILE",
    "write each input there before it is read, to have the one that ends the process",
    shownDefault: "not written")

  static let seeds = Flag<String?>.string(
    "seeds", "DIR", "write the whole files there, as CoverageFuzzing takes them, and stop",
    shownDefault: "not written")

  static let flags = Flags(
    "Fuzzing", "Hands damaged files to every reader of the package.",
    [inputs, seed, first, file, seeds])

  /// More memory than a reader of files of a few kilobytes may ever take.
  static let memoryLimit = 64 << 20
  /// Longer than reading one may take, on a busy machine.
  static let timeLimit = Duration.seconds(2)

  static func main() {
    runExample(flags) { values in try run(values) }
  }

  static func run(_ values: FlagValues) throws {
    let formats = try Format.all()
    if let folder = values[seeds] { return try writeSeeds(of: formats, into: folder) }
    let last = values[first] + values[inputs]
    let clock = ContinuousClock()
    var tally = Tally()
    // Everything is read once before memory is measured.
    for format in formats {
      for seed in format.seeds { try format.read(seed) }
    }
    let before = MemoryUsage.peakBytes() ?? 0
    for number in values[first]..<last {
      let format = formats[number % formats.count]
      var damage = Damage(seed: UInt64(values[seed]), number: UInt64(number))
      let bytes = damage.apply(to: format.seeds)
      if let file = values[Self.file] { try Data(bytes).write(to: URL(filePath: file)) }
      let start = clock.now
      do {
        try format.read(bytes)
        tally.accepted[format.name, default: 0] += 1
      } catch {
        tally.refused[format.name, default: 0] += 1
        guard !"\(error)".isEmpty, tally.isInWords(error) else {
          throw Finding(input: number, problem: "an error that says nothing: \(error)")
        }
      }
      let time = clock.now - start
      guard time < timeLimit else { throw Finding(input: number, problem: "took \(time)") }
      tally.longest = max(tally.longest, time)
      if number % 10_000 == 0 {
        let grown = (MemoryUsage.peakBytes() ?? 0) - before
        guard grown < memoryLimit else {
          throw Finding(
            input: number, problem: "memory has grown by \(grown) bytes, here or before")
        }
      }
    }
    let grown = ((MemoryUsage.peakBytes() ?? 0) - before) >> 10
    print(tally.text(formats.map(\.name)))
    print("longest \(tally.longest), memory grown by \(grown) kB at most")
  }
}

/// Writes each whole file with the number of its format before it.
private func writeSeeds(of formats: [Format], into folder: String) throws {
  let url = URL(filePath: folder, directoryHint: .isDirectory)
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  for (number, format) in formats.enumerated() {
    for (place, seed) in format.seeds.enumerated() {
      try Data([UInt8(number)] + seed).write(to: url.appending(path: "\(format.name)-\(place)"))
    }
  }
}

/// An input that a reader did not bear.
struct Finding: Error, CustomStringConvertible {
  let input: Int
  let problem: String
  var description: String { "input \(input): \(problem); see it with --first \(input) --inputs 1" }
}

/// What has become of the inputs.
struct Tally {
  var accepted: [String: Int] = [:]
  var refused: [String: Int] = [:]
  var longest = Duration.zero

  /// Whether an error is one that the package words itself.
  func isInWords(_ error: any Error) -> Bool {
    error is FileError || error is LoadError || error is LayerError || error is TensorError
  }

  func text(_ names: [String]) -> String {
    names.map { name in
      let (refused, accepted) = (refused[name] ?? 0, accepted[name] ?? 0)
      return "\(name): \(refused + accepted) inputs, \(refused) refused, \(accepted) read"
    }.joined(separator: "\n")
  }
}
