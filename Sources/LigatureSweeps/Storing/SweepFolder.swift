import Foundation
import LigatureFiles
import LigatureInterchange
import LigatureNetworks
import LigatureTensors
import LigatureTraining

/// The folder of a sweep: `sweep.json` with its settings, a file for each trial that has come to a
/// rung or its end, the state of trainings that wait at rungs, the best network, and the page and
/// table of results. Each is replaced as a whole or not at all.
struct SweepFolder: Sendable {
  let url: URL

  /// The folder, made where it is missing. Throws where it holds another sweep, and where nothing
  /// can be written to it.
  init(_ url: URL, settings: [SweepResults.Setting], mayGrow: Bool) throws {
    guard url.isFileURL else {
      throw TensorError(
        "sweep", "a sweep cannot be kept in \(url.absoluteString.prefix(200))",
        remedy: "Give the URL of a folder")
    }
    self.url = url
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    } catch {
      throw FileError(
        file: url.path, expected: "a folder for the sweep, or room to make one",
        found: "\"\(error.localizedDescription)\"",
        remedy: "give another folder, or make this one by hand")
    }
    let file = url.appending(path: "sweep.json")
    if FileManager.default.fileExists(atPath: file.path) {
      try Self.verify(file, settings, mayGrow: mayGrow)
    }
    try writeAtomically(Self.text(settings), to: file)
  }

  // MARK: Places

  var page: URL { url.appending(path: "sweep.html") }
  var table: URL { url.appending(path: "sweep.csv") }
  var bestNetwork: URL { url.appending(path: "best.safetensors") }

  /// A trial's own folder, for whatever it keeps; it is not made.
  func trialFolder(_ number: Int) -> URL { url.appending(path: Self.name(number)) }
  func stateFile(_ number: Int) -> URL {
    url.appending(path: Self.name(number) + ".safetensors")
  }
  private func trialFile(_ number: Int) -> URL { url.appending(path: Self.name(number) + ".json") }

  private static func name(_ number: Int) -> String {
    let digits = "\(number)"
    return "trial-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }

  // MARK: Settings

  private static func text(_ settings: [SweepResults.Setting]) -> String {
    JSONValue.object([
      .init("ligature", .string("sweep")), .init("version", JSONValue(1)),
      .init(
        "settings",
        .array(settings.map { .array([.string($0.name), .string($0.text)]) })),
    ]).text + "\n"
  }

  /// Throws unless a file has the same settings, or the same but for more or fewer trials where
  /// that makes no other difference.
  private static func verify(
    _ file: URL, _ settings: [SweepResults.Setting], mayGrow: Bool
  ) throws {
    let stored: [SweepResults.Setting]
    do {
      let reading = try reading(file)
      guard try reading["ligature"].string() == "sweep" else {
        throw reading["ligature"].failure("\"sweep\"")
      }
      let version = try reading["version"].int(in: 0..<Int.max)
      guard version == 1 else {
        throw TensorError(
          "sweep", "\(file.path) is of version \(version), and versions up to 1 are known",
          remedy: "Go on with a later version of Ligature, or give another folder")
      }
      stored = try reading["settings"].elements().map { setting in
        let parts = try setting.elements().map { try $0.string() }
        guard parts.count == 2 else { throw setting.failure("a name and a text") }
        return SweepResults.Setting(name: parts[0], text: parts[1])
      }
    } catch let error as FileError {
      throw error.advising("give another folder, or remove this one to begin anew")
    }
    func without(_ settings: [SweepResults.Setting]) -> [SweepResults.Setting] {
      settings.filter { !mayGrow || $0.name != "trials" }
    }
    let (old, new) = (without(stored), without(settings))
    guard old != new else { return }
    let difference: String
    if old.map(\.name) != new.map(\.name) {
      func names(_ settings: [SweepResults.Setting]) -> String {
        settings.map(\.name).filter { $0.hasPrefix(SweepResults.Setting.axisPrefix) }
          .map { $0.dropFirst(SweepResults.Setting.axisPrefix.count) }.joined(separator: ", ")
      }
      difference = "searches \(names(old)), and this one \(names(new))"
    } else {
      let pair = zip(old, new).first { $0 != $1 }
      difference =
        "has \(pair?.0.name ?? "") \(pair?.0.text ?? ""), and this one \(pair?.1.text ?? "")"
    }
    throw TensorError(
      "sweep", "\(file.deletingLastPathComponent().path) holds another sweep: it \(difference)",
      remedy: "Give the settings it had, to go on with it, or another folder")
  }

  private static func reading(_ file: URL) throws -> JSONReading {
    // Far more than a sweep writes.
    let size = try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int ?? 0
    guard size <= 1 << 26, let data = try? Data(contentsOf: file) else {
      throw FileError(
        file: file.path, expected: "a file of a sweep", found: "one of \(size) bytes", remedy: "")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw FileError(
        file: file.path, expected: "a text in UTF-8", found: "other bytes", remedy: "")
    }
    return try JSONReading(text, name: "the file", file: file.path)
  }

  // MARK: Trials

  /// Writes what a trial has done.
  func write(_ trial: TrialResult) throws {
    let record = JSONValue.object([
      .init("number", JSONValue(trial.number)), .init("values", trial.valuesJSON),
      .init("status", .string(trial.statusName)),
      .init("error", trial.failure.map { .string($0) } ?? .null),
      .init("metrics", trial.storedMetricsJSON), .init("rungs", trial.rungsJSON),
      .init("seconds", JSONValue(finite: trial.seconds)),
    ])
    try writeAtomically(record.text + "\n", to: trialFile(trial.number))
    if trial.status != .paused { try? FileManager.default.removeItem(at: stateFile(trial.number)) }
  }

  /// What a trial has done before; nil where there is nothing of it. What was stopped waits again,
  /// for the same decision. Throws for a file that is damaged, or of another trial.
  func read(_ trial: TrialResult, rungs: ArraySlice<Int>) throws -> TrialResult? {
    let file = trialFile(trial.number)
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    do {
      return try Self.trial(try Self.reading(file), like: trial, rungs: rungs)
    } catch let error as FileError {
      throw error.advising("remove the file, and the trial is run again")
    }
  }

  private static func trial(
    _ reading: JSONReading, like trial: TrialResult, rungs: ArraySlice<Int>
  ) throws -> TrialResult {
    var result = trial
    guard try reading["number"].int(in: 0..<Int.max) == trial.number else {
      throw reading["number"].failure("\(trial.number)")
    }
    let stored = try reading["values"].members().map { ($0.name, $0) }
    guard stored.map(\.0) == trial.values.names else {
      throw reading["values"].failure("values of \(trial.values.names.joined(separator: ", "))")
    }
    for ((_, found), value) in zip(stored, trial.values.values) where !value.isStored(as: found) {
      throw found.failure("\(value), which the trial has by the sweep's settings,")
    }
    result.rungs = try reading["rungs"].elements().enumerated().map { place, pair in
      let parts = Array(try pair.elements())
      guard parts.count == 2, place < rungs.count else { throw pair.failure("a report at a rung") }
      let resource = rungs[rungs.startIndex + place]
      guard try parts[0].int(in: 0..<Int.max) == resource else {
        throw pair.failure("a report at \(resource)")
      }
      return TrialResult.Rung(resource: resource, value: try parts[1].double())
    }
    for metric in try reading["metrics"].members() {
      let words = (try? metric.string()).flatMap { ["nan", "inf", "-inf"].contains($0) ? $0 : nil }
      result.metrics[metric.name] =
        try words.flatMap { Double($0) } ?? metric.ifNotNull { try $0.double() } ?? .nan
    }
    result.seconds = try reading["seconds"].double()
    switch try reading["status"].string() {
    case "completed":
      guard result.metrics[trial.objectiveName]?.isFinite ?? false else {
        throw reading["metrics"].failure("a finite \(trial.objectiveName)")
      }
      result.status = .completed
    case "failed": result.status = .failed(try reading["error"].string())
    case "stopped", "paused":
      guard !result.rungs.isEmpty else { throw reading["rungs"].failure("a report at a rung") }
      result.status = .paused
    default: throw reading["status"].failure("completed, stopped, paused or failed")
    }
    return result
  }
}

