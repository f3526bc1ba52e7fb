import Foundation
import LigatureLayers
import LigatureTensors
import Testing

@testable import LigatureNetworks

@Suite("Analysing a network")
struct AnalysisTests {
  @Test func `the tied autoencoder's costs are those of one observation`() throws {
    let network = try Network(input: Layout("BSSC", [nil, 28, 28, 1])) { tiedAutoencoder() }
    #expect(
      analyze(network).description == """
        layer        type                         input                output
        ----------------------------------------------------------------------------------
        autoencoder  WeightTyingAutoEncoderLayer  BSSC [*, 28, 28, 1]  BSSC [*, 28, 28, 1]
          encoder    Network                      BC [*, 784]          BC [*, 196]
            fc1      FullyConnected(784)          BC [*, 784]          BC [*, 784]
            relu1    ReLU                         BC [*, 784]          BC [*, 784]
            fc2      FullyConnected(392)          BC [*, 784]          BC [*, 392]
            relu2    ReLU                         BC [*, 392]          BC [*, 392]
            fc3      FullyConnected(196)          BC [*, 392]          BC [*, 196]
            relu3    ReLU                         BC [*, 196]          BC [*, 196]

        layer        learnables  states  multiply-adds  activations
        -----------------------------------------------------------
        autoencoder       1,960              1,997,632       3.1 kB
          encoder                              998,816        784 B
            fc1         615,440                614,656       3.1 kB
            relu1                                            3.1 kB
            fc2         307,720                307,328       1.6 kB
            relu2                                            1.6 kB
            fc3          77,028                 76,832        784 B
            relu3                                             784 B

        learnable                        shape      count  used by
        ---------------------------------------------------------------------------------------
        autoencoder/decoderBiases/1      392          392  autoencoder
        autoencoder/decoderBiases/2      784          784  autoencoder
        autoencoder/decoderBiases/3      784          784  autoencoder
        autoencoder/encoder/fc1/weights  784x784  614,656  autoencoder/encoder/fc1, autoencoder
        autoencoder/encoder/fc1/bias     784          784  autoencoder/encoder/fc1
        autoencoder/encoder/fc2/weights  784x392  307,328  autoencoder/encoder/fc2, autoencoder
        autoencoder/encoder/fc2/bias     392          392  autoencoder/encoder/fc2
        autoencoder/encoder/fc3/weights  392x196   76,832  autoencoder/encoder/fc3, autoencoder
        autoencoder/encoder/fc3/bias     196          196  autoencoder/encoder/fc3

        1,002,148 learnables, 4.0 MB
        2,000,964 learnables if every use had its own
        1,997,632 multiply-adds in matrix products, for one observation: BSSC [1, 28, 28, 1]
        14.1 kB of activations, for one observation: BSSC [1, 28, 28, 1]

        no problems
        """)
  }

  @Test func `an analysis leaves nothing behind in a network, and finds the same again`() throws {
    let network = Network { tiedAutoencoder() }
    let before = network.description
    let example = try Tensor.zeros([3, 28, 28, 1])
    let analysis = analyze(network, example: [example])
    #expect(network.description == before)
    #expect(network.hasDeferred)
    #expect(analysis.learnableCount == 1_002_148)
    #expect(analysis.untiedLearnableCount == 2_000_964)
    #expect(analysis.multiplyAdds == 2 * 998_816)
    #expect(analysis == analyze(network, example: [example]))
    try network.initialize(for: [example], seed: 7)
    let initial = try network.parameter(at: "autoencoder/encoder/fc1/weights").value
    #expect(analyze(network).learnables == analysis.learnables)
    let after = try network.parameter(at: "autoencoder/encoder/fc1/weights").value
    let same = try initial.scalars(as: Float.self) == after.scalars(as: Float.self)
    #expect(same)
  }

  @Test func `a layer that was half initialised stays so`() throws {
    let layer = try Growing()
    let network = Network([layer])
    let analysis = analyze(network, example: [try .zeros([2, 3])])
    #expect(analysis.problems.isEmpty)
    #expect(analysis.learnableCount == 12)
    #expect(analysis.states.map(\.shape) == [[3]])
    #expect(layer.optional == nil)
    #expect(layer.some.map(\.isDeferred) == [false, true])
    #expect(layer.grown.map(\.isDeferred) == [true])
    #expect(layer.memory.isDeferred)
    try network.initialize(for: [.zeros([2, 3])])
    #expect(network.learnableCount == 12)
  }

  @Test func `an analysis is a value that can be stored`() throws {
    let analysis = analyze(try mismatched())
    let data = try JSONEncoder().encode(analysis)
    #expect(try JSONDecoder().decode(NetworkAnalysis.self, from: data) == analysis)
  }

  @Test func `a graph with several inputs, outputs and uses is described in full`() throws {
    let network = Network()
    try network.addInput("left", Layout("BC", [nil, 3]))
    try network.addInput("right", Layout("BTC", [nil, nil, 3]))
    let shared = FullyConnected(5)
    try network.add(shared, named: "fcLeft")
    try network.add(shared.shared(), named: "fcRight")
    try network.add(
      Thrice(Network { BatchNormalization(statistics: .perUse) }), named: "thrice")
    try network.connect("left", to: "fcLeft")
    try network.connect("right", to: "fcRight")
    try network.connect("fcLeft", to: "thrice")
    #expect(
      analyze(network).description == """
        layer          type                input          output
        ---------------------------------------------------------------
        fcLeft         FullyConnected(5)   BC [*, 3]      BC [*, 5]
        fcRight        FullyConnected(5)   BTC [*, 3, 3]  BTC [*, 3, 5]
        thrice         Thrice              BC [*, 5]      3 x BC [*, 5]
          network      Network             BC [*, 5]      BC [*, 5]
            batchNorm  BatchNormalization  BC [*, 5]      BC [*, 5]

        layer          learnables  states  multiply-adds  activations
        -------------------------------------------------------------
        fcLeft                 20                     15         20 B
        fcRight        shared with fcLeft
        thrice                                                   60 B
          network                                                20 B
            batchNorm          10       2                        20 B

        learnable                        shape  count  used by
        ---------------------------------------------------------------------------------
        fcLeft/weights                   3x5       15  fcLeft, fcRight
        fcLeft/bias                      5          5  fcLeft, fcRight
        thrice/network/batchNorm/scale   5          5  thrice/network/batchNorm (3 times)
        thrice/network/batchNorm/offset  5          5  thrice/network/batchNorm (3 times)

        state                              shape  kept
        ------------------------------------------------------
        thrice/network/batchNorm/mean      5      for each use
        thrice/network/batchNorm/variance  5      for each use

        30 learnables, 120 B
        70 learnables if every use had its own
        2 states
        60 multiply-adds in matrix products, for one observation: BC [1, 3], BTC [1, 3, 3]
        160 B of activations, for one observation: BC [1, 3], BTC [1, 3, 3]

        no problems
        """)
  }
}

/// Has learnables of every kind, some with a value and some without.
private struct Growing: CustomLayer {
  @Learnable var some: [Tensor]
  @Learnable var optional: Tensor? = nil
  @Learnable var grown: [Tensor] = .deferred
  @LayerState var memory: Tensor = .deferred
  init() throws { some = try [.ones([3]), .deferred] }
  func initialize(for x: Tensor, in context: Context) throws {
    let ones = try Tensor.ones([3])
    some = [ones, ones]
    optional = try .scalar(1)
    grown = try [ones, .scalar(1), .scalar(1)]
    memory = ones
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try (some + grown).reduce(x + memory) { try $0 + $1 } + (optional ?? .scalar(0))
  }
}
