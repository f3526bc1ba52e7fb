/// One thing in a file that keeps it from being loaded into a network: where, what, and how to fix
/// it.
public struct LoadProblem: Sendable, Hashable, CustomStringConvertible {
  /// What sort of problem it is.
  public enum Kind: String, Sendable, CaseIterable {
    /// The network has a learnable or state that the file has not.
    case missing
    /// The file has a tensor for which the network has no place.
    case unexpected
    /// A tensor is of another shape than its place.
    case misshaped
    /// The file has two different values for one learnable.
    case contradictingTie
    /// The file ties what the network does not.
    case differentTie
    /// Two keys of the file are renamed to one.
    case duplicateName
  }

  /// What sort of problem it is.
  public let kind: Kind
  /// The path in the network, or the key in the file where the network has none.
  public let path: String
  /// What was expected and what was found.
  public let problem: String
  /// What to change.
  public let remedy: String

  package init(_ kind: Kind, _ path: String, _ problem: String, remedy: String) {
    self.kind = kind
    self.path = path
    self.problem = problem
    self.remedy = remedy
  }

  /// Path, problem and remedy in one line.
  public var description: String { "\(path): \(problem). \(remedy)." }
}

/// Why a file could not be loaded into a network: everything that does not fit, at once. Nothing
/// has been changed.
public struct LoadError: Error, Sendable, CustomStringConvertible {
  /// The file's path or name.
  public let file: String
  /// All problems, missing ones first, by path; no more than 10,000, for files that have nothing to
  /// do with the network.
  public let problems: [LoadProblem]
  /// How many more there are.
  public let omitted: Int

  /// As many as anyone may want to see, of which a file can have millions.
  static let largestCount = 10_000

  package init(file: String, problems: [LoadProblem], omitted: Int = 0) {
    self.file = file
    self.omitted = omitted
    let order = Dictionary(
      uniqueKeysWithValues: LoadProblem.Kind.allCases.enumerated().map { ($1, $0) })
    self.problems = problems.sorted {
      (order[$0.kind] ?? 0, $0.path, $0.problem) < (order[$1.kind] ?? 0, $1.path, $1.problem)
    }
  }

  /// The same with another remedy, where values are loaded in a way that knows no choice.
  package func advising(_ remedy: String) -> LoadError {
    LoadError(
      file: file,
      problems: problems.map { LoadProblem($0.kind, $0.path, $0.problem, remedy: remedy) },
      omitted: omitted)
  }

  /// A line for the file and one for each of the first hundred problems.
  public var description: String {
    let shown = problems.prefix(100)
    let rest = problems.count - shown.count + omitted
    return "\(file) does not fit the network, which is unchanged:\n"
      + shown.map { "  \($0)" }.joined(separator: "\n")
      + (rest > 0 ? "\n  and \(rest) more" : "")
  }
}

/// What a loaded file has done.
public struct LoadReport: Sendable, Equatable {
  /// Owner paths of the learnables and states that were written.
  public package(set) var loaded: [String] = []
  /// Those of the network that the patterns left out.
  public package(set) var leftOut: [String] = []
  /// Those whose numbers were converted to the network's scalar type, which rounds to nearest where
  /// the file's type is wider.
  public package(set) var converted: [String] = []

  package init() {}
}
