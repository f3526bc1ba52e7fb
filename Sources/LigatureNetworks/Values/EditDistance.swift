/// How many letters have to be added, left out, changed or swapped with their neighbour to come
/// from one word to the other, touching none twice (the "optimal string alignment" distance). O(n ×
/// m) for words of n and m letters.
package func editDistance(_ first: String, _ second: String) -> Int {
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

extension [String] {
  /// Paths in the order in which somebody who wrote `path` may have meant them, the likeliest
  /// first: those that end in the same name, then those that are spelled alike. No more than
  /// `most`, and none that is far from it. O(paths · letters²), of the first thousand.
  func near(_ path: String, most: Int = 4) -> [String] {
    func name(_ path: String) -> Substring { path.split(separator: "/").last ?? "" }
    let wanted = name(path).prefix { $0 != "#" }
    let letters = 60
    let measured = prefix(1000).enumerated().compactMap { place, candidate in
      let distance = editDistance(
        String(path.suffix(letters)).lowercased(), String(candidate.suffix(letters)).lowercased())
      let isNamesake = name(candidate).prefix { $0 != "#" } == wanted
      let isAlike = distance <= Swift.max(2, Swift.min(path.count, candidate.count) / 3)
      return isNamesake || isAlike
        ? (path: candidate, rank: isNamesake ? 0 : 1, distance: distance, place: place) : nil
    }
    return measured.sorted { ($0.rank, $0.distance, $0.place) < ($1.rank, $1.distance, $1.place) }
      .prefix(most).map(\.path)
  }

  /// A remedy that names paths near to one that there is not, or else the first there are.
  func remedy(for path: String, none: String) -> String {
    let near = near(path)
    if !near.isEmpty { return "Near it are \(near.joined(separator: ", "))" }
    guard !isEmpty else { return none }
    return "There are \(prefix(6).joined(separator: ", "))" + (count > 6 ? ", ..." : "")
  }
}
