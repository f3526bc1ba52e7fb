import Foundation
import LigatureInterchange
import LigatureNetworks
import LigatureTensors
import LigatureTraining

/// What happens on the threads of trials.
extension SweepRun {
  /// Starts a trial on a thread of its own. Called with the lock.
  func start(_ course: Course) {
    let number = course.result.number
    let trial = Trial(
      number: number, seed: RandomStream.hash("\(plan.seed):\(number)"), objective: plan.objective,
      values: course.result.values, course: Reporting(run: self, number: number),
      place: folder?.trialFolder(number))
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
    if !isRunning { course.addTime() }
    course.runningSince = .now
  }

  private func end(_ number: Int, _ outcome: Result<[String: Double], any Error>) {
    condition.withLock {
      let course = courses[number - 1]
      setRunning(course, false)
      (course.hasThread, course.task) = (false, nil)
      let network = course.network
      course.network = nil
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
          if let network { keep(network, course, value) }
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

  /// Takes the network of a training that is over.
  func offer(_ network: Network, _ number: Int) {
    condition.withLock { courses[number - 1].network = network }
  }

  /// Keeps the network of a trial that is completed where it is the best so far. Called with the
  /// lock.
  private func keep(_ network: Network, _ course: Course, _ value: Double) {
    let (number, cost) = (course.result.number, plan.cost(value))
    let rivals = courses.filter { $0.result.status == .completed && $0 !== course }
      .map { (plan.cost($0.result.objective ?? .nan), $0.result.number) }
    guard rivals.allSatisfy({ (cost, number) < $0 }),
      bestNetwork.map({ (cost, number) < ($0.cost, $0.number) }) ?? true
    else { return }
    bestNetwork = (network, number, cost)
    guard let folder else { return }
    attempt { try folder.write(network, ofTrial: number) }
  }
}
