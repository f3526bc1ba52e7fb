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
/// Names that a recurrent layer has in PyTorch do not follow such a rule: ``RecurrentWeights`` puts
/// them into a layer. The first rule that fits a key is used, and a key without one keeps its name.
public struct KeyRenaming: Sendable {
  private enum Piece: Sendable, Equatable {
    case text([UInt8])
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
    let key = Array(key.utf8)
    guard let found = KeyRenaming.match(pattern, key) else { return nil }
    guard let target else { return .ignored }
    var rest = found[...]
    var path: [UInt8] = []
    for piece in target {
      switch piece {
      case .text(let text): path += text
      case .name, .anything:
        path += key[rest.popFirst() ?? 0..<0].map { $0 == UInt8(ascii: ".") ? slash : $0 }
      }
    }
    return .path(String(decoding: path, as: UTF8.self))
  }

  private var slash: UInt8 { UInt8(ascii: "/") }

  private static func pieces(_ pattern: String) -> [Piece] {
    var pieces: [Piece] = []
    for byte in pattern.utf8 {
      switch (byte, pieces.last) {
      case (UInt8(ascii: "*"), .name): pieces[pieces.count - 1] = .anything
      case (UInt8(ascii: "*"), _): pieces.append(.name)
      case (_, .text(let text)): pieces[pieces.count - 1] = .text(text + [byte])
      default: pieces.append(.text([byte]))
      }
    }
    return pieces
  }

  /// The bytes that each wildcard stands for, as many as it can; nil if the pattern does not fit.
  /// O(pattern · key) in time and bytes: keys may come from a hostile file.
  private static func match(_ pattern: [Piece], _ key: [UInt8]) -> [Range<Int>]? {
    // Whether the pieces from some place on fit the key from each byte on; those of the last first.
    var fits = [[Bool]](repeating: [], count: pattern.count + 1)
    fits[pattern.count] = [Bool](repeating: false, count: key.count) + [true]
    for (place, piece) in pattern.enumerated().reversed() {
      fits[place] = starts(of: piece, before: fits[place + 1], in: key)
    }
    guard fits[0][0] else { return nil }
    var found: [Range<Int>] = []
    var start = 0
    for (place, piece) in pattern.enumerated() {
      if case .text(let text) = piece {
        start += text.count
        continue
      }
      var end = piece == .anything ? key.count : key[start...].firstIndex(where: ends) ?? key.count
      while !fits[place + 1][end] { end -= 1 }
      found.append(start..<end)
      start = end
    }
    return found
  }

  /// Where a piece may begin, when what follows it may begin at `next`.
  private static func starts(of piece: Piece, before next: [Bool], in key: [UInt8]) -> [Bool] {
    var starts = [Bool](repeating: false, count: next.count)
    var isReached = false
    for start in next.indices.reversed() {
      switch piece {
      case .text(let text):
        starts[start] =
          start + text.count < next.count && next[start + text.count]
          && key[start...].starts(with: text)
      case .name, .anything:
        // A name does not go on beyond a separator.
        if piece == .name, start < key.count, ends(key[start]) { isReached = false }
        isReached = isReached || next[start]
        starts[start] = isReached
      }
    }
    return starts
  }

  private static func ends(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ".") || byte == UInt8(ascii: "/")
  }
}
