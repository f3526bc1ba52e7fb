import ExampleSupport
import Ligature

/// Trains the autoencoder of `NestedAutoencoder` built layer by layer: the decoder stands beside
/// the encoder, and takes its weights from there by connections.
@main
enum WiredAutoencoder {
  static func main() {
    AutoencoderExample(
      "WiredAutoencoder",
      "Trains a weight-tied autoencoder, whose decoder is wired to the encoder's weights, on digits.",
      network: network
    ).main()
  }

  /// 784-784-392-196 and back, with the encoder's weights through a permutation of their axes.
  static func network(imageSize: [Int], seed: Int) throws -> Network {
    let pixels = imageSize.reduce(1, *)
    let sizes = [pixels, max(1, pixels / 2), max(1, pixels / 4)]
    let steps = sizes.count
    let network = Network()
    try network.addInput("image", Layout("BSSC", [nil] + imageSize))
    try network.add(Flatten(), named: "flatten")
    var chain = ["image", "flatten"]

    for step in 1...steps {
      let layer = FullyConnected(
        sizes[step - 1], outputLearnables: [.weights], name: "fc_enc\(step)")
      chain.append(try network.add(layer))
      chain.append(try network.add(ReLU(), named: "relu_enc\(step)"))
    }
    for step in 1...steps {
      let encoderStep = steps - step + 1
      let size = encoderStep > 1 ? sizes[encoderStep - 2] : pixels
      let layer = FullyConnected(size, inputLearnables: [.weights], name: "fc_dec\(step)")
      chain.append(try network.add(layer))
      if encoderStep > 1 { chain.append(try network.add(ReLU(), named: "relu_dec\(step)")) }
      try network.add(Permute([1, 0]), named: "transpose\(encoderStep)")
      try network.connect("fc_enc\(encoderStep)/weights", to: "transpose\(encoderStep)")
      try network.connect("transpose\(encoderStep)", to: "fc_dec\(step)/weights")
    }
    chain.append(try network.add(Sigmoid(), named: "sigmoid"))
    chain.append(try network.add(Reshape(imageSize, labels: "BSSC"), named: "reshape"))
    try network.connect(chain)
    try network.initialize(seed: UInt64(seed))
    return network
  }
}
