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

  @Test("read as they are written, with unknown letters and missing sizes")
  func values() {
    let layout = Layout("BSX", [nil, 4, 3])
    #expect(layout.description == "BSU [*, 4, 3]")
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
