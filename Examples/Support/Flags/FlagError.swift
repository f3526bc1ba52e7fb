/// What is wrong with the arguments of an example. Its description is one line.
public enum FlagError: Error, Equatable, CustomStringConvertible {
  /// There is no flag of this name; perhaps the one that is most like it was meant.
  case unknownFlag(String, nearest: String?)

  /// The flag stands at the end, or before another flag, without the value it needs.
  case missingValue(flag: String, placeholder: String)

  /// A switch was given a value.
  case unexpectedValue(flag: String, value: String)

  /// The value cannot be read, or is not one of those that are allowed.
  case invalidValue(flag: String, value: String, wanted: String)

  /// The flag stands more than once.
  case repeatedFlag(String)

  /// An argument that neither is a flag nor belongs to one.
  case strayArgument(String)

  /// Flags that are right one by one and wrong together, or whatever else an example finds wrong
  /// with its flags.
  case conflict(String)

  /// What is wrong, and where it helps, what would be right.
  public var description: String {
    switch self {
    case .unknownFlag(let name, nearest: let nearest?):
      "unknown flag '\(name)'; did you mean '--\(nearest)'?"
    case .unknownFlag(let name, nearest: nil):
      "unknown flag '\(name)'; --help lists the flags"
    case .missingValue(let flag, let placeholder):
      "--\(flag) needs a value: --\(flag) \(placeholder)"
    case .unexpectedValue(let flag, let value):
      "--\(flag) takes no value, but was given '\(value)'"
    case .invalidValue(let flag, let value, let wanted):
      "--\(flag) wants \(wanted), not '\(value)'"
    case .repeatedFlag(let flag):
      "--\(flag) is given twice"
    case .strayArgument(let argument):
      "unexpected argument '\(argument)'; --help lists the flags"
    case .conflict(let message):
      message
    }
  }
}
