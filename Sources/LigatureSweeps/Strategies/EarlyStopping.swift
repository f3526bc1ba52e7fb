import LigatureTensors

/// How hopeless trials are stopped before their end.
///
/// Trials report what they measure on the way. At the rungs of a ladder, after 1, 3, 9 epochs, each
/// waits for the others of its round, and only the best third of all that have come so far goes on.
/// Nothing depends on who comes first.
public struct EarlyStopping: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    case successiveHalving
    case hyperband
  }

  let kind: Kind
  let minimum: Int
  let maximum: Int
  let factor: Int

  /// Successive halving (Jamieson and Talwalkar, "Non-stochastic best arm identification and
  /// hyperparameter optimization", 2016): rungs at `minimum`, `minimum · factor`, … below
  /// `maximum`. A sweep of 27 trials of 27 epochs takes 81 epochs, and not 729.
  ///
  /// - Parameters:
  ///   - minimum: where the first rung is, in epochs, or in whatever trials count their reports.
  ///   - maximum: where trials end.
  ///   - factor: one trial of so many goes on.
  public static func successiveHalving(
    from minimum: Int = 1, to maximum: Int, factor: Int = 3
  ) -> EarlyStopping {
    EarlyStopping(
      kind: .successiveHalving, minimum: minimum, maximum: maximum, factor: factor)
  }

  /// Hyperband (Li and others, 2018): rounds take turns in how early they begin to stop trials, the
  /// first as early as successive halving does and the last not at all, since what is hopeless
  /// early on may be best in the end.
  public static func hyperband(
    from minimum: Int = 1, to maximum: Int, factor: Int = 3
  ) -> EarlyStopping {
    EarlyStopping(kind: .hyperband, minimum: minimum, maximum: maximum, factor: factor)
  }

  /// Where trials wait.
  var rungs: [Int] {
    var rungs: [Int] = []
    var rung = minimum
    while rung < maximum {
      rungs.append(rung)
      let (next, overflows) = rung.multipliedReportingOverflow(by: factor)
      guard !overflows else { break }
      rung = next
    }
    return rungs
  }

  /// Throws for numbers that make no sense.
  func validate() throws {
    guard minimum >= 1, maximum > minimum else {
      throw TensorError(
        "sweep", "\(self) has no rung: trials end at \(maximum)",
        remedy: "Give a first rung of 1 or more, and an end above it")
    }
    guard factor >= 2 else {
      throw TensorError(
        "sweep", "\(self) cannot let one of \(factor) trials go on",
        remedy: "Give a factor of 2 or more")
    }
  }
}

extension EarlyStopping: CustomStringConvertible {
  /// As it is written in code.
  public var description: String {
    let name = kind == .hyperband ? "hyperband" : "successiveHalving"
    return "\(name)(from: \(minimum), to: \(maximum), factor: \(factor))"
  }
}
