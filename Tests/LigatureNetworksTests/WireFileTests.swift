import LigatureLayers
import LigatureTensors
import Testing

@testable import LigatureInterchange
@testable import LigatureNetworks

/// What is wired and tied, in files.
@Suite("Wires and aliases come back from files")
struct WireFileTests {
  private func loaded(_ network: Network) throws -> Network {
    try Network(SafetensorsFile(bytes: network.savedBytes(), name: "test"))
  }

  @Test("wires of wires, aliases of wires and shared targets come back from a file")
  func files() throws {
    let network = try row(["a", "b", "c", "d"])
    try transposing("t1", in: network, "a/weights", "b/weights")
    try transposing("t2", in: network, "b/weights", "c/weights")
    try network.connect("c/weights", to: "d/weights")
    let layer: FullyConnected = try network.layer(at: "d")
    try network.add(layer.shared(), named: "again")
    try network.connect("d", to: "again")
    try network.connect("c/weights", to: "again/weights")
    try network.initialize()
    let x = try numbers([2, 3])
    let restored = try loaded(network)
    #expect(try restored.predict(x).isIdentical(to: network.predict(x)))
    #expect(restored.ties == network.ties && restored.learnableCount == 9)
  }

  @Test("a list with a wired learnable is loaded before it has its length")
  func loadedList() throws {
    func network() throws -> Network {
      let network = try row(["fc"], bias: true)
      let layer = WeightTyingAutoEncoderLayer(encoder: [FullyConnected(3), FullyConnected(3)])
      try network.add(layer, named: "autoencoder")
      try network.connect("fc", to: "autoencoder")
      try network.connect("fc/bias", to: "autoencoder/decoderBiases/1")
      return network
    }
    let (saved, fresh) = (try network(), try network())
    try saved.initialize()
    for parameter in saved.parameters { try parameter.set(parameter.value + 0.5) }
    try fresh.load(from: SafetensorsFile(bytes: saved.savedBytes(), name: "test"))
    let x = try numbers([2, 3])
    #expect(try fresh.predict(x).isIdentical(to: saved.predict(x)))
    #expect(fresh.ties == saved.ties)
    #expect(try loaded(saved).predict(x).isIdentical(to: saved.predict(x)))
  }
}
