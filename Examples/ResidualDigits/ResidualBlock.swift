import Ligature

/// What a network adds to its input, rectified: relu(body(x) + skip(x)), with the input itself
/// where there is no `skip` (He et al. 2015).
///
/// The body is two convolutions, each with group norm; where the block changes the number of
/// channels or the size of the image, the skip brings the input to the same shape.
struct ResidualBlock: CustomLayer, Codable {
  @Learnable var body: Network
  @Learnable var skip: Network?

  /// A block from `inputs` to `channels` channels, on images a stride smaller.
  init(from inputs: Int, to channels: Int, stride: Int = 1) {
    body = Network {
      Convolution([3, 3], filters: channels, stride: [stride], padding: .explicit(1), bias: false)
      GroupNormalization(groups: 8)
      ReLU()
      Convolution([3, 3], filters: channels, padding: .explicit(1), bias: false)
      GroupNormalization(groups: 8)
    }
    let keepsShape = inputs == channels && stride == 1
    skip =
      keepsShape
      ? nil
      : Network {
        Convolution([1, 1], filters: channels, stride: [stride], bias: false)
        GroupNormalization(groups: 8)
      }
  }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let change = try body(x, in: context)
    return try relu(change + (skip?(x, in: context) ?? x))
  }
}

/// Images to a number for each digit: a convolution, three residual blocks, and what is left of
/// each channel on average.
func residualNetwork(imageSize: [Int], seed: Int) throws -> Network {
  try Network(input: Layout("BSSC", [nil] + imageSize), seed: UInt64(seed)) {
    Convolution([3, 3], filters: 16, padding: .explicit(1), bias: false)
    GroupNormalization(groups: 8)
    ReLU()
    ResidualBlock(from: 16, to: 16).named("block1")
    ResidualBlock(from: 16, to: 32, stride: 2).named("block2")
    ResidualBlock(from: 32, to: 64, stride: 2).named("block3")
    GlobalAveragePooling()
    FullyConnected(10)
  }
}
