import LigatureLayers
import LigatureTensors

@testable import LigatureNetworks

/// The layer of the tied autoencoder: 784-392-196.
func tiedAutoencoder() -> WeightTyingAutoEncoderLayer {
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

/// Four branches of which three do not fit.
func mismatched() throws -> Network {
  let network = Network()
  try network.addInput("features", Layout("BC", [nil, 3]))
  try network.addInput("image", Layout("BSSC", [nil, 4, 4, 1]))
  try network.add(FullyConnected(weights: .ones([7, 2])), named: "fc")
  try network.add(FullyConnected(3), named: "onImage")
  try network.add(FullyConnected(4), named: "wider")
  try network.add(Addition(), named: "sum")
  try network.add(Thrice(Network { try FullyConnected(weights: .ones([9, 2])) }), named: "thrice")
  try network.connect("features", to: "fc")
  try network.connect("image", to: "onImage")
  try network.connect("features", to: "wider")
  try network.connect("features", to: "sum/in1")
  try network.connect("wider", to: "sum/in2")
  try network.connect("features", to: "thrice")
  return network
}

/// Calls one network three times, for three outputs.
final class Thrice: CustomLayer, @unchecked Sendable {
  @Learnable var network: Network
  let outputNames = ["a", "b", "c"]
  init(_ network: Network) { self.network = network }
  func predict(_ x: Tensor, in context: Context) throws -> [Tensor] {
    try (0..<3).map { _ in try network(x, in: context) }
  }
}
