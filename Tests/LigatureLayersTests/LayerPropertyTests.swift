import LigatureTensors
import Testing

@testable import LigatureLayers
@testable import LigatureNetworks

@Suite("Every built-in layer")
struct LayerPropertyTests {
  @Test("does in training what it does in inference, unless declared", arguments: LayerFixture.all)
  func phases(fixture: LayerFixture) throws {
    let network = try fixture.network()
    let inputs = try fixture.inputs(batch: 4)
    let (inference, _) = try LayerFixture.outputs(of: network, inputs, .inference)
    let (training, _) = try LayerFixture.outputs(of: network, inputs, .training)
    #expect(training.map(\.shape) == inference.map(\.shape))
    #expect(try training.isIdentical(to: inference) == !fixture.differsInTraining)
  }

  @Test("keeps the scalar type", arguments: LayerFixture.all, [ScalarType.float32, .float64])
  func scalarTypes(fixture: LayerFixture, type: ScalarType) throws {
    let network = try fixture.network(type)
    for phase in Phase.allCases {
      let (outputs, _) = try LayerFixture.outputs(
        of: network, fixture.inputs(batch: 2, type), phase)
      #expect(outputs.allSatisfy { $0.scalarType == type })
    }
  }

  @Test("takes one observation, several, and none", arguments: LayerFixture.all)
  func batches(fixture: LayerFixture) throws {
    let network = try fixture.network()
    let some = try LayerFixture.outputs(of: network, fixture.inputs(batch: 4), .inference).values
    for count in [0, 1] {
      let inputs = try fixture.inputs(batch: count)
      let outputs = try LayerFixture.outputs(of: network, inputs, .inference).values
      #expect(outputs.map(\.rank) == some.map(\.rank))
      #expect(outputs.map { $0.count * 4 } == some.map { $0.count * count })
      guard count > 0 || fixture.trainsOnNothing else { continue }
      let trained = try LayerFixture.outputs(of: network, inputs, .training).values
      #expect(trained.map(\.shape) == outputs.map(\.shape))
    }
  }

  @Test("gives each observation of a batch what it gives it alone, where it says so")
  func observationWise() throws {
    let fixtures = LayerFixture.all.filter { (try? $0.make().isObservationWise) == true }
    #expect(fixtures.count > 15)
    for fixture in fixtures {
      let network = try fixture.network()
      let inputs = try fixture.inputs(batch: 3)
      let whole = try LayerFixture.outputs(of: network, inputs, .inference).values
      for index in 0..<3 {
        let single = try inputs.map { try $0.slice(index..<(index + 1)) }
        let alone = try LayerFixture.outputs(of: network, single, .inference).values
        let part = try whole.map { try $0.slice(index..<(index + 1)) }
        #expect(try alone.isIdentical(to: part), "\(fixture.testDescription)")
      }
    }
  }

  @Test("copies to an independent layer of the same values", arguments: LayerFixture.all)
  func copying(fixture: LayerFixture) throws {
    let network = try fixture.network()
    let inputs = try fixture.inputs(batch: 3)
    let copy = try network.copy()
    for phase in Phase.allCases {
      let (original, _) = try LayerFixture.outputs(of: network, inputs, phase)
      #expect(try LayerFixture.outputs(of: copy, inputs, phase).values.isIdentical(to: original))
    }
    #expect(copy.learnables.map(\.path) == network.learnables.map(\.path))
    for (mine, other) in zip(network.parameters, copy.parameters) {
      #expect(mine !== other)
      #expect(mine.value.storage !== other.value.storage)
      #expect(mine.l2Factor == other.l2Factor)
    }
  }

  @Test("gives no gradient while frozen, and all of them afterwards", arguments: LayerFixture.all)
  func freezing(fixture: LayerFixture) throws {
    let network = try fixture.network()
    let inputs = try fixture.inputs(batch: 3)
    guard !network.learnables.isEmpty else { return }
    func count() throws -> Int {
      try valueAndGradients(of: network) { try network(inputs, in: $0).projected() }.gradients.count
    }
    try network.freeze()
    #expect(try count() == 0)
    try network.unfreeze()
    #expect(try count() == network.learnables.count)
  }

  @Test(
    "leaves inputs, learnables and states as they are when it predicts", arguments: LayerFixture.all
  )
  func purity(fixture: LayerFixture) throws {
    let network = try fixture.network()
    let inputs = try fixture.inputs(batch: 3)
    let kept = try inputs.map { try Tensor($0.doubles(), shape: $0.shape) }
    let first = try network.predict(inputs)
    #expect(try network.predict(inputs).isIdentical(to: first))
    #expect(try inputs.isIdentical(to: kept))
  }

  @Test("shows its name and its number of learnables when printed", arguments: LayerFixture.all)
  func printing(fixture: LayerFixture) throws {
    let network = try fixture.network()
    let text = String(describing: network)
    let name = try #require(network.graph.nodes.first?.name)
    #expect(text.contains(name))
    #expect(text.contains("\(network.learnableCount)"))
  }
}
