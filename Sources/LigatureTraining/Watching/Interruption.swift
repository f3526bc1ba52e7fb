/// Whether the user has asked, with Ctrl-C, for trainings to end after their present step.
enum Interruption {
  static var isRequested: Bool { false }
}
