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

  /// Kills one so many microseconds after it is at work; whether it was still there.
  func kill(after microseconds: UInt32) throws -> Bool {
    let (process, output) = try start()
    _ = output.availableData
    usleep(microseconds)
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    return process.terminationReason != .exit
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
