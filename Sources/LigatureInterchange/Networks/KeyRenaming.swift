/// What a key of somebody else's file is called in the network, and whether its matrix lies the
/// other way round.
///
///     // PyTorch keeps [outputs, inputs]; weights here are [inputs, outputs].
///     KeyRenaming("**.weight", to: "**/weights", transposed: true)
///     KeyRenaming("encoder.0.bias", to: "encoder/fc1/bias")
///     KeyRenaming(ignoring: "**.num_batches_tracked")
///
/// In a pattern `*` stands for a run of characters other than `.` and `/`, `**` for any run. What
/// they stand for takes the places of those in the new path, in order; dots in it become slashes.
/// The first rule that fits a key is used, and a key without one keeps its name.
public struct KeyRenaming: Sendable {
  private enum Piece: Sendable, Equatable {
    case text([Character])
    case name
    case anything
  }

  private let pattern: [Piece]
  private let target: [Piece]?
  /// Whether the two axes of the matrix are exchanged.
  let isTransposed: Bool

  /// A rule that gives a key a path.
  public init(_ pattern: String, to path: String, transposed: Bool = false) {
    self.pattern = KeyRenaming.pieces(pattern)
    target = KeyRenaming.pieces(path)
    isTransposed = transposed
  }

  /// A rule that leaves keys out.
  public init(ignoring pattern: String) {
    self.pattern = KeyRenaming.pieces(pattern)
    target = nil
    isTransposed = false
  }

  /// What a rule makes of a key.
  enum Result: Equatable {
    case path(String)
    case ignored
  }

  /// What this rule makes of a key; nil if it does not fit.
  func applied(to key: String) -> Result? {
    guard let found = KeyRenaming.match(pattern, Array(key)) else { return nil }
    guard let target else { return .ignored }
    var rest = found[...]
    var path = ""
    for piece in target {
      switch piece {
      case .text(let text): path += text
      case .name, .anything: path += (rest.popFirst() ?? []).map { $0 == "." ? "/" : $0 }
      }
    }
    return .path(path)
  }

  private static func pieces(_ pattern: String) -> [Piece] {
    var pieces: [Piece] = []
    for character in pattern {
      switch (character, pieces.last) {
      case ("*", .name): pieces[pieces.count - 1] = .anything
      case ("*", _): pieces.append(.name)
      case (_, .text(let text)): pieces[pieces.count - 1] = .text(text + [character])
      default: pieces.append(.text([character]))
      }
    }
    return pieces
  }

  /// What each wildcard stands for, as much as it can; nil if the pattern does not fit.
  /// O(pattern · key²), and in no more depth than the pattern is long.
  private static func match(_ pattern: [Piece], _ key: [Character]) -> [[Character]]? {
    // Whether pieces from `place` on fit the key from `start` on, worked out once each.
    var failed: Set<[Int]> = []
    func match(_ place: Int, _ start: Int) -> [[Character]]? {
      guard place < pattern.count else { return start == key.count ? [] : nil }
      guard !failed.contains([place, start]) else { return nil }
      switch pattern[place] {
      case .text(let text):
        if key[start...].starts(with: text), let rest = match(place + 1, start + text.count) {
          return rest
        }
      case .name, .anything:
        let run =
          pattern[place] == .anything
          ? key[start...] : key[start...].prefix { $0 != "." && $0 != "/" }
        for end in (start...run.endIndex).reversed() {
          if let rest = match(place + 1, end) { return [Array(key[start..<end])] + rest }
        }
      }
      failed.insert([place, start])
      return nil
    }
    return match(0, 0)
  }
}
