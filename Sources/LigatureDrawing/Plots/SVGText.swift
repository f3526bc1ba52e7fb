import Foundation

/// Text and numbers as SVG wants them.
package enum SVGText {
  /// Text that is safe between tags and in quoted attributes.
  ///
  /// Characters that XML 1.0 cannot hold at all become U+FFFD.
  package static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n", "\r": result += " "
      case "\u{0}"..."\u{1F}", "\u{7F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A coordinate in pixels, to a hundredth.
  package static func number(_ value: Double) -> String {
    let hundredths = (min(max(value, -1e9), 1e9) * 100).rounded()
    let whole = Int(hundredths)
    let sign = whole < 0 ? "-" : ""
    let (pixels, rest) = Int(whole.magnitude).quotientAndRemainder(dividingBy: 100)
    if rest == 0 { return sign + String(pixels) }
    let digits = rest % 10 == 0 ? String(rest / 10) : (rest < 10 ? "0" : "") + String(rest)
    return sign + String(pixels) + "." + digits
  }

  /// About how wide a text is in a common sans-serif font, in pixels; rather too wide than too
  /// narrow.
  package static func width(_ text: String, size: Double) -> Double {
    text.unicodeScalars.reduce(0.0) { sum, scalar in
      let share =
        switch scalar {
        case "i", "j", "l", "I", "t", "f", "r", ".", ",", ":", ";", "'", "|", "!", " ": 0.36
        case "m", "w", "M", "W", "@", "%": 0.95
        case "A"..."Z": 0.72
        case "\u{1100}"...: 1.05
        default: 0.61
        }
      return sum + share * size
    }
  }

  /// The text, cut short with an ellipsis if it is wider than `limit` pixels.
  package static func fitted(_ text: String, size: Double, within limit: Double) -> String {
    if width(text, size: size) <= limit { return text }
    var kept = Substring(text.prefix(400))
    while !kept.isEmpty && width(kept + "…", size: size) > limit { kept.removeLast() }
    return kept + "…"
  }
}
