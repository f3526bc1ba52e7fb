import LigatureTensors
import TestSupport
import Testing

@testable import LigatureLayers
@testable import LigatureNetworks

@Suite("Layers that build networks")
struct BuilderLayerTests {
  @Test("add the input to what a network makes of it, or what a second one does")
  func residual() throws {
    let network = Network {
      Residual { Tanh() }
      Residual {
        FullyConnected(2, bias: false)
      } skip: {
        Select(0..<2)
      }
    }
    let x = try numbers([3, 4], seed: 1)
    let y = try network.predict(x)
    let middle = try x + tanh(x)
    let weights = try network.parameter(at: "residual2/network/fc/weights").value
    let wanted = try matmul(middle, weights) + middle.slice(0..<2, axis: 1)
    #expect(try y.isClose(to: wanted, relative: 1e-5, absolute: 1e-6))
  }

  @Test("refuse to add what differs in shape, in words")
  func shapes() throws {
    let alone = Network { Residual { FullyConnected(1) } }
    #expect(
      message { try alone.predict(numbers([2, 3])) }
        == "residual: its network makes [2, 1] of its input [2, 3], so the two cannot be added. Let "
        + "the network keep the shape, or give a skip network that changes it too: Residual { ... } "
        + "skip: { ... }.")
    let both = Network {
      Residual {
        FullyConnected(4)
      } skip: {
        FullyConnected(5)
      }
    }
    #expect(
      message { try both.predict(numbers([2, 3])) }
        == "residual: its network makes [2, 4] of its input [2, 3], and its skip [2, 5], so the two "
        + "cannot be added. Let both make the same shape.")
    let branches = Network {
      Branches(.addition) {
        FullyConnected(4); FullyConnected(5)
      }
    }
    #expect(
      message { try branches.predict(numbers([2, 3])) }
        == "branches: its branches 1 and 2 make [2, 4] and [2, 5] of its input [2, 3], which are to "
        + "be in one by addition. Let them make the same shape.")
    let ranks = Network {
      Branches {
        Reshape([3, 1]); FullyConnected(5)
      }
    }
    #expect(
      message { try ranks.predict(numbers([2, 3])) }.contains("differ in the last axis only"))
    let time = Network {
      Residual { Convolution([2], filters: 4, padding: .causal) }
    }
    #expect(throws: Never.self) { try time.predict(numbers([2, 5, 4]), sequenceLengths: [5, 2]) }
  }

  @Test("put branches side by side, add and multiply them, or hand each on")
  func branches() throws {
    let x = try numbers([2, 3], seed: 5)
    let (a, b) = (try tanh(x), try sigmoid(x))
    func run(_ combination: Branches.Combination) throws -> Tensor {
      try Network {
        Branches(combination) {
          Tanh(); Sigmoid()
        }
      }.predict(x)
    }
    #expect(try run(.concatenation).isIdentical(to: concatenate([a, b])))
    #expect(try run(.addition).isIdentical(to: a + b))
    #expect(try run(.multiplication).isIdentical(to: a * b))
    let network = Network()
    try network.addInput("x")
    try network.add(
      SeparateBranches {
        Tanh(); Sigmoid()
      }, named: "heads")
    try network.connect("x", to: "heads")
    #expect(network.outputNames == ["heads/out1", "heads/out2"])
    let outputs = try network.predict([x])
    #expect(try outputs[0].isIdentical(to: a) && outputs[1].isIdentical(to: b))
  }

  @Test("repeat a block with learnables of its own each time, or with one set of them")
  func repeating() throws {
    let x = try numbers([2, 4], seed: 5)
    let own = try Network(input: Layout("BC", [nil, 4])) {
      Repeat(times: 3) { FullyConnected(4) }
    }
    #expect(own.learnableCount == 60 && own.untiedLearnableCount == 60)
    let weights = own.learnables.filter { $0.path.hasSuffix("weights") }.map(\.parameter.value)
    #expect(weights.count == 3)
    #expect(try !weights[0].isIdentical(to: weights[1]) && !weights[1].isIdentical(to: weights[2]))

    let one = try Network(input: Layout("BC", [nil, 4])) {
      Repeat(times: 3, sharing: true) {
        FullyConnected(4)
        Tanh()
      }
    }
    #expect(one.learnableCount == 20 && one.untiedLearnableCount == 60)
    #expect(
      one.learnables.map(\.path) == ["repeated/blocks/1/fc/weights", "repeated/blocks/1/fc/bias"])
    let layer = one.layers(of: FullyConnected.self)[0]
    var wanted = x
    for _ in 0..<3 {
      wanted = try tanh(linear(wanted, weights: layer.weights, bias: layer.bias))
    }
    #expect(try one.predict(x).isIdentical(to: wanted))
    // A copy has one block, too, and copies of its own three have three.
    #expect(try one.copy().learnableCount == 20 && own.copy().learnableCount == 60)
    #expect("\(one)".contains("Repeat(times: 3, sharing: true)"))
    #expect("\(own)".contains("Repeat(times: 3)"))
  }

  @Test("refuse to repeat a block no times, or beyond all measure")
  func times() throws {
    for times in [0, -1, 1025, .max] {
      let network = Network { Repeat(times: times) { Tanh() } }
      #expect(
        message { try network.predict(numbers([1, 2])) }.hasSuffix(
          "Give 1 to 1024 times, and one block or as many."))
    }
  }

  @Test("of closures have a port for each tensor, and say which number of them came")
  func functions() throws {
    let network = Network()
    try network.addInput("x")
    try network.addInput("y")
    let layer = MultiFunctionLayer(inputs: ["a", "b"], outputs: ["less", "more"]) { inputs in
      [try inputs[0] - inputs[1], try inputs[0] + inputs[1]]
    }
    try network.add(layer, named: "both")
    try network.connect("x", to: "both/a")
    try network.connect("y", to: "both/b")
    #expect(network.outputNames == ["both/less", "both/more"])
    let (x, y) = (Tensor([3.0, 4]), Tensor([1.0, 5]))
    let outputs = try network.predict([x, y])
    #expect(try outputs[0].doubles() == [2, -1] && outputs[1].doubles() == [4, 9])
    let wrong = Network()
    try wrong.addInput("x")
    try wrong.add(MultiFunctionLayer(inputs: ["in"]) { _ in [] }, named: "none")
    try wrong.connect("x", to: "none")
    #expect(
      message { try wrong.predict([x]) }
        == "none: its closure returned 0 tensors, and its outputs are out. Return one tensor for "
        + "each output.")
  }
}
