import Ligature
import Testing

/// A deliberately broken layer, and the check that is meant to catch it.
struct Mutant: Sendable, CustomTestStringConvertible {
  /// What is broken, in words.
  let name: String
  /// The check meant for it.
  let kind: CheckKind
  let layouts: [Layout]
  private(set) var options: CheckOptions
  let make: @Sendable () throws -> any Layer

  init(
    _ kind: CheckKind, _ name: String, on layouts: [Layout] = [.features],
    _ options: CheckOptions = CheckOptions(), _ make: @escaping @Sendable () throws -> any Layer
  ) {
    self.name = name
    self.kind = kind
    self.layouts = layouts
    self.options = options
    self.options.announces = false
    self.make = make
  }

  var testDescription: String { "\(kind.title): \(name)" }

  /// A mutant made of a function of the input, a learnable `gain` of five numbers, and the pass.
  static func function(
    _ kind: CheckKind, _ name: String, on layouts: [Layout] = [.features],
    _ options: CheckOptions = CheckOptions(),
    _ body: @escaping @Sendable (_ x: Tensor, _ gain: Tensor, Context) throws -> Tensor
  ) -> Mutant {
    Mutant(kind, name, on: layouts, options) { scaling(body) }
  }

  /// Every mutant.
  static let all = [
    gradients, backwards, preparations, unmarked, runs, observations, values, states, learning,
    ties,
    mistakes, files, sizes, sequences, phases, functions, handwritten, steps, slips, hidden,
  ].flatMap(\.self)
}

/// A function layer with a learnable of five different numbers.
func scaling(
  _ body: @escaping @Sendable (_ x: Tensor, _ gain: Tensor, Context) throws -> Tensor
) -> FunctionLayer {
  FunctionLayer(
    name: "scaling", learnables: ["gain": Tensor([0.5, -1.2, 0.8, 1.5, -0.7] as [Float])]
  ) { x, learnables, context in
    guard let gain = learnables["gain"] else { return x }
    return try body(x, gain, context)
  }
}

extension Layout {
  /// Five features.
  static let features = Layout("BC", [nil, 5])
  /// Any number of time steps of five features.
  static let sequences = Layout("BTC", [nil, nil, 5])
  /// Three time steps of five features.
  static let shortSequences = Layout("BTC", [nil, 3, 5])
}

/// Something a layer keeps where it should not.
final class Box<Value: Sendable>: Sendable {
  private let stored: ValueLock<Value>
  init(_ value: Value) { stored = ValueLock(value) }

  var value: Value {
    get { stored.withLock { $0 } }
    set { stored.withLock { $0 = newValue } }
  }

  func change<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
    stored.withLock { body(&$0) }
  }
}
