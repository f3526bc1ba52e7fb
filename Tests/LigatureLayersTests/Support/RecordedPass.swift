import LigatureTensors
import Testing

@testable import LigatureLayers
@testable import LigatureNetworks

/// A network of one layer whose ports lead out, initialised, in double, with learnables drawn anew.
func network(of layer: any Layer, for examples: [Tensor]) throws -> Network {
  let network = Network()
  let name = try network.add(layer)
  for port in layer.inputNames {
    try network.addInput("to \(port)")
    try network.connect("to \(port)", to: "\(name)/\(port)")
  }
  return try drawn(network, for: examples)
}

/// A network that puts the two outputs of a layer together again.
func joining(_ layer: any Layer, axis: Int = -1) throws -> Network {
  let network = Network()
  try network.addInput("x")
  try network.add(layer, named: "layer")
  try network.add(Concatenation(axis: axis), named: "joint")
  try network.connect("x", to: "layer")
  try network.connect("layer/out1", to: "joint/in1")
  try network.connect("layer/out2", to: "joint/in2")
  return network
}

/// The network, initialised, in double, with learnables drawn anew so that none of them is zero.
func drawn(_ network: Network, for examples: [Tensor]) throws -> Network {
  try network.initialize(for: examples.map { try $0.cast(to: .float32) })
  try network.cast(to: .float64)
  for (index, parameter) in network.parameters.enumerated() {
    try parameter.set(numbers(parameter.value.shape, seed: 60 + UInt64(index), .float64) * 0.5)
  }
  return network
}

/// What a pass over networks gives: its results, and the gradients of their projection.
struct RecordedPass {
  let outputs: [Tensor]
  let inputGradients: [Tensor?]
  /// In the order of the network's parameters.
  let gradients: [Tensor?]
  let pass: Pass

  /// Runs `body` as a training pass, or an inference pass that is recorded all the same.
  init(
    of network: Network, _ inputs: [Tensor], _ phase: Phase = .training, lengths: [Int]? = nil,
    _ body: (Context, [Tensor]) throws -> [Tensor]
  ) throws {
    let tape = TapeHandle()
    pass = Pass(
      phase, seed: 5, iteration: 2, scalarType: network.scalarType, tape: tape.tape,
      sequenceLengths: lengths)
    let leaves = inputs.map { $0.scalarType.isFloatingPoint ? tape.leaf($0) : $0 }
    let context = pass.rootContext(root: network)
    let results = try Frame.$current.withValue(context.frame) { try body(context, leaves) }
    let parameters = pass.takeLeaves()
    let all = try tape.gradients(of: results.projected(), for: leaves + parameters.map(\.tensor))
    let found = Dictionary(
      uniqueKeysWithValues: zip(
        parameters.map { ObjectIdentifier($0.parameter) }, all.dropFirst(inputs.count)))
    outputs = results.map(\.detached)
    inputGradients = Array(all.prefix(inputs.count))
    gradients = network.parameters.map { found[ObjectIdentifier($0)] ?? nil }
  }

  /// Expects the same results and gradients, to the rounding of sums in another order.
  func expectEqual(
    to other: RecordedPass, _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try expectClose(outputs, other.outputs, "outputs", comment, sourceLocation: sourceLocation)
    try expectClose(
      inputGradients, other.inputGradients, "input gradients", comment,
      sourceLocation: sourceLocation)
    try expectClose(
      gradients, other.gradients, "gradients", comment, sourceLocation: sourceLocation)
  }
}

/// Expects every tensor to be there, or not, and close to its counterpart.
func expectClose(
  _ found: [Tensor?], _ wanted: [Tensor?], _ what: String = "", _ comment: Comment? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  #expect(found.count == wanted.count, comment, sourceLocation: sourceLocation)
  for (index, pair) in zip(found, wanted).enumerated() {
    guard let one = pair.0, let other = pair.1 else {
      #expect(
        pair.0 == nil && pair.1 == nil, "\(what) \(index) is missing: \(comment ?? "")",
        sourceLocation: sourceLocation)
      continue
    }
    let isClose = try one.isClose(to: other, relative: 1e-10, absolute: 1e-12)
    #expect(
      isClose, "\(what) \(index): \(one) is not \(other), \(comment ?? "")",
      sourceLocation: sourceLocation)
  }
}