extension SweepFolder {
  /// The key of the number of the trial that the best network is of.
  private static let trialKey = "trial"

  /// Writes the network of the best trial so far: values alone, where layers of one's own cannot be
  /// stored.
  func write(_ network: Network, ofTrial number: Int) throws {
    let metadata = [Self.trialKey: "\(number)"]
    do { try network.save(to: bestNetwork, metadata: metadata) } catch is LayerError {
      try network.save(to: bestNetwork, architecture: false, metadata: metadata)
    }
  }

  /// The trial that the stored network is of; nil where there is none.
  var trialOfBestNetwork: Int? {
    guard FileManager.default.fileExists(atPath: bestNetwork.path) else { return nil }
    return (try? SafetensorsFile(contentsOf: bestNetwork))?.metadata[Self.trialKey].flatMap {
      Int($0)
    }
  }
}

extension HyperparameterValue {
  /// Whether a file says the same; other processors may differ in a number's last digits.
  fileprivate func isStored(as reading: JSONReading) -> Bool {
    switch self {
    case .number(let value):
      guard let found = try? reading.double() else { return false }
      return abs(found - value) <= 1e-9 * max(abs(value), abs(found))
    case .integer(let value): return reading.value == .number("\(value)")
    case .text(let value): return (try? reading.string()) == value
    case .truth(let value): return reading.value == .bool(value)
    }
  }
}

extension FileError {
  /// The same with another remedy.
  fileprivate func advising(_ remedy: String) -> FileError {
    var error = self
    error.remedy = remedy
    return error
  }
}
