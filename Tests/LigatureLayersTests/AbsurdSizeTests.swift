import LigatureNetworks
import LigatureTensors
import TestSupport
import Testing

@testable import LigatureLayers

/// Sizes, axes and settings that make no sense, to every initialiser of a layer: what comes of it
/// is a prediction or an error with a remedy, at once, and never a trap, a hang or gigabytes.
@Suite("Layers of absurd sizes") struct AbsurdSizeTests {
  static let integers = [
    0, 1, -1, 1 << 40, 1 << 62, Int.max / 3, Int.max - 1, .max, .min + 1, .min,
  ]
  static let reals: [Double] = [0, -1, 1, 2, .infinity, -.infinity, .nan, 1e308]

  /// Builds a chain of a layer, prints it, looks at it and runs it both ways.
  private func tried(_ layer: any Layer, _ x: Tensor) {
    let network = Network([layer])
    let words = "\(layer)".prefix(80)
    for body in [
      { _ = try network.predict([x]) },
      { _ = try valueAndGradients(of: network) { try network([x], in: $0).projected() } },
      { _ = try network.savedBytes() }, { _ = try network.copy() },
    ] {
      do { try body() } catch let error as LayerError {
        #expect(error.problem.utf8.count < 600, "\(words): \(error)")
        #expect(!"\(error)".contains("Optional("), "\(words): \(error)")
      } catch let error as TensorError {
        #expect(!error.remedy.isEmpty, "\(words): \(error)")
      } catch {
        Issue.record("\(words) threw \(error)")
      }
    }
    #expect(!network.description.isEmpty && !analyze(network).description.isEmpty)
  }

  @Test("are refused in words, or run", arguments: integers)
  func sizes(_ size: Int) throws {
    let rows = try numbers([2, 3])
    let sequences = try numbers([2, 4, 3])
    let layers: [any Layer] = [
      FullyConnected(size), FullyConnected(size, bias: false),
      FullyConnected(size, biasInitializer: .ones),
      FeatureInput(size), Reshape([size]), Reshape([size, size]),
      Reshape([3, size], labels: "BSC"),
      Permute([size]), Permute([size, 0]), Permute([0, size, 1]), Addition(size),
      Multiplication(size),
      Concatenation(size), Concatenation(1, axis: size), Split(size), Split(1, axis: size),
      Select(0..<max(size, 0)), Select(min(size, 1)..<1, axis: size),
    ]
    for layer in layers { tried(layer, rows) }
    let recurrent: [any Layer] = [
      LSTM(size), LSTM(size, .last), GRU(size, recurrentBias: true), RNN(size), SequenceInput(size),
      ImageInput([size, size, 1]), ImageInput([]), Bidirectional(LSTM(size)),
      ProjectedLSTM(size, projectionSize: 2), ProjectedLSTM(2, projectionSize: size),
      ProjectedLSTM(size, inputProjectionSize: size, returnsProjection: false, peepholes: true),
      Bidirectional(
        ProjectedLSTM(2, projectionSize: size, options: RecurrentOptions(carriesState: true))),
      Bidirectional(RNN(size, options: RecurrentOptions(takesState: true, returnsState: true))),
      CommonLSTMLayer(hiddenUnits: 2, outputs: size),
      CommonLSTMLayer(hiddenUnits: size, outputs: 3),
      CommonLSTMLayer(network: Network { LSTM(2) }, outputs: size, from: .ports),
    ]
    for layer in recurrent { tried(layer, sequences) }
  }

