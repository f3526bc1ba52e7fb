import LigatureLayers
import LigatureTensors
import Synchronization
import Testing

@testable import LigatureNetworks

/// Notes everything that is seen, as text.
private final class Diary: GraphObserving {
  private let lines = Mutex<[String]>([])

  var entries: [String] { lines.withLock { $0 } }

  func note(_ line: String) { lines.withLock { $0.append(line) } }

  func willCall<L: Layer>(_ layer: L, _ input: L.Input, in context: Context) throws {
    note("call \(context.path)")
  }

  func didCall(_ layer: any Layer, isNamed: Bool, _ inputs: [Tensor], _ outputs: [Tensor]) {
    note("\(isNamed ? "named" : "other") call of \(inputs.count) gave \(outputs.count)")
  }

  func didRead(_ parameter: Parameter, in frame: Frame) { note("read in \(frame.path)") }

  func observers(of network: Network, _ graph: Graph) -> [any GraphObserver] {
    [Page(of: self, goesOn: false)]
  }
}

private final class Page: GraphObserver {
  private let diary: Diary
  private let goesOn: Bool

  init(of diary: Diary, goesOn: Bool) {
    self.diary = diary
    self.goesOn = goesOn
  }

  func entered(_ inputs: [Tensor]) { diary.note("enter \(inputs.map(\.shape))") }
  func took(_ learnable: Tensor, at place: Int) { diary.note("take \(learnable.shape)") }

  func willRun(_ step: Schedule.Step, in path: String) throws {
    diary.note("will run \(step.path(in: path))")
  }

  func didRun(
    _ step: Schedule.Step, _ arguments: [Tensor], _ results: [Tensor], multiplyAdds: Int
  ) {
    let shapes = "\(arguments.map(\.shape)) -> \(results.map(\.shape))"
    diary.note("ran \(step.node.name) \(shapes), \(multiplyAdds) multiply-adds")
  }

  func absorbs(_ failure: StepFailure, of step: Schedule.Step) -> Bool {
    switch failure {
    case .lacksInputs: diary.note("\(step.node.name) lacks inputs")
    case .threw: diary.note("\(step.node.name) threw")
    }
    return goesOn
  }

  func ended(_ outputs: [Tensor]) { diary.note("end \(outputs.map(\.shape))") }
}

@Suite("A walk of a graph")
struct GraphWalkTests {
  /// fc feeds two layers whose outputs meet again.
  private func diamond() throws -> Network {
    let network = Network()
    try network.addInput("x", Layout("BC", [nil, 3]))
    try network.add(FullyConnected(2, bias: false), named: "fc")
    try network.add(Tanh(), named: "left")
    try network.add(ReLU(), named: "right")
    try network.add(Addition(), named: "sum")
    try network.connect(["x", "fc", "left", "sum/in1"])
    try network.connect(["fc", "right", "sum/in2"])
    try network.initialize()
    return network
  }

  private func walk(
    _ network: Network, _ shape: [Int], _ phase: Phase = .inference
  ) throws -> [String] {
    let diary = Diary()
    _ = try? network.run(
      [numbers(shape)], in: Pass(phase, scalarType: network.scalarType, observers: [diary]))
    return diary.entries
  }

