import Foundation
import Testing

/// The examples as processes of their own, which the environment treats as it likes.
@Suite final class ExampleProcessTests {
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "ligature-examples-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func process(_ program: String, _ arguments: [String]) throws -> Process {
    let bundles =
      Bundle.allBundles.map(\.bundleURL) + [URL(fileURLWithPath: CommandLine.arguments[0])]
    let products =
      bundles.first { $0.pathExtension == "xctest" }?.deletingLastPathComponent()
      ?? Bundle.main.executableURL?.deletingLastPathComponent()
    let process = Process()
    process.executableURL = try #require(products).appending(path: program)
    process.arguments = arguments
    return process
  }

  /// What a program prints that ends well.
  private func printed(by program: String, _ arguments: [String]) throws -> String {
    let process = try process(program, arguments)
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return text
  }

  @Test("a reader that goes away does not end a training")
  func closedOutput() throws {
    let state = folder.appending(path: "state").path
    let process = try process("ResumedTraining", ["--state", state, "--steps", "1"])
    let pipe = Pipe()
    process.standardOutput = pipe
    // Nobody reads from the first moment on, as behind "| head -0".
    try pipe.fileHandleForReading.close()
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 0)
    #expect(FileManager.default.fileExists(atPath: state))
  }

  @Test("killed sweeps go on to the same table and network")
  func sweeps() throws {
    let printed = try printed(by: "SurvivingKills", ["--sweeps", "8"])
    #expect(printed.hasPrefix("killed 8 times, with "), "\(printed)")
  }

  @Test("killed writers leave one whole file, and nothing beside it after the next write")
  func kills() throws {
    let printed = try printed(by: "SurvivingKills", ["--kills", "9"])
    #expect(printed.hasPrefix("9 writers killed: the file was whole each time"), "\(printed)")
  }
}
