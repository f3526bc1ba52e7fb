import Ligature

extension SoundLayer {
  private static let pictures = Layout("BSSC", [nil, 2, 3, 4])
  private static let six = Layout("BC", [nil, 6])
  private static let differing = CheckOptions(phasesDiffer: true)

  /// Normalisations, and wrappers that normalise learnables.
  static let normalizations: [SoundLayer] = [
    SoundLayer("LayerNormalization", on: [.sequences]) { LayerNormalization() },
    SoundLayer("LayerNormalization without scale", on: [.sequences]) {
      LayerNormalization(scale: false)
    },
    SoundLayer("RMSNormalization", on: [.sequences], CheckOptions(learnableCount: 5)) {
      RMSNormalization()
    },
    SoundLayer("BatchNormalization", differing) { BatchNormalization() },
    SoundLayer("BatchNormalization of images", on: [pictures], differing) {
      BatchNormalization(epsilon: 1e-3, momentum: 0.3)
    },
    SoundLayer("BatchNormalization without scale and offset", differing) {
      BatchNormalization(scale: false, offset: false)
    },
    SoundLayer("GroupNormalization", on: [pictures], CheckOptions(learnableCount: 8)) {
      GroupNormalization(groups: 2)
    },
    SoundLayer("GroupNormalization of features", on: [six]) { GroupNormalization(groups: 2) },
    SoundLayer("GroupNormalization over time", on: [.sequences]) { GroupNormalization(groups: 1) },
    SoundLayer("InstanceNormalization", on: [pictures]) { InstanceNormalization() },
    SoundLayer("InstanceNormalization over time", on: [.sequences]) {
      InstanceNormalization(epsilon: 1e-3)
    },
    SoundLayer("WeightNormalization", CheckOptions(learnableCount: 5 * 4 + 4 + 4)) {
      WeightNormalization { FullyConnected(4) }
    },
    SoundLayer("WeightNormalization of convolutions", on: [pictures]) {
      WeightNormalization {
        Convolution([2, 2], filters: 3, padding: .same)
        Tanh()
        Convolution([1, 1], filters: 2)
      }
    },
    SoundLayer("WeightNormalization over time", on: [.sequences]) {
      WeightNormalization(of: "*/*Weights") { LSTM(3) }
    },
    SoundLayer("SpectralNormalization", CheckOptions(learnableCount: 5 * 4 + 4)) {
      SpectralNormalization { FullyConnected(4) }
    },
    SoundLayer("SpectralNormalization of a convolution over time", on: [.sequences]) {
      SpectralNormalization(iterations: 3) { Convolution([2], filters: 4, padding: .causal) }
    },
    SoundLayer("WeightNormalization around SpectralNormalization") {
      WeightNormalization(of: "**/fc/weights") { SpectralNormalization { FullyConnected(4) } }
    },
  ]
}
