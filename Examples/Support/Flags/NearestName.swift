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

/// How many letters have to be added, left out, changed or swapped with their neighbour to come
/// from one word to the other, touching none twice (the "optimal string alignment" distance). O(n ×
/// m) for words of n and m letters.
func editDistance(_ first: String, _ second: String) -> Int {
  let (first, second) = (Array(first), Array(second))
  // rows[i][j] is the distance of the first i letters from the first j.
  var rows = [Array(0...second.count)]
  for i in 0..<first.count {
    var row = [i + 1]
    for j in 0..<second.count {
      let changed = rows[i][j] + (first[i] == second[j] ? 0 : 1)
      var distance = min(changed, rows[i][j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, first[i] == second[j - 1], first[i - 1] == second[j] {
        distance = min(distance, rows[i - 1][j - 1] + 1)
      }
      row.append(distance)
    }
    rows.append(row)
  }
  return rows[first.count][second.count]
}
