import LigatureInterchange
import LigatureLayers
import LigatureTensors
import TestSupport
import Testing

@testable import LigatureNetworks

/// What a network costs as it grows. Seconds are compared with those of half the size, with a floor
/// below which nothing is compared, so that a busy machine does no harm: what is quadratic is four
/// times as dear, and what is cubic eight times.
@Suite("Large networks", .serialized)
struct ScalingTests {
  /// Seconds of the quickest of three runs.
  private func seconds(_ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    return try (0..<3).map { _ in try clock.measure { try body() } / .seconds(1) }.min() ?? 0
  }

  private func expectLinear(_ size: Int, _ body: (Int) throws -> Void) rethrows {
    let (half, whole) = (try seconds { try body(size / 2) }, try seconds { try body(size) })
    #expect(whole < max(3.3 * half, 0.3), "\(size / 2): \(half) s, \(size): \(whole) s")
  }

  /// A chain whose layers are listed from its end to its beginning.
  private func reversed(_ size: Int) throws -> Network {
    let network = Network()
    try network.addInput("x")
    for number in (0..<size).reversed() { try network.add(Tanh(), named: "\(number)") }
    try network.connect("x", to: "0")
    for number in 1..<size { try network.connect("\(number - 1)", to: "\(number)") }
    return network
  }

  @Test("are built, looked through and put in order in a time that grows with their size")
  func chains() throws {
    try expectLinear(800) { size in
      _ = try Network((0..<size).map { _ in Tanh() }).schedule()
    }
    try expectLinear(400) { size in _ = try reversed(size).schedule() }
    let network = try reversed(400)
    #expect(try network.schedule().steps.map(\.node.name) == (0..<400).map { "\($0)" })
    try expectLinear(400) { size in
      let network = Network()
      for _ in 0..<size { try network.add(Tanh()) }
      #expect(network.graph.nodes.last?.name == "tanh\(size)")
    }
  }

  @Test("are saved and loaded in a time that grows with their size")
  func files() throws {
    try expectLinear(60) { size in
      let network = Network((0..<size).map { _ in FullyConnected(weights: .deferred) })
      let bytes = try network.savedBytes()
      #expect(try Network(SafetensorsFile(bytes: bytes, name: "large")).graph.nodes.count == size)
    }
  }

  @Test("of many ports are refused, and told of, without a look at each")
  func ports() throws {
    let network = Network()
    try network.addInput("x")
    for number in 0..<30 { try network.add(Addition(1024), named: "\(number)") }
    try network.connect("x", to: "0/in1")
    let clock = ContinuousClock()
    let time = clock.measure {
      #expect(
        message { try network.predict(numbers([1, 1])) }
          == "0: input port \"in2\" is connected to nothing. Connect it with connect(_:to: "
          + "\"0/in2\"), or declare a network input with addInput(_:).")
    }
    #expect(time < .seconds(10))
    #expect(analyze(network).problems.count <= NetworkProblem.largestCount + 1)
  }

  @Test("in one circle, or in many, are told of in a few words")
  func circles() throws {
    let ring = try reversed(100)
    try ring.disconnect("x", from: "0")
    try ring.connect("99", to: "0")
    let problem = try #require(ring.graph.allProblems.first { $0.kind == .cycle })
    #expect(problem.problem.contains("(88 more)") && problem.problem.utf8.count < 200)
    let pairs = Network()
    for number in 0..<100 {
      try pairs.add(Tanh(), named: "a\(number)")
      try pairs.add(Tanh(), named: "b\(number)")
      try pairs.connect("a\(number)", to: "b\(number)")
      try pairs.connect("b\(number)", to: "a\(number)")
    }
    #expect(pairs.graph.allProblems.count { $0.kind == .cycle } == 100)
  }

  @Test("that stand in each other deeper than can run are refused when they are built")
  func nesting() throws {
    let words = "layers are nested 200 deep or more, and 199 levels are the most"
    let clock = ContinuousClock()
    var deep = Network { Tanh() }
    let time = clock.measure {
      for _ in 0..<800 {
        let inner = deep
        deep = Network { inner }
      }
    }
    #expect(time < .seconds(30))
    #expect(message { try deep.predict(numbers([1, 2])) }.contains(words))
    // As deep as can run, and one more.
    var network = Network { Tanh() }
    for _ in 0..<197 {
      let outer = Network()
      try outer.addInput("x")
      try outer.connect("x", to: outer.add(network))
      network = outer
    }
    #expect(try network.predict(numbers([1, 2])).shape == [1, 2])
    let error = #expect(throws: LayerError.self) { try Network().add(network) }
    #expect(error?.kind == .nesting && "\(error!)".contains(words))
  }

  @Test("that became too deep by an edit inside are refused where they are saved")
  func deepening() throws {
    func nest(_ levels: Int) -> (outer: Network, inner: Network) {
      let inner = Network { Tanh() }
      var outer = inner
      for _ in 0..<levels {
        let part = outer
        outer = Network { part }
      }
      return (outer, inner)
    }
    let (outer, middle) = nest(120)
    try middle.add(nest(120).outer)
    let error = #expect(throws: LayerError.self) { try outer.savedBytes() }
    #expect(error?.kind == .nesting && error?.problem.contains("199 levels are the most") == true)
  }

  @Test("of which each holds the next one twice are built without a walk of all paths")
  func doubling() {
    var network = Network { Tanh() }
    for _ in 0..<60 {
      let inner = network
      network = Network {
        inner.shared(); inner.shared()
      }
    }
    #expect(!network.hasDeferred && network.graph.problems.isEmpty)
  }

  @Test("of one custom layer find each of their layers at once")
  func lists() throws {
    struct Row: CustomLayer {
      @Learnable var layers: [Tanh]
      @Learnable var scales: [Scaling]
      func predict(_ x: Tensor, in context: Context) throws -> Tensor {
        try scales.reduce(x) { try $1($0, in: context) }
      }
    }
    try expectLinear(100) { size in
      let row = Row(layers: [], scales: (0..<size).map { _ in Scaling() })
      _ = try Network { row }.predict(numbers([1, 1]))
    }
  }
}

