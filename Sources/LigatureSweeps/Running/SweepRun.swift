import Foundation
import LigatureFiles
import LigatureInterchange
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
  private let parallel: Int
  private let body: @Sendable (Trial) throws -> [String: Double]
  private let condition = NSCondition()

  // Guarded by the condition.
  private var courses: [Course] = []
  private var runningCount = 0
  private var stopReason: SweepResults.StopReason?
  /// What rounds with the same first rung have measured at each rung.
  private var measured: [Int: [Int: [Double]]] = [:]
  /// Up to which rung it is decided who goes on, in the present round.
  private var decidedRungs = 0
  private var bestNetwork: (network: Network, number: Int, cost: Double)?
  private var hasWarned = false
  private let display: ProgressDisplay
  private var pageDue = ContinuousClock.now
  private var isPageOld = true

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

    init(_ result: TrialResult, firstRung: Int) {
      self.result = result
      self.firstRung = firstRung
      nextRung = firstRung
    }

    var isStopped: Bool { result.status == .stopped }

    /// What it measured at a rung, or in the end where that came before.
    func value(at rung: Int) -> Double? {
      let place = rung - firstRung
      if result.rungs.indices.contains(place) { return result.rungs[place].value }
      return result.status == .completed ? result.objective : nil
    }
  }

  // MARK: Deciding

  /// Runs all rounds.
  func results() throws -> SweepResults {
    defer { display.finish() }
    let suggester = plan.suggester()
    for round in plan.rounds where stopReason == nil {
      let seen = Set(courses.map(\.result.values.values))
      let points = try suggester.suggest(round.numbers, knowing: observations, seen)
      try run(round, points)
    }
    let results = condition.withLock {
      writePage(isFinal: true)
      return summary
    }
    if let stopReason { display.note(stopReason.sentence) }
    try results.requireSuccess()
    return results
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

  private func noticeCancellation() {
    guard stopReason == nil else { return }
    if Task.isCancelled { stopReason = .cancelled }
    if Interruption.isRequested { stopReason = .interrupted }
    guard stopReason != nil else { return }
    for course in courses { course.task?.cancel() }
    condition.broadcast()
  }

  // MARK: Trials

  private func start(_ course: Course) {
    let number = course.result.number
    let trial = Trial(
      number: number, seed: RandomStream.hash("\(plan.seed):\(number)"), objective: plan.objective,
      folder: folder?.trialFolder(number), values: course.result.values,
      course: Reporting(run: self, number: number))
    course.hasThread = true
    setRunning(course, true)
    course.task = Task(executorPreference: TrialThreads.shared) { [body] in
      let outcome = Result { try TerminalLog.silently { try body(trial) } }
      self.end(number, outcome)
    }
  }

  private func setRunning(_ course: Course, _ isRunning: Bool) {
    guard course.isRunning != isRunning else { return }
    course.isRunning = isRunning
    runningCount += isRunning ? 1 : -1
    if isRunning {
      course.runningSince = .now
    } else {
      course.result.seconds += course.runningSince.duration(to: .now) / .seconds(1)
    }
  }

  private func end(_ number: Int, _ outcome: Result<[String: Double], any Error>) {
    condition.withLock {
      let course = courses[number - 1]
      setRunning(course, false)
      (course.hasThread, course.task) = (false, nil)
      condition.broadcast()
      // What ends after a cancellation may have been cut short.
      noticeCancellation()
      guard stopReason == nil, !course.isStopped else { return }
      switch outcome {
      case .success(let metrics):
        let value = metrics[plan.objective.name]
        course.result.metrics = metrics
        if let value, value.isFinite {
          course.result.status = .completed
        } else {
          course.result.metrics = [:]
          course.result.status = .failed(Self.words(value, plan.objective, metrics))
        }
      case .failure(let error): course.result.status = .failed("\(error)")
      }
      course.hasEnded = true
      record(course)
      showProgress()
    }
  }

  private static func words(
    _ value: Double?, _ objective: Objective, _ metrics: [String: Double]
  ) -> String {
    guard let value else {
      let names = metrics.keys.sorted().map { "\"\($0)\"" }.joined(separator: ", ")
      return "the objective is \"\(objective.name)\", and the trial measured "
        + (names.isEmpty ? "nothing" : names)
    }
    return "its \(objective.name) is \(value.words)"
  }

  // MARK: Reports

  func report(
    _ number: Int, _ value: Double, at resource: Int, saving state: (() throws -> TrainingState)?
  ) throws {
    try condition.withLock {
      let course = courses[number - 1]
      if course.isStopped { throw TrialStopped(resource: course.result.rungs.last?.resource ?? 0) }
      noticeCancellation()
      guard stopReason == nil else { throw CancellationError() }
      guard value.isFinite else {
        throw TensorError(
          "trial \(number)", "its \(plan.objective.name) at \(resource) is \(value.words)",
          remedy: "Look for what diverges, or leave out the values that led to it")
      }
      guard resource > course.lastResource else {
        throw TensorError(
          "trial \(number)",
          "it reported at \(resource), and before at \(course.lastResource)",
          remedy: "Report at 1 or more, and each time further on, as after each epoch")
      }
      course.lastResource = resource
      while course.nextRung < plan.rungs.count, plan.rungs[course.nextRung] <= resource {
        try pass(course.nextRung, course, value, saving: state)
        course.nextRung += 1
      }
    }
  }

  /// Waits at a rung until it is decided who goes on.
  private func pass(
    _ rung: Int, _ course: Course, _ value: Double, saving state: (() throws -> TrainingState)?
  ) throws {
    if course.result.rungs.count <= rung - course.firstRung {
      course.result.rungs.append(.init(resource: plan.rungs[rung], value: value))
      if let state, let folder {
        let url = folder.stateFile(course.result.number)
        attempt { try state().save(to: url) }
      }
      record(course)
    }
    guard rung >= decidedRungs else { return }
    setRunning(course, false)
    condition.broadcast()
    while rung >= decidedRungs, stopReason == nil { condition.wait() }
    if course.isStopped { throw TrialStopped(resource: plan.rungs[rung]) }
    while runningCount >= parallel, stopReason == nil { condition.wait() }
    guard stopReason == nil else { throw CancellationError() }
    setRunning(course, true)
  }

  /// What a trial waited with in another process.
  func storedState(_ number: Int) throws -> TrainingState? {
    guard let folder else { return nil }
    let isResumed = condition.withLock { courses[number - 1].isResumed }
    let url = folder.stateFile(number)
    guard isResumed, FileManager.default.fileExists(atPath: url.path) else { return nil }
    return try TrainingState(contentsOf: url)
  }

  /// Keeps a trial's network where it is the best so far.
  func offer(_ network: Network, _ number: Int, _ value: Double) {
    let cost = plan.cost(value)
    condition.withLock {
      noticeCancellation()
      guard stopReason == nil, value.isFinite else { return }
      let rivals = courses.filter { $0.result.status == .completed && $0.result.number != number }
        .map { (plan.cost($0.result.objective ?? .nan), $0.result.number) }
      guard rivals.allSatisfy({ (cost, number) < $0 }),
        bestNetwork.map({ (cost, number) < ($0.cost, $0.number) }) ?? true
      else { return }
      bestNetwork = (network, number, cost)
      guard let folder else { return }
      attempt {
        // Values alone, where layers of one's own cannot be stored.
        do { try network.save(to: folder.bestNetwork) } catch is LayerError {
          try network.save(to: folder.bestNetwork, architecture: false)
        }
      }
    }
  }

  // MARK: Keeping

  /// What is known now.
  private var summary: SweepResults {
    let results = courses.map(\.result).filter { $0.status != .paused || !$0.rungs.isEmpty }
    let made = SweepResults(
      results, objective: plan.objective, space: plan.space, plannedCount: plan.count,
      stopReason: stopReason, settings: plan.settings)
    guard let best = made.best else { return made }
    return made.with(bestNetwork: bestNetwork(of: best))
  }

  /// The network of the best trial: at hand, or in the folder, where its layers are known.
  private func bestNetwork(of best: TrialResult) -> Network? {
    if let bestNetwork { return bestNetwork.number == best.number ? bestNetwork.network : nil }
    guard let url = folder?.bestNetwork, FileManager.default.fileExists(atPath: url.path) else {
      return nil
    }
    return try? Network(contentsOf: url)
  }

  private func showProgress() {
    display.show(Self.reading(courses.map(\.result), of: plan.count, plan.objective))
  }

  /// Writes page and table anew. Called with the lock.
  private func writePage(isFinal: Bool) {
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

  private func record(_ course: Course) {
    isPageOld = true
    guard let folder else { return }
    attempt { try folder.write(course.result) }
  }

  /// What may fail, because a disk is full, without harm to the sweep.
  private func attempt(_ body: () throws -> Void) {
    do { try body() } catch {
      if !hasWarned {
        Warnings.handler(
          "a sweep cannot be kept in \(folder?.url.path ?? ""): \(error) The sweep goes on.")
      }
      hasWarned = true
    }
  }
}
