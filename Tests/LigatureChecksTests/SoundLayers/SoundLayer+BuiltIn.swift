import Ligature

extension SoundLayer {
  private static let images = Layout("BSSC", [nil, 2, 3, 2])
  private static let differing = CheckOptions(phasesDiffer: true)
  private static let mixing = CheckOptions(exceptions: [.mixesObservations])

  /// The layers of the package, in their variants.
  static let builtIn: [SoundLayer] = [
    SoundLayer("ReLU") { ReLU() },
    SoundLayer("LeakyReLU", on: [.sequences]) { LeakyReLU(slope: 0.2) },
    SoundLayer("GELU") { GELU() },
    SoundLayer("Tanh") { Tanh() },
    SoundLayer("Sigmoid", on: [images]) { Sigmoid() },
    SoundLayer("Softmax", on: [.sequences]) { Softmax() },
    SoundLayer("Dropout", differing) { Dropout(0.4) },
    SoundLayer("Dropout that drops nothing", CheckOptions(phasesDiffer: false)) { Dropout(0) },
    SoundLayer("Flatten", on: [images]) { Flatten() },
    SoundLayer("Reshape", on: [Layout("BC", [nil, 6])]) { Reshape([2, 3, 1], labels: "BSSC") },
    SoundLayer("Permute within observations", on: [images]) { Permute([0, 3, 1, 2]) },
    SoundLayer("Permute of batch and time", on: [.shortSequences]) { Permute([1, 0, 2]) },
    SoundLayer("Addition of three", on: [.features, .features, .features]) { Addition(3) },
    SoundLayer("Addition of one") { Addition(1) },
    SoundLayer("Multiplication with broadcasting", on: [.features, Layout("BC", [nil, 1])]) {
      Multiplication()
    },
    SoundLayer("Concatenation", on: [.features, Layout("BC", [nil, 2])]) { Concatenation() },
    SoundLayer("Concatenation along time", on: [.shortSequences, .shortSequences]) {
      Concatenation(axis: 1)
    },
    SoundLayer("Concatenation of batches", on: [.features, .features], mixing) {
      Concatenation(axis: 0)
    },
    SoundLayer("FullyConnected", CheckOptions(learnableCount: 24)) { FullyConnected(4) },
    SoundLayer("FullyConnected without bias") { FullyConnected(4, bias: false) },
    SoundLayer("FullyConnected over time", on: [.sequences]) {
      FullyConnected(3, weightsInitializer: .heNormal, biasInitializer: .ones)
    },
    SoundLayer("FullyConnected of one input", on: [Layout("BC", [nil, 1])]) { FullyConnected(1) },
    SoundLayer("a larger FullyConnected", on: [Layout("BC", [nil, 40])]) { FullyConnected(30) },
    SoundLayer("FeatureInput") { FeatureInput(5) },
    SoundLayer("FeatureInput with z-scores") {
      let layer = FeatureInput(5, normalization: .zScore)
      try layer.fitStatistics(to: data([6, 5]))
      return layer
    },
    SoundLayer("ImageInput that rescales", on: [images]) {
      let layer = ImageInput([2, 3, 2], normalization: .rescale)
      try layer.fitStatistics(to: data([6, 2, 3, 2]))
      return layer
    },
    SoundLayer("SequenceInput without the mean", on: [.sequences]) {
      let layer = SequenceInput(5, normalization: .zeroCenter)
      try layer.fitStatistics(to: data([6, 3, 5]))
      return layer
    },
    SoundLayer("WeightTyingAutoEncoderLayer") {
      WeightTyingAutoEncoderLayer(encoder: [FullyConnected(4), ReLU(), FullyConnected(3), Tanh()])
    },
    SoundLayer("WeightTyingAutoEncoderLayer of images", on: [images]) {
      WeightTyingAutoEncoderLayer(encoder: [FullyConnected(4, bias: false), Sigmoid()])
    },
    SoundLayer("WeightTyingAutoEncoderLayer of dropout and normalisation", differing) {
      WeightTyingAutoEncoderLayer(
        encoder: Network {
          FullyConnected(4)
          LayerNormalization()
          Dropout(0.25)
          Network {
            FullyConnected(3)
            BatchNormalization()
            Tanh()
          }
        })
    },
  ]

  private static func data(_ shape: [Int]) throws -> Tensor {
    var stream = RandomStream(seed: 21)
    return try stream.normal(shape)
  }
}
