import Foundation
import LigatureTensors
import LigatureTraining

/// Runs what `body` makes of hyperparameters again and again with other values, several trials at
/// once, and returns what each found, the best first.
///
///     let results = try sweep(
///       over: ["learnRate": .logUniform(1e-4, 1e-1), "hidden": .choice([64, 128])],
///       trials: 30, strategy: .bayesian
///     ) { trial in
///       let network = try Network(input: Layout("BC", [nil, 8])) {
///         FullyConnected(try trial["hidden"])
///         ReLU()
///         FullyConnected(1)
///       }
///       return try TrainingRun(
///         network, on: data, loss: .meanSquaredError,
///         options: TrainingOptions(learnRate: trial["learnRate"], validation: held))
///     }
///     print(results)
///
/// The closure returns the objective as a number, several metrics by name, a ``TrainingRun`` that
/// has not begun, which the sweep carries out and judges by its validation data, or the history of
/// a training that is over. It runs on a thread of its own. A trial that throws has failed, and the
/// sweep goes on.
///
/// Equal seeds give equal trials, and equal closures equal results, whatever the number of cores
/// and whoever is done first. With a folder, each trial is written down when it is done or comes to
/// a rung, and a sweep that is run again goes on from there, to the same table.
///
/// Where the Swift task is cancelled, or the user presses Ctrl-C, trials under way end (those that
/// train, after their present step; others where they next report) and the results have what is
/// done.
///
/// Throws for settings that make no sense, for a folder that holds another sweep or damaged files,
/// and where every trial failed.
///
/// - Parameters:
///   - space: the hyperparameters with their values.
///   - trials: how many there are to be. A finite space has no more than it has different ones. May
///     be left out for a grid; a grid with more is refused.
///   - strategy: how values are chosen.
///   - objective: what is to become better: `.loss` (less is better), `.highest("accuracy")`,
///     `.lowest("error")`. A number that the closure returns is taken for it.
///   - earlyStopping: how hopeless trials are stopped; not at all by default.
///   - seed: what all choices depend on.
///   - roundSize: how many trials are suggested together by ``SweepStrategy/bayesian`` (by default
///     4), and wait for each other at rungs (by default 64, or as Hyperband says). All of a round
///     keep their networks in memory until it is decided which ones go on. It is no number of
///     threads: results depend on it, and not on `parallel`.
///   - parallel: how many trials run at once; nil for the number of cores.
///   - folder: where the sweep is kept; nowhere by default.
///   - verbose: whether a line on the terminal says how it gets on.
///   - body: what a trial does.
public func sweep<Outcome: TrialOutcome>(
  over space: SearchSpace, trials: Int? = nil, strategy: SweepStrategy = .random,
  objective: Objective = .loss, earlyStopping: EarlyStopping? = nil, seed: UInt64 = 0,
  roundSize: Int? = nil, parallel: Int? = nil, folder: URL? = nil,
  verbose: Verbosity = .automatic, _ body: @escaping @Sendable (Trial) throws -> Outcome
) throws -> SweepResults {
  let plan = try SweepPlan(
    space: space, trials: trials, strategy: strategy, objective: objective,
    earlyStopping: earlyStopping, seed: seed, roundSize: roundSize)
  if let parallel, !(1...SweepPlan.mostInRound).contains(parallel) {
    throw TensorError(
      "sweep", "\(counted(parallel, "trial")) cannot run at once",
      remedy: "Give 1 to \(SweepPlan.mostInRound), or nothing for the number of cores")
  }
  let store = try folder.map {
    try SweepFolder($0, settings: plan.settings, mayGrow: plan.mayGrow)
  }
  let run = SweepRun(
    plan, parallel: parallel ?? ProcessInfo.processInfo.activeProcessorCount, folder: store,
    verbose: verbose
  ) { try body($0).metrics(of: $0) }
  return try Interruption.whileListening { try run.results() }
}
