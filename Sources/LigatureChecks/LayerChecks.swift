/// Every check, in the order of ``CheckKind``.
enum LayerChecks {
  static let all: [any LayerCheck.Type] = [
    GradientValues.self
  ]
}

extension CheckKind {
  /// The check's meaning in a few words.
  public var title: String { rawValue }
}
