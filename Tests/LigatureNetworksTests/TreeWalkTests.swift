import Foundation
import LigatureInterchange
import LigatureLayers
import LigatureTensors
import Testing

@testable import LigatureNetworks

/// A layer that may hold one of its kind.
private final class Link: CustomLayer, Codable, @unchecked Sendable {
  @Learnable var scale: Tensor
  @Learnable var next: Link?

  init(_ scale: Float, next: Link? = nil) {
    _scale = Learnable(wrappedValue: Tensor([scale]))
    _next = Learnable(wrappedValue: next)
  }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let y = try x * scale
    return try next.map { try $0(y, in: context) } ?? y
  }
}

/// A layer that holds networks in a list.
private final class Several: CustomLayer, Codable, @unchecked Sendable {
  @Learnable var networks: [Network]

  init(_ networks: [Network]) { self.networks = networks }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try networks.reduce(x) { try $1($0, in: context) }
  }
}

/// A layer that holds a network.
private final class Holder: CustomLayer, Codable, @unchecked Sendable {
  @Learnable var network: Network
  init(_ network: Network) { self.network = network }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try network(x, in: context) }
}

/// Notes what a walk does.
private struct Tracing: LayerVisitor {
  typealias Failure = Never
  var lines: [String] = []
  var end: String?

  mutating func enter(_ entry: LayerEntry, at place: TreePlace) -> TreeDescent {
    lines.append("\(place.depth) enter \(place.path)")
    return place.name == end ? .end : place.name == "past" ? .past : .inside
  }

  mutating func leave(_ entry: LayerEntry, at place: TreePlace) {
    lines.append("\(place.depth) leave \(place.path)")
  }

  mutating func meetItself(_ entry: LayerEntry, at place: TreePlace, within outer: TreePlace) {
    lines.append("\(place.path) is \(outer.path)")
  }
}

@Suite("A walk over layers in layers")
struct TreeWalkTests {
  private func nested() -> Network {
    Network {
      Several([Network { Tanh() }, Network { ReLU() }]).named("several")
      Holder(Network { Tanh() }).named("past")
      Tanh()
    }
  }

  @Test("enters outer layers first, in order, and leaves inner ones first")
  func order() {
    var trace = Tracing()
    trace.visit(nested().parts)
    #expect(
      trace.lines == [
        "0 enter several", "1 enter several/networks/1", "2 enter several/networks/1/tanh",
        "2 leave several/networks/1/tanh", "1 leave several/networks/1",
        "1 enter several/networks/2", "2 enter several/networks/2/relu",
        "2 leave several/networks/2/relu", "1 leave several/networks/2", "0 leave several",
        "0 enter past", "0 enter tanh", "0 leave tanh",
      ])
  }

  @Test("ends where it is told to")
  func end() {
    var trace = Tracing(end: "networks/2")
    trace.visit(nested().parts)
    #expect(trace.lines.last == "1 enter several/networks/2")
  }

  @Test("meets a shared layer by each path, and one inside itself once")
  func repetition() {
    let link = Link(2)
    let network = Network {
      link.named("a"); link.shared().named("b")
    }
    link.next = link
    var trace = Tracing()
    trace.visit(network.parts, within: network.walkIdentity)
    #expect(
      trace.lines == [
        "0 enter a", "a/next is a", "0 leave a", "0 enter b", "b/next is b", "0 leave b",
      ])
  }

  @Test("of a chain of layers as long as can run ends, and a longer one is refused")
  func longChain() throws {
    var link = Link(1)
    for _ in 0..<190 { link = Link(1, next: link) }
    let network = Network { link }
    #expect(!network.hasDeferred)
    #expect(network.learnables.count == 191)
    let copy = try network.copy()
    #expect(copy.learnables.count == 191)
    #expect(Set(copy.parameters.map { ObjectIdentifier($0) }).count == 191)
    for _ in 0..<1_810 { link = Link(1, next: link) }
    #expect("\(analyze(Network { link }).problems)".contains("layers are nested"))
    #expect(message { try Network().add(link) }.contains("layers are nested"))
    while let next = link.next {
      link.next = nil
      link = next
    }
    // Taken apart link by link: objects that hold each other are released by recursion.
    for network in [network, copy] { for link in network.layers(of: Link.self) { link.next = nil } }
  }
}

@Suite("A layer that contains itself")
struct SelfContainmentTests {
  /// Makes a network in which something contains itself, and says where that is met.
  enum Case: String, CaseIterable, Sendable {
    case directly, throughAList, networkInANetwork, mutually

