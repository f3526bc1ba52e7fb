import Foundation
import LigatureNetworks
import LigatureTensors
import LigatureTraining

/// A sweep under way: rounds of trials, each on a thread of its own, of which some run and others
/// wait at rungs.
///
/// Whoever calls ``results()`` decides; trials report to it and wait. Decisions depend on what was
/// reported and never on when. Everything that threads share is guarded by one condition.
final class SweepRun: @unchecked Sendable {
  let plan: SweepPlan
  let folder: SweepFolder?
  let parallel: Int
  let body: @Sendable (Trial) throws -> [String: Double]
  let condition = NSCondition()

  // Guarded by the condition.
  var courses: [Course] = []
  var runningCount = 0
  var stopReason: SweepResults.StopReason?
  /// What rounds with the same first rung have measured at each rung.
  var measured: [Int: [Int: [Double]]] = [:]
  /// Up to which rung it is decided who goes on, in the present round.
  var decidedRungs = 0
  var bestNetwork: (network: Network, number: Int, cost: Double)?
  var hasWarned = false
  let display: ProgressDisplay
  var pageDue = ContinuousClock.now
  var isPageOld = true

  init(
    _ plan: SweepPlan, parallel: Int, folder: SweepFolder?, verbose: Verbosity,
    _ body: @escaping @Sendable (Trial) throws -> [String: Double]
  ) {
    self.plan = plan
    self.parallel = parallel
    self.folder = folder
    self.body = body
    display = ProgressDisplay(quiet: !verbose.isOn)
  }

  /// Runs all rounds.
  func results() throws -> SweepResults {
    defer { display.finish() }
    do { try runRounds() } catch {
      condition.withLock { writePage(isFinal: true) }
      throw error
    }
    let results = condition.withLock {
      writePage(isFinal: true)
      let summary = summary
      return summary.with(bestNetwork: summary.best.flatMap(bestNetwork(of:)))
    }
    if let stopReason { display.note(stopReason.sentence) }
    warnOfSilence(results)
    try results.requireSuccess()
    return results
  }

  private func runRounds() throws {
    let suggester = plan.suggester()
    for round in plan.rounds where stopReason == nil {
      let seen = Set(courses.map(\.result.values.values))
      let points = try suggester.suggest(round.numbers, knowing: observations, seen)
      try run(round, points)
    }
  }

  /// Says so where early stopping had nothing to go by.
  private func warnOfSilence(_ results: SweepResults) {
    guard plan.earlyStopping != nil, stopReason == nil, results.best != nil,
      results.trials.allSatisfy(\.rungs.isEmpty)
    else { return }
    Warnings.handler(
      "no trial of a sweep has reported on its way, so none was stopped early. Call "
        + "trial.report(value, at: epoch), or return a TrainingRun.")
  }

  private func run(_ round: SweepPlan.Round, _ points: [[HyperparameterValue]]) throws {
    let group = try zip(round.numbers, points).map { number, values in
      try course(number + 1, values, round)
    }
    condition.withLock {
      courses += group
      decidedRungs = round.firstRung
      for rung in round.firstRung..<plan.rungs.count {
        let participants = group.filter { !$0.isStopped }
        advance(participants) { $0.hasEnded || $0.result.rungs.count > rung - round.firstRung }
        guard stopReason == nil else { break }
        decide(participants, at: rung, round)
      }
      advance(group.filter { !$0.isStopped }, until: \.hasEnded)
      while group.contains(where: \.hasThread) { wait() }
    }
  }

  /// A trial as it is at first, or as it was left in another process.
  private func course(
    _ number: Int, _ values: [HyperparameterValue], _ round: SweepPlan.Round
  ) throws -> Course {
    let result = TrialResult(
      number: number, values: TrialValues(names: plan.space.names, values: values),
      status: .paused, objectiveName: plan.objective.name)
    let rungs = plan.rungs[min(round.firstRung, plan.rungs.count)...]
    let stored = try folder?.read(result, rungs: rungs)
    let course = Course(stored ?? result, firstRung: round.firstRung)
    course.isResumed = stored != nil
    course.hasEnded = stored.map { $0.status != .paused } ?? false
    return course
  }

  /// Starts trials, as many at once as may be, until all have come so far.
  private func advance(_ group: [Course], until isDone: (Course) -> Bool) {
    while true {
      noticeCancellation()
      let open = group.filter { !isDone($0) }
      guard !open.isEmpty, stopReason == nil else { return }
      for course in open where !course.hasThread && runningCount < parallel { start(course) }
      wait()
    }
  }

  /// Stops all but the best of those that have come to a rung, in this round or before.
  private func decide(_ group: [Course], at rung: Int, _ round: SweepPlan.Round) {
    guard let factor = plan.earlyStopping?.factor else { return }
    let values = group.compactMap { course in
      course.value(at: rung).map { (plan.cost($0), course.result.number) }
    }
    let earlier = measured[round.firstRung]?[rung] ?? []
    let count = max(1, (earlier.count + values.count) / factor)
    measured[round.firstRung, default: [:]][rung, default: []] += values.map(\.0)
    let order = earlier.map { ($0, 0) } + values
    let promoted = Set(order.sorted { $0 < $1 }.prefix(count).map(\.1))
    for course in group where !course.hasEnded && !promoted.contains(course.result.number) {
      course.result.status = .stopped
      record(course)
    }
    decidedRungs = rung + 1
    condition.broadcast()
  }

  /// What is known of all trials: what they measured at rungs and in the end.
  private var observations: [Observation] {
    condition.withLock {
      courses.flatMap { course in
        let result = course.result
        let values = result.values.values
        var found = result.rungs.enumerated().map { place, rung in
          let level = Double(course.firstRung + place + 1) / Double(plan.rungs.count + 1)
          return Observation(values: values, progress: level, value: plan.cost(rung.value))
        }
        switch result.status {
        case .completed:
          found.append(
            Observation(
              values: values, progress: 1, value: result.objective.map { plan.cost($0) }))
        case .failed: found.append(Observation(values: values, progress: 1, value: nil))
        case .paused, .stopped: break
        }
        return found
      }
    }
  }

  // MARK: Waiting

  /// Waits for news, and sees to what must be seen to now and then.
  private func wait() {
    if isPageOld, ContinuousClock.now >= pageDue { writePage(isFinal: false) }
    _ = condition.wait(until: Date(timeIntervalSinceNow: 0.05))
    noticeCancellation()
  }

  /// Ends the sweep where that is asked for. Called with the lock.
  func noticeCancellation() {
    guard stopReason == nil else { return }
    if Task.isCancelled { stopReason = .cancelled }
    if Interruption.isRequested { stopReason = .interrupted }
    guard stopReason != nil else { return }
    for course in courses { course.task?.cancel() }
    condition.broadcast()
  }
}
