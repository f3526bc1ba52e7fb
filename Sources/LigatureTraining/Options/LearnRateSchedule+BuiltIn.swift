import LigatureTensors

extension LearnRateSchedule {
  /// Always the initial rate.
  public static let constant = LearnRateSchedule("constant") { $0.initial }

  /// From the initial rate down to `final` along a straight line, after rising linearly from 0
  /// during the first `warmup` share of the iterations. `final` is not negative, and `warmup` in
  /// 0...1.
  public static func linear(final: Double = 0, warmup: Double = 0) -> LearnRateSchedule {
    falling("linear", to: final, warmup) { 1 - $0 }
  }

  /// The same along half a cosine (Loshchilov and Hutter 2017).
  public static func cosine(final: Double = 0, warmup: Double = 0) -> LearnRateSchedule {
    falling("cosine", to: final, warmup) { halfCosine($0) }
  }

  /// The same along (1 - x)^`power`, with x from 0 to 1. The power is positive.
  public static func polynomial(
    power: Double = 2, final: Double = 0, warmup: Double = 0
  ) -> LearnRateSchedule {
    falling("polynomial", to: final, warmup, settings: ["power": power]) {
      try requireRange("polynomial", "power", power, power.isFinite && power > 0, "above 0")
    } share: {
      Portable.power(1 - $0, power)
    }
  }

  /// The initial rate times `factor` after every `every` epochs. The factor is not negative, and
  /// `every` 1 or more.
  public static func piecewise(factor: Double, every: Int) -> LearnRateSchedule {
    LearnRateSchedule(
      "piecewise", settings: ["factor": factor, "every": Double(every)],
      validate: {
        guard factor.isFinite, factor >= 0, every > 0 else {
          throw TensorError(
            "piecewise", "a rate cannot be multiplied by \(factor) every \(every) epochs",
            remedy: "Give a factor of 0 or more, and 1 epoch or more")
        }
      }
    ) { place in
      place.initial * Portable.power(factor, place.epoch / max(1, every))
    }
  }

  /// The initial rate times `factor` before each of some epochs, counted from 0. The factor and
  /// the epochs are not negative.
  public static func piecewise(factor: Double, at epochs: [Int]) -> LearnRateSchedule {
    var settings = ["factor": factor]
    for (number, epoch) in epochs.enumerated() { settings["at \(number + 1)"] = Double(epoch) }
    return LearnRateSchedule(
      "milestones", settings: settings,
      validate: {
        guard factor.isFinite, factor >= 0, epochs.allSatisfy({ $0 >= 0 }) else {
          throw TensorError(
            "piecewise", "a rate cannot be multiplied by \(factor) at epochs \(epochs)",
            remedy: "Give a factor and epochs of 0 or more")
        }
      }
    ) { place in
      place.initial * Portable.power(factor, epochs.count { $0 <= place.epoch })
    }
  }

  /// The initial rate times `factor` after every epoch. The factor is not negative.
  public static func exponential(factor: Double) -> LearnRateSchedule {
    LearnRateSchedule(
      "exponential", settings: ["factor": factor],
      validate: {
        try requireRange(
          "exponential", "factor", factor, factor.isFinite && factor >= 0, "of 0 or more")
      }
    ) { place in
      place.initial * Portable.power(factor, place.epoch)
    }
  }

  /// Half cosines from the initial rate to `final`, one after another: the first takes `epochs`
  /// epochs, and each later one `growth` times those of the one before (warm restarts, Loshchilov
  /// and Hutter 2017). Epochs and growth are 1 or more.
  public static func cosineRestarts(
    epochs: Int, growth: Double = 1, final: Double = 0
  ) -> LearnRateSchedule {
    LearnRateSchedule(
      "cosineRestarts",
      settings: ["epochs": Double(epochs), "growth": growth, "final": final],
      validate: {
        guard epochs > 0, growth.isFinite, growth >= 1, final.isFinite, final >= 0 else {
          throw TensorError(
            "cosineRestarts",
            "a rate cannot fall to \(final) in \(epochs) epochs, and then in \(growth) times those",
            remedy: "Give 1 epoch or more, a growth of 1 or more, and a final rate of 0 or more")
        }
      }
    ) { place in
      var length = Double(max(1, epochs))
      var passed = Double(place.iteration) / Double(place.iterationsPerEpoch)
      if growth > 1 {
        while passed >= length {
          passed -= length
          length *= growth
        }
      } else {
        passed -= (passed / length).rounded(.down) * length
      }
      return final + (place.initial - final) * halfCosine(passed / length)
    }
  }

