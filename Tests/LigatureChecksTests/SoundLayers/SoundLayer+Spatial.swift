import Ligature

extension SoundLayer {
  private static let pictures = Layout("BSSC", [nil, 4, 3, 2])
  private static let lines = Layout("BSC", [nil, 6, 2])

  /// Layers on the spatial axes of images.
  static let spatial: [SoundLayer] = [
    SoundLayer("Convolution", on: [pictures], CheckOptions(learnableCount: 57)) {
      Convolution([3, 3], filters: 3, padding: .same)
    },
    SoundLayer("Convolution with a stride, without bias", on: [pictures]) {
      Convolution([2, 2], filters: 2, stride: [2, 1], bias: false)
    },
    SoundLayer("Convolution of replicated images in groups", on: [pictures]) {
      Convolution([2, 2], filters: 4, padding: .same.filling(.replicate), groups: 2)
    },
    SoundLayer("Convolution of each channel", on: [pictures]) {
      Convolution.depthwise([3, 2], padding: .same)
    },
    SoundLayer("Convolution over time", on: [.shortSequences]) {
      Convolution([2], filters: 3, padding: .causal)
    },
    SoundLayer("TransposedConvolution", on: [pictures]) {
      TransposedConvolution([2, 2], filters: 3, stride: [2])
    },
    SoundLayer("MaximumPooling", on: [pictures]) { MaximumPooling([2, 2], stride: [1]) },
    SoundLayer("AveragePooling", on: [lines]) { AveragePooling([3], stride: [2], padding: .same) },
    SoundLayer("AdaptiveAveragePooling", on: [pictures]) { AdaptiveAveragePooling([3, 2]) },
    SoundLayer("AdaptiveMaximumPooling", on: [pictures]) { AdaptiveMaximumPooling([2, 2]) },
    SoundLayer("GlobalAveragePooling", on: [pictures]) { GlobalAveragePooling() },
    SoundLayer("GlobalMaximumPooling", on: [lines]) { GlobalMaximumPooling() },
    SoundLayer("Resize", on: [pictures]) { Resize(scale: [2]) },
    SoundLayer("MaximumPooling, dilated", on: [pictures]) {
      MaximumPooling([2, 2], stride: [1], dilation: [2, 1])
    },
    SoundLayer("MaximumPooling over time", on: [.shortSequences]) {
      MaximumPooling([2], stride: [1], padding: .causal)
    },
    SoundLayer("AveragePooling over time", on: [.shortSequences]) { AveragePooling([2]) },
    SoundLayer("MaximumPoolingWithIndices", on: [pictures]) { MaximumPoolingWithIndices([2]) },
    SoundLayer("MaximumUnpooling", on: [lines]) { PoolingAndBack() },
    SoundLayer("Padding", on: [pictures]) { Padding([1]) },
    SoundLayer("Padding with the mirrored image", on: [pictures]) {
      Padding(before: [2, 0], after: [1, 1], with: .reflect)
    },
    SoundLayer("Cropping", on: [pictures]) { Cropping(before: [1, 0], after: [0, 1]) },
  ]
}

/// Unpooling has to be given places that there are.
private struct PoolingAndBack: CustomLayer, Codable {
  @Learnable var pooling = MaximumPoolingWithIndices([2])
  @Learnable var unpooling = MaximumUnpooling([2])

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let (values, indices) = try pooling(x, in: context).elements
    return try unpooling(Tuple(values, indices), in: context)
  }
}
