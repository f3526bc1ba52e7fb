import Foundation

/// The range of an axis, its ticks, and the way from a value to a place on it.
struct PlotAxis {
  /// A value with its label.
  struct Tick: Equatable {
    let value: Double
    let label: String
  }

  /// The ends of the axis, as logarithms to base 10 where it is logarithmic.
  private(set) var low: Double
  private(set) var high: Double
  let isLogarithmic: Bool
  private(set) var ticks: [Tick] = []

  /// Magnitudes from here on are cut off, so that a range never overflows.
  private static let largest = 1e300

  /// - Parameters:
  ///   - values: what is to be shown; those that cannot be are passed over.
  ///   - prefersWhole: whether ticks stand at whole numbers if all values are such, as with epochs.
  ///   - margin: the share of the range to leave free at either end.
  ///   - tickCount: about how many ticks there should be.
  /// - Returns: `nil` if no value can be shown.
  init?(
    _ values: some Sequence<Double>, isLogarithmic: Bool = false, prefersWhole: Bool = false,
    margin: Double, tickCount: Int
  ) {
    self.isLogarithmic = isLogarithmic
    low = .infinity
    high = -.infinity
    var isWhole = prefersWhole && !isLogarithmic
    for value in values {
      guard let place = PlotAxis.place(value, isLogarithmic) else { continue }
      low = min(low, place)
      high = max(high, place)
      isWhole = isWhole && place == place.rounded()
    }
    guard low <= high else { return nil }
    widenIfFlat(isWhole: isWhole)
    let room = margin * (high - low)
    low -= room
    high += room
    ticks =
      isLogarithmic
      ? logarithmicTicks(tickCount)
      : evenTicks(from: low, to: high, count: tickCount, isWhole: isWhole)
  }

  /// The share of the axis that lies below a value, or `nil` if it cannot be shown.
  func share(_ value: Double) -> Double? {
    PlotAxis.place(value, isLogarithmic).map { ($0 - low) / (high - low) }
  }

  private static func place(_ value: Double, _ isLogarithmic: Bool) -> Double? {
    guard value.isFinite, value > 0 || !isLogarithmic else { return nil }
    return isLogarithmic ? log10(value) : min(max(value, -largest), largest)
  }

  /// Gives a range to a single value, or to values that differ by rounding only.
  private mutating func widenIfFlat(isWhole: Bool) {
    let magnitude = max(abs(low), abs(high))
    guard high - low <= magnitude * 1e-9 || high - low < 1e-290 else { return }
    let room = isLogarithmic ? 0.5 : isWhole && magnitude < 1e9 ? 1 : max(magnitude * 0.1, 1e-280)
    low -= room
    high += room
  }

  /// Ticks at the multiples of a round number between two values.
  private func evenTicks(from low: Double, to high: Double, count: Int, isWhole: Bool) -> [Tick] {
    let roundStep = PlotAxis.niceStep((high - low) / Double(max(count, 1)))
    let step = isWhole ? max(roundStep, 1) : roundStep
    let first = (low / step).rounded(.up)
    let last = (high / step).rounded(.down)
    guard first.isFinite, last.isFinite, last - first < 100 else { return [] }
    let format = TickFormat(step: step, largest: max(abs(low), abs(high)))
    return stride(from: first, through: last, by: 1).map { index in
      Tick(value: index * step, label: format.label(index * step))
    }
  }

  /// Ticks at powers of ten, or at 1, 3 or at 1, 2, 5 times these where they are few.
  private func logarithmicTicks(_ count: Int) -> [Tick] {
    let decades = (first: Int(low.rounded(.up)), last: Int(high.rounded(.down)))
    let skip = max(1, (decades.last - decades.first) / max(count, 1) + 1)
    let start = Int((low / Double(skip)).rounded(.down)) * skip
    for factors in [[1.0], [1, 3], [1, 2, 5]] where factors.count == 1 || skip == 1 {
      let ticks = stride(from: start, through: decades.last, by: skip).flatMap { exponent in
        factors.map { $0 * pow(10, Double(exponent)) }
      }
      let shown = ticks.filter { low - 1e-9...high + 1e-9 ~= log10($0) }
      if shown.count >= (skip > 1 ? 2 : factors.count == 3 ? 3 : 4) {
        return shown.map { Tick(value: $0, label: TickFormat.shortest($0)) }
      }
    }
    // Little more than a decade: evenly spaced values read better.
    return evenTicks(from: pow(10, low), to: pow(10, high), count: count, isWhole: false)
  }

  /// The least of 1, 2 and 5 times a power of ten that is not below `step`.
  private static func niceStep(_ step: Double) -> Double {
    let power = pow(10, floor(log10(step)))
    let digit = step / power
    // A hair's breadth above 1, 2 or 5 is rounding.
    return power * (digit <= 1.0001 ? 1 : digit <= 2.0001 ? 2 : digit <= 5.0001 ? 5 : 10)
  }
}
