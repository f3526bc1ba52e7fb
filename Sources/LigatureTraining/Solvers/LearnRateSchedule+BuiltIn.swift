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
    falling("cosine", to: final, warmup) { (1 + Portable.cosine(.pi * $0)) / 2 }
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

  /// Up to the initial rate during the warm-up, then down to `final` as `share` falls from 1 to 0.
  private static func falling(
    _ name: String, to final: Double, _ warmup: Double,
    _ share: @escaping @Sendable (Double) -> Double
  ) -> LearnRateSchedule {
    LearnRateSchedule(
      name, settings: ["final": final, "warmup": warmup],
      validate: {
        guard final.isFinite, final >= 0, (0...1).contains(warmup) else {
          throw TensorError(
            name, "a rate cannot fall to \(final) after a share of \(warmup)",
            remedy: "Give a final rate of 0 or more, and a share of 0...1")
        }
      }
    ) { place in
      let (initial, iteration) = (place.initial, Double(place.iteration))
      let warm = warmup * Double(place.iterations)
      guard iteration >= warm else { return initial * (iteration + 1) / (warm + 1) }
      let way = (iteration - warm) / max(1, Double(place.iterations) - warm)
      return final + (initial - final) * share(way)
    }
  }
}