  /// One cycle (Smith and Topin 2018): from the initial rate over `divisor` up to the initial rate,
  /// the highest, in the first `rise` share of the iterations, and down to the lowest, that over
  /// `finalDivisor`, in the rest; both along half a cosine. `rise` is in 0...1, and divisors are
  /// above 0.
  public static func oneCycle(
    rise: Double = 0.3, divisor: Double = 25, finalDivisor: Double = 1e4
  ) -> LearnRateSchedule {
    LearnRateSchedule(
      "oneCycle", settings: ["rise": rise, "divisor": divisor, "finalDivisor": finalDivisor],
      validate: {
        guard (0...1).contains(rise), divisor.isFinite, divisor > 0, finalDivisor.isFinite,
          finalDivisor > 0
        else {
          throw TensorError(
            "oneCycle",
            "a rate cannot rise during a share of \(rise) from a part in \(divisor), and fall to "
              + "a part in \(finalDivisor) of that",
            remedy: "Give a share of 0...1, and divisors above 0")
        }
      }
    ) { place in
      let low = place.initial / divisor
      let (now, last) = (Double(place.iteration), Double(place.iterations - 1))
      let top = rise * Double(place.iterations) - 1
      guard now < top else {
        let way = last > top ? min(1, (now - top) / (last - top)) : 1
        return low / finalDivisor + (place.initial - low / finalDivisor) * halfCosine(way)
      }
      return place.initial + (low - place.initial) * halfCosine(now / top)
    }
  }

  /// The rate times `factor` where an objective has not become better for more than `patience`
  /// epochs; measured on validation data where it was measured there, or else in training.
  ///
  /// - Parameters:
  ///   - factor: what the rate is multiplied by, in 0..<1.
  ///   - patience: epochs without a better value that are let pass.
  ///   - threshold: the share by which a value must be better than the best before.
  ///   - cooldown: epochs after a reduction that are not counted.
  ///   - minimum: below which the rate does not fall.
  ///   - objective: what is to become better.
  public static func reduceOnPlateau(
    factor: Double = 0.1, patience: Int = 10, threshold: Double = 1e-4, cooldown: Int = 0,
    minimum: Double = 0, objective: Objective = .loss
  ) -> LearnRateSchedule {
    var settings = [
      "factor": factor, "patience": Double(patience), "threshold": threshold,
      "cooldown": Double(cooldown), "minimum": minimum,
    ]
    settings["highest"] = objective.isHighest ? 1 : nil
    return LearnRateSchedule(
      objective.metric.map { "reduceOnPlateau of \($0)" } ?? "reduceOnPlateau",
      settings: settings,
      validate: {
        guard (0..<1).contains(factor), patience >= 0, (0..<1).contains(threshold), cooldown >= 0,
          minimum.isFinite, minimum >= 0
        else {
          throw TensorError(
            "reduceOnPlateau",
            "a rate cannot be multiplied by \(factor), down to \(minimum), after \(patience) "
              + "epochs, or \(cooldown) more, that are not better by a share of \(threshold)",
            remedy: "Give a factor and a threshold of 0..<1, and 0 or more of the others")
        }
      }
    ) { place in
      var (rate, best, bad, cooling) = (place.initial, Double?.none, 0, 0)
      for epoch in place.history {
        let value = objective.value(of: epoch)
        if objective.isBetter(value, than: best, by: threshold) {
          (best, bad) = (value, 0)
        } else {
          bad += 1
        }
        if cooling > 0 { (cooling, bad) = (cooling - 1, 0) }
        if bad > patience {
          (rate, cooling, bad) = (max(min(rate, minimum), rate * factor), cooldown, 0)
        }
      }
      return max(rate, min(minimum, place.initial))
    }
  }

