import Ligature

/// The one of `names` that `word` is most likely a misspelling of; nil where none is close.
///
/// Close means: `editDistance` is at most a third of the letters, or the word is the beginning of
/// just one name.
func nearest(to word: some StringProtocol, among names: [String]) -> String? {
  let word = word.lowercased()
  let begun = names.filter { $0.hasPrefix(word) }
  if word.count > 1, begun.count == 1 { return begun[0] }
  let measured = names.map { (name: $0, distance: editDistance(word, $0)) }
  guard let best = measured.min(by: { $0.distance < $1.distance }) else { return nil }
  return best.distance <= max(1, max(word.count, best.name.count) / 3) ? best.name : nil
}
