import LigatureLayers
import LigatureTensors
import Testing

@testable import LigatureNetworks

/// Square layers in a row, named in order.
func row(_ names: [String], size: Int = 3, bias: Bool = false) throws -> Network {
  let network = Network()
  try network.addInput("x", Layout("BC", [nil, size]))
  for name in names { try network.add(FullyConnected(size, bias: bias), named: name) }
  try network.connect(["x"] + names)
  return network
}

/// Puts a permutation of a matrix between two ports.
func transposing(_ name: String, in network: Network, _ from: String, _ to: String) throws {
  try network.add(Permute([1, 0]), named: name)
  try network.connect(from, to: name)
  try network.connect(name, to: to)
}

/// Expects the input times a product of the one matrix there is.
func expectSum(_ network: Network, _ powers: (Tensor) throws -> Tensor) throws {
  let x = try numbers([2, 3])
  let weights = try #require(network.parameters.first).value
  #expect(try network.predict(x).isClose(to: matmul(x, powers(weights)), relative: 1e-5))
  #expect(network.learnableCount == 9)
}
