/// How often each name occurred. Few names are compared, and only many are hashed.
struct NameCounts {
  private var few: [(name: String, count: Int)] = []
  private var many: [String: Int] = [:]

  private static let fewest = 8

  /// Counts an occurrence of `name`, and says the how-manieth it is.
  mutating func note(_ name: String) -> Int {
    if !many.isEmpty {
      many[name, default: 0] += 1
      return many[name, default: 1]
    }
    if let place = few.firstIndex(where: { $0.name == name }) {
      few[place].count += 1
      return few[place].count
    }
    if few.isEmpty { few.reserveCapacity(Self.fewest) }
    few.append((name, 1))
    if few.count > Self.fewest {
      many = Dictionary(few.map { ($0.name, $0.count) }) { first, _ in first }
    }
    return 1
  }
}
