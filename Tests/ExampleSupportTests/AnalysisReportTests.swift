import Foundation
import Ligature
import Testing

@testable import ExampleSupport
@testable import NestedAutoencoder
@testable import ResidualDigits
@testable import SharedLSTM
@testable import WiredAutoencoder

@Suite("What --analyze writes")
struct AnalysisReportTests {
  private static let networks: [(name: String, make: @Sendable () throws -> Network)] = [
    ("nested", { try NestedAutoencoder.network(imageSize: [4, 4, 1], seed: 1) }),
    ("wired", { try WiredAutoencoder.network(imageSize: [4, 4, 1], seed: 1) }),
    ("shared", { try sharedNetwork(channels: 3, outputs: 3, hiddenUnits: 4) }),
    ("residual", { try residualNetwork(imageSize: [8, 8, 1], seed: 1) }),
  ]

  @Test("is a page of a network without problems", arguments: networks.map(\.name))
  func page(name: String) throws {
    let entry = try #require(Self.networks.first { $0.name == name })
    let network = try entry.make()
    #expect(network.analysis.problems.isEmpty)
    let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try writeAnalysis(of: network, title: name, into: OutputFolder(path))
    let page = try String(contentsOfFile: path + "/analysis.html", encoding: .utf8)
    #expect(page.contains("<h1>\(name)</h1>") && page.contains("<svg"))
  }
}
