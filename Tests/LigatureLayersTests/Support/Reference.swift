import Foundation
import LigatureTensors
import Testing

@testable import LigatureLayers
@testable import LigatureNetworks

/// One case of a file of reference values: tensors by name.
struct Reference {
  private struct Numbers: Decodable {
    let shape: [Int]
    let values: [Double]
  }

  let tensors: [String: Tensor]

  init(_ file: String, _ name: String) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
      .appending(path: "Reference")
    let data = try Data(contentsOf: folder.appending(path: file + ".json"))
    let cases = try JSONDecoder().decode([String: [String: Numbers]].self, from: data)
    tensors = try #require(cases[name]).mapValues { try Tensor($0.values, shape: $0.shape) }
  }

  /// A tensor that not every case has.
  func optional(_ name: String) -> Tensor? { tensors[name] }

  subscript(_ name: String) -> Tensor {
    get throws { try #require(tensors[name], "there is no \(name)") }
  }
}

/// A network of one layer that has its weights already.
func unchanged(_ layer: any Layer, for inputs: [Tensor]) throws -> Network {
  let network = Network()
  let name = try network.add(layer)
  for port in layer.inputNames {
    try network.addInput("to \(port)")
    try network.connect("to \(port)", to: "\(name)/\(port)")
  }
  try network.cast(to: .float64)
  return network
}

/// Gradients of the weighted sum of all outputs.
struct Differentiated {
  let inputs: [Tensor?]
  let learnables: [Tensor?]

  init(
    _ network: Network, _ given: [Tensor], _ weights: [Tensor], _ lengths: SequenceLengths?
  ) throws {
    let tape = TapeHandle()
    let pass = Pass(
      .training, scalarType: .float64, tape: tape.tape, lengths: lengths)
    let leaves = given.map { tape.leaf($0) }
    let context = pass.rootContext(root: network)
    let outputs = try Frame.$current.withValue(context.frame) {
      try network(leaves, in: context)
    }
    let sums = try zip(outputs, weights).map { try ($0 * $1).sum() }
    let total = try sums.dropFirst().reduce(sums[0]) { try $0 + $1 }
    let read = pass.takeLeaves()
    let all = try tape.gradients(of: total, for: leaves + read.map(\.tensor))
    inputs = Array(all.prefix(given.count))
    learnables = network.parameters.map { parameter in
      read.firstIndex { $0.parameter === parameter }.flatMap { all[given.count + $0] }
    }
  }
}