    func network() throws -> (network: Network, place: String, whole: String, open: () -> Void) {
      switch self {
      case .directly:
        let link = Link(2)
        link.next = link
        return (Network { link }, "link/next", "link", { link.next = nil })
      case .throughAList:
        let several = Several([Network { Tanh() }])
        let network = Network { several }
        several.networks = [network]
        return (network, "several/networks/1", "", { several.networks = [Network { Tanh() }] })
      case .networkInANetwork:
        let holder = Holder(Network { Tanh() })
        let inner = Network { holder }
        let network = Network { inner.named("inner") }
        holder.network = network
        return (network, "inner/holder/network", "", { holder.network = Network { Tanh() } })
      case .mutually:
        let (first, second) = (Link(2), Link(3))
        first.next = second
        second.next = first
        return (
          Network {
            first.named("first"); second.named("second")
          }, "first/next/next", "first",
          { first.next = nil }
        )
      }
    }
  }

  @Test("is refused when it is copied or stored, by one error", arguments: Case.allCases)
  func refusal(_ one: Case) throws {
    let (network, place, _, open) = try one.network()
    defer { open() }
    for body in [{ _ = try network.copy() }, { _ = try network.savedBytes() }] {
      let error = try #require(throws: LayerError.self) { try body() }
      #expect(error.kind == .containsItself)
      #expect(
        "\(error)" == "\(place): contains itself. Put a copy of it there, made with copy().")
    }
  }

  @Test("is refused when it runs", arguments: Case.allCases)
  func running(_ one: Case) throws {
    let (network, _, _, open) = try one.network()
    defer { open() }
    let error = try #require(throws: LayerError.self) { try network.predict(numbers([2, 3])) }
    #expect(error.kind == .nesting)
  }

  @Test("has learnables, a table and problems that end", arguments: Case.allCases)
  func outline(_ one: Case) throws {
    let (network, place, whole, open) = try one.network()
    defer { open() }
    #expect(network.learnableCount <= 2)
    #expect(!network.hasDeferred)
    #expect(network.description.contains("contains itself: it is \(whole.isEmpty ? "all" : whole)"))
    let found = network.structuralProblems.filter { $0.kind == .containsItself }
    #expect(found.map(\.path).first == place)
  }

  @Test("is refused where it is added", arguments: [true, false])
  func adding(_ isDirect: Bool) throws {
    let inner = Network { Tanh() }
    let layer: any Layer = isDirect ? inner : Several([Network { Tanh() }, inner])
    let error = try #require(throws: LayerError.self) { try inner.add(layer) }
    #expect(error.kind == .containsItself)
  }
}

@Suite("A tree of learnables")
struct ValueTreeTests {
  private let tree = ValueTree<Int, String>.list([
    .parameter(1),
    .dictionary([
      .init(key: "a", tree: .layer("fc")), .init(key: "b", tree: .list([.parameter(2), .none])),
    ]),
    .list([]),
  ])

  @Test("is visited in order, with paths or without")
  func visiting() {
    for (path, wanted) in [
      ("p", ["p/1: 1", "p/2/a: fc", "p/2/b/1: 2"]), (nil, [": 1", ": fc", ": 2"]),
    ] {
      var seen: [String] = []
      tree.visit(path) { path, content in
        switch content {
        case .parameter(let number): seen.append("\(path): \(number)")
        case .layer(let name): seen.append("\(path): \(name)")
        }
      }
      #expect(seen == wanted)
    }
  }

  @Test("is mapped to one of the same form")
  func mapping() {
    let mapped = tree.map(parameter: { -$0 }, layer: { $0.count })
    #expect(
      mapped
        == .list([
          .parameter(-1),
          .dictionary([
            .init(key: "a", tree: .layer(2)),
            .init(key: "b", tree: .list([.parameter(-2), .none])),
          ]),
          .list([]),
        ]))
    #expect(mapped.map(parameter: { -$0 }, layer: { _ in "fc" }) == tree)
  }

  @Test("is put together from its parts")
  func folding() {
    let depth = tree.fold(nil) { (_, part) -> Int in
      switch part {
      case .parameter, .layer, .none: 0
      case .list(let parts): 1 + (parts.max() ?? 0)
      case .dictionary(let parts): 1 + (parts.map(\.result).max() ?? 0)
      }
    }
    #expect(depth == 3)
  }
}
