import LigatureLayers
import LigatureTensors
import Synchronization
import Testing

@testable import LigatureNetworks

/// The handler of warnings belongs to the process.
@Suite("A layer at two places", .serialized)
struct RepetitionTests {
  private struct Stack: CustomLayer {
    @Learnable var layers: [FullyConnected]

    func predict(_ x: Tensor, in context: Context) throws -> Tensor {
      try layers.reduce(x) { try $1($0, in: context) }
    }
  }

  private func warnings(about word: String, _ body: () throws -> Void) rethrows -> [String] {
    let found = Mutex<[String]>([])
    let former = Warnings.handler
    Warnings.handler = { message in
      // Other suites run beside this one.
      if message.contains(word) { found.withLock { $0.append(message) } } else { former(message) }
    }
    defer { Warnings.handler = former }
    try body()
    return found.withLock { $0 }
  }

  @Test("warns once when a list repeats a handle")
  func lists() throws {
    let found = warnings(about: "stackOfOne") {
      _ = Network([Stack(layers: Array(repeating: FullyConnected(3), count: 3)).named("stackOfOne")]
      )
    }
    #expect(
      found == [
        "warning: stackOfOne/layers/1 and stackOfOne/layers/2 are one layer, with one set of "
          + "learnables: Array(repeating:count:) repeats a handle. Make a layer for each place, "
          + "(0..<n).map { _ in Layer() }, or write .shared() if that is meant."
      ])
    let sound = warnings(about: "soundStack") {
      let layers = (0..<3).map { _ in FullyConnected(3) }
      _ = Network([Stack(layers: layers).named("soundStack")])
    }
    #expect(sound.isEmpty)
  }

  @Test("warns once, however often the handle is repeated")
  func threeTimes() throws {
    let found = warnings(about: "thrice") {
      let layer = FullyConnected(3)
      _ = Network([layer.named("thrice1"), layer.named("thrice2"), layer.named("thrice3")])
    }
    #expect(found.count == 1 && found[0].contains("thrice2 and thrice1 are one layer"))
  }

  private struct Table: CustomLayer {
    @Learnable var layers: [String: FullyConnected]

    func predict(_ x: Tensor, in context: Context) throws -> Tensor {
      try layers.values.reduce(x) { try $1($0, in: context) }
    }
  }

  @Test("warns when a dictionary holds one twice")
  func dictionaries() throws {
    let layer = FullyConnected(3)
    let found = warnings(about: "tableOfOne") {
      _ = Network([Table(layers: ["up": layer, "down": layer]).named("tableOfOne")])
    }
    #expect(found.count == 1)
    #expect(found[0].contains("tableOfOne/layers/down and tableOfOne/layers/up are one layer"))
  }

  @Test("may be any layer of a chain, with or without a name")
  func builders() throws {
    let (layer, network, lstm) = (FullyConnected(3), Network { Tanh() }, LSTM(3))
    let found = warnings(about: "one layer, with one set") {
      let chain = Network {
        layer
        layer.shared()
        layer.shared().named("third")
        network
        network.shared()
        network.shared().named("again")
        network.named("named").shared()
        lstm
        lstm.shared()
        lstm.shared().named("recurrent")
      }
      #expect(chain.graph.nodes.count == 10 && chain.layers(of: LSTM.self).count == 1)
    }
    #expect(found.isEmpty)
  }

  @Test("warns when a chain repeats one, unless that is meant")
  func chains() throws {
    let layer = FullyConnected(3)
    let found = warnings(about: "again1") {
      _ = Network([layer.named("first1"), layer.named("again1")])
    }
    #expect(
      found == [
        "warning: again1 and first1 are one layer, with one set of learnables. Make a layer for "
          + "each place, or write .shared() if that is meant."
      ])
    let meant = try warnings(about: "again2") {
      let network = Network([layer.named("first2"), layer.shared().named("again2")])
      try network.initialize(for: [.zeros([1, 3])])
      #expect(network.learnableCount == 12)
      #expect(network.layers(of: FullyConnected.self).count == 1)
    }
    #expect(meant.isEmpty)
  }
}
