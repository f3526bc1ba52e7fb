import Foundation

/// This program with other arguments, as a process of its own that may be killed.
struct KilledProgram {
  let arguments: [String]

  /// A process that writes "ready" when it is at work.
  func start() throws -> (process: Process, output: FileHandle) {
    let process = Process()
    process.executableURL = Bundle.main.executableURL
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    return (process, pipe.fileHandleForReading)
  }

  /// How one ended.
  struct Ending {
    /// What it printed since it was at work.
    let text: String
    let reason: Process.TerminationReason
    let status: Int32

    /// Whether it was done before.
    var isDone: Bool { text.contains("fingerprint") }
  }

  /// Sends one signals, the first so many microseconds after it is at work.
  func stop(after microseconds: UInt32, by signals: [Int32]) throws -> Ending {
    let (process, output) = try start()
    let first = String(decoding: output.availableData, as: UTF8.self)
    usleep(microseconds)
    for (place, signal) in signals.enumerated() {
      if place > 0 { usleep(200_000) }
      Foundation.kill(process.processIdentifier, signal)
    }
    let text = String(decoding: output.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return Ending(
      text: first + text, reason: process.terminationReason, status: process.terminationStatus)
  }

  /// Kills one so many microseconds after it is at work; whether it was still there.
  func kill(after microseconds: UInt32) throws -> Bool {
    try stop(after: microseconds, by: [SIGKILL]).reason != .exit
  }

  /// What one prints that nobody kills.
  func finished() throws -> String {
    let (process, output) = try start()
    let text = String(decoding: output.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0, text.contains("fingerprint") else {
      throw Failure("\(arguments) that nobody killed printed \"\(text)\"")
    }
    return text
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }
}
