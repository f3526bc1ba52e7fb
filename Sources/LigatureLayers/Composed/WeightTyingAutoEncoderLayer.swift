import LigatureNetworks
import LigatureTensors

/// Squeezes an observation into a code and rebuilds it with the encoder's own weights, transposed.
///
/// The encoder is a network of any layers that take and give `[batch, features]`. Its fully
/// connected layers, in reverse order, are the decoder: each multiplies by its own weights
/// transposed and adds a bias that belongs to the decoder. Between them stands a ReLU, at the end a
/// logistic function, so outputs lie in 0...1. The result has the shape of the input.
///
/// Tied weights halve the learnables (Vincent et al., "Stacked denoising autoencoders", JMLR 2010).
/// Everything here is public API: a copy of this class under another name works the same way, and
/// every method can be overridden.
open class WeightTyingAutoEncoderLayer: CustomLayer, Codable, @unchecked Sendable {
  /// From `[batch, features]` to the code `[batch, codeSize]`.
  @Learnable public final var encoder: Network
  /// One `[features]` for each step of the decoder, in its order.
  @Learnable(l2Factor: 0) public final var decoderBiases: [Tensor] = .deferred

  /// A layer that decodes with the transposed weights of `encoder`.
  public init(encoder: Network) { self.encoder = encoder }

  /// A layer whose encoder is a chain of the given layers.
  public convenience init(encoder layers: [any Layer]) { self.init(encoder: Network(layers)) }

  /// The encoder's fully connected layers in the decoder's order.
  public final var tiedLayers: [FullyConnected] {
    encoder.layers(of: FullyConnected.self).reversed()
  }

  open func initialize(for observations: Tensor, in context: Context) throws {
    _ = try encode(observations, in: context)
    guard !tiedLayers.isEmpty else {
      throw LayerError(
        .setting, context.path,
        "the encoder has no fully connected layer, so there is nothing to decode with",
        remedy: "Put at least one FullyConnected into the encoder")
    }
    decoderBiases = try tiedLayers.map { try .zeros([$0.inputSize], context.scalarType) }
  }

  open func predict(_ observations: Tensor, in context: Context) throws -> Tensor {
    let code = try encode(observations, in: context)
    return try decode(code, in: context).reshaped(to: observations.shape)
  }

  open func forward(_ observations: Tensor, in context: Context) throws -> Tensor {
    try predict(observations, in: context)
  }

  /// The code `[batch, codeSize]` of observations `[batch, ...]`.
  open func encode(_ observations: Tensor, in context: Context) throws -> Tensor {
    try encoder(observations.flattened(), in: context)
  }

  /// Flat observations `[batch, features]` rebuilt from a code `[batch, codeSize]`.
  open func decode(_ code: Tensor, in context: Context) throws -> Tensor {
    var activation = code
    let layers = tiedLayers
    for (step, (layer, bias)) in zip(layers, decoderBiases).enumerated() {
      let weights = layer.weights.transposed
      activation =
        step < layers.count - 1
        ? try linear(activation, weights: weights, bias: bias, activation: .relu)
        : try sigmoid(linear(activation, weights: weights, bias: bias))
    }
    return activation
  }

  open var inputNames: [String] { ["in"] }
  open var outputNames: [String] { ["out"] }
  open var defaultName: String { "autoencoder" }
  open var isObservationWise: Bool { false }

  open func validate(_ inputs: [Layout]) throws {}

  open func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] { inputs }
}
