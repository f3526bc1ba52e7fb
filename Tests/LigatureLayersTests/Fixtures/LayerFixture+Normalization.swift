import LigatureTensors

@testable import LigatureLayers
@testable import LigatureNetworks

extension LayerFixture {
  private static let features = Layout("BC", [nil, 6])
  private static let images = Layout("BSSC", [nil, 2, 3, 4])
  private static let sequences = Layout("BTC", [nil, 3, 4])

  /// Normalisations in their variants, and wrappers that normalise learnables.
  static let normalizations: [LayerFixture] = [
    LayerFixture("LayerNormalization", on: [sequences]) { LayerNormalization() },
    LayerFixture("LayerNormalization", "without offset", on: [images]) {
      LayerNormalization(epsilon: 1e-3, offset: false)
    },
    LayerFixture("RMSNormalization", on: [features]) { RMSNormalization() },
    LayerFixture("RMSNormalization", "with offset, without scale", on: [sequences]) {
      RMSNormalization(epsilon: 0.1, scale: false, offset: true)
    },
    LayerFixture(
      "BatchNormalization", "of features", on: [features], differsInTraining: true,
      trainsOnNothing: false
    ) { BatchNormalization() },
    LayerFixture(
      "BatchNormalization", "of images", on: [images], differsInTraining: true,
      trainsOnNothing: false
    ) { BatchNormalization(epsilon: 1e-3, momentum: 0.3) },
    LayerFixture(
      "BatchNormalization", "without scale and offset", on: [features], differsInTraining: true,
      trainsOnNothing: false
    ) { BatchNormalization(scale: false, offset: false) },
    LayerFixture("GroupNormalization", "of images", on: [images]) { GroupNormalization(groups: 2) },
    LayerFixture("GroupNormalization", "of features", on: [features]) {
      GroupNormalization(groups: 3, scale: false)
    },
    LayerFixture("GroupNormalization", "of all channels over time", on: [sequences]) {
      GroupNormalization(groups: 1, epsilon: 1e-3, offset: false)
    },
    LayerFixture("InstanceNormalization", "of images", on: [images]) { InstanceNormalization() },
    LayerFixture("InstanceNormalization", "over time, alone", on: [sequences]) {
      InstanceNormalization(epsilon: 1e-3, scale: false, offset: false)
    },
  ]
}
