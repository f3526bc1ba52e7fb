import Ligature

/// The tied autoencoder as a user might write it: a structure.
struct StructAutoencoder: CustomLayer, Codable {
  @Learnable var encoder: Network
  @Learnable(l2Factor: 0) var decoderBiases: [Tensor] = .deferred

  init(encoder: Network) { self.encoder = encoder }

  private var tiedLayers: [FullyConnected] { encoder.layers(of: FullyConnected.self).reversed() }

  func initialize(for image: Tensor, in context: Context) throws {
    _ = try encoder(image.flattened(), in: context)
    decoderBiases = try tiedLayers.map { try .zeros([$0.inputSize], context.scalarType) }
  }

  func predict(_ image: Tensor, in context: Context) throws -> Tensor {
    var activation = try encoder(image.flattened(), in: context)
    let layers = tiedLayers
    for (index, pair) in zip(layers, decoderBiases).enumerated() {
      let (layer, bias) = pair
      let sum = try matmul(activation, layer.weights.transposed) + bias
      activation = index == layers.count - 1 ? try sigmoid(sum) : try relu(sum)
    }
    return try activation.reshaped(to: image.shape)
  }
}

/// The same as a final class.
final class ClassAutoencoder: CustomLayer, Codable, @unchecked Sendable {
  @Learnable var encoder: Network
  @Learnable(l2Factor: 0) var decoderBiases: [Tensor] = .deferred

  init(encoder: Network) { self.encoder = encoder }

  func initialize(for image: Tensor, in context: Context) throws {
    _ = try encoder(image.flattened(), in: context)
    decoderBiases = try encoder.layers(of: FullyConnected.self).reversed().map {
      try .zeros([$0.inputSize], context.scalarType)
    }
  }

  func predict(_ image: Tensor, in context: Context) throws -> Tensor {
    var activation = try encoder(image.flattened(), in: context)
    var rest = Array(zip(encoder.layers(of: FullyConnected.self).reversed(), decoderBiases))
    while let (layer, bias) = rest.first {
      rest.removeFirst()
      let weights = layer.weights.transposed
      activation = try linear(
        activation, weights: weights, bias: bias, activation: rest.isEmpty ? .identity : .relu)
    }
    return try sigmoid(activation).reshaped(to: image.shape)
  }
}

/// Normally distributed numbers that depend on shape and seed only.
func numbers(_ shape: [Int], seed: UInt64 = 1) throws -> Tensor {
  var stream = RandomStream(seed: seed, name: "\(shape)")
  return try stream.normal(shape)
}

/// A message as people read it, or what came instead of an error.
func message(_ body: () throws -> some Any) -> String {
  do { return "no error, but \(try body())" } catch { return "\(error)" }
}