  /// Rises along a straight line, from `start` times the rate of another schedule, during the first
  /// epochs; the other one goes on meanwhile. `epochs` is 0 or more, and `start` in 0...1.
  public static func warmup(
    epochs: Double, from start: Double = 0, of schedule: LearnRateSchedule = .constant
  ) -> LearnRateSchedule {
    LearnRateSchedule(
      "warmup", settings: ["epochs": epochs, "from": start], parts: [schedule],
      validate: {
        guard epochs.isFinite, epochs >= 0, (0...1).contains(start) else {
          throw TensorError(
            "warmup", "a rate cannot rise from \(start) of itself in \(epochs) epochs",
            remedy: "Give 0 epochs or more, and a part of 0...1")
        }
      }
    ) { place in
      let steps = epochs * Double(place.iterationsPerEpoch)
      let way = min(1, (Double(place.iteration) + 1) / (steps + 1))
      return schedule.rate(at: place) * (start + (1 - start) * way)
    }
  }

  /// Schedules in sequence: each but the last for a number of epochs, in which it goes from its
  /// beginning to its end; the last has the rest. Every one starts from the initial rate.
  ///
  ///     .sequence([.linear(final: 1e-3), .constant, .cosine()], epochs: [5, 10])
  public static func sequence(
    _ schedules: [LearnRateSchedule], epochs: [Int]
  ) -> LearnRateSchedule {
    var settings: [String: Double] = [:]
    for (number, count) in epochs.enumerated() {
      settings["epochs \(number + 1)"] = Double(count)
    }
    return LearnRateSchedule(
      "sequence", settings: settings, parts: schedules,
      validate: {
        guard !schedules.isEmpty, epochs.count == schedules.count - 1,
          epochs.allSatisfy({ $0 > 0 })
        else {
          throw TensorError(
            "sequence",
            "\(counted(schedules.count, "schedule")) cannot follow each other after \(epochs) "
              + "epochs",
            remedy: "Give 1 epoch or more for each schedule but the last")
        }
      }
    ) { place in
      var start = 0
      for (schedule, count) in zip(schedules, epochs) {
        guard place.epoch - start >= count else {
          return schedule.rate(at: place.part(from: start, epochs: count))
        }
        start += count
      }
      return schedules.last?.rate(at: place.part(from: start, epochs: nil)) ?? place.initial
    }
  }

  /// Up to the initial rate during the warm-up, then down to `final` as `share` falls from 1 to 0.
  private static func falling(
    _ name: String, to final: Double, _ warmup: Double, settings: [String: Double] = [:],
    validate: @escaping @Sendable () throws -> Void = {},
    share: @escaping @Sendable (Double) -> Double
  ) -> LearnRateSchedule {
    let own = ["final": final, "warmup": warmup]
    return LearnRateSchedule(
      name, settings: own.merging(settings) { first, _ in first },
      validate: {
        guard final.isFinite, final >= 0, (0...1).contains(warmup) else {
          throw TensorError(
            name, "a rate cannot fall to \(final) after a share of \(warmup)",
            remedy: "Give a final rate of 0 or more, and a share of 0...1")
        }
        try validate()
      }
    ) { place in
      let (initial, iteration) = (place.initial, Double(place.iteration))
      let warm = warmup * Double(place.iterations)
      guard iteration >= warm else { return initial * (iteration + 1) / (warm + 1) }
      let way = (iteration - warm) / max(1, Double(place.iterations) - warm)
      return final + (initial - final) * share(way)
    }
  }

  /// From 1 at 0 to 0 at 1.
  private static func halfCosine(_ way: Double) -> Double { (1 + Portable.cosine(.pi * way)) / 2 }

  private static func requireRange(
    _ schedule: String, _ name: String, _ value: Double, _ holds: Bool, _ range: String
  ) throws {
    guard !holds else { return }
    throw TensorError(
      schedule, "the \(name) is \(value)", remedy: "Give a finite number \(range)")
  }
}

extension LearnRateSchedule.Place {
  /// The same step, counted from an epoch on, in a run of so many epochs, or of the rest.
  fileprivate func part(from start: Int, epochs: Int?) -> LearnRateSchedule.Place {
    let before = start * iterationsPerEpoch
    let own = epochs.map { epochs in
      let (product, overflows) = epochs.multipliedReportingOverflow(by: iterationsPerEpoch)
      return overflows ? Int.max : product
    }
    return LearnRateSchedule.Place(
      initial: initial, iteration: max(0, iteration - before),
      iterations: own ?? max(0, iterations - before),
      epoch: epoch - start, iterationsPerEpoch: iterationsPerEpoch,
      history: Array(history.dropFirst(start)))
  }
}
