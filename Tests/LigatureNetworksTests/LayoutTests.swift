import Foundation
import LigatureLayers
import LigatureTensors
import Testing

@testable import LigatureNetworks

@Suite("Layouts at the borders of a network")
struct LayoutTests {
  @Test("name port, expected and actual when data does not fit")
  func misfit() throws {
    let network = try Network(input: Layout("BC", [nil, 3])) { FullyConnected(2) }
    #expect(
      message { try network.predict(numbers([2, 4])) }
        == "network: input \"input\" expects BC [*, 3], found shape [2, 4]. "
        + "Give data of that layout, or declare another one.")
  }

  @Test("keep a spatial axis out of a fully connected layer")
  func spatialAxis() throws {
    let text = message {
      try Network(input: Layout("BSSC", [nil, 4, 4, 2])) {
        Network { FullyConnected(3) }.named("head")
      }
    }
    #expect(
      text
        == "head/fc: a fully connected layer takes features in the last axis, found BSSC [2, 4, 4, 2]. "
        + "Put Flatten() before it.")
    let fine = try Network(input: Layout("BSSC", [nil, 4, 4, 2])) {
      Flatten(); FullyConnected(3)
    }
    #expect(fine.learnableCount == 32 * 3 + 3)
  }

  @Test("bring data of another order into canonical order on entry")
  func permutation() throws {
    let images = try numbers([5, 4, 3, 2])
    let canonical = Network {
      Flatten(); FullyConnected(3)
    }
    try canonical.initialize(for: [images])
    let foreign = Network()
    try foreign.addInput("images", Layout("SSCB", [4, 3, 2, nil]))
    try foreign.add(canonical, named: "canonical")
    try foreign.connect("images", to: "canonical")
    let permuted = try images.permuted([1, 2, 3, 0])
    #expect(permuted.shape == [4, 3, 2, 5])
    #expect(try foreign.predict(permuted).isIdentical(to: canonical.predict(images)))
    #expect(try foreign.predict(permuted, batchSize: 2).isIdentical(to: canonical.predict(images)))
  }

  @Test("follow the data: labels stay at equal rank, and a matrix is a batch of features")
  func propagation() throws {
    let network = try Network(input: Layout("BSSC", [nil, 2, 2, 1])) {
      ReLU()
      Permute([0, 3, 1, 2])
      FunctionLayer(name: "flat") { try $0.flattened() }
      FullyConnected(6)
      Reshape([3, 2], labels: "BTC")
      FullyConnected(2)
    }
    let outputs = network.state.withLock { $0.findings?.outputLayouts } ?? [:]
    #expect(outputs["relu"]?.first?.labels == "BSSC")
    #expect(outputs["permute"]?.first?.labels == "BCSS")
    #expect(outputs["flat"]?.first?.labels == "BC")
    #expect(outputs["reshape"]?.first?.description == "BTC [2, 3, 2]")
    #expect(outputs["fc2"]?.first?.description == "BTC [2, 3, 2]")
  }

  @Test(
    "that are none are refused where a network is given them, and say what is wrong",
    arguments: [
      ("bsc", [nil, 2, 3], "has the letter b, and labels are B (batch), T (time), S (space), "),
      ("XC", [nil, 3], "has the letter X, and labels are"),
      ("BB", [nil, 3], "has two axes B, and only S and U may stand twice"),
      ("BTCC", [nil, nil, 3, 3], "has two axes C, and only S and U"),
      ("BC", [nil, 4, 3], "has 2 labels for 3 sizes"),
      ("BTC", [nil, 3], "has 3 labels for 2 sizes"),
      ("", [nil], "has 0 labels for 1 size"),
      ("BUC", [nil, 4, 3], "has a U before C, and unspecified axes come last"),
      ("BC", [nil, -3], "layout BC has a size of -3"),
    ] as [(String, [Int?], String)])
  func misspelt(_ labels: String, _ sizes: [Int?], _ words: String) throws {
    let layout = Layout(labels, sizes)
    let error = #expect(throws: LayerError.self) {
      try Network(input: layout) { ReLU() }
    }
    #expect(error?.problem.contains(words) == true, "\(error!)")
    #expect(error?.kind == .setting && error?.path == "input")
    let network = Network()
    #expect(message { try network.addInput("x", layout) }.hasPrefix("x: layout "))
    #expect(message { try Network { ReLU() }.trace(for: [layout]) }.contains(words))
    // A file may hold it too.
    let json = try JSONEncoder().encode(layout)
    if layout.labels == labels || sizes.contains(-3) {
      #expect(throws: LayerError.self) { try JSONDecoder().decode(Layout.self, from: json) }
    }
  }

  @Test("of input layers are looked at when these are added")
  func inputLayers() {
    #expect(
      message { try Network().add(FeatureInput(-3)) }
        == "input: layout BC has a size of -3. Give one label for each size, such as "
        + "Layout(\"BTC\", [nil, 100, 3]), and nil for a free size.")
    #expect(Network { ImageInput([4, -1, 3]) }.graph.allProblems.map(\.kind).contains(.badLayout))
  }

  @Test("read as they are written")
  func values() {
    let layout = Layout("BSU", [nil, 4, 3])
    #expect(layout.description == "BSU [*, 4, 3]" && layout.problem == nil)
    #expect(layout.axes == [.batch, .space, .unspecified])
    #expect(layout.fits([9, 4, 3]) && !layout.fits([9, 4]) && !layout.fits([9, 4, 2]))
    #expect(layout.with(.space, nil).shape(batch: 7, other: 5) == [7, 5, 3])
    #expect(Layout("SSCB", [1, 2, 3, 4]).canonical.description == "BSSC [4, 1, 2, 3]")
    #expect(Layout("BC", [nil, 3]).canonicalPermutation == nil)
  }

  @Test("predict in batches what they predict in one go, a ragged last batch included")
  func batches() throws {
    let network = try Network(input: Layout("BC", [nil, 3])) {
      FullyConnected(4); Tanh()
    }
    let input = try numbers([7, 3])
    let whole = try network.predict(input)
    for size in [1, 2, 3, 7, 100] {
      #expect(try network.predict(input, batchSize: size).isIdentical(to: whole))
    }
    let pair = Network()
    try pair.addInput("a")
    try pair.addInput("b")
    try pair.add(Addition(), named: "sum")
    try pair.connect("a", to: "sum/in1")
    try pair.connect("b", to: "sum/in2")
    #expect(
      message { try pair.predict([input, numbers([5, 3])]) }
        == "network: inputs hold [7, 5] observations. "
        + "Give the same number of observations for each input.")
    #expect(
      message { try network.predict(input, batchSize: 0) }
        == "network: batch size 0 is not positive. Give 1 or more.")
  }
}
