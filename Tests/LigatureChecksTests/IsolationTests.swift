import Foundation
import Ligature
import Testing

@testable import LigatureChecks

/// What a layer does that would end the program that checks it.
enum Accident: String, CaseIterable, Codable {
  case indexOutOfRange, forcedNil, stackOverflow, exit, abort, endlessLoop, endlessWait
}

/// Doubles its input, and has an accident at some point.
struct AccidentProne: CustomBackward {
  enum Point { case initialization, predict, backward }

  @Learnable var scale: Tensor
  let accident: Accident
  let point: Point

  init(_ accident: Accident, at point: Point) {
    _scale = Learnable(
      wrappedValue: point == .initialization ? .deferred : Tensor([Float(2), 2]))
    self.accident = accident
    self.point = point
  }

  func initialize(for x: Tensor, in context: Context) throws {
    happen(.initialization)
    scale = try .full([2], 2, context.scalarType)
  }

  func forward(
    remembering x: Tensor, in context: Context
  ) throws -> (output: Tensor, memory: Tensor) {
    happen(.predict)
    return (try x * scale, x)
  }

  func backward(_ gradients: [Tensor], memory x: Tensor) throws -> LayerGradients {
    happen(.backward)
    return LayerGradients(
      inputs: [try gradients[0] * scale],
      learnables: ["scale": try (gradients[0] * x).sum(0)])
  }

  private func happen(_ point: Point) {
    guard point == self.point else { return }
    switch accident {
    case .indexOutOfRange:
      let list = Array(0..<Int.random(in: 1...3))
      print(list[list.count + 4])
    case .forcedNil:
      let number = Int("\(accident)")
      print(number!)
    case .stackOverflow: print(Self.depth(1))
    case .exit: Foundation.exit(0)
    case .abort: Foundation.abort()
    case .endlessLoop: while Date.now.timeIntervalSince1970 > 0 {}
    case .endlessWait: DispatchSemaphore(value: 0).wait()
    }
  }

  private static func depth(_ number: Int) -> Int {
    number < 0 ? 0 : 1 + depth(number &+ (depth(number + 1) > 0 ? 1 : 2))
  }
}

@Suite("Checks in child processes", .enabled(if: ChildProcess.isAvailable), .serialized)
struct IsolationTests {
  private let layout = Layout("BC", [nil, 2])

  private func report(
    _ layer: any Layer, _ checks: Set<CheckKind>, deadline: Double = 20
  ) -> CheckReport {
    checkLayer(
      layer, layout,
      options: CheckOptions(checks: checks, isolation: .childProcess(deadline: deadline)))
  }

  @Test(
    "report a trap as a failure of the check that hit it, and go on",
    arguments: [
      (Accident.indexOutOfRange, "SIG"), (.forcedNil, "SIG"), (.stackOverflow, "SIGSEGV"),
      (.abort, "SIGABRT"), (.exit, "exit"),
    ])
  func traps(accident: Accident, found: String) throws {
    let report = report(
      AccidentProne(accident, at: .backward), [.predictRuns, .backwardRuns, .printing])
    #expect(report.failedChecks == [.backwardRuns], "\(report)")
    #expect(report.passedCount == 2)
    #expect(report.entries.map(\.check) == [.predictRuns, .backwardRuns, .printing])
    let failure = try #require(report.failures(of: .backwardRuns).first)
    #expect(failure.place == "AccidentProne, in the check of backward runs")
    #expect(failure.found.contains(found), "\(failure.found)")
    #expect(!failure.expected.isEmpty && !failure.remedy.isEmpty)
  }

  @Test("tell a loop without end from a wait without end")
  func hangs() throws {
    for (accident, found) in [
      (Accident.endlessLoop, "still computing"), (.endlessWait, "still waiting"),
    ] {
      let clock = ContinuousClock()
      let start = clock.now
      let report = report(
        AccidentProne(accident, at: .backward), [.backwardRuns, .printing], deadline: 1)
      #expect(report.failedChecks == [.backwardRuns], "\(report)")
      #expect(report.failures(of: .backwardRuns).first?.found.contains(found) == true)
      #expect(start.duration(to: clock.now) >= .seconds(1))
    }
  }