@Suite("A chain of aliases")
struct AliasChainTests {
  /// `length` learnables of which each is an alias of the one before.
  private func chain(_ length: Int, _ transform: LearnableTransform = .identity) -> [Parameter] {
    let owner = Parameter(Tensor([Float](arrayLiteral: 1, 2, 3, 4)))
    var chain = [owner]
    for _ in 1..<length {
      let alias = Parameter(.deferred)
      alias.source = .alias(of: chain[chain.count - 1], through: transform)
      chain.append(alias)
    }
    return chain
  }

  @Test("is read, written, copied and freed however long it is")
  func length() throws {
    var chain = chain(10_000)
    let last = chain[9_999]
    #expect(try last.value.doubles() == [1, 2, 3, 4])
    #expect(last.root === chain[0] && last.transformText == nil && last.isTransposed == false)
    try last.set(Tensor([Float](arrayLiteral: 5, 6, 7, 8)))
    #expect(try chain[0].value.doubles() == [5, 6, 7, 8])
    // The last one holds all the others.
    chain = [last]
    #expect(!last.isDeferred)
    chain = []
  }

  @Test("is what its transforms make of its owner, two transposes being none")
  func transforms() throws {
    let matrix = try numbers([2, 3])
    let owner = Parameter(matrix)
    func alias(_ of: Parameter, _ transform: LearnableTransform) -> Parameter {
      let alias = Parameter(.deferred)
      alias.source = .alias(of: of, through: transform)
      return alias
    }
    let turned = alias(alias(owner, .identity), .transpose)
    let back = alias(turned, .transpose)
    let doubled = alias(turned, .function("double") { try $0 * 2 })
    #expect(try turned.value.isIdentical(to: matrix.transposed) && turned.isTransposed == true)
    #expect(try back.value.isIdentical(to: matrix) && back.transformText == nil)
    #expect(try doubled.value.isIdentical(to: matrix.transposed * 2))
    #expect(doubled.isTransposed == nil && doubled.transformText == "transpose, double")
    try turned.set(matrix.transposed * 3)
    #expect(try owner.value.isIdentical(to: matrix * 3))
    // Asked once, a change anywhere on the way is seen.
    turned.source = .own
    try turned.set(numbers([2, 2]))
    #expect(back.root === turned && back.value.shape == [2, 2])
    turned.refuse("a fault")
    #expect(throws: TensorError.self) { try back.value.require("test") }
    try turned.set(numbers([2, 2], seed: 5))
    #expect(try back.value.isIdentical(to: numbers([2, 2], seed: 5).transposed))
  }

  @Test("predicts as one learnable does, in a time that grows with its length")
  func predicting() throws {
    let network = Network((0..<80).map { _ in FullyConnected(2, bias: false) })
    try network.initialize(for: [numbers([1, 2])])
    for number in 2...80 {
      try network.tie("fc\(number)/weights", to: "fc\(number - 1)/weights")
    }
    let one = Network((0..<80).map { _ in FullyConnected(2, bias: false) })
    try one.initialize(for: [numbers([1, 2])])
    for learnable in one.learnables {
      try learnable.parameter.set(network.learnables[0].parameter.value)
    }
    let input = try numbers([1, 2])
    #expect(try network.predict(input).isIdentical(to: one.predict(input)))
    let clock = ContinuousClock()
    #expect(try clock.measure { _ = try network.predict(input) } < .seconds(10))
    try network.untie("fc40/weights")
    #expect(network.learnables.count == 2)
  }
}
