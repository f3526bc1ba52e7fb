import Foundation
import Ligature
import Testing

@Suite("Articles: Getting started")
struct GettingStartedArticle {
  private static let article = Article("GettingStarted")

  @Test("shows a manifest that is one")
  func manifest() throws {
    let files = FileManager.default
    let folder = files.temporaryDirectory.appending(path: UUID().uuidString)
    try files.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? files.removeItem(at: folder) }
    try files.copyItem(
      at: SourceTree.root.appending(path: "Tests/LigatureTests/Articles/Spirals/Package.swift"),
      to: folder.appending(path: "Package.swift"))
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["swift", "package", "dump-package"]
    process.currentDirectoryURL = folder
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(text.contains("\"product\""))
  }

  @Test("shows what the program prints")
  func output() throws {
    try Self.article.compareText("printed", BuiltProgram("FirstNetwork").run().printed)
  }

  @Test("a prediction")
  func prediction() throws {
    let network = try Network(input: Layout("BC", [nil, 2])) { FullyConnected(2) }
    var printed: [[Double]] = []
    func print(_ values: [Double]) { printed.append(values) }
    // article: prediction
    let points = try Tensor([Float(0), 0.5, 0, -0.5], shape: [2, 2])
    let probabilities = try softmax(network.predict(points))
    for number in 0..<2 { print(try probabilities[number].doubles()) }
    // end
    #expect(printed.count == 2 && printed.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-6 })
  }
}
