import Dispatch
import Foundation
import LigatureLayers
import LigatureTensors
import Synchronization
import Testing

@testable import LigatureInterchange
@testable import LigatureNetworks

/// Edits inside a nested network, of what the network around it has wired.
@Suite("Wires hold while nested networks change")
struct NestedEditingTests {
  /// `in` is a network with `fc`, whose weights `out` takes.
  private func nested() throws -> (network: Network, inner: Network) {
    let inner = Network { FullyConnected(3, bias: false).named("fc") }
    let network = Network()
    try network.addInput("x", Layout("BC", [nil, 3]))
    try network.add(inner, named: "in")
    try network.add(FullyConnected(3, bias: false), named: "out")
    try network.connect(["x", "in", "out"])
    try network.connect("in/fc/weights", to: "out/weights")
    try network.initialize()
    return (network, inner)
  }

  @Test("a learnable whose layer is gone inside is named, and disconnecting keeps the last value")
  func removedInside() throws {
    let (network, inner) = try nested()
    let value = try network.parameter(at: "in/fc/weights").value
    try inner.replace("fc", with: Tanh())
    #expect(
      message { try network.savedBytes() }
        == "out: its weights is connected to in/fc/weights, and in/fc/weights does not exist any "
        + "more. Disconnect it, disconnect(\"in/fc/weights\", from: \"out/weights\"), or save values "
        + "only: save(to:architecture: false).")
    #expect(
      message { try network.predict(.zeros([1, 3])) }.contains(
        "the learnable in/fc/weights is no longer there"))
    try network.disconnect("in/fc/weights", from: "out/weights")
    #expect(network.learnables.map(\.path) == ["out/weights"])
    #expect(try network.parameter(at: "out/weights").value.isIdentical(to: value))
    _ = try network.predict(.zeros([1, 3]))
  }

  @Test("a layer put in its place inside is what is wired then, at once")
  func replacedInside() throws {
    let (network, inner) = try nested()
    try inner.replace("fc", with: FullyConnected(weights: .ones([3, 3])))
    #expect(network.ties.map(\.aliases) == [["out/weights"]])
    #expect(network.learnables.map(\.path) == ["in/fc/weights"])
    let restored = try Network(SafetensorsFile(bytes: network.savedBytes(), name: "test"))
    let x = try numbers([2, 3])
    #expect(try restored.predict(x).isIdentical(to: network.predict(x)))
    #expect(network.ties.map(\.owner) == restored.ties.map(\.owner))
    #expect(network.ties.map(\.aliases) == restored.ties.map(\.aliases))
  }

  @Test("what is disconnected keeps its value, transposed as it came in, and its factors")
  func disconnected() throws {
    let network = try row(["a", "b"])
    try transposing("t", in: network, "a/weights", "b/weights")
    try network.initialize()
    try network.freeze("b/weights")
    let before = try network.predict(numbers([2, 3]))
    try network.disconnect("t", from: "b/weights")
    try network.disconnect("a/weights", from: "t")
    try network.remove("t")
    #expect(try network.predict(numbers([2, 3])).isIdentical(to: before))
    #expect(network.learnableCount == 18 && network.parameters.allSatisfy(\.isFrozen))
  }

  @Test("a part that takes learnables from around it is not stored alone")
  func partOfWires() throws {
    let decoder = Network { FullyConnected(3, bias: false).named("out") }
    let network = try row(["a"])
    try network.add(decoder, named: "decoder")
    try network.connect("a", to: "decoder")
    try network.connect("a/weights", to: "decoder/out/weights")
    try network.initialize()
    #expect(
      message { try decoder.savedBytes() }
        == "network: a learnable in it is wired to a/weights, outside of what is to be saved. "
        + "Save the network that has both, or disconnect the learnable first.")
  }

  @Test("a network inside itself is refused when it is copied, stored or run")
  func insideItself() throws {
    let holder = Holder(Network { Tanh() })
    let network = Network { holder }
    holder.network = network
    for problem in [
      message { try network.copy() }, message { try network.savedBytes() },
      message { try network.predict(.zeros([1, 2])) },
    ] { #expect(problem.contains("contains itself"), "\(problem)") }
  }

  private final class Holder: CustomLayer, Codable, @unchecked Sendable {
    @Learnable var network: Network
    init(_ network: Network) { self.network = network }
    func predict(_ x: Tensor, in context: Context) throws -> Tensor { try network(x, in: context) }
  }
}

/// Threads that edit, tie and store one network.
@Suite("Structure holds while several threads change it", .serialized)
struct ConcurrentStructureTests {
  @Test("two threads that tie both ways make no circle")
  func circles() throws {
    for _ in 0..<200 {
      let network = try row(["a", "b"])
      DispatchQueue.concurrentPerform(iterations: 2) { number in
        let (alias, owner) = number == 0 ? ("a", "b") : ("b", "a")
        try? network.tie("\(alias)/weights", to: "\(owner)/weights")
      }
      #expect(network.learnables.count == 1)
    }
  }

  @Test("what is stored or copied meanwhile is of one moment")
  func snapshots() throws {
    let network = try row(["a", "b", "c"])
    try network.initialize()
    let isDone = Mutex(false)
    let failures = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: 3) { number in
      switch number {
      case 0:
        for round in 0..<150 {
          try? network.tie("b/weights", to: "a/weights", transform: .transpose)
          _ = try? network.add(FullyConnected(3), named: "extra")
          try? network.connect("a/weights", to: "c/weights")
          try? network.untie("b/weights")
          try? network.disconnect("a/weights", from: "c/weights")
          try? network.remove("extra")
          if round == 149 { isDone.withLock { $0 = true } }
        }
      case 1:
        while !isDone.withLock({ $0 }) {
          do {
            _ = try Network(SafetensorsFile(bytes: network.savedBytes(), name: "test"))
          } catch { failures.withLock { $0.append("\(error)") } }
        }
      default:
        while !isDone.withLock({ $0 }) {
          do { _ = try network.copy().savedBytes() } catch {
            failures.withLock { $0.append("\(error)") }
          }
        }
      }
    }
    let found = failures.withLock { $0 }
    #expect(found.isEmpty, "\(found.count): \(found.first ?? "")")
  }

  @Test("a learnable that is untied has a value at every moment")
  func untying() throws {
    let network = try row(["a", "b"])
    try network.initialize()
    let layer: FullyConnected = try network.layer(at: "b")
    let isDone = Mutex(false)
    let missing = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 2) { number in
      if number == 0 {
        for _ in 0..<2000 {
          try? network.tie("b/weights", to: "a/weights", transform: .transpose)
          try? network.untie("b/weights")
        }
        isDone.withLock { $0 = true }
      } else {
        while !isDone.withLock({ $0 }) {
          if (try? layer.weights + 1) == nil { missing.withLock { $0 += 1 } }
        }
      }
    }
    #expect(missing.withLock { $0 } == 0)
  }
}
