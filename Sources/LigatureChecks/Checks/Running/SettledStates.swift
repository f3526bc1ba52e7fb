import LigatureNetworks
import LigatureTensors

/// Whether inference comes near to what training gives once the states have settled on one batch,
/// as running statistics do.
struct SettledStates {
  let subject: CheckSubject

  init(_ subject: CheckSubject) { self.subject = subject }

  /// Enough that statistics of a few say much the same with divisor n and with n - 1.
  private static let observations = 16
  /// Enough for running averages that keep 0.99 of what they were.
  private static let passes = 400
  /// The part that states may still change by in a pass, and the part of the outputs that is more
  /// than what divisors and what is left of the first values come to.
  private static let (unsettled, most) = (1e-3, 0.2)

  /// Nil also for states that do not settle, such as counts, for what is remembered of sequences,
  /// and for statistics that uses of a layer within this one share: they are of all uses, where
  /// training takes those of one.
  func failure() throws -> CheckReport.Failure? {
    let network = subject.network
    let ofOthers =
      subject.layer is Network
      || network.stateValues.keys.contains { path in
        path.split(separator: "/").count > 2
      }
    guard !network.remembersSequences, !(ofOthers && network.sharesStates),
      !subject.options.exceptions.contains(.remembersObservations)
    else { return nil }
    defer { subject.reset() }
    guard let inputs = try inputs() else { return nil }
    var (states, change) = (try values(), 0.0)
    for pass in 0..<Self.passes {
      _ = try subject.outputs(inputs, .training, iteration: pass, storesStates: true)
      let present = try values()
      change = Self.distance(present, states)
      states = present
      if change < 1e-7 { break }
    }
    guard change < Self.unsettled else { return nil }
    let training = try subject.outputs(inputs, .training)
    let inference = try subject.outputs(inputs, .inference)
    for (number, pair) in zip(training, inference).enumerated()
    where pair.0.scalarType.isFloatingPoint && pair.0.shape == pair.1.shape {
      let part = Self.distance(try pair.1.doubles(), try pair.0.doubles())
      if part > Self.most {
        return CheckReport.Failure(
          "inference is far from training although the states have settled",
          at: subject.outputName(number), expected: "about the results of training",
          found: "a difference of \(Float(part)) of them, after many passes over one batch",
          remedy:
            "Write in forward what predict reads, a variance where a variance is read; or set "
            + "phasesDiffer in the options where inference is meant to be another function")
      }
    }
    return nil
  }

  /// Inputs that are neither centred nor of deviation 1, so that statistics matter; nil where the
  /// layer does not take so many.
  private func inputs() throws -> [Tensor]? {
    let inputs = try subject.inputs(observations: Self.observations).map { input in
      subject.options.examples == nil && input.scalarType.isFloatingPoint
        ? try input * 3 + subject.options.inputScales[0] : input
    }
    return (try? subject.outputs(inputs, .training)).map { _ in inputs }
  }

  private func values() throws -> [Double] {
    try subject.network.stateValues.sorted { $0.key < $1.key }.flatMap { _, values in
      try values.first?.doubles() ?? []
    }
  }

  /// How far apart two lists are, as a part of the longer one's length.
  private static func distance(_ a: [Double], _ b: [Double]) -> Double {
    guard a.count == b.count else { return .infinity }
    func length(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let size = Swift.max(length(a), length(b))
    return size > 1e-9 ? length(zip(a, b).map { $0 - $1 }) / size : 0
  }
}
