/// Entries by object, in the order in which they came. Few are looked through, and only many are
/// hashed; O(1) either way.
struct IdentityTable<Entry> {
  private(set) var entries: [(key: ObjectIdentifier, value: Entry)] = []
  /// Places in ``entries``, one up; 0 is free. A power of two, empty while there are few.
  private var slots: [Int32] = []

  private static var few: Int { 8 }

  subscript(key: ObjectIdentifier) -> Entry? {
    if slots.isEmpty { return entries.first { $0.key == key }?.value }
    let place = slots[slot(of: key)]
    return place == 0 ? nil : entries[Int(place) - 1].value
  }

  /// Adds an entry whose key is not there yet.
  mutating func append(_ value: Entry, for key: ObjectIdentifier) {
    entries.append((key, value))
    guard entries.count > Self.few else { return }
    if entries.count * 2 > slots.count { return rehash() }
    slots[slot(of: key)] = Int32(entries.count)
  }

  private mutating func rehash() {
    slots = [Int32](repeating: 0, count: max(4 * Self.few, slots.count * 2))
    for (place, entry) in entries.enumerated() { slots[slot(of: entry.key)] = Int32(place + 1) }
  }

  /// Where a key is, or would be.
  private func slot(of key: ObjectIdentifier) -> Int {
    // Objects lie 16 bytes apart; the product spreads what is left over the upper half.
    let bits = (UInt64(UInt(bitPattern: key)) >> 4) &* 0x9E37_79B9_7F4A_7C15
    var place = Int(bits >> 32) & (slots.count - 1)
    while slots[place] != 0, entries[Int(slots[place]) - 1].key != key {
      place = (place + 1) & (slots.count - 1)
    }
    return place
  }
}
