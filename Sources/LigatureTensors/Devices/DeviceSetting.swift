import Foundation

/// What the environment asks for.
enum DeviceSetting {
  static let name: String = {
    let name = ProcessInfo.processInfo.environment["LIGATURE_DEVICE"] ?? "cpu"
    if !["", "cpu", "checking"].contains(name) {
      FileHandle.standardError.write(
        Data("LIGATURE_DEVICE=\(name) is not known (cpu, checking); cpu is used\n".utf8))
    }
    return name
  }()
}
