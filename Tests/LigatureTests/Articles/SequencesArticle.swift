import Ligature
import Testing

@Suite("Articles: Sequences and padding")
struct SequencesArticle {
  private func twoInputs(_ layouts: Layout...) throws -> Network {
    let network = Network()
    for (name, layout) in zip(["first", "second"], layouts) {
      try network.addInput(name, layout)
      let isSequence = layout.rank == 3
      try network.add(isSequence ? LSTM(2, .last) : FullyConnected(2), named: "\(name)Part")
      try network.connect(name, to: "\(name)Part")
    }
    try network.add(Addition())
    try network.connect("firstPart", to: "addition/in1")
    try network.connect("secondPart", to: "addition/in2")
    return network
  }

  @Test("lengths of each input")
  func lengths() throws {
    let (words, sounds) = try (Tensor.ones([2, 7, 3]), Tensor.ones([2, 7, 4]))
    let longSounds = try Tensor.ones([2, 95, 4])
    let picture = try Tensor.ones([2, 5])
    let heard = try twoInputs(Layout("BTC", [nil, nil, 3]), Layout("BTC", [nil, nil, 4]))
    let seen = try twoInputs(Layout("BTC", [nil, nil, 3]), Layout("BC", [nil, 5]))
    // article: lengths
    // Both have these lengths.
    let alike = try heard.predict([words, sounds], sequenceLengths: [3, 7])
    // Each has its own.
    let apart = try heard.predict([words, longSounds], sequenceLengths: [[3, 7], [40, 95]])
    // One is not padded.
    let single = try seen.predict([words, picture], sequenceLengths: [[3, 7], nil])
    // end
    #expect([alike, apart, single].map { $0[0].shape } == [[2, 2], [2, 2], [2, 2]])
  }

  // article: layer
  struct Summary: CustomLayer {
    func predict(_ x: Tensor, in context: Context) throws -> Tensor {
      try x.mean(over: .time, counting: context.lengths(of: x))
    }
  }
  // end

  @Test("a layer that asks for lengths")
  func summary() throws {
    let network = try Network(input: Layout("BTC", [nil, nil, 1])) { Summary() }
    let x = try Tensor([Float(1), 3, 100, 2, 4, 6], shape: [2, 3, 1])
    #expect(try network.predict(x, sequenceLengths: [2, 3]).doubles() == [2, 4])
  }

  @Test("orders of axes")
  func orders() throws {
    let (images, labels) = (try Tensor.ones([4, 4, 1, 6]), Tensor([Int64](repeating: 0, count: 6)))
    let recordings = try [Tensor.ones([3, 2]), .ones([5, 2])]
    let answers = Tensor([Int64(0), 1])
    // article: orders
    let pictures = try TrainingData(inputs: [images], targets: [labels], inputLayouts: ["SSCB"])
    let sounds = try TrainingData(sequences: recordings, targets: answers).arranged(as: ["TBC"])
    // end
    #expect(pictures.count == 6 && sounds.count == 2)
  }

  @Test("padding and pieces")
  func padding() throws {
    // article: padding
    let cut = TrainingOptions(padding: .shortest)
    let fixed = TrainingOptions(padding: .fixed(64))
    let left = TrainingOptions(padding: SequencePadding(.longest, side: .left))
    // end
    #expect(Set([cut, fixed, left].map(\.padding)).count == 3)

    let network = try Network(input: Layout("BTC", [nil, nil, 2])) {
      LSTM(4)
      FullyConnected(2)
    }
    let sequences = try (1...4).map { try numbers([60 + $0, 2], seed: UInt64($0)) }
    let data = try TrainingData(sequences: sequences, targetSequences: sequences)
    // article: splitting
    let options = TrainingOptions(epochs: 5, batchSize: 8, splitLength: 50)
    try train(network, on: data, loss: .meanSquaredError, options: options)
    // end
    let whole = try evaluate(network, on: data, loss: .meanSquaredError).loss
    #expect(whole.isFinite)
  }
}
