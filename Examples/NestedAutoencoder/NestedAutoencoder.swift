import ExampleSupport
import Ligature

/// Trains a weight-tied autoencoder, whose encoder is a network nested in one layer, on images of
/// digits.
@main
enum NestedAutoencoder {
  static func main() {
    AutoencoderExample(
      "NestedAutoencoder",
      "Trains a weight-tied autoencoder, whose encoder is a network nested in one layer, on digits.",
      network: network
    ).main()
  }

  /// 784-784-392-196 and back, with the encoder's own weights.
  static func network(imageSize: [Int], seed: Int) throws -> Network {
    let pixels = imageSize.reduce(1, *)
    return try Network(input: Layout("BSSC", [nil] + imageSize), seed: UInt64(seed)) {
      WeightTyingAutoEncoderLayer(
        encoder: Network {
          FullyConnected(pixels)
          ReLU()
          FullyConnected(max(1, pixels / 2))
          ReLU()
          FullyConnected(max(1, pixels / 4))
          ReLU()
        })
    }
  }
}
