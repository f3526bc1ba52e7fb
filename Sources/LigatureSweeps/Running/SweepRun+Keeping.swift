import Foundation
import LigatureFiles
import LigatureInterchange
import LigatureNetworks
import LigatureTraining

/// What is kept of a sweep. All of it is called with the lock.
extension SweepRun {
  /// What is known now.
  var summary: SweepResults {
    SweepResults(
      courses.map(\.result).filter { $0.status != .paused || !$0.rungs.isEmpty },
      objective: plan.objective, space: plan.space, plannedCount: plan.count,
      stopReason: stopReason, settings: plan.settings)
  }

  /// The network of the best trial: at hand, or in the folder, where its layers are known.
  func bestNetwork(of best: TrialResult) -> Network? {
    if let bestNetwork, bestNetwork.number == best.number { return bestNetwork.network }
    guard let folder, folder.trialOfBestNetwork == best.number else { return nil }
    return try? Network(contentsOf: folder.bestNetwork)
  }

  /// Says on the terminal how the sweep gets on.
  func showProgress() {
    let ended = courses.map(\.result).filter(\.hasEnded)
    var reading = ProgressReading(epoch: ended.count, of: plan.count, iteration: 0, of: 0)
    reading.epochNoun = "trial"
    let values = ended.compactMap { $0.status == .completed ? $0.objective : nil }
    let best = plan.objective.isHighest ? values.max() : values.min()
    if let best {
      reading.metrics = [ProgressReading.Metric("best \(plan.objective.name)", best)]
    }
    display.show(reading)
  }

  /// Writes page and table anew.
  func writePage(isFinal: Bool) {
    isPageOld = false
    guard let folder else { return }
    let begin = ContinuousClock.now
    let results = summary
    attempt {
      try writeAtomically(
        SweepPage(results, title: "Sweep", isRunning: !isFinal).text, to: folder.page)
      try writeAtomically(results.csv, to: folder.table)
    }
    pageDue = .now + max(.seconds(2), begin.duration(to: .now) * 20)
  }

  /// Writes down what a trial has done.
  func record(_ course: Course) {
    isPageOld = true
    if course.isRunning { course.addTime() }
    guard let folder else { return }
    attempt { try folder.write(course.result) }
  }

  /// What may fail, because a disk is full, without harm to the sweep.
  func attempt(_ body: () throws -> Void) {
    do { try body() } catch {
      if !hasWarned {
        Warnings.handler(
          "a sweep goes on, and cannot be kept in \(folder?.url.path ?? ""): \(error)")
      }
      hasWarned = true
    }
  }
}
