/// What `checkLayer` found, as a value.
///
/// `print(report)` is for people; `try report.get()` fails a test with the whole explanation;
/// encoding it gives JSON.
public struct CheckReport: Sendable, Codable, Equatable {
  /// One thing that is wrong.
  public struct Failure: Sendable, Codable, Equatable {
    /// What is wrong, in a sentence.
    public let problem: String
    /// Where: a path, a port, an element.
    public let place: String
    /// What should have come.
    public let expected: String
    /// What came.
    public let found: String
    /// How to fix it.
    public let remedy: String

    /// Describes a failure.
    public init(
      _ problem: String, at place: String, expected: String, found: String, remedy: String
    ) {
      self.problem = problem
      self.place = place
      self.expected = expected
      self.found = found
      self.remedy = remedy
    }
  }

  /// How a check ended.
  public enum Outcome: Sendable, Codable, Equatable {
    /// Nothing was found; what was looked at, where that says something.
    case passed(String = "")
    /// Something is wrong.
    case failed([Failure])
    /// The check did not apply or could not run: why, and how to enable it.
    case skipped(reason: String, remedy: String)
  }

  /// One check and how it ended.
  public struct Entry: Sendable, Codable, Equatable {
    /// Which check.
    public let check: CheckKind
    /// How it ended.
    public let outcome: Outcome
    /// How long it took.
    public let seconds: Double
  }

  /// The layer's type.
  public let layer: String
  /// What holds for the whole report, such as isolation that was asked for and is not to be had.
  public let notices: [String]
  /// The checks, in the order of ``CheckKind``.
  public let entries: [Entry]
  /// How long all of them took.
  public let seconds: Double

  /// Checks that found nothing.
  public var passedCount: Int {
    entries.count { if case .passed = $0.outcome { true } else { false } }
  }
  /// Checks that found something.
  public var failedCount: Int {
    entries.count { if case .failed = $0.outcome { true } else { false } }
  }
  /// Checks that did not run.
  public var skippedCount: Int {
    entries.count { if case .skipped = $0.outcome { true } else { false } }
  }

  /// Whether checks ran, and none failed.
  public var passed: Bool { failedCount == 0 && passedCount > 0 }

  /// The failures of a check; empty when it passed or did not run.
  public func failures(of check: CheckKind) -> [Failure] {
    guard case .failed(let failures)? = entries.first(where: { $0.check == check })?.outcome else {
      return []
    }
    return failures
  }

  /// The checks that failed.
  public var failedChecks: [CheckKind] {
    entries.compactMap { if case .failed = $0.outcome { $0.check } else { nil } }
  }

  /// Throws a ``CheckFailure`` with the whole explanation unless every check passed or was skipped;
  /// also where none has run, as without any or without time.
  public func get() throws {
    guard passed else { throw CheckFailure(report: self) }
  }
}

/// A layer is not valid: what a test that calls ``CheckReport/get()`` fails with.
public struct CheckFailure: Error, Sendable, CustomStringConvertible {
  /// The whole report.
  public let report: CheckReport
  public var description: String { report.description }
}
