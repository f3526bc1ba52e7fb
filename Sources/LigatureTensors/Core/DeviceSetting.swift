import Foundation

/// What the environment asks for.
enum DeviceSetting {
  static let name: String = {
    say("LIGATURE_DEVICE", ["cpu", "checking"], used: "cpu")
    return ProcessInfo.processInfo.environment["LIGATURE_DEVICE"] ?? "cpu"
  }()

  /// Says on the standard error that a variable of the environment is set to something unknown.
  static func say(_ variable: String, _ known: [String], used: String) {
    guard let value = ProcessInfo.processInfo.environment[variable], !value.isEmpty,
      !known.contains(value)
    else { return }
    FileHandle.standardError.write(
      Data(
        "Ligature: \(variable)=\(value) is not known here (\(known.joined(separator: ", "))); "
          .utf8) + Data("\(used) is used\n".utf8))
  }
}
