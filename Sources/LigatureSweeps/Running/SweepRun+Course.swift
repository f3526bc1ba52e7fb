import LigatureNetworks
import LigatureTensors

extension SweepRun {
  /// A trial of the sweep.
  final class Course {
    var result: TrialResult
    let firstRung: Int
    /// The next rung at which it waits.
    var nextRung: Int
    var lastResource = 0
    /// Whether its result is final.
    var hasEnded = false
    var hasThread = false
    var isRunning = false
    /// Whether it has been in another process before.
    var isResumed = false
    var runningSince = ContinuousClock.now
    var task: Task<Void, Never>?
    /// The network of a training that is over, until it is known whether it is the best.
    var network: Network?

    init(_ result: TrialResult, firstRung: Int) {
      self.result = result
      self.firstRung = firstRung
      nextRung = firstRung
    }

    /// Adds the time since it last began to run, or this was last asked for.
    func addTime() {
      result.seconds += runningSince.duration(to: .now) / .seconds(1)
      runningSince = .now
    }

    var isStopped: Bool { result.status == .stopped }

    /// What it measured at a rung, or in the end where that came before.
    func value(at rung: Int) -> Double? {
      let place = rung - firstRung
      if result.rungs.indices.contains(place) { return result.rungs[place].value }
      return result.status == .completed ? result.objective : nil
    }
  }
}
