/// One rule. Each is a small type in a file of its own; all of them run, and each starts from the
/// layer as it was.
protocol LayerCheck: Sendable {
  /// Which check this is.
  static var kind: CheckKind { get }

  /// What holds for a valid layer, in a sentence: the article's first column.
  static var meaning: String { get }
  /// What authors usually did when it does not.
  static var commonCause: String { get }
  /// What they do about it.
  static var remedy: String { get }

  /// The checks without whose success this one could only repeat what they say. It is skipped once
  /// one of them, or one that they need, has failed.
  static var prerequisites: [CheckKind] { get }

  init()

  /// Looks at the layer. An error thrown here that the check did not expect is reported as its
  /// failure.
  func run(on subject: CheckSubject) throws -> CheckReport.Outcome
}

extension LayerCheck {
  static var prerequisites: [CheckKind] { [.predictRuns] }

  /// Passed if there are no failures.
  func outcome(
    _ failures: [CheckReport.Failure], _ detail: String = ""
  ) -> CheckReport.Outcome {
    failures.isEmpty ? .passed(detail) : .failed(failures)
  }
}
