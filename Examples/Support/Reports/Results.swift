import Ligature

/// The files that a program leaves behind at its end, written one by one: one that cannot be
/// written does not keep the others from it.
public struct Results {
  private var written: [String] = []
  private var problems: [String] = []

  /// Nothing is written yet.
  public init() {}

  /// Writes one file, or keeps in mind why that failed.
  ///
  /// - Parameter name: what the file is called in ``summary``.
  public mutating func write(_ name: String, _ body: () throws -> Void) {
    do {
      try body()
      written.append(name)
    } catch {
      problems.append(oneLine(error))
    }
  }

  /// The files that were written: `wrote a.png and b.svg`; nil if there are none.
  public var summary: String? {
    guard let last = written.last else { return nil }
    let first = written.dropLast().joined(separator: ", ")
    return "wrote " + (first.isEmpty ? last : first + " and " + last)
  }

  /// Throws an `OutputError` that says what could not be written, if anything.
  public func requireAll() throws(OutputError) {
    guard problems.isEmpty else { throw OutputError(problems.joined(separator: "; ")) }
  }
}
