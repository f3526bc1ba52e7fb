import Foundation
import Ligature
import LigatureInterchange

extension SilentFault {
  static let learnables = [
    SilentFault(
      "a learnable that no path reaches is named",
      [
        .refuses("no path of the network reaches", "a network that a closure holds") {
          let hidden = net(3)
          return try predicted(
            Network {
              FunctionLayer(learnables: [:]) { x, _, context in try hidden(x, in: context) }
              FullyConnected(1)
            })
        },
        .refuses("no path of the network reaches", "a layer in an object") {
          try predicted(Network { Boxed(box: Boxed.Box(layer: FullyConnected(2))) })
        },
        .refuses("no path of the network reaches", "a global") {
          try predicted(
            Network {
              FunctionLayer(learnables: [:]) { x, _, context in try everywhere(x, in: context) }
            })
        },
        .refuses("through: [...]", "another network in a pass, of which nothing was said") {
          let (generator, judge) = (net(2), net(1))
          for network in [generator, judge] { try network.initialize(for: [.ones([1, 2])]) }
          _ = try valueAndGradients(of: generator) { context in
            try judge(generator(.ones([1, 2]), in: context), in: context).sum()
          }
          return []
        },
      ]),
    SilentFault(
      "a pass learns what it is told to",
      [
        .gives([2, 1], "a generator through its discriminator: its weights and bias, which move") {
          let (generator, judge) = (net(2), net(1))
          for network in [generator, judge] { try network.initialize(for: [.ones([1, 2])]) }
          let before = try judge.predict(.ones([1, 2])).item()
          let (_, gradients) = try valueAndGradients(of: generator, through: [judge]) { context in
            try judge(generator(.ones([1, 2]), in: context), in: context).sum()
          }
          var solver = SolverState(.adam)
          try solver.update(along: gradients, learnRate: 0.1)
          let isSame = try judge.predict(.ones([1, 2])).item() == before
          return [Double(gradients.count), isSame ? 1 : 0]
        },
        .gives([4, 2], "two networks in one pass, each with its part") {
          let (encoder, decoder) = (net(2), net(3))
          for network in [encoder, decoder] { try network.initialize(for: [.ones([1, 2])]) }
          let (_, gradients) = try valueAndGradients(of: [encoder, decoder]) { context in
            try decoder(encoder(.ones([1, 2]), in: context), in: context).sum()
          }
          return [Double(gradients.count), Double(gradients.of(decoder).count)]
        },
        .gives([2], "a learnable of both belongs to the one that learns") {
          let shared = FullyConnected(2)
          let (own, other) = (Network { shared }, Network { shared })
          try own.initialize(for: [.ones([1, 2])])
          let (_, gradients) = try valueAndGradients(of: own, through: [other]) { context in
            try other(own(.ones([1, 2]), in: context), in: context).sum()
          }
          return [Double(gradients.count)]
        },
      ]),
    SilentFault(
      "factors are kept",
      [
        .gives([0, 0], "of a network in a property: learnRateFactor 0 freezes it") {
          let network = Network { Frozen() }
          try network.initialize(for: [.ones([1, 2])])
          return network.parameters.map(\.learnRateFactor)
        },
        .gives([0.25, 0.25, 0, 0], "of networks in a list, and of their biases") {
          let network = Network { Slowed(parts: [net(2), net(2)]) }
          try network.initialize(for: [.ones([1, 2])])
          let all = network.parameters
          return [all[0].learnRateFactor, all[3].learnRateFactor, all[1].l2Factor, all[3].l2Factor]
        },
        .gives([0, 0.25], "by unfreezing") {
          let network = Network { Slowed(parts: [net(2)]) }
          try network.initialize(for: [.ones([1, 2])])
          try network.freeze()
          let frozen = network.parameters[0].learnRateFactor
          try network.unfreeze()
          return [frozen, network.parameters[0].learnRateFactor]
        },
        .gives([0.25, 0.5], "by unfreezing a copy, and what comes from a file") {
          let network = Network { Slowed(parts: [net(2)]) }
          try network.initialize(for: [.ones([1, 2])])
          try network.freeze()
          let copy = try network.copy()
          try copy.unfreeze()
          let plain = Network { FullyConnected(2) }
          try plain.initialize(for: [.ones([1, 2])])
          try plain.setLearnRateFactor(0.5, for: "**")
          try plain.freeze()
          let file = FileManager.default.temporaryDirectory.appending(
            path: "factors-\(ProcessInfo.processInfo.processIdentifier).safetensors")
          defer { try? FileManager.default.removeItem(at: file) }
          try plain.save(to: file)
          let read = try Network(contentsOf: file)
          try read.unfreeze()
          return [copy.parameters[0].learnRateFactor, read.parameters[0].learnRateFactor]
        },
        .gives([3], "where an unfrozen one had another: it keeps it") {
          let network = net(2)
          try network.initialize(for: [.ones([1, 2])])
          try network.setLearnRateFactor(3, for: "**")
          try network.unfreeze()
          return [network.parameters[0].learnRateFactor]
        },
      ]),
    SilentFault(
      "Adam counts the steps of each learnable",
      [
        .gives([1], "unfrozen at step 20: one learn rate (Kingma and Ba 2015, bias corrected)") {
          [try firstMove(after: 20)]
        },
        .gives([1], "at step 1,000") { [try firstMove(after: 1000)] },
        .gives([20, 1], "as many as it was stepped") {
          let (network, solver) = try stepped(20, thawed: true)
          return network.parameters.map { Double(solver.stepCount(of: $0)) }.sorted(by: >)
        },
      ]),
    SilentFault(
      "fans of filters [height, width, inputs, outputs]",
      [
        .gives(
          [(6.0 / (9 * 4 + 9 * 8)).squareRoot()], within: 0.02, "Glorot: 9 places count to both"
        ) {
          [try bound(.glorotUniform)]
        },
        .gives([(6.0 / (9 * 4)).squareRoot()], within: 0.02, "He: to the inputs") {
          [try bound(.heUniform)]
        },
        .gives([(2.0 / (9 * 4 + 9 * 8)).squareRoot()], within: 0.02, "Glorot, normal: deviation") {
          let values = try filters(.glorotNormal)
          return [try values.variance().item().squareRoot()]
        },
      ]),
    SilentFault(
      "learnables that are offered and not taken",
      [
        .gives([1], "a warning names them") { [try warnings("encode/weights", wired: false)] },
        .gives([0], "none where they are") { [try warnings("encode/weights", wired: true)] },
        .gives([1], "within a nested network") {
          [try warnings("inner/encode/weights", wired: false, nested: true)]
        },
      ]),
  ]

