import Ligature

extension SoundLayer {
  private static let pictures = Layout("BSSC", [nil, 2, 4, 4])
  private static let even = Layout("BC", [nil, 6])
  private static let differing = CheckOptions(phasesDiffer: true)

  /// Activations, gates and what is dropped in training.
  static let elementwise: [SoundLayer] = [
    SoundLayer("PReLU", on: [.sequences], CheckOptions(learnableCount: 5)) { PReLU() },
    SoundLayer("PReLU of one slope", on: [pictures], CheckOptions(learnableCount: 1)) {
      PReLU(sharing: true)
    },
    SoundLayer("ClippedReLU") { ClippedReLU(ceiling: 1) },
    SoundLayer("ELU") { ELU(alpha: 0.5) },
    SoundLayer("SELU") { SELU() },
    SoundLayer("SiLU", on: [.sequences]) { SiLU() },
    SoundLayer("Mish") { Mish() },
    SoundLayer("Softplus") { Softplus() },
    SoundLayer("Softsign") { Softsign() },
    SoundLayer("HardSigmoid") { HardSigmoid() },
    SoundLayer("HardSwish") { HardSwish() },
    SoundLayer("HardTanh") { HardTanh() },
    SoundLayer("Identity", on: [.sequences]) { Identity() },
    SoundLayer("ScaleAndShift", on: [pictures]) { ScaleAndShift(initialScale: 0.1) },
    SoundLayer("GLU", on: [even]) { GLU() },
    SoundLayer("GLU with SiLU", on: [pictures]) { GLU(.silu) },
    SoundLayer("GLU with GELU", on: [even]) { GLU(.gelu) },
    SoundLayer("GLU with ReLU along rows", on: [pictures]) { GLU(.relu, axis: 1) },
    SoundLayer("GLU without a function", on: [even]) { GLU(.linear) },
    SoundLayer("Maxout", on: [even]) { Maxout(pieces: 3) },
    SoundLayer("Softmax along time", on: [.sequences]) { Softmax(axis: 1) },
    SoundLayer("LogSoftmax", on: [.sequences]) { LogSoftmax() },
    SoundLayer("PixelShuffle", on: [pictures]) { PixelShuffle(2) },
    SoundLayer("PixelShuffle over time", on: [Layout("BTC", [nil, nil, 6])]) { PixelShuffle(3) },
    SoundLayer("PixelUnshuffle", on: [pictures]) { PixelUnshuffle(2, order: .placesFirst) },
    SoundLayer("SpatialDropout", on: [pictures], differing) { SpatialDropout(0.4) },
    SoundLayer("AlphaDropout", differing) { AlphaDropout(0.3) },
    SoundLayer("StochasticDepth", on: [.sequences], differing) { StochasticDepth(0.5) },
  ]
}
