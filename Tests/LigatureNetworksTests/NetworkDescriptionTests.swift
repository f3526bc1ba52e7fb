import LigatureLayers
import LigatureTensors
import Testing

@testable import LigatureNetworks

@Suite("A network prints as a table")
struct NetworkDescriptionTests {
  @Test func `the tied autoencoder shows each tied weight once, with where else it is used`() throws
  {
    let network = try Network(input: Layout("BSSC", [nil, 28, 28, 1])) { tiedAutoencoder() }
    #expect(
      network.description == """
        layer        type                         output               learnables                     count
        ---------------------------------------------------------------------------------------------------
        autoencoder  WeightTyingAutoEncoderLayer  BSSC [*, 28, 28, 1]  decoderBiases 392, 784, 784    1,960
          encoder    Network                      BC [*, 196]
            fc1      FullyConnected(784)          BC [*, 784]          weights 784x784, bias 784    615,440
                                                                       weights also used by autoencoder
            relu1    ReLU                         BC [*, 784]
            fc2      FullyConnected(392)          BC [*, 392]          weights 784x392, bias 392    307,720
                                                                       weights also used by autoencoder
            relu2    ReLU                         BC [*, 392]
            fc3      FullyConnected(196)          BC [*, 196]          weights 392x196, bias 196     77,028
                                                                       weights also used by autoencoder
            relu3    ReLU                         BC [*, 196]
        ---------------------------------------------------------------------------------------------------
        1,002,148 learnables, 4.0 MB
        2,000,964 learnables if every use had its own
        """)
    #expect(network.description.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test func `a network that was never initialised has question marks`() {
    #expect(
      Network { tiedAutoencoder() }.description == """
        layer        type                         output  learnables         count
        --------------------------------------------------------------------------
        autoencoder  WeightTyingAutoEncoderLayer  ?       decoderBiases ?        ?
          encoder    Network                      ?
            fc1      FullyConnected(784)          ?       weights ?, bias ?      ?
            relu1    ReLU                         ?
            fc2      FullyConnected(392)          ?       weights ?, bias ?      ?
            relu2    ReLU                         ?
            fc3      FullyConnected(196)          ?       weights ?, bias ?      ?
            relu3    ReLU                         ?
        --------------------------------------------------------------------------
        0 learnables, 0 B as far as known: the sizes of others depend on the input
        """)
  }

  @Test
  func `a graph with several inputs and outputs shows shared layers and the layouts of all ports`()
    throws
  {
    let network = try branching()
    #expect(
      network.description == """
        layer      type               output         learnables           count
        -----------------------------------------------------------------------
        fcLeft     FullyConnected(5)  BC [*, 5]      weights 3x5, bias 5     20
                                                     weights, bias also used by fcRight
        fcRight    FullyConnected(5)  BTC [*, *, 5]  shared with fcLeft
        thrice     Thrice             3 x BC [*, 4]
          network  Network            BC [*, 4]
            fc     FullyConnected(4)  BC [*, 4]      weights 5x4, bias 4     24
                                                     weights, bias used 3 times
        sum        Addition           BC [*, 4]
        -----------------------------------------------------------------------
        44 learnables, 176 B
        112 learnables if every use had its own
        """)
  }

  @Test func `a learnable under two paths stands at its owner`() throws {
    let network = try Network(input: Layout("BC", [nil, 3])) {
      let scale = Stretch()
      scale.named("first")
      StretchBack(scale).named("second")
    }
    #expect(
      network.description == """
        layer   type         output     learnables                     count
        --------------------------------------------------------------------
        first   Stretch      BC [*, 3]  scale 3                            3
                                        scale also used by second
        second  StretchBack  BC [*, 3]  offset 3, scale = first/scale      3
        --------------------------------------------------------------------
        6 learnables, 24 B
        9 learnables if every use had its own
        """)
  }

  @Test func `settings, states and frozen learnables are shown`() throws {
    let network = try Network(input: Layout("BSSC", [nil, 4, 4, 1])) {
      ImageInput([4, 4, 1], normalization: .zScore)
      Flatten()
      FullyConnected(8, bias: false)
      BatchNormalization()
      LeakyReLU(slope: 0.2)
      Dropout(0.25)
      Reshape([2, 4])
      Permute([0, 2, 1])
    }
    try network.freeze("fc/weights")
    #expect(
      network.description == """
        layer      type                            output             learnables           count
        ----------------------------------------------------------------------------------------
        input      ImageInput(zScore)              BSSC [*, 4, 4, 1]
        flatten    Flatten                         BC [*, 16]
        fc         FullyConnected(8, bias: false)  BC [*, 8]          weights 16x8 frozen    128
        batchNorm  BatchNormalization              BC [*, 8]          scale 8, offset 8       16
        leakyReLU  LeakyReLU(slope: 0.2)           BC [*, 8]
        dropout    Dropout(0.25)                   BC [*, 8]
        reshape    Reshape([2, 4])                 BTC [*, 2, 4]
        permute    Permute([0, 2, 1])              BCT [*, 4, 2]
        ----------------------------------------------------------------------------------------
        144 learnables, 576 B, 128 of them frozen
        4 states
        """)
  }

  @Test func `a broken network says what is wrong with it`() throws {
    let network = try broken()
    #expect(
      network.description == """
        layer      type      output  learnables  count
        ----------------------------------------------
        sum        Addition  ?
        thrice     Thrice    ?
          network  Network   ?
        ----------------------------------------------
        0 learnables, 0 B
        problem: sum: input port "in2" is connected to nothing. Connect it with connect(_:to: \
        "sum/in2"), or declare a network input with addInput(_:).
        problem: network: network input "b" feeds nothing. Connect it with connect("b", to: ...).
        problem: thrice/network: the network has no layers. Add at least one.
        """)
  }

  @Test func `a network that contains itself ends`() throws {
    let network = try endless()
    #expect(
      network.description == """
        layer      type     output  learnables  count
        ---------------------------------------------
        thrice     Thrice   ?
          network  Network  ?       contains itself: it is all of this
        ---------------------------------------------
        0 learnables, 0 B
        problem: thrice/network: the network contains itself here. Put an independent network \
        here, or one made with copy().
        """)
  }

  @Test func `a network without layers says so`() {
    #expect(
      Network().description == """
        layer  type  output  learnables  count
        --------------------------------------
        --------------------------------------
        0 learnables, 0 B
        problem: network: the network has no layers. Add at least one.
        """)
  }

  @Test(arguments: [
    (0, "0", "0 B"), (999, "999", "999 B"), (1000, "1,000", "1.0 kB"),
    (1949, "1,949", "1.9 kB"), (1950, "1,950", "2.0 kB"), (-1234, "-1,234", "-1234 B"),
    (4_008_592, "4,008,592", "4.0 MB"), (Int.max, "9,223,372,036,854,775,807", "9,223,372.0 TB"),
  ]) func `numbers are grouped and sizes rounded`(_ number: Int, _ grouped: String, _ bytes: String)
  {
    #expect(number.grouped == grouped)
    #expect(number.byteText == bytes)
  }
}