  @Test("on images are refused in words, or run", arguments: integers)
  func images(_ size: Int) throws {
    let layers: [any Layer] = [
      Convolution([size, 2], filters: 3), Convolution([], filters: 2),
      Convolution([2, 2], filters: size), Convolution([2, 2], filters: 2, stride: [size]),
      Convolution([2, 2], filters: 2, stride: []),
      Convolution([2, 2], filters: 2, padding: .same, dilation: [1, size]),
      Convolution([2, 2], filters: 2, padding: .explicit(size).filling(.replicate)),
      Convolution([2, 2], filters: 4, groups: size),
      Convolution.depthwise([2, 2], multiplier: size),
      TransposedConvolution([2, size], filters: 2), TransposedConvolution([2, 2], filters: size),
      TransposedConvolution([2, 2], filters: 2, stride: [size], padding: .causal),
      TransposedConvolution([2, 2], filters: 2, groups: size),
      TransposedConvolution([2, 2], filters: 2, stride: [2], outputSize: [size, 9]),
      MaximumPooling([size]), MaximumPooling([2], stride: [size], padding: .explicit(size)),
      AveragePooling([size], padding: .same), AveragePooling([2], stride: [size, 1]),
      AdaptiveAveragePooling([size, 1]), AdaptiveMaximumPooling([2, size]),
      Resize(to: [size, 3]), Resize(scale: [size]), Padding([size]),
      Padding(before: [0, size], after: [size]), Padding([size], with: .reflect), Cropping([size]),
      Padding([], with: .circular), Cropping(before: [], after: [size]),
      MaximumPooling([2], stride: [1], padding: .same, dilation: [size]),
      MaximumPooling([1], dilation: [size, 1]), MaximumPoolingWithIndices([size, 2]),
    ]
    for layer in layers {
      tried(layer, try numbers([2, 4, 4, 2]))
      tried(layer, try numbers([2, 3]))
    }
    for layer in [
      ConvolutionalLSTM([size, 2], filters: 2), ConvolutionalLSTM([2, 2], filters: size),
      ConvolutionalLSTM([], filters: size), ConvolutionalLSTM([size], filters: size),
      Bidirectional(ConvolutionalLSTM([2, 2], filters: size, peepholes: true)),
    ] as [any Layer] {
      for shape in [
        [2, 2, 3, 3, 2], [2, 2, 3, 2], [2, 0, 3, 3, 2], [0, 2, 3, 3, 2], [2, 3], [],
      ] {
        tried(layer, try numbers(shape))
      }
    }
    let pooled = try numbers([2, 2, 2, 2])
    for layer in [
      MaximumUnpooling([size]), MaximumUnpooling([2], stride: [size], padding: .causal),
      MaximumUnpooling([2], padding: .explicit(size)),
      MaximumUnpooling([2], outputSize: [size, 2]),
    ] {
      for indices in try [pooled, .zeros([2, 2, 2, 2], .int64), .zeros([2], .int64)] {
        let network = Network()
        _ = try? network.add(layer)
        _ = try? network.predict([pooled, indices])
      }
    }
    for layer in [GlobalAveragePooling(), GlobalMaximumPooling()] as [any Layer] {
      tried(layer, try .zeros([2, 0, 3]))
    }
  }

  @Test("that normalise, shuffle or repeat are refused in words, or run", arguments: integers)
  func others(_ size: Int) throws {
    let layers: [any Layer] = [
      GroupNormalization(groups: size), Maxout(pieces: size), GLU(axis: size),
      Softmax(axis: size), LogSoftmax(axis: size), PixelShuffle(size), PixelUnshuffle(size),
      PixelShuffle(size, order: .placesFirst),
      WeightNormalization(axis: size) { FullyConnected(2) },
      SpectralNormalization(axis: size) { FullyConnected(2) },
      SpectralNormalization(iterations: size) { FullyConnected(2) },
      WeightNormalization { FullyConnected(size) }, SpectralNormalization { FullyConnected(size) },
      Repeat(times: size) { Tanh() }, Repeat(times: size, sharing: true) { Tanh() },
      Residual { FullyConnected(size) }, Branches { FullyConnected(size) },
      Branches(.addition, branches: []), WeightNormalization(of: "nothing") { FullyConnected(2) },
      WeightNormalization(of: "**/bias") { FullyConnected(2) },
      InstanceNormalization(), PReLU(), RMSNormalization(), SpatialDropout(), StochasticDepth(),
    ]
    for layer in layers {
      tried(layer, try numbers([2, 4, 4, 4]))
      tried(layer, try numbers([2, 4]))
      tried(layer, try .zeros([2, 0, 4]))
      tried(layer, try .zeros([2, 0]))
      tried(layer, try numbers([]))
    }
  }

