import LigatureTensors
import Testing

@testable import LigatureLayers
@testable import LigatureNetworks

/// Central differences in double agree to 1e-8 or better for smooth layers; the inputs are drawn
/// away from kinks.
@Suite("Gradients of built-in layers")
struct LayerGradientTests {
  private static let bound = 1e-6

  @Test(
    "equal finite differences for every input and every learnable",
    arguments: LayerFixture.all, Phase.allCases)
  func gradients(fixture: LayerFixture, phase: Phase) throws {
    let network = try fixture.network()
    let inputs = try fixture.inputs(batch: 3)
    let tape = TapeHandle()
    let leaves = inputs.map { tape.leaf($0) }
    let (outputs, pass) = try LayerFixture.outputs(of: network, leaves, phase, tape: tape.tape)
    let parameters = pass.takeLeaves()
    let all = try tape.gradients(
      of: outputs.projected(), for: leaves + parameters.map(\.tensor))
    let found = Dictionary(
      uniqueKeysWithValues: zip(
        parameters.map { ObjectIdentifier($0.parameter) }, all.dropFirst(inputs.count)))

    for index in inputs.indices where fixture.classes[index] != nil {
      #expect(all[index] == nil, "class numbers have no gradient")
    }
    for index in inputs.indices where fixture.classes[index] == nil {
      let numeric = try FiniteDifferences.gradient(at: inputs, index: index) {
        try LayerFixture.outputs(of: network, $0, phase).values.projected()
      }
      let gradient = try #require(all[index], "input \(index + 1) got no gradient")
      let error = try FiniteDifferences.relativeError(gradient, numeric)
      #expect(error < Self.bound, "input \(index + 1)")
    }
    for learnable in network.learnables {
      let value = learnable.parameter.value
      let numeric = try FiniteDifferences.gradient(at: [value], index: 0) {
        try learnable.parameter.set($0[0])
        return try LayerFixture.outputs(of: network, inputs, phase).values.projected()
      }
      try learnable.parameter.set(value)
      let gradient = try #require(
        found[ObjectIdentifier(learnable.parameter)] ?? nil, "\(learnable.path) got no gradient")
      #expect(gradient.shape == value.shape)
      let error = try FiniteDifferences.relativeError(gradient, numeric)
      #expect(error < Self.bound, "\(learnable.path)")
    }
  }

  @Test("are twice the same bits when taken twice", arguments: LayerFixture.all)
  func repeated(fixture: LayerFixture) throws {
    let network = try fixture.network()
    let inputs = try fixture.inputs(batch: 3)
    let runs = try (0..<2).map { _ in
      let result = try valueAndGradients(of: network, seed: 4, iteration: 0) { context in
        try network(inputs, in: context).projected()
      }
      network.resetEveryState()
      return result
    }
    #expect(try runs[0].value.isIdentical(to: runs[1].value))
    for learnable in network.learnables {
      let (a, b) = (runs[0].gradients[learnable.parameter], runs[1].gradients[learnable.parameter])
      #expect(try #require(a).isIdentical(to: #require(b)), "\(learnable.path)")
    }
  }
}