/// Two inputs; a shared layer; a layer of three outputs.
private func branching() throws -> Network {
  let network = Network()
  try network.addInput("left", Layout("BC", [nil, 3]))
  try network.addInput("right", Layout("BTC", [nil, nil, 3]))
  let shared = FullyConnected(5)
  try network.add(shared, named: "fcLeft")
  try network.add(shared.shared(), named: "fcRight")
  try network.add(Thrice(Network { FullyConnected(4) }), named: "thrice")
  try network.add(Addition(), named: "sum")
  try network.connect("left", to: "fcLeft")
  try network.connect("right", to: "fcRight")
  try network.connect("fcLeft", to: "thrice")
  try network.connect("thrice/b", to: "sum/in1")
  try network.connect("thrice/c", to: "sum/in2")
  try network.initialize()
  return network
}

private func broken() throws -> Network {
  let network = Network()
  try network.addInput("a")
  try network.addInput("b")
  try network.add(Addition(), named: "sum")
  try network.add(Thrice(Network()), named: "thrice")
  try network.connect("a", to: "sum/in1")
  try network.connect("sum", to: "thrice")
  return network
}

private func endless() throws -> Network {
  let inner = Thrice(Network { ReLU() })
  let network = Network()
  try network.addInput("x", Layout("BC", [nil, 3]))
  try network.add(inner, named: "thrice")
  try network.connect("x", to: "thrice")
  inner.network = network
  return network
}

private struct Stretch: CustomLayer {
  @Learnable var scale: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    scale = try .ones([x.shape[1]], context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * scale }
}

/// Shares one tensor of another layer, and has one of its own.
private struct StretchBack: CustomLayer {
  @Learnable var offset: Tensor
  @Learnable var scale: Tensor
  init(_ other: Stretch) {
    _offset = Learnable(wrappedValue: .deferred)
    _scale = other.$scale
  }
  func initialize(for x: Tensor, in context: Context) throws {
    offset = try .zeros([x.shape[1]], context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x / scale + offset }
}