  @Test("of attention are refused in words, or run", arguments: integers)
  func attention(_ size: Int) throws {
    let sequences = try numbers([2, 4, 3])
    let layers: [any Layer] = [
      MultiHeadAttention(size, heads: 1), MultiHeadAttention(4, heads: size),
      MultiHeadAttention(3, heads: 2, keySize: size),
      MultiHeadAttention(3, heads: 2, keySize: 2, valueSize: size),
      MultiHeadAttention(3, heads: 4, keySize: 1, keyValueHeads: size),
      MultiHeadAttention(
        4, heads: 1, keySize: size,
        options: AttentionOptions(isCausal: true, rotation: RotaryRotation(), carriesState: true)),
      TransformerEncoderBlock(size, heads: 1), TransformerEncoderBlock(3, heads: size),
      TransformerEncoderBlock(3, heads: 1, options: TransformerOptions(feedForwardSize: size)),
      TransformerDecoderBlock(size, heads: 2), LearnedPositions(size), AttentionPooling(size),
      AttentionPooling(size, score: .multiplicative), RotaryPositions(), SinusoidalPositions(),
    ]
    for layer in layers { tried(layer, sequences) }
    let words = try Tensor([0.0, 1, 2, 0, 0, 1], shape: [2, 3])
    let tables: [any Layer] = [
      Embedding(size, dimension: 2), Embedding(3, dimension: size),
      Embedding(3, dimension: 2, paddingIndex: size), Embedding(weights: .deferred),
      Embedding(weights: try numbers([3])), OneHot(size),
    ]
    for layer in tables {
      tried(layer, words)
      tried(layer, sequences)
    }
  }

  @Test("of settings that are none are refused in words, or run", arguments: reals)
  func settings(_ number: Double) throws {
    let rows = try numbers([4, 3])
    let layers: [any Layer] = [
      Dropout(number), LeakyReLU(slope: number),
      FullyConnected(2, weightsInitializer: .normal(standardDeviation: number)),
      FullyConnected(2, weightsInitializer: .uniform(limit: number)),
      LayerNormalization(epsilon: number), RMSNormalization(epsilon: number),
      GroupNormalization(groups: 1, epsilon: number), BatchNormalization(epsilon: number),
      BatchNormalization(momentum: number), PReLU(initialSlope: number), ELU(alpha: number),
      ClippedReLU(ceiling: number), HardTanh(lower: number), HardTanh(upper: number),
      ScaleAndShift(initialScale: number), SpatialDropout(number), AlphaDropout(number),
      StochasticDepth(number),
    ]
    for layer in layers { tried(layer, rows) }
    let attention: [any Layer] = [
      SinusoidalPositions(base: number), RotaryPositions(RotaryRotation(base: number)),
      MultiHeadAttention(4, heads: 2, options: AttentionOptions(dropout: number)),
      TransformerEncoderBlock(4, heads: 2, options: TransformerOptions(dropout: number)),
    ]
    for layer in attention { tried(layer, try numbers([2, 3, 4])) }
  }

  @Test(
    "initialisers refuse shapes that no tensor has",
    arguments: [
      [Int.max, 2, 2], [Int.max, Int.max], [1 << 40, 1 << 40, 3], [-1, 3], [2, -1], [Int.max],
    ])
  func initializers(_ shape: [Int]) throws {
    struct Wanting: CustomLayer {
      @Learnable var weights: Tensor = .deferred
      let initializer: Initializer
      let shape: [Int]
      func initialize(for x: Tensor, in context: Context) throws {
        weights = try initializer(shape, in: context)
      }
      func predict(_ x: Tensor, in context: Context) throws -> Tensor { x }
    }
    let all: [Initializer] = [
      .zeros, .ones, .glorotUniform, .glorotNormal, .heUniform, .heNormal, .orthogonal,
      .uniform(limit: 1), .normal(standardDeviation: 1),
    ]
    for initializer in all {
      let network = Network { Wanting(initializer: initializer, shape: shape) }
      let error = #expect(throws: LayerError.self) { try network.predict(numbers([1, 1])) }
      let words = shape.contains { $0 < 0 } ? "has a negative size" : "is larger than the memory"
      #expect(error?.problem.contains(words) == true, "\(initializer.name): \(error!)")
    }
  }
}
