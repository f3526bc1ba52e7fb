import Ligature

extension SoundLayer {
  /// Networks, and layers that nest layers.
  static let joined: [SoundLayer] = [
    SoundLayer("a network used three times") {
      Repeated(
        network: Network {
          FullyConnected(5); Tanh()
        }, count: 3)
    },
    SoundLayer("a network with dropout used three times") {
      Repeated(
        network: Network {
          FullyConnected(5); Dropout(0.3)
        }, count: 3)
    },
    SoundLayer("a network with batch normalisation used three times") {
      Repeated(
        network: Network {
          FullyConnected(5); BatchNormalization(); Tanh()
        }, count: 3)
    },
    SoundLayer("a list of layers") { Chain(layers: (0..<3).map { _ in FullyConnected(5) }) },
    SoundLayer("a list that repeats a layer on purpose", CheckOptions(exceptions: [.repeatsLayers]))
    {
      Chain(layers: Array(repeating: FullyConnected(5), count: 3))
    },
    SoundLayer("a dictionary of networks") {
      Branches(branches: [
        "left": Network {
          FullyConnected(5); ReLU()
        },
        "right": Network {
          FullyConnected(5); Sigmoid()
        },
      ])
    },
    SoundLayer("a residual block") {
      Residual(
        network: Network {
          FullyConnected(8); ReLU(); FullyConnected(5)
        })
    },
    SoundLayer("residual blocks in a network") {
      Network {
        Residual(
          network: Network {
            LayerNormalization(); FullyConnected(5); GELU()
          })
        Residual(
          network: Network {
            FullyConnected(6); Tanh(); FullyConnected(5)
          })
        FullyConnected(2)
      }
    },
    SoundLayer("a network with branches") {
      let network = Network()
      try network.addInput("x", .features)
      try network.add(FullyConnected(4), named: "left")
      try network.add(FullyConnected(4), named: "right")
      try network.add(Multiplication(), named: "gate")
      try network.connect("x", to: "left/in")
      try network.connect("x", to: "right/in")
      try network.connect("left", to: "gate/in1")
      try network.connect("right", to: "gate/in2")
      return network
    },
    SoundLayer("a network of everything", CheckOptions(phasesDiffer: true)) {
      Network {
        FullyConnected(6)
        BatchNormalization()
        ReLU()
        Dropout(0.2)
        FullyConnected(3)
        Softmax()
      }
    },
    SoundLayer("a deep network of rectifiers") {
      Network {
        FullyConnected(7, biasInitializer: .zeros)
        ReLU()
        FullyConnected(6)
        ReLU()
        FullyConnected(4)
        ReLU()
      }
    },
    SoundLayer("an optional layer that is there") { Perhaps(layer: FullyConnected(5)) },
    SoundLayer("an optional layer that is not there") { Perhaps(layer: nil) },
    SoundLayer("tied encoder and decoder") { TiedPair() },
    SoundLayer("a frozen learnable") { try Frozen() },
  ]
}

private struct Repeated: CustomLayer, Codable {
  @Learnable var network: Network
  let count: Int
  init(network: Network, count: Int) {
    self.count = count
    self.network = network
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try (0..<count).reduce(x) { y, _ in try network(y, in: context) }
  }
}

private struct Chain: CustomLayer, Codable {
  @Learnable var layers: [FullyConnected]
  init(layers: [FullyConnected]) { self.layers = layers }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try layers.reduce(x) { try tanh($1($0, in: context)) }
  }
}

private struct Branches: CustomLayer, Codable {
  @Learnable var branches: [String: Network]
  init(branches: [String: Network]) { self.branches = branches }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try concatenate(branches.keys.sorted().compactMap { try branches[$0]?(x, in: context) })
  }
}

private struct Residual: CustomLayer, Codable {
  @Learnable var network: Network
  init(network: Network) { self.network = network }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try x + network(x, in: context)
  }
}

private struct Perhaps: CustomLayer, Codable {
  @Learnable var layer: FullyConnected?
  init(layer: FullyConnected?) { self.layer = layer }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try layer?(x, in: context) ?? x * 2
  }
}

private struct TiedPair: CustomLayer, Codable {
  @Learnable var encoder = FullyConnected(3)
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try matmul(tanh(encoder(x, in: context)), encoder.weights.transposed)
  }
}

private struct Frozen: CustomLayer, Codable {
  @Learnable var gain = Tensor([1, 2, 3, 4, 5] as [Float])
  @Learnable(learnRateFactor: 0) var offset = Tensor([5, 3, 1, 2, 4] as [Float])
  init() throws {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try tanh(x * gain + offset) }
}
