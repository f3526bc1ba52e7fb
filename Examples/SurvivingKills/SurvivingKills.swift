import ExampleSupport
import Foundation
import Ligature

/// Kills a writer at random moments, again and again: the file it writes must be one of its
/// versions as a whole, every time, and the next write must remove what the killed one left.
@main
enum SurvivingKills {
  static let kills = Flag<Int>.int("kills", "N", "writers to kill", default: 200, in: 1...100_000)
  static let seed = Flag<Int>.int(
    "seed", "N", "what moments are drawn from", default: 0, in: 0 ... .max)
  static let write = Flag<String?>.string(
    "write", "FILE", "be such a writer, until killed", shownDefault: "be the one who kills")

  static let trainings = Flag<Int>.int(
    "trainings", "N", "kill the training of each solver so often, not writers", default: 0,
    in: 0...1000)
  static let train = Flag<String?>.string(
    "train", "FOLDER", "be such a training, with checkpoints in a folder",
    shownDefault: "be the one who kills")
  static let solver = Flag<String>.string(
    "solver", "NAME", "the solver of that training", default: "adam")

  static let sweeps = Flag<Int>.int(
    "sweeps", "N", "kill a sweep of trainings so often, not writers", default: 0, in: 0...1000)
  static let sweep = Flag<String?>.string(
    "sweep", "FOLDER", "be such a sweep, kept in a folder", shownDefault: "be the one who kills")

  static let flags = Flags(
    "SurvivingKills",
    "Kills a writer of network files, a training or a sweep at random moments: nothing may be lost.",
    [kills, seed, write, trainings, train, solver, sweeps, sweep])

  static func main() {
    runExample(flags) { values in
      if let file = values[write] { try writeForever(URL(filePath: file)) }
      if let folder = values[train] {
        return try KilledTraining.train(values[solver], in: URL(filePath: folder))
      }
      if let folder = values[sweep] { return try KilledSweep.run(in: URL(filePath: folder)) }
      if values[sweeps] > 0 {
        return try KilledSweep.kill(values[sweeps], seed: UInt64(values[seed]))
      }
      if values[trainings] > 0 {
        return try KilledTraining.kill(values[trainings], seed: UInt64(values[seed]))
      }
      try killWriters(values[kills], seed: UInt64(values[seed]))
    }
  }

  /// A network whose learnables all hold the number of its version.
  static func network(version: Int) throws -> Network {
    let network = try Network(input: Layout("BC", [nil, 100])) { FullyConnected(200 + version % 2) }
    for parameter in network.parameters {
      try parameter.set(.full(parameter.value.shape, Double(version)))
    }
    return network
  }

  static func writeForever(_ url: URL) throws {
    var version = 0
    // Whoever kills waits for this, so that the moment does not depend on how fast a program
    // starts.
    try FileHandle.standardOutput.write(contentsOf: Data("ready\n".utf8))
    while true {
      version = version % 1000 + 1
      try network(version: version).save(to: url)
    }
  }

  /// The version that a file is as a whole.
  static func version(of url: URL) throws -> Int {
    let network = try Network(contentsOf: url)
    var versions: Set<Double> = []
    for parameter in network.parameters { versions.formUnion(try parameter.value.doubles()) }
    guard versions.count == 1, let version = versions.first else {
      throw Mixture(versions: versions.sorted())
    }
    return Int(version)
  }

  static func killWriters(_ count: Int, seed: UInt64) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "kills-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appending(path: "network.safetensors")
    try network(version: 1000).save(to: url)
    var random = RandomStream(seed: seed)
    var versions: Set<Int> = []
    var unfinished: Set<String> = []
    func others() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: folder.path)
        .filter { $0 != url.lastPathComponent }
    }
    for number in 0..<count {
      let writer = Process()
      writer.executableURL = Bundle.main.executableURL
      writer.arguments = ["--write", url.path]
      let pipe = Pipe()
      writer.standardOutput = pipe
      try writer.run()
      _ = pipe.fileHandleForReading.availableData
      // From before its first write to the middle of one of many.
      usleep(UInt32(try random.uniform([1], in: 0..<150_000).doubles()[0]))
      kill(writer.processIdentifier, SIGKILL)
      writer.waitUntilExit()
      versions.insert(try version(of: url))
      unfinished.formUnion(try others())
      // The next write is that of the next writer, or, each third time, this one's.
      guard number.isMultiple(of: 3) else { continue }
      try network(version: 1000).save(to: url)
      guard try others().isEmpty else { throw Litter(names: try others()) }
    }
    try network(version: 7).save(to: url)
    guard try version(of: url) == 7 else { throw Mixture(versions: []) }
    guard try others().isEmpty else { throw Litter(names: try others()) }
    print(
      "\(count) writers killed: the file was whole each time, in \(versions.count) versions; "
        + "\(unfinished.count) left an unfinished file, and later writes removed all of them")
  }
}

/// What killed writers left, and a later write did not remove.
struct Litter: Error, CustomStringConvertible {
  let names: [String]
  var description: String { "a later write left \(names)" }
}

/// A file that is partly one version and partly another.
struct Mixture: Error, CustomStringConvertible {
  let versions: [Double]
  var description: String { "the file is a mixture of versions \(versions)" }
}
