import Foundation
import LigatureFiles

extension TrainingLog {
  /// A page for a browser, which draws the training while it runs and stays as its record: loss and
  /// metrics of training and validation, learn rate and gradient norm, with switches for smoothing
  /// and logarithmic scales, state, time left, and all options.
  ///
  /// It is one file without anything outside it, which loads itself again until the training ends;
  /// so it needs no server. It is written at most every `seconds` seconds, and takes at most a
  /// twentieth of the time.
  public static func page(at url: URL, every seconds: Double = 2) -> TrainingLog {
    TrainingLog { _ in ProgressPage(url, every: seconds) }
  }
}

/// Draws a training for a browser.
final class ProgressPage: TrainingWatcher {
  private let url: URL
  private let interval: Double
  private var attempt: Forgiving
  private var losses = Curve()
  private var rates = Curve()
  private var norms = Curve()
  private var progress: TrainingProgress?
  private var lastWritten: ContinuousClock.Instant?
  private var cost = 0.0

  init(_ url: URL, every seconds: Double) {
    self.url = url
    interval = seconds.isFinite ? max(0.1, seconds) : 2
    attempt = Forgiving("the page \(url.path) cannot be written")
  }

  func didBegin(_ run: WatchedTraining) {
    for (place, loss) in run.history.iterationLosses.enumerated() { losses.add(place + 1, loss) }
    write(run, state: "running", words: "Running")
  }

  func didStep(_ progress: TrainingProgress, of run: WatchedTraining) {
    losses.add(progress.totalIterations, progress.loss)
    rates.add(progress.totalIterations, progress.learnRate)
    if let norm = progress.gradientNorm { norms.add(progress.totalIterations, norm) }
    self.progress = progress
    let since = lastWritten.map { $0.duration(to: .now) / .seconds(1) } ?? .infinity
    if since >= max(interval, 20 * cost) { write(run, state: "running", words: "Running") }
  }

  func didEnd(_ run: WatchedTraining, _ error: (any Error)?) {
    if let error {
      write(run, state: "failed", words: "Ended with an error. \(error)")
    } else {
      let words = run.history.stopReason?.sentence ?? "Done."
      write(run, state: run.history.stopReason == nil ? "done" : "stopped", words: words)
    }
  }

  private func write(_ run: WatchedTraining, state: String, words: String) {
    let start = ContinuousClock.now
    attempt.perform {
      let content = Content(run, self, state: state, words: words)
      try writeAtomically(Self.html(try StateRecord.text(content)), to: url)
    }
    lastWritten = .now
    cost = start.duration(to: .now) / .seconds(1)
  }

  private static func html(_ json: String) -> String {
    template.replacingOccurrences(of: "/*DATA*/null", with: JSONValue.inScript(json))
  }
}

extension ProgressPage {
  /// Values by step, of which at most 2,000 means of neighbours are kept.
  struct Curve {
    private(set) var x: [Double] = []
    private(set) var y: [Double] = []
    private var width = 1
    private var (sumX, sumY, count) = (0.0, 0.0, 0)

    mutating func add(_ step: Int, _ value: Double) {
      (sumX, sumY, count) = (sumX + Double(step), sumY + value, count + 1)
      guard count == width else { return }
      x.append(sumX / Double(width))
      y.append(sumY / Double(width))
      (sumX, sumY, count) = (0, 0, 0)
      guard x.count >= 2000 else { return }
      func halved(_ values: [Double]) -> [Double] {
        stride(from: 0, to: values.count - 1, by: 2).map { (values[$0] + values[$0 + 1]) / 2 }
      }
      (x, y) = (halved(x), halved(y))
      width *= 2
    }
  }

  /// What the page's script draws.
  private struct Content: Encodable {
    struct Line: Encodable {
      var name: String
      var x: [Double]
      var y: [Double]
      var kind: String
    }

    struct Chart: Encodable {
      var title: String
      var lines: [Line]
    }

    var state: String
    var words: String
    /// When it was written, in milliseconds since 1970.
    var written: Double
    var interval: Double
    var facts: [[String]]
    var charts: [Chart]
    var options: String

    init(_ run: WatchedTraining, _ page: ProgressPage, state: String, words: String) {
      self.state = state
      self.words = words
      written = Date().timeIntervalSince1970 * 1000
      interval = page.interval
      let history = run.history
      options = history.options.map { "\($0)" } ?? ""
      let ends = history.epochs.map { Double($0.epoch * run.iterationsPerEpoch) }
      let validations = history.validations
      func validation(_ value: (TrainingHistory.Validation) -> Double?) -> Line {
        let measured = validations.compactMap { one in
          value(one).map { (Double(one.iteration), $0) }
        }
        return Line(
          name: "validation", x: measured.map(\.0), y: measured.map(\.1), kind: "validation")
      }
      charts = [
        Chart(
          title: "Loss",
          lines: [
            Line(name: "training", x: page.losses.x, y: page.losses.y, kind: "training"),
            validation { $0.loss },
          ])
      ]
      for metric in run.metrics {
        charts.append(
          Chart(
            title: metric,
            lines: [
              Line(
                name: "training", x: ends,
                y: history.epochs.map { $0.trainingMetrics[metric] ?? .nan }, kind: "training"),
              validation { $0.metrics[metric] },
            ]))
      }
      charts.append(
        Chart(
          title: "Learn rate",
          lines: [Line(name: "learn rate", x: page.rates.x, y: page.rates.y, kind: "other")]))
      charts.append(
        Chart(
          title: "Gradient norm",
          lines: [Line(name: "gradient norm", x: page.norms.x, y: page.norms.y, kind: "other")]))
      charts.removeAll { $0.lines.allSatisfy(\.x.isEmpty) }
      facts = Self.facts(run, page.progress)
    }

    private static func facts(_ run: WatchedTraining, _ progress: TrainingProgress?) -> [[String]] {
      let total = run.epochs.multipliedReportingOverflow(by: run.iterationsPerEpoch)
      let perEpoch = run.iterationsPerEpoch
      var facts = [
        [
          "Epoch",
          "\(min(run.epochs, (max(1, run.iteration) - 1) / perEpoch + 1)) of \(run.epochs)",
        ],
        [
          "Step", total.overflow ? "\(run.iteration)" : "\(run.iteration) of \(total.partialValue)",
        ],
      ]
      if let progress {
        let elapsed = Duration.seconds(progress.seconds)
        facts.append(["Elapsed", clock(elapsed)])
        if !progress.endsRun,
          let left = ProgressReading(withoutDetails: progress).remaining(after: elapsed)
        {
          facts.append(["Left", clock(left)])
        }
        facts.append(["Observations a second", "\(Int(progress.observationsPerSecond.rounded()))"])
        facts.append(["Loss", short(progress.loss)])
        facts.append(["Learn rate", short(progress.learnRate)])
        if let norm = progress.gradientNorm { facts.append(["Gradient norm", short(norm)]) }
      }
      if let last = run.history.validations.last {
        facts.append(["Validation loss", short(last.loss)])
        for (name, value) in last.metrics.sorted(by: { $0.key < $1.key }) {
          facts.append(["Validation \(name)", short(value)])
        }
      }
      if let best = run.history.best {
        facts.append(["Best value", short(best.value)])
        facts.append(["Best epoch", "\(best.epoch)"])
      }
      return facts
    }
  }
}
