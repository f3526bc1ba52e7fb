/// One flag of an example: its name, its help, and how its value is read.
///
/// A flag is also the key to its value:
///
/// ```swift
/// let epochs = Flag.int("epochs", "N", "passes over the training data", default: 30, in: 1...1000)
/// let quiet = Flag.switch("quiet", "prints nothing but the results")
/// let flags = Flags("Example", "Trains something.", [epochs, quiet])
///
/// let values = try flags.parse(["--epochs", "5"])
/// values[epochs]  // 5, an Int
/// values[quiet]   // false
/// ```
///
/// A flag whose value is optional has no default; its value is nil where it is not given.
public struct Flag<Value: Sendable>: DeclaredFlag {
  /// The name without its dashes.
  public let name: String

  /// What stands for the value in the help; nil for a switch, which takes none.
  public let placeholder: String?

  /// What the flag does, in one line.
  public let help: String

  /// The value that holds where the flag is not given, as the help shows it.
  public let defaultText: String?

  let defaultValue: Value
  let read: @Sendable (String) throws(FlagError) -> Value

  init(
    _ name: String, _ placeholder: String?, _ help: String, default defaultValue: Value,
    shownAs defaultText: String?, read: @escaping @Sendable (String) throws(FlagError) -> Value
  ) {
    self.name = name
    self.placeholder = placeholder
    self.help = help
    self.defaultText = defaultText
    self.defaultValue = defaultValue
    self.read = read
  }

  /// Reads a value, or throws `FlagError.invalidValue`.
  public func value(readFrom text: String) throws(FlagError) -> any Sendable {
    try read(text)
  }
}

/// What a list of flags with different values needs to know of each. `Flag` is the only one.
public protocol DeclaredFlag: Sendable {
  /// The name without its dashes.
  var name: String { get }

  /// What stands for the value in the help; nil for a switch, which takes none.
  var placeholder: String? { get }

  /// What the flag does, in one line.
  var help: String { get }

  /// The value that holds where the flag is not given, as the help shows it.
  var defaultText: String? { get }

  /// Reads a value, or throws `FlagError.invalidValue`.
  func value(readFrom text: String) throws(FlagError) -> any Sendable
}
