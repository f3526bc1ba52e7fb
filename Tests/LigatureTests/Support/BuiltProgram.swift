import Foundation
import Testing

/// A program of the package, built along with the tests.
struct BuiltProgram {
  let name: String

  init(_ name: String) { self.name = name }

  /// The folder that the tests and the programs were built into.
  static var products: URL? {
    let bundles =
      Bundle.allBundles.map(\.bundleURL) + [URL(fileURLWithPath: CommandLine.arguments[0])]
    return bundles.first { $0.pathExtension == "xctest" }?.deletingLastPathComponent()
      ?? Bundle.main.executableURL?.deletingLastPathComponent()
  }

  /// What the program prints, silent where it trains, and what it says on standard error.
  func run(
    _ arguments: [String] = [], in folder: URL? = nil
  ) throws -> (printed: String, announced: String) {
    let process = Process()
    process.executableURL = try #require(Self.products).appending(path: name)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["LIGATURE_VERBOSE": "0"]
    ) { $1 }
    let (output, errors) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (output, errors)
    try process.run()
    let printed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let announced = String(
      decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(announced)")
    return (printed, announced)
  }
}
