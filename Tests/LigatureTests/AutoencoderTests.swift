import Ligature
import Testing

@Suite("A weight-tying autoencoder written by a user")
struct AutoencoderTests {
  /// Encoders with whatever may stand in one.
  enum Encoder: String, CaseIterable, Sendable {
    case plain, dropout, layerNorm, batchNorm, nested

    var network: Network {
      switch self {
      case .plain:
        Network {
          FullyConnected(6); ReLU(); FullyConnected(4); ReLU()
        }
      case .dropout:
        Network {
          FullyConnected(6); Dropout(0.3); ReLU(); FullyConnected(4)
        }
      case .layerNorm:
        Network {
          FullyConnected(6); LayerNormalization(); FullyConnected(4); Tanh()
        }
      case .batchNorm:
        Network {
          FullyConnected(6); BatchNormalization(); ReLU(); FullyConnected(4)
        }
      case .nested:
        Network {
          Network {
            FullyConnected(6); Dropout(0.2)
          }
          Network {
            Network {
              FullyConnected(4); BatchNormalization()
            }
          }
        }
      }
    }
  }

  private static let input = Layout("BSSC", [nil, 3, 3, 1])

  /// The same autoencoder in every spelling; all have one name, which keys their random numbers.
  private func spellings(_ encoder: Encoder, seed: UInt64 = 5) throws -> [Network] {
    func build(_ layer: any Layer) throws -> Network {
      let network = Network()
      network.seed = seed
      try network.addInput("image", Self.input)
      try network.add(layer, named: "autoencoder")
      try network.connect("image", to: "autoencoder")
      try network.initialize()
      return network
    }
    return [
      try build(WeightTyingAutoEncoderLayer(encoder: encoder.network)),
      try build(StructAutoencoder(encoder: encoder.network)),
      try build(ClassAutoencoder(encoder: encoder.network)),
    ]
  }

  @Test(
    "gives the built-in's values and gradients to the last bit, whatever its encoder holds",
    arguments: Encoder.allCases)
  func spelling(encoder: Encoder) throws {
    let networks = try spellings(encoder)
    let images = try numbers([6, 3, 3, 1])
    let results = try networks.map { network in
      try valueAndGradients(of: network, seed: 2, iteration: 3) { context in
        try square(network(images, in: context)).mean()
      }
    }
    let predictions = try networks.map { try $0.predict(images) }
    for index in 1..<networks.count {
      #expect(networks[index].learnables.map(\.path) == networks[0].learnables.map(\.path))
      #expect(networks[index].l2Factors == networks[0].l2Factors)
      #expect(networks[index].ties == networks[0].ties)
      #expect(try results[index].value.isIdentical(to: results[0].value))
      #expect(try predictions[index].isIdentical(to: predictions[0]))
      for (mine, other) in zip(networks[index].parameters, networks[0].parameters) {
        let gradient = try #require(results[index].gradients[mine])
        #expect(try gradient.isIdentical(to: #require(results[0].gradients[other])))
      }
    }
  }

  @Test("learns the same bits, and so does a copy of it")
  func training() throws {
    let data = try TrainingData(reconstructing: sigmoid(numbers([20, 3, 3, 1])))
    let networks = try spellings(.nested)
    let copies = try networks.map { try $0.copy() }
    let learned = try (networks + copies).map { network in
      try train(
        network, on: data, loss: .binaryCrossEntropy,
        options: TrainingOptions(epochs: 2, batchSize: 7, l2: 1e-3, seed: 4))
      return network.parameters.map(\.value)
    }
    for values in learned.dropFirst() {
      for (mine, other) in zip(values, learned[0]) { #expect(try mine.isIdentical(to: other)) }
    }
  }

  @Test("takes its encoder as a list of layers, too")
  func list() throws {
    let layers: [any Layer] = [FullyConnected(6), ReLU(), FullyConnected(4)]
    let fromList = try Network(input: Self.input, seed: 2) {
      WeightTyingAutoEncoderLayer(encoder: layers)
    }
    let fromNetwork = try Network(input: Self.input, seed: 2) {
      WeightTyingAutoEncoderLayer(
        encoder: Network {
          FullyConnected(6); ReLU(); FullyConnected(4)
        })
    }
    let images = try numbers([2, 3, 3, 1])
    #expect(try fromList.predict(images).isIdentical(to: fromNetwork.predict(images)))
  }

  @Test("without a fully connected layer has nothing to decode with, and says so")
  func nothingToTie() {
    #expect(
      message { try Network(input: Self.input) { WeightTyingAutoEncoderLayer(encoder: [Tanh()]) } }
        == "autoencoder: the encoder has no fully connected layer, so there is nothing to decode with. "
        + "Put at least one FullyConnected into the encoder.")
  }

  @Test("has 1,002,148 learnables at full size, and 2,000,964 when untied")
  func fullSize() throws {
    let network = try Network(input: Layout("BSSC", [nil, 28, 28, 1])) {
      WeightTyingAutoEncoderLayer(
        encoder: Network {
          FullyConnected(784)
          ReLU()
          FullyConnected(392)
          ReLU()
          FullyConnected(196)
          ReLU()
        })
    }
    #expect(network.learnableCount == 1_002_148)
    #expect(network.untiedLearnableCount == 2_000_964)
    #expect(network.ties.map(\.owner) == (1...3).map { "autoencoder/encoder/fc\($0)/weights" })
  }

  @Test("reads the same encoder whether or not it stands on its own elsewhere")
  func sharedEncoder() throws {
    let encoder = Network {
      FullyConnected(4); ReLU()
    }
    let network = Network()
    try network.addInput("image", Self.input)
    try network.add(WeightTyingAutoEncoderLayer(encoder: encoder), named: "autoencoder")
    try network.add(Flatten(), named: "flat")
    try network.add(encoder, named: "encoder")
    try network.connect(["image", "autoencoder"])
    try network.connect(["image", "flat"])
    try network.connect("flat", to: "encoder/input")
    try network.initialize()
    #expect(network.learnableCount == 9 * 4 + 4 + 9)
    #expect(
      network.ties.first?.description
        == "autoencoder/encoder/fc/weights = encoder/fc/weights "
        + "(used by autoencoder/encoder/fc, autoencoder, encoder/fc)")
  }
}
