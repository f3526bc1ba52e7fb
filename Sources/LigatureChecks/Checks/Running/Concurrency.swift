import Dispatch
import Foundation
import LigatureNetworks
import LigatureTensors
import Synchronization

/// Safe to predict from several threads at once.
struct Concurrency: LayerCheck {
  static let kind = CheckKind.concurrency
  static let prerequisites: [CheckKind] = [.determinism]
  static let meaning = "Predicting from several threads at once gives what predicting alone gives."
  static let commonCause = "A buffer or counter kept in a stored or static property during predict."
  static let remedy = "Keep intermediate values in local variables"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    let count = 4
    let inputs = try (0..<count).map { try subject.inputs(draw: $0) }
    let alone = try inputs.map { try subject.outputs($0) }
    // A layer that is not the same for one thread would only race, and could end the process.
    let isSame = try zip(inputs, alone).allSatisfy { inputs, outputs in
      try subject.differences(subject.outputs(inputs), outputs, "", remedy: "").isEmpty
    }
    guard isSame else {
      return .skipped(
        reason: "not run, because equal calls one after another give different results",
        remedy: "Run the check of determinism")
    }
    let results = Mutex<[Int: Result<[Tensor], any Error>]>([:])
    let (network, seed) = (subject.network, subject.options.seed)
    Self.onThreads(count) { thread in
      let start = ContinuousClock.now
      for round in 0..<Self.mostRounds
      where round < Self.rounds || ContinuousClock.now - start < Self.span {
        let number = (thread + round) % count
        let result = Result { try network.outputs(for: inputs[number], .inference, seed: seed) }
        results.withLock { $0[round * count + number] = result }
      }
    }
    for (turn, result) in results.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
      let outputs: [Tensor]
      do { outputs = try result.get() } catch {
        return .failed([
          CheckReport.Failure(
            "predicting from several threads at once throws", at: "thread \(turn)",
            expected: "an output, as from one thread", found: "\(error)", remedy: Self.remedy)
        ])
      }
      let failures = try subject.differences(
        outputs, alone[turn % count],
        "predicting from several threads at once changes the result",
        at: "thread \(turn)", remedy: Self.remedy)
      if !failures.isEmpty { return .failed(failures) }
    }
    return .passed("\(count) threads")
  }

  /// Calls of each thread: so many at least, and where calls are short as many as fit in a time, to
  /// have them meet.
  private static let rounds = 4
  private static let mostRounds = 100
  private static let span = Duration.milliseconds(8)

  /// Runs `body` on so many threads that begin together. A queue would run one after another where
  /// its threads are taken, as they are while other tests run.
  private static func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let (gate, done) = (DispatchGroup(), DispatchGroup())
    gate.enter()
    for number in 0..<count {
      done.enter()
      Thread {
        gate.wait()
        body(number)
        done.leave()
      }.start()
    }
    gate.leave()
    done.wait()
  }
}
