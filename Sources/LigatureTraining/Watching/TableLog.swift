import Foundation
import LigatureFiles

extension TrainingLog {
  /// A row for each step in a CSV file: iteration, epoch, loss, learn rate, gradient norm, seconds,
  /// and, where they were measured, the validation loss and metrics. Rows of later steps than that
  /// from which a run goes on are written anew.
  public static func csv(at url: URL) -> TrainingLog {
    TrainingLog { TableLog(url, metrics: $0.metrics) }
  }

  /// The ``TrainingHistory`` in a JSON file, after each epoch and in the end.
  public static func json(at url: URL) -> TrainingLog {
    TrainingLog { _ in HistoryLog(url) }
  }
}

/// A CSV file of all steps.
private final class TableLog: TrainingWatcher {
  private let url: URL
  private let metrics: [String]
  private var waiting = ""
  private var lastWritten = ContinuousClock.now
  private var attempt: Forgiving

  init(_ url: URL, metrics: [String]) {
    self.url = url
    self.metrics = metrics
    attempt = Forgiving("the table \(url.path) cannot be written")
  }

  private var header: String {
    let own = [
      "iteration", "epoch", "loss", "learn rate", "gradient norm", "seconds", "validation loss",
    ]
    return (own + metrics.map { "validation \($0)" }).csvRow
  }

  func didBegin(_ run: WatchedTraining) {
    attempt.perform {
      var kept = header
      // Rows of the run that this one goes on from.
      if run.iteration > 0, let text = try? String(contentsOf: url, encoding: .utf8) {
        for row in text.split(separator: "\n").dropFirst() {
          guard let number = row.split(separator: ",").first.flatMap({ Int($0) }),
            number <= run.iteration
          else { break }
          kept += row + "\n"
        }
      }
      try writeAtomically(kept, to: url)
    }
  }

  func didStep(_ progress: TrainingProgress, of run: WatchedTraining) {
    let numbers: [Double?] =
      [progress.loss, progress.learnRate, progress.gradientNorm, progress.seconds]
      + [progress.validation?.loss] + metrics.map { progress.validation?.metrics[$0] }
    let place = ["\(progress.totalIterations)", "\(progress.epoch)"]
    waiting += (place + numbers.map(\.csvField)).csvRow
    if progress.endsEpoch || ContinuousClock.now - lastWritten > .seconds(1) { flush() }
  }

  func didEnd(_ run: WatchedTraining, _ error: (any Error)?) { flush() }

  private func flush() {
    guard !waiting.isEmpty else { return }
    lastWritten = .now
    attempt.perform {
      let file = try FileHandle(forWritingTo: url)
      defer { try? file.close() }
      try file.seekToEnd()
      try file.write(contentsOf: Data(waiting.utf8))
      waiting = ""
    }
    // What a full disk does not take is not kept for ever.
    if waiting.utf8.count > 1 << 24 { waiting = "" }
  }
}

/// A JSON file of the history.
private final class HistoryLog: TrainingWatcher {
  private let url: URL
  private var attempt: Forgiving

  init(_ url: URL) {
    self.url = url
    attempt = Forgiving("the history \(url.path) cannot be written")
  }

  func didStep(_ progress: TrainingProgress, of run: WatchedTraining) {
    if progress.endsEpoch { write(run) }
  }

  func didEnd(_ run: WatchedTraining, _ error: (any Error)?) { write(run) }

  private func write(_ run: WatchedTraining) {
    attempt.perform { try writeAtomically(run.history.json, to: url) }
  }
}

extension TrainingHistory {
  /// The history as JSON, in which numbers that are not finite are the words "nan", "inf" and
  /// "-inf".
  public var json: String {
    get throws { try StateRecord.text(self) }
  }

  /// The epochs as a CSV table: epoch, iterations, learn rate, seconds, training loss and metrics,
  /// validation loss and metrics.
  public var csv: String {
    let training = Set(epochs.flatMap(\.trainingMetrics.keys)).sorted()
    let validation = Set(epochs.flatMap(\.validationMetrics.keys)).sorted()
    let names =
      ["epoch", "iterations", "learn rate", "seconds", "training loss"]
      + training.map { "training \($0)" } + ["validation loss"]
      + validation.map { "validation \($0)" }
    let rows = epochs.map { epoch in
      let numbers: [Double?] =
        [epoch.learnRate, epoch.seconds, epoch.trainingLoss]
        + training.map { epoch.trainingMetrics[$0] } + [epoch.validationLoss]
        + validation.map { epoch.validationMetrics[$0] }
      return (["\(epoch.epoch)", "\(epoch.iterations)"] + numbers.map(\.csvField)).csvRow
    }
    return names.csvRow + rows.joined()
  }
}

extension [String] {
  /// The texts as a row of a CSV file, quoted where that is needed (RFC 4180).
  package var csvRow: String {
    let fields = map { text in
      text.contains { $0 == "," || $0 == "\"" || $0.isNewline }
        ? "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : text
    }
    return fields.joined(separator: ",") + "\n"
  }
}

extension Double? {
  /// The number as a field, empty where there is none.
  fileprivate var csvField: String { map { "\($0)" } ?? "" }
}
