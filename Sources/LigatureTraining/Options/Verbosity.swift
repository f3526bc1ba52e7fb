import Foundation

/// What ``train(_:on:loss:options:resumingFrom:)`` says of itself on the terminal.
public enum Verbosity: String, Sendable, Codable {
  /// One line that is written again and again where standard output is a terminal, and a line now
  /// and then, at the ends of epochs, where it is not. Nothing where the environment variable
  /// `LIGATURE_VERBOSE` is 0.
  case automatic
  /// Nothing.
  case silent

  /// Whether something is to be written.
  package var isOn: Bool {
    self == .automatic && ProcessInfo.processInfo.environment["LIGATURE_VERBOSE"] != "0"
  }
}
