import LigatureTensors

@testable import LigatureLayers
@testable import LigatureNetworks

extension LayerFixture {
  private static let features = Layout("BC", [nil, 6])
  private static let images = Layout("BSSC", [nil, 2, 4, 4])
  private static let sequences = Layout("BTC", [nil, 3, 4])

  /// Activations and scalings that work element by element.
  static let elementwise: [LayerFixture] = [
    LayerFixture("PReLU", "with a slope for each channel", on: [sequences]) { PReLU() },
    LayerFixture("PReLU", "with one slope", on: [images]) {
      PReLU(initialSlope: 0.1, sharing: true)
    },
    LayerFixture("ClippedReLU", on: [features]) { ClippedReLU(ceiling: 0.7) },
    LayerFixture("ELU", on: [features]) { ELU(alpha: 0.5) },
    LayerFixture("SELU", on: [features]) { SELU() },
    LayerFixture("SiLU", on: [sequences]) { SiLU() },
    LayerFixture("Mish", on: [features]) { Mish() },
    LayerFixture("Softplus", on: [features]) { Softplus() },
    LayerFixture("Softsign", on: [features]) { Softsign() },
    LayerFixture("HardSigmoid", on: [features]) { HardSigmoid() },
    LayerFixture("HardSwish", on: [features]) { HardSwish() },
    LayerFixture("HardTanh", on: [features]) { HardTanh(lower: -0.5, upper: 0.8) },
    LayerFixture("Identity", on: [features]) { Identity() },
    LayerFixture("ScaleAndShift", on: [images]) { ScaleAndShift(initialScale: 0.1) },
    LayerFixture("ScaleAndShift", "without offset", on: [features]) {
      ScaleAndShift(offset: false)
    },
    LayerFixture("ScaleAndShift", "without scale", on: [features]) { ScaleAndShift(scale: false) },
  ]

  /// Layers that weigh parts of their input against each other.
  static let gates: [LayerFixture] = [
    LayerFixture("GLU", on: [sequences]) { GLU() },
    LayerFixture("GLU", "SwiGLU", on: [features]) { GLU(.silu) },
    LayerFixture("GLU", "GEGLU", on: [features]) { GLU(.gelu) },
    LayerFixture("GLU", "ReGLU, along rows", on: [images]) { GLU(.relu, axis: 1) },
    LayerFixture("GLU", "bilinear", on: [features]) { GLU(.linear) },
    LayerFixture("Maxout", on: [images]) { Maxout() },
    LayerFixture("Maxout", "of three pieces", on: [features]) { Maxout(pieces: 3) },
    LayerFixture("Softmax", "along rows", on: [images]) { Softmax(axis: 1) },
    LayerFixture("LogSoftmax", on: [sequences]) { LogSoftmax() },
    LayerFixture("LogSoftmax", "along rows", on: [images]) { LogSoftmax(axis: -3) },
    LayerFixture("PixelShuffle", on: [images]) { PixelShuffle(2) },
    LayerFixture("PixelShuffle", "over time, places first", on: [sequences]) {
      PixelShuffle(2, order: .placesFirst)
    },
    LayerFixture("PixelUnshuffle", on: [images]) { PixelUnshuffle(2) },
    LayerFixture("PixelUnshuffle", "places first", on: [images]) {
      PixelUnshuffle(2, order: .placesFirst)
    },
  ]

  /// Layers that drop something in training.
  static let dropouts: [LayerFixture] = [
    LayerFixture("SpatialDropout", on: [images], differsInTraining: true) { SpatialDropout(0.4) },
    LayerFixture("AlphaDropout", on: [features], differsInTraining: true) { AlphaDropout(0.3) },
    LayerFixture("StochasticDepth", on: [sequences], differsInTraining: true) {
      StochasticDepth(0.5)
    },
    LayerFixture("StochasticDepth", "that drops nothing", on: [features]) { StochasticDepth(0) },
  ]
}
