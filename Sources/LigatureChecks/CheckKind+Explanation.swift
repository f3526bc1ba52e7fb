extension CheckKind {
  /// What holds for a valid layer, in a sentence.
  public var meaning: String { check?.meaning ?? "" }
  /// What authors usually did when it does not hold.
  public var commonCause: String { check?.commonCause ?? "" }
  /// What to do about it.
  public var remedy: String { check?.remedy ?? "" }

  private var check: (any LayerCheck.Type)? { LayerChecks.all.first { $0.kind == self } }
}
