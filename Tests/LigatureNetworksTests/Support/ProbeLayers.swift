import LigatureLayers
import LigatureTensors

@testable import LigatureNetworks

/// Multiplies by a learnable of the input's features, which it draws itself.
struct Scaling: CustomLayer, Codable {
  @Learnable var scale: Tensor = .deferred

  func initialize(for x: Tensor, in context: Context) throws {
    scale = try Initializer.glorotUniform([x.shape[x.rank - 1]], in: context)
  }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * scale }
}

/// The same with a network of its own for each use.
struct Unrolled: CustomLayer {
  @Learnable var networks: [Network]

  init(_ networks: [Network]) { self.networks = networks }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let results = try networks.enumerated().map { use, network in
      try network(use == 0 ? x : x + Double(use) * 0.1, in: context)
    }
    return try results.dropFirst().reduce(results[0]) { try $0 + $1 }
  }
}

/// Adds a counter of its own training passes to the input.
struct Counting: CustomLayer, Codable {
  @LayerState var passes: Tensor

  init(_ sharing: LayerState.Sharing) {
    _passes = LayerState(wrappedValue: Tensor([Float(0)]), sharing)
  }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x + passes }

  func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    passes = try passes + 1
    return try x + passes
  }
}

/// Throws in the phase it is told to.
struct Failing: CustomLayer {
  struct Mishap: Error, CustomStringConvertible { let description = "a mishap" }
  var phase: Phase?

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    if context.phase == phase { throw Mishap() }
    return x
  }
}

/// The sum and the difference of two inputs.
struct SumAndDifference: CustomLayer {
  func predict(_ x: Tuple<Tensor, Tensor>, in context: Context) throws -> Tuple<Tensor, Tensor> {
    let (a, b) = x.elements
    return Tuple(try a + b, try a - b)
  }
}
