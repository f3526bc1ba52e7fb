import Ligature

extension Mutant {
  /// Layers that are stored, initialised or joined to others wrongly.
  static let preparations: [Mutant] = [
    Mutant(.unmarkedProperties, "a tensor without a mark") { UnmarkedTensor() },
    Mutant(.unmarkedProperties, "a network without a mark") {
      UnmarkedNetwork(network: Network { Tanh() })
    },
    Mutant(.unmarkedProperties, "an array of layers without a mark") {
      UnmarkedLayers(layers: [FullyConnected(5), FullyConnected(5)])
    },
    Mutant(.unmarkedProperties, "a dictionary of tensors without a mark") {
      UnmarkedDictionary(parts: ["a": try .ones([5])])
    },
    Mutant(.initialization, "a learnable that initialize forgets") { HalfInitialized() },
    Mutant(.initialization, "values from the global generator") {
      Initializing { shape, context in
        try Tensor((0..<shape[0]).map { _ in Float.random(in: -1...1) }).cast(
          to: context.scalarType)
      }
    },
    Mutant(.initialization, "values that depend on how often they were drawn") {
      let count = Box(0)
      return Initializing { shape, context in
        try .full(
          shape,
          Double(
            count.change {
              $0 += 1; return $0
            }), context.scalarType)
      }
    },
    Mutant(.initialization, "an initialize that throws") {
      Initializing { _, context in throw LayerError(context.path, "not today", remedy: "") }
    },
    Mutant(.observationCounts, "a learnable sized for the example's batch") { SizedForBatch() },
    Mutant(.ports, "fewer output names than outputs") {
      Ported(outputNames: ["out"]) { [$0[0], $0[0]] }
    },
    Mutant(.ports, "more output names than outputs") {
      Ported(outputNames: ["a", "b", "c"]) { $0 }
    },
    Mutant(.ports, "two outputs of one name") {
      Ported(outputNames: ["a", "a"]) { [$0[0], $0[0]] }
    },
    Mutant(.ports, "two inputs of one name", on: [.features, .features]) {
      Ported(inputNames: ["a", "a"]) { [try $0[0] + $0[1]] }
    },
    Mutant(.ports, "an output without a name") { Ported(outputNames: [""]) { $0 } },
    Mutant(.ports, "fewer input names than inputs", on: [.features, .features]) {
      FewInputNames()
    },
  ]
}

private struct UnmarkedTensor: CustomLayer {
  var scale = Tensor([2, 2, 2, 2, 2] as [Float])
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try x * scale.cast(to: x.scalarType)
  }
}

private struct UnmarkedNetwork: CustomLayer {
  let network: Network
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try network(x, in: context) }
}

private struct UnmarkedLayers: CustomLayer {
  let layers: [FullyConnected]
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try layers.reduce(x) { try $1($0, in: context) }
  }
}

private struct UnmarkedDictionary: CustomLayer {
  let parts: [String: Tensor]
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { x }
}

private struct HalfInitialized: CustomLayer {
  @Learnable var scale: Tensor = .deferred
  @Learnable var offset: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    scale = try .ones([5], context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * scale + offset }
}

/// Five gains, with values from a closure.
private struct Initializing: CustomLayer {
  @Learnable var gain: Tensor = .deferred
  let values: @Sendable ([Int], Context) throws -> Tensor
  func initialize(for x: Tensor, in context: Context) throws { gain = try values([5], context) }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * gain }
}

private struct SizedForBatch: CustomLayer {
  @Learnable var offsets: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    offsets = try .ones(x.shape, context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x + offsets }
}

private struct Ported: CustomLayer {
  var inputNames = ["in"]
  var outputNames = ["out"]
  let function: @Sendable ([Tensor]) throws -> [Tensor]
  func predict(_ inputs: [Tensor], in context: Context) throws -> [Tensor] { try function(inputs) }
}

private struct FewInputNames: CustomLayer {
  var inputNames: [String] { ["in"] }
  func predict(_ x: Tuple<Tensor, Tensor>, in context: Context) throws -> Tensor {
    try x.elements.0 + x.elements.1
  }
}
