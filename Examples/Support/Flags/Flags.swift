/// The flags of one example.
///
/// `parse` only reads. `runExample` also prints the help or what is wrong, and ends the program.
public struct Flags: Sendable {
  /// The name of the program.
  public let program: String

  /// What the program does.
  public let summary: String

  let declared: [any DeclaredFlag]

  /// Declares the flags of `program`. Two flags of one name, or one named `help`, are a programming
  /// error and stop the program.
  public init(_ program: String, _ summary: String, _ declared: [any DeclaredFlag]) {
    var names: Set = ["help"]
    for flag in declared {
      precondition(names.insert(flag.name).inserted, "--\(flag.name) is declared twice")
    }
    self.program = program
    self.summary = summary
    self.declared = declared
  }

  /// Reads `--name value`, `--name=value` and `--switch`, in any order.
  ///
  /// - Parameter arguments: The arguments after the program's name.
  /// - Throws: `FlagError` for the first argument that is wrong.
  public func parse(_ arguments: [String]) throws(FlagError) -> FlagValues {
    var given: [String: any Sendable] = [:]
    var asksForHelp = false
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      let (word, attached) = Self.split(argument)
      if word == "--help" || word == "-h" {
        if let attached { throw .unexpectedValue(flag: "help", value: attached) }
        asksForHelp = true
        continue
      }
      let flag = try flag(for: word, in: argument)
      guard given[flag.name] == nil else { throw .repeatedFlag(flag.name) }
      given[flag.name] = try flag.value(
        readFrom: valueText(of: flag, attached: attached, rest: &rest))
    }
    return FlagValues(given: given, asksForHelp: asksForHelp)
  }

  private static func split(_ argument: String) -> (word: String, attached: String?) {
    guard argument.hasPrefix("-"), let mark = argument.firstIndex(of: "=") else {
      return (argument, nil)
    }
    return (String(argument[..<mark]), String(argument[argument.index(after: mark)...]))
  }

  private func flag(for word: String, in argument: String) throws(FlagError) -> any DeclaredFlag {
    if let flag = declared.first(where: { "--" + $0.name == word }) { return flag }
    guard word.hasPrefix("-"), word.count > 1 else { throw .strayArgument(argument) }
    let name = word.drop { $0 == "-" }
    throw .unknownFlag(word, nearest: nearest(to: name, among: declared.map(\.name) + ["help"]))
  }

  private func valueText(
    of flag: any DeclaredFlag, attached: String?, rest: inout ArraySlice<String>
  ) throws(FlagError) -> String {
    guard let placeholder = flag.placeholder else {
      if let attached { throw .unexpectedValue(flag: flag.name, value: attached) }
      return ""
    }
    var text = attached
    if attached == nil, let next = rest.first, !next.hasPrefix("--") { text = rest.popFirst() }
    guard let text, !text.isEmpty else {
      throw .missingValue(flag: flag.name, placeholder: placeholder)
    }
    return text
  }
}

/// What the arguments of an example say.
public struct FlagValues: Sendable {
  let given: [String: any Sendable]

  /// Whether `--help` or `-h` stands among the arguments.
  public let asksForHelp: Bool

  /// The value of `flag`: the one given, or else its default.
  public subscript<Value>(_ flag: Flag<Value>) -> Value {
    guard let value = given[flag.name] as? Value, isGiven(flag) else { return flag.defaultValue }
    return value
  }

  /// Whether `flag` stands among the arguments.
  public func isGiven<Value>(_ flag: Flag<Value>) -> Bool {
    given[flag.name] != nil
  }
}
