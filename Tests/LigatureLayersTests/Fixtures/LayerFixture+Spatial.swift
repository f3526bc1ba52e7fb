import LigatureTensors

@testable import LigatureLayers
@testable import LigatureNetworks

extension LayerFixture {
  private static let images = Layout("BSSC", [nil, 4, 3, 2])
  private static let sequences = Layout("BTC", [nil, 4, 2])
  private static let rows = Layout("BSC", [nil, 6, 2])
  private static let volumes = Layout("BSSSC", [nil, 2, 3, 2, 2])

  /// Layers on the spatial axes of images.
  static let spatial: [LayerFixture] = [
    LayerFixture("Convolution", "of images", on: [images]) {
      Convolution([3, 3], filters: 3, padding: .same)
    },
    LayerFixture("Convolution", "strided, without bias", on: [images]) {
      Convolution([2, 2], filters: 2, stride: [2, 1], bias: false)
    },
    LayerFixture("Convolution", "of reflected images in groups", on: [images]) {
      Convolution([2, 3], filters: 4, padding: .same.filling(.reflect), groups: 2)
    },
    LayerFixture("Convolution", "depthwise and dilated", on: [images]) {
      .depthwise([2, 2], multiplier: 2, padding: .explicit(1, 0), dilation: [2, 1]) as Convolution
    },
    LayerFixture("Convolution", "over time, causal", on: [sequences]) {
      Convolution([2], filters: 3, padding: .causal, weightsInitializer: .heNormal)
    },
    LayerFixture("Convolution", "of volumes", on: [volumes]) {
      Convolution([2, 2, 1], filters: 2)
    },
    LayerFixture("TransposedConvolution", "to twice the size", on: [images]) {
      TransposedConvolution([3, 3], filters: 2, stride: [2], padding: .same)
    },
    LayerFixture("TransposedConvolution", "of rows to a size, in groups", on: [rows]) {
      TransposedConvolution([2], filters: 4, stride: [3], groups: 2, outputSize: [18], bias: false)
    },
    LayerFixture("MaximumPooling", on: [images]) { MaximumPooling([2, 2]) },
    LayerFixture("MaximumPooling", "overlapping", on: [rows]) {
      MaximumPooling([3], stride: [1], padding: .same)
    },
    LayerFixture("AveragePooling", on: [images]) { AveragePooling([2, 2], padding: .same) },
    LayerFixture("AveragePooling", "with padding counted", on: [rows]) {
      AveragePooling([2], padding: .explicit(1), countsPadding: true)
    },
    LayerFixture("AdaptiveAveragePooling", on: [images]) { AdaptiveAveragePooling([3, 2]) },
    LayerFixture("AdaptiveMaximumPooling", on: [images]) { AdaptiveMaximumPooling([3, 2]) },
    LayerFixture("GlobalAveragePooling", on: [images]) { GlobalAveragePooling() },
    LayerFixture("GlobalMaximumPooling", on: [volumes]) { GlobalMaximumPooling() },
    LayerFixture("Resize", "to a size", on: [images]) { Resize(to: [3, 5]) },
    LayerFixture("Resize", "by a scale, to neighbours", on: [rows]) {
      Resize(scale: [2], by: .nearest)
    },
    LayerFixture("MaximumPooling", "dilated", on: [images]) {
      MaximumPooling([2, 2], stride: [1], dilation: [2, 1])
    },
    LayerFixture("MaximumPooling", "over time, causal", on: [sequences]) {
      MaximumPooling([2], stride: [1], padding: .causal)
    },
    LayerFixture("MaximumPoolingWithIndices", "and back", on: [images]) {
      try unpooling(MaximumUnpooling([2], outputSize: [5, 3]))
    },
    LayerFixture("MaximumUnpooling", "after pooling", on: [images]) {
      try unpooling(MaximumUnpooling([2, 2], outputSize: [4, 3]))
    },
    LayerFixture("MaximumUnpooling", "of rows", on: [rows]) {
      try unpooling(MaximumUnpooling([2]))
    },
    LayerFixture("Padding", on: [images]) { Padding(before: [1, 0], after: [0, 2]) },
    LayerFixture("Padding", "with the mirrored image", on: [images]) {
      Padding([1], with: .reflect)
    },
    LayerFixture("Padding", "with a number", on: [rows]) { Padding([2], with: .constant(0.5)) },
    LayerFixture("Cropping", on: [images]) { Cropping([1]) },
  ]

  /// Pooling, and what undoes it.
  private static func unpooling(_ layer: MaximumUnpooling) throws -> Network {
    let network = Network()
    try network.add(MaximumPoolingWithIndices([2]))
    try network.add(layer)
    try network.addInput("x")
    try network.connect("x", to: "maxPool")
    try network.connect("maxPool/out", to: "maxUnpool/in")
    try network.connect("maxPool/indices", to: "maxUnpool/indices")
    return network
  }
}