  @Test("wait for a layer that hangs once")
  func hangsOnce() {
    let start = ContinuousClock.now
    let report = report(
      AccidentProne(.endlessWait, at: .backward), Set(CheckKind.allCases), deadline: 2)
    #expect(report.failedChecks == [.backwardRuns], "\(report)")
    #expect(report.skippedCount > 20)
    #expect(ContinuousClock.now - start < .seconds(30))
  }

  @Test("report a trap of the initialisation as its failure, and only once")
  func initialization() {
    let kinds: [CheckKind] = [.unmarkedProperties, .initialization, .backwardRuns, .printing]
    let report = report(AccidentProne(.forcedNil, at: .initialization), Set(kinds))
    #expect(report.failedChecks == [.initialization], "\(report)")
    #expect(report.entries.map(\.check) == kinds)
  }

  @Test("report a trap of predict as a failure of predict, if nothing was to be initialised")
  func predicting() {
    let report = report(AccidentProne(.indexOutOfRange, at: .predict), [.initialization, .ports])
    #expect(report.failedChecks == [.predictRuns], "\(report)")
    #expect(report.entries.map(\.check) == [.ports, .initialization, .predictRuns])
  }

  @Test("report a trap once, and run what can be seen nevertheless")
  func once() {
    for (point, kind) in [
      (AccidentProne.Point.predict, CheckKind.predictRuns), (.backward, .backwardRuns),
      (.initialization, .initialization),
    ] {
      let report = report(AccidentProne(.forcedNil, at: point), Set(CheckKind.allCases))
      #expect(report.failedChecks == [kind], "\(report)")
      #expect(report.passedCount >= 1)
    }
  }

  @Test("attribute what a layer throws as ever")
  func throwing() throws {
    struct Thrower: CustomLayer {
      struct Mishap: Error {}
      func predict(_ x: Tensor, in context: Context) throws -> Tensor { throw Mishap() }
    }
    let isolated = report(Thrower(), Set(CheckKind.allCases))
    #expect("\(isolated)".contains("Mishap"))
    #expect(isolated.outcomes == checkLayer(Thrower(), layout).outcomes)
  }

  @Test("say of a sound layer what they say in this process, and leave it as it was")
  func soundness() throws {
    let network = Network {
      FullyConnected(3)
      Dropout()
      BatchNormalization()
    }
    for layer in [network, LayerNormalization(), Dropout()] as [any Layer] {
      let here = checkLayer(layer, layout)
      let isolated = report(layer, Set(CheckKind.allCases))
      #expect(here.passed, "\(here)")
      #expect(isolated.passed, "\(isolated)")
      #expect(isolated.outcomes == here.outcomes)
    }
    #expect(network.learnables.first?.parameter.isDeferred == true)
  }

  @Test("bring back what is longer than a pipe holds, whatever the child writes besides")
  func longAnswer() {
    let ending = ChildProcess(deadline: 20).run {
      let noise = Data(repeating: 10, count: 300_000)
      try? FileHandle.standardError.write(contentsOf: noise)
      try? FileHandle.standardOutput.write(contentsOf: noise)
      return Data(repeating: 7, count: 1_000_000)
    }
    #expect(ending == .answered(Data(repeating: 7, count: 1_000_000)))
  }

  @Test("run here and say so where nothing may fork")
  func noFork() {
    let options = CheckOptions(checks: [.printing], isolation: .childProcess())
    let report = CheckRun(ReLU(), [layout], options, canFork: false).report()
    #expect(report.passed)
    #expect(report.notices.count == 1)
    #expect("\(report)".contains("Notice\n  - the checks ran in this process"))
  }
}

extension CheckReport {
  /// The entries without the time they took.
  fileprivate var outcomes: [CheckKind: Outcome] {
    Dictionary(uniqueKeysWithValues: entries.map { ($0.check, $0.outcome) })
  }
}
