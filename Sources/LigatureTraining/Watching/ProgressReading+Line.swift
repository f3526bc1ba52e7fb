import Foundation

/// How the bar of a progress line is drawn.
public enum ProgressBar: Sendable {
  /// With block characters.
  case blocks

  /// With number signs and dots, for terminals that know only ASCII.
  case ascii

  /// Not at all.
  case none

  func text(fraction: Double, length: Int) -> String {
    let full = min(length, Int((fraction * Double(length)).rounded(.down)))
    let (on, off) = self == .blocks ? ("█", "░") : ("#", ".")
    return String(repeating: on, count: full) + String(repeating: off, count: length - full)
  }
}

extension ProgressReading {
  /// One line of at most `width` characters.
  ///
  /// ```text
  /// epoch  3/30  ████░░░░░░░░  8%  iteration  17/39  loss 0.1234  RMSE 0.0812
  ///   validation 0.1310  1240/s  96 MB  0:12  2:08 left
  /// ```
  ///
  /// Where that is too long, parts are left out, the least important first: memory, observations a
  /// second, iteration, elapsed time, metrics but the first, bar, percentage, validation, the first
  /// metric, time left, loss. The bar takes what room there is, from 8 to 30 characters.
  public func line(elapsed: Duration, width: Int, bar: ProgressBar) -> String {
    var parts = parts(elapsed: elapsed, bar: bar)
    let gap = 2
    func length() -> Int { parts.reduce(-gap) { $0 + $1.text.count + gap } }
    while length() > width, let least = parts.map(\.rank).max(), least > 0 {
      parts.removeAll { $0.rank == least }
    }
    let spare = max(0, width - length())
    let texts = parts.map { part in
      guard part.isBar else { return part.text }
      let length = min(Self.barLengths.upperBound, part.text.count + spare)
      return bar.text(fraction: fraction, length: length)
    }
    return String(texts.joined(separator: String(repeating: " ", count: gap)).prefix(max(0, width)))
  }

  private static let barLengths = 8...30

  /// A part of the line; the one of the highest rank is left out first, the one of rank 0 never.
  private struct Part {
    let rank: Int
    let text: String
    var isBar = false
  }

  private func parts(elapsed: Duration, bar: ProgressBar) -> [Part] {
    var parts = [Part(rank: 0, text: epochNoun + " " + counted(epoch, of: epochCount))]
    if bar != .none {
      let shortest = bar.text(fraction: fraction, length: Self.barLengths.lowerBound)
      parts.append(Part(rank: 6, text: shortest, isBar: true))
    }
    parts.append(Part(rank: 5, text: padded("\(Int(fraction * 100))%", to: 4)))
    if iterationCount > 0 {
      parts.append(
        Part(rank: 9, text: iterationNoun + " " + counted(iteration, of: iterationCount)))
    }
    if let loss { parts.append(Part(rank: 1, text: "loss " + short(loss))) }
    for (place, metric) in metrics.enumerated() {
      parts.append(Part(rank: place == 0 ? 3 : 7, text: metric.name + " " + short(metric.value)))
    }
    if let validationLoss {
      parts.append(Part(rank: 4, text: "validation " + short(validationLoss)))
    }
    if let observationsPerSecond {
      parts.append(Part(rank: 10, text: rounded(observationsPerSecond) + "/s"))
    }
    if let memoryBytes {
      parts.append(Part(rank: 11, text: rounded(Double(memoryBytes) / 1e6) + " MB"))
    }
    parts.append(Part(rank: 8, text: clock(elapsed)))
    if let remaining = remaining(after: elapsed) {
      parts.append(Part(rank: 2, text: clock(remaining) + " left"))
    }
    return parts
  }
}

/// `3/30`, with the first number as wide as the second so that the line does not wobble.
private func counted(_ number: Int, of total: Int) -> String {
  padded("\(number)", to: "\(total)".count) + "/\(total)"
}

private func padded(_ text: String, to width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}

/// Four decimals, or powers of ten where those would not show the number.
func short(_ number: Double) -> String {
  let isPlain = number == 0 || !number.isFinite || (0.001..<10_000).contains(abs(number))
  return String(format: isPlain ? "%.4f" : "%.2e", number)
}

/// A whole number, or one decimal below ten.
private func rounded(_ number: Double) -> String {
  String(format: abs(number) < 10 ? "%.1f" : "%.0f", number)
}

/// Minutes and seconds, `1:05`, or hours too, `2:01:05`.
func clock(_ duration: Duration) -> String {
  let seconds = max(0, (duration + .milliseconds(500)).components.seconds)
  let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
  let tail = String(format: "%02d", Int(seconds % 60))
  return hours > 0
    ? "\(hours):" + String(format: "%02d", Int(minutes)) + ":" + tail : "\(minutes):" + tail
}
