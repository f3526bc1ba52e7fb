import Foundation
import Ligature
import Testing

@Suite("Articles: Looking at a network")
struct LookingAtANetworkArticle {
  private static let article = Article("LookingAtANetwork")

  private func network() throws -> Network {
    // article: network
    let network = try Network(input: Layout("BC", [nil, 12]), seed: 1) {
      Network {
        FullyConnected(8)
        BatchNormalization()
        ReLU()
        FullyConnected(4)
      }.named("encoder")
      FullyConnected(8).named("hidden")
      FullyConnected(12).named("out")
    }
    // end
    return network
  }

  private func inFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  @Test("analysis")
  func analysis() throws {
    let network = try network()
    try inFolder { folder in
      // article: analysis
      let analysis = network.analysis
      print(analysis)
      try analysis.save(to: folder.appending(path: "network.html"), title: "Autoencoder")
      for problem in analysis.problems { print(problem.kind, problem.path, problem.remedy) }
      // end
      #expect(analysis.problems.isEmpty)
    }
    try Self.article.compareText("analysis-text", "\(network.analysis)")
  }

  @Test("drawings")
  func drawings() throws {
    let network = try network()
    try inFolder { folder in
      // article: drawings
      let drawing = plot(network, depth: 2)
      try drawing.save(to: folder.appending(path: "network.svg"))
      try drawing.save(to: folder.appending(path: "network.dot"))
      print(drawing.mermaid)
      // end
      try Self.article.compare("mermaid", Article.fenced("mermaid", drawing.mermaid))
    }
  }

  @Test("hidden outputs")
  func hiddenOutputs() throws {
    let network = try network()
    let x = try Tensor.zeros([3, 12])
    // article: hidden
    let found = try network.predict(x, outputs: ["encoder/fc2", "hidden"])
    let (codes, hidden) = (found[0], found[1])
    // end
    #expect(codes.shape == [3, 4] && hidden.shape == [3, 8])
  }

  @Test("states")
  func states() throws {
    let network = try network()
    let x = try Tensor.zeros([3, 12])
    // article: states
    try network.initialize()
    for (path, value) in network.states { print(path, value.shape) }
    let path = try #require(network.states.keys.min())
    let mean = try network.state(at: path)
    try network.setState(mean + 1, at: path)
    // end
    _ = try network.predict(x)
    #expect(try network.state(at: path).doubles() == (mean + 1).doubles())
  }

  @Test("editing")
  func editing() throws {
    let network = try network()
    try network.initialize()
    // article: editing
    try network.freeze("encoder")
    try network.replace("encoder/relu", with: GELU())
    try network.replace("**/fc*") { _ in FullyConnected(8) }
    try network.tie("hidden", to: "encoder/fc2")
    // end
    #expect(network.ties.count == 2)
    #expect(try network.predict(Tensor.zeros([3, 12])).shape == [3, 12])
  }
}