  private static let everywhere = FullyConnected(2)

  private static func predicted(_ network: Network) throws -> [Double] {
    try network.predict(.ones([2, 2])).doubles()
  }

  /// Adam's first move of a learnable that was frozen for some steps, in learn rates. Its gradient
  /// is always 1.
  private static func firstMove(after steps: Int) throws -> Double {
    var (network, solver) = try stepped(steps, thawed: false)
    try network.unfreeze()
    let bias = try network.parameter(at: "fc/bias")
    let before = try bias.value.doubles()[0]
    try solver.update(along: gradient(network), learnRate: 1e-3)
    return try (before - bias.value.doubles()[0]) / 1e-3
  }

  private static func stepped(
    _ steps: Int, thawed: Bool
  ) throws -> (network: Network, solver: SolverState) {
    let network = Network { FullyConnected(1) }
    try network.initialize(for: [.ones([1, 1])])
    try network.freeze("fc/bias")
    var solver = SolverState(.adam)
    for _ in 1..<(thawed ? steps : steps + 1) {
      try solver.update(along: gradient(network), learnRate: 1e-3)
    }
    guard thawed else { return (network, solver) }
    try network.unfreeze()
    try solver.update(along: gradient(network), learnRate: 1e-3)
    return (network, solver)
  }

  private static func gradient(_ network: Network) throws -> Gradients {
    try valueAndGradients(of: network) { try network(.ones([1, 1]), in: $0).sum() }.gradients
  }

  private static func filters(_ initializer: Initializer) throws -> Tensor {
    let network = Network { Filtering(initializer: initializer) }
    try network.initialize(for: [.ones([1, 2])])
    return network.parameters[0].value
  }

  private static func bound(_ initializer: Initializer) throws -> Double {
    try filters(initializer).max().item()
  }

  private static func warnings(
    _ path: String, wired: Bool, nested: Bool = false
  ) throws -> Double {
    let network = Network()
    try network.addInput("x", Layout("BC", [nil, 6]))
    try network.add(FullyConnected(4, outputLearnables: [.weights], name: "encode"))
    try network.connect(["x", "encode"])
    if wired {
      try network.add(FullyConnected(6, inputLearnables: [.weights], name: "decode"))
      try network.connect(["encode", "decode"])
      try network.add(Permute([1, 0]), named: "transpose")
      try network.connect("encode/weights", to: "transpose")
      try network.connect("transpose", to: "decode/weights")
    }
    let whole =
      try nested ? Network(input: Layout("BC", [nil, 6])) { network.named("inner") } : network
    return try noted { try whole.initialize() }.count { $0.contains("\(path) is offered") } == 1
      ? 1 : 0
  }

  /// The warnings that a piece of a program gives.
  private static func noted(_ body: () throws -> Void) rethrows -> [String] {
    let notes = Notes()
    let former = Warnings.handler
    Warnings.handler = {
      notes.add($0)
      former($0)
    }
    defer { Warnings.handler = former }
    try body()
    return notes.all
  }
}

/// What was said, by whatever thread.
private final class Notes: @unchecked Sendable {
  private let lock = NSLock()
  private var messages: [String] = []

  func add(_ message: String) { lock.withLock { messages.append(message) } }
  var all: [String] { lock.withLock { messages } }
}

private struct Boxed: CustomLayer {
  final class Box: Sendable {
    let layer: FullyConnected
    init(layer: FullyConnected) { self.layer = layer }
  }

  let box: Box

  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try box.layer(x, in: context) }
}

private struct Frozen: CustomLayer, Codable {
  @Learnable(learnRateFactor: 0) var base = Network { FullyConnected(2) }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try base(x, in: context) }
}

private struct Slowed: CustomLayer, Codable {
  @Learnable var parts: [Network]

  init(parts: [Network]) {
    _parts = Learnable(wrappedValue: parts, learnRateFactor: 0.25, l2Factor: 0.5)
  }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try parts.reduce(x) { try $1($0, in: context) }
  }
}

private struct Filtering: CustomLayer {
  @Learnable var filters: Tensor = .deferred
  let initializer: Initializer

  init(initializer: Initializer) { self.initializer = initializer }

  func initialize(for x: Tensor, in context: Context) throws {
    filters = try initializer([3, 3, 4, 8], in: context)
  }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * filters.sum() }
}
