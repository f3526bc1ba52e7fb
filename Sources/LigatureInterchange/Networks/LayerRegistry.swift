import LigatureLayers
import LigatureNetworks

/// Which type of layer each name in a file stands for. ``builtIn`` knows the layers of the package;
/// add your own:
///
///     let registry = LayerRegistry.builtIn.adding(TwiceRefined.self)
///     let network = try Network(contentsOf: url, registry: registry)
public struct LayerRegistry: Sendable {
  private var types: [String: any (Layer & Codable).Type] = [:]
  private var names: [ObjectIdentifier: String] = [:]

  /// A registry without any types.
  public init() {}

  /// The same registry with another type, under its own name unless another is given. A name or
  /// type that is known already gets the new meaning.
  public func adding<L: Layer & Codable>(
    _ type: L.Type, as name: String? = nil
  ) -> LayerRegistry {
    var registry = self
    let name = name ?? LayerRegistry.defaultName(of: type)
    registry.types[name] = type
    registry.names[ObjectIdentifier(type)] = name
    return registry
  }

  /// The same registry with every type of layer in a network, under names that no two types share.
  package func adding(typesIn network: Network) -> LayerRegistry {
    var registry = self
    for layer in network.everyLayer {
      guard let codable = layer as? any Layer & Codable else { continue }
      let type = Swift.type(of: codable)
      guard registry.names[ObjectIdentifier(type)] == nil else { continue }
      registry = registry.adding(any: type, as: String(reflecting: type))
    }
    return registry
  }

  private func adding(any type: any (Layer & Codable).Type, as name: String) -> LayerRegistry {
    func adding<L: Layer & Codable>(_ type: L.Type) -> LayerRegistry { self.adding(type, as: name) }
    return adding(type)
  }

  /// Every name that stands for a type.
  var typeNames: [String] { types.keys.sorted() }

  /// The type of a name; nil where it is not known.
  func type(named name: String) -> (any (Layer & Codable).Type)? { types[name] }

  /// What a type is called in files: as registered, or by its own name. Throws where that name
  /// stands for another type, which the file would then be read as.
  func name(of type: any Layer.Type) throws -> String {
    let name = names[ObjectIdentifier(type)] ?? LayerRegistry.defaultName(of: type)
    if let other = types[name], other != type {
      throw LayerError(
        .name, "",
        "\(String(reflecting: type)) would be called \"\(name)\" in the file, which is "
          + "\(String(reflecting: other)) in the registry",
        remedy: "Register it under another name, for saving and for loading: "
          + "LayerRegistry.builtIn.adding(\(type).self, as: \"...\")")
    }
    return name
  }

  private static func defaultName(of type: any Layer.Type) -> String {
    String(describing: type)
  }
}

extension LayerRegistry {
  /// Every layer of the package but `FunctionLayer` and `MultiFunctionLayer`, whose closures cannot
  /// be stored. A new layer needs a line here; a test finds those without.
  public static let builtIn = LayerRegistry()
    .adding(AdaptiveAveragePooling.self)
    .adding(AdaptiveMaximumPooling.self)
    .adding(Addition.self)
    .adding(AlphaDropout.self)
    .adding(AttentionPooling.self)
    .adding(AveragePooling.self)
    .adding(BatchNormalization.self)
    .adding(Bidirectional<ConvolutionalLSTM>.self)
    .adding(Bidirectional<GRU>.self)
    .adding(Bidirectional<LSTM>.self)
    .adding(Bidirectional<ProjectedLSTM>.self)
    .adding(Bidirectional<RNN>.self)
    .adding(Branches.self)
    .adding(ClippedReLU.self)
    .adding(CommonLSTMLayer.self)
    .adding(Concatenation.self)
    .adding(Convolution.self)
    .adding(ConvolutionalLSTM.self)
    .adding(Cropping.self)
    .adding(Dropout.self)
    .adding(ELU.self)
    .adding(Embedding.self)
    .adding(FeatureInput.self)
    .adding(Flatten.self)
    .adding(FullyConnected.self)
    .adding(GELU.self)
    .adding(GlobalAveragePooling.self)
    .adding(GlobalMaximumPooling.self)
    .adding(GLU.self)
    .adding(GroupNormalization.self)
    .adding(GRU.self)
    .adding(GRUCell.self)
    .adding(HardSigmoid.self)
    .adding(HardSwish.self)
    .adding(HardTanh.self)
    .adding(Identity.self)
    .adding(ImageInput.self)
    .adding(InstanceNormalization.self)
    .adding(LayerNormalization.self)
    .adding(LeakyReLU.self)
    .adding(LearnedPositions.self)
    .adding(LogSoftmax.self)
    .adding(LSTM.self)
    .adding(LSTMCell.self)
    .adding(MaximumPooling.self)
    .adding(MaximumPoolingWithIndices.self)
    .adding(MaximumUnpooling.self)
    .adding(Maxout.self)
    .adding(Mish.self)
    .adding(MultiHeadAttention.self)
    .adding(Multiplication.self)
    .adding(OneHot.self)
    .adding(Padding.self)
    .adding(Permute.self)
    .adding(PixelShuffle.self)
    .adding(PixelUnshuffle.self)
    .adding(PReLU.self)
    .adding(ProjectedLSTM.self)
    .adding(ReLU.self)
    .adding(Repeat.self)
    .adding(Reshape.self)
    .adding(Residual.self)
    .adding(Resize.self)
    .adding(RMSNormalization.self)
    .adding(RNN.self)
    .adding(RNNCell.self)
    .adding(RotaryPositions.self)
    .adding(ScaleAndShift.self)
    .adding(Select.self)
    .adding(SELU.self)
    .adding(SeparateBranches.self)
    .adding(SequenceInput.self)
    .adding(Sigmoid.self)
    .adding(SiLU.self)
    .adding(SinusoidalPositions.self)
    .adding(Softmax.self)
    .adding(Softplus.self)
    .adding(Softsign.self)
    .adding(SpatialDropout.self)
    .adding(SpectralNormalization.self)
    .adding(Split.self)
    .adding(StochasticDepth.self)
    .adding(Tanh.self)
    .adding(TransformerDecoderBlock.self)
    .adding(TransformerEncoderBlock.self)
    .adding(TransposedConvolution.self)
    .adding(WeightNormalization.self)
    .adding(WeightTyingAutoEncoderLayer.self)
}