  @Test("shows observers every step once, in order", arguments: Phase.allCases)
  func order(_ phase: Phase) throws {
    #expect(
      try walk(diamond(), [4, 3], phase) == [
        "enter [[4, 3]]",
        "will run fc", "call fc", "read in fc", "named call of 1 gave 1",
        "ran fc [[4, 3]] -> [[4, 2]], 24 multiply-adds",
        "will run left", "call left", "named call of 1 gave 1",
        "ran left [[4, 2]] -> [[4, 2]], 0 multiply-adds",
        "will run right", "call right", "named call of 1 gave 1",
        "ran right [[4, 2]] -> [[4, 2]], 0 multiply-adds",
        "will run sum", "call sum", "named call of 2 gave 1",
        "ran sum [[4, 2], [4, 2]] -> [[4, 2]], 0 multiply-adds",
        "end [[4, 2]]",
      ])
  }

  @Test("shows those of nested networks within the step that runs them, by their paths")
  func nesting() throws {
    let network = Network { Repeating(Network { Tanh() }, count: 2).named("twice") }
    let inner = [
      "call twice/network", "enter [[1, 3]]",
      "will run twice/network/tanh", "call twice/network/tanh", "named call of 1 gave 1",
      "ran tanh [[1, 3]] -> [[1, 3]], 0 multiply-adds",
      "end [[1, 3]]", "other call of 1 gave 1",
    ]
    #expect(
      try walk(network, [1, 3]) == ["enter [[1, 3]]", "will run twice", "call twice"]
        + inner + inner + [
          "named call of 1 gave 1", "ran twice [[1, 3]] -> [[1, 3]], 0 multiply-adds",
          "end [[1, 3]]",
        ])
  }

  @Test("brings a learnable that layers take before the first step that needs it")
  func learnables() throws {
    let network = try row(["a", "b"])
    try transposing("t", in: network, "a/weights", "b/weights")
    try network.initialize()
    let seen = try walk(network, [2, 3])
    #expect(seen.filter { $0.hasPrefix("take") } == ["take [3, 3]"])
    let take = try #require(seen.firstIndex(of: "take [3, 3]"))
    let first = try #require(seen.firstIndex { $0.hasPrefix("will run t") })
    #expect(take < first)
    #expect(seen.filter { $0.hasPrefix("ran") }.count == 3)
  }

  @Test("ends at the first layer that throws, without an end that anybody sees")
  func failure() throws {
    let network = Network {
      Tanh(); Failing(phase: .training).named("culprit"); ReLU()
    }
    #expect(
      try walk(network, [1, 2], .training) == [
        "enter [[1, 2]]", "will run tanh", "call tanh", "named call of 1 gave 1",
        "ran tanh [[1, 2]] -> [[1, 2]], 0 multiply-adds",
        "will run culprit", "call culprit", "culprit threw",
      ])
  }

  @Test("goes on past it for an observer who wants the rest, and leaves out what lacks inputs")
  func tolerance() throws {
    let network = Network()
    try network.addInput("x")
    for (name, layer) in [
      ("culprit", Failing(phase: .inference) as any Layer), ("after", Tanh()), ("beside", ReLU()),
    ] { try network.add(layer, named: name) }
    try network.connect(["x", "culprit", "after"])
    try network.connect("x", to: "beside")
    let diary = Diary()
    let context = Pass(.inference).rootContext()
    let outputs = try network.walk(
      network.schedule(), network.graph, [numbers([1, 2])], in: context,
      [Page(of: diary, goesOn: true)])
    #expect(outputs.map(\.shape) == [[1, 2]])
    #expect(
      diary.entries == [
        "enter [[1, 2]]", "will run culprit", "culprit threw", "after lacks inputs",
        "will run beside", "ran beside [[1, 2]] -> [[1, 2]], 0 multiply-adds", "end [[1, 2]]",
      ])
  }

  @Test("gives the same bits whether anybody looks or not")
  func unseen() throws {
    let network = try diamond()
    let x = try numbers([5, 3])
    let seen = try network.run([x], in: Pass(.inference, observers: [Diary()]))
    #expect(try network.run([x], in: Pass(.inference))[0].isIdentical(to: seen[0]))
  }

  @Test("of several uses at once comes to each layer once where observations may meet")
  func folding() throws {
    let calls = Mutex(0)
    let network = Network {
      Tanh()
      FunctionLayer(isObservationWise: true) { x in
        calls.withLock { $0 += 1 }
        return try x * 2
      }
    }
    let inputs = try (0..<3).map { try numbers([2, 3]) + Double($0) }
    let outputs = try network.inference { context in try network(mapping: inputs, in: context) }
    #expect(calls.withLock { $0 } == 1)
    for (input, output) in zip(inputs, outputs) {
      #expect(try output.isIdentical(to: tanh(input) * 2))
    }
  }
}

@Suite("Where a call stands")
struct FrameTests {
  /// Calls layers it does not own, of one type and of another, and notes where they ran.
  private struct Caller: CustomLayer {
    let places: Places
    func predict(_ x: Tensor, in context: Context) throws -> Tensor {
      let spies = (0..<10).map { Spy(places: places, defaultName: "spy\($0)") }
      for spy in spies + spies + [spies[0]] { _ = try spy(x, in: context) }
      return x
    }
  }

  private struct Spy: CustomLayer {
    let places: Places
    let defaultName: String
    func predict(_ x: Tensor, in context: Context) throws -> Tensor {
      places.note(context.path, context.frame.key)
      return x
    }
  }

  private final class Places: Sendable {
    private let found = Mutex<[(path: String, key: String)]>([])
    var all: [(path: String, key: String)] { found.withLock { $0 } }
    func note(_ path: String, _ key: String) { found.withLock { $0.append((path, key)) } }
  }

  @Test("is counted by name, however many names there are")
  func uses() throws {
    let places = Places()
    let network = Network { Caller(places: places) }
    _ = try network.inference { context in
      _ = try network(numbers([1, 2]), in: context)
      return try network(numbers([1, 2]), in: context)
    }
    let names = (0..<10).map { "caller/spy\($0)" }
    let keys = names + names.map { $0 + "#2" } + [names[0] + "#3"]
    #expect(places.all.map(\.path) == names + names + [names[0]] + names + names + [names[0]])
    #expect(places.all.map(\.key) == keys + keys.map { "#2/" + $0 })
  }
}
