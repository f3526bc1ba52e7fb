import LigatureLayers
import LigatureNetworks
import LigatureTensors
import Testing

/// Networks whose outputs are saturated and wrong: a loss that sees the logits behind them is
/// max(z, 0) - z t + log(1 + exp(-|z|)), where a clamped one would stop at 15.94 in float32.
@Suite("Losses of networks with saturated outputs") struct SaturatedOutputTests {
  private static func logits() throws -> Tensor {
    try Tensor([40.0, -40, 90, -90], shape: [1, 4])
  }

  private static func targets() throws -> Tensor {
    try Tensor([0.0, 1, 0, 1], shape: [1, 4])
  }

  /// The loss of a network at the logits, with targets of its output's shape.
  private func loss(_ network: Network, _ x: Tensor, _ targets: Tensor) throws -> Double {
    try valueAndGradients(of: network) { context in
      let output = try network(x, in: context)
      return try binaryCrossEntropy(output, targets.reshaped(to: output.shape))
    }.value.item()
  }

  @Test("is exact behind shapes and the borders of nested networks")
  func borders() throws {
    // Something learnable stands in front, so that there is a pass to record.
    let networks = [
      Network {
        FullyConnected(4); Network { Network { Sigmoid() } }
      },
      Network {
        FullyConnected(4); Network { Sigmoid() }; LigatureLayers.Reshape([2, 2])
      },
      Network {
        FullyConnected(4);
        Network {
          Sigmoid(); LigatureLayers.Reshape([2, 2])
        }; Flatten()
      },
      Network {
        FullyConnected(4)
        Network {
          Sigmoid(); LigatureLayers.Reshape([4, 1])
        }
        LigatureLayers.Permute([0, 2, 1])
      },
    ]
    for network in networks {
      try network.initialize(for: [Self.logits().cast(to: .float32)])
      try network.cast(to: .float64)
      for learnable in network.learnables {
        try learnable.parameter.set(
          learnable.path.hasSuffix("weights")
            ? .identity(4, .float64) : .zeros(learnable.parameter.value.shape, .float64))
      }
      #expect(try loss(network, Self.logits(), Self.targets()) == 65)
    }
  }

  @Test("is exact for the tied autoencoder of images")
  func autoencoder() throws {
    let network = Network {
      ImageInput([2, 2, 1])
      WeightTyingAutoEncoderLayer(encoder: [FullyConnected(3)])
    }
    let images = try Tensor.zeros([1, 2, 2, 1], .float64)
    try network.initialize(for: [images.cast(to: .float32)])
    try network.cast(to: .float64)
    // Of a black image the code is zero, so the decoder's bias is its logits.
    let bias = try #require(network.learnables.first { $0.path.contains("decoderBiases") })
    try bias.parameter.set(Self.logits().reshaped(to: [4]))
    #expect(try loss(network, images, Self.targets()) == 65)
  }

  @Test("is exact for one network that several images share")
  func shared() throws {
    let network = Network()
    let reader = Network {
      FullyConnected(4)
      Sigmoid()
      LigatureLayers.Reshape([2, 2])
    }
    try network.add(
      CommonLSTMLayer(network: reader, outputs: 2, from: .ports), named: "shared")
    for port in ["in1", "in2"] {
      try network.addInput(port, Layout("BC", [nil, 4]))
      try network.connect(port, to: "shared/\(port)")
    }
    let x = try Tensor.zeros([1, 4], .float64)
    let single = try x.cast(to: .float32)
    try network.initialize(for: [single, single])
    try network.cast(to: .float64)
    let bias = try #require(network.learnables.first { $0.path.hasSuffix("bias") })
    try bias.parameter.set(Self.logits().reshaped(to: [4]))
    let total = try valueAndGradients(of: network) { context in
      let outputs = try network([x, x], in: context)
      let targets = try Self.targets().reshaped(to: [1, 2, 2])
      return try binaryCrossEntropy(outputs[0], targets) + binaryCrossEntropy(outputs[1], targets)
    }.value.item()
    #expect(total == 130)
  }
}
