import LigatureLayers
import LigatureNetworks
import LigatureTensors

@testable import LigatureTraining

/// Normally distributed numbers that depend on shape and seed only.
func numbers(_ shape: [Int], seed: UInt64 = 1, _ type: ScalarType = .float32) throws -> Tensor {
  var stream = RandomStream(seed: seed, name: "\(shape)")
  return try stream.normal(shape, .float64).cast(to: type)
}

/// A message as people read it, or what came instead of an error.
func message(_ body: () throws -> some Any) -> String {
  do { return "no error, but \(try body())" } catch { return "\(error)" }
}

/// A regression problem of three features and two targets.
func regression(_ count: Int, seed: UInt64 = 1) throws -> TrainingData {
  let x = try numbers([count, 3], seed: seed)
  let weights = try numbers([3, 2], seed: 77)
  return try TrainingData(x, targets: tanh(matmul(x, weights)))
}

/// A small network for it.
func regressor(_ seed: UInt64 = 0) throws -> Network {
  try Network(input: Layout("BC", [nil, 3]), seed: seed) {
    FullyConnected(5)
    Tanh()
    FullyConnected(2)
  }
}

/// The values of all learnables.
func values(_ network: Network) -> [Tensor] { network.parameters.map(\.value) }

extension [Tensor] {
  /// Whether each tensor equals its counterpart to the last bit.
  func isIdentical(to others: [Tensor]) throws -> Bool {
    guard count == others.count else { return false }
    return try zip(self, others).allSatisfy { try $0.isIdentical(to: $1) }
  }
}
