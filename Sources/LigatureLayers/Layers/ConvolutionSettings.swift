import LigatureNetworks
import LigatureTensors

/// Learnables of a convolution or its transpose that can be taken from another layer, or offered to
/// one.
public enum ConvolutionPort: String, Sendable, Codable {
  /// The filters.
  case weights
  /// What is added to each channel of the result.
  case bias
}

/// What a convolution and its transpose are told alike.
struct ConvolutionSettings: Sendable, Codable {
  let kernel: [Int]
  let filters: Int
  let stride: [Int]
  let padding: SpatialPadding
  let dilation: [Int]
  let groups: Int
  let weightsInitializer: Initializer
  let biasInitializer: Initializer

  /// For people: what follows the kernel and the number of filters.
  func description(hasBias: Bool, _ more: String = "") -> String {
    ImageAxes.settings(stride, padding, dilation, groups) + more
      + (hasBias ? ")" : ", bias: false)")
  }
}

/// The shape of filters, and their first values.
struct FilterShape {
  let kernel: [Int]
  /// Channels that a group reads, and that it makes.
  let depth: Int
  let perGroup: Int
  let groups: Int

  var outputs: Int { perGroup * groups }

  /// Throws unless there can be such filters for images of some channels; of a depthwise
  /// convolution each channel is a group.
  init(
    _ settings: ConvolutionSettings, channels: Int, isDepthwise: Bool = false, in context: Context
  ) throws {
    let (kernel, filters) = (settings.kernel, settings.filters)
    let groups = isDepthwise ? channels : settings.groups
    guard filters >= 1, filters <= 1 << 40, kernel.allSatisfy({ $0 >= 1 }) else {
      throw LayerError(
        .setting, context.path, "has \(filters) filters of size \(kernel)",
        remedy: "Give at least one, of sizes of at least 1")
    }
    guard groups >= 1, channels >= 1, channels % groups == 0, isDepthwise || filters % groups == 0
    else {
      throw LayerError(
        .setting, context.path,
        "has \(groups) groups, for \(channels) channels and \(filters) filters",
        remedy: "Give a number of groups that divides both")
    }
    self.kernel = kernel
    self.groups = groups
    depth = channels / groups
    perGroup = isDepthwise ? filters : filters / groups
  }

  /// Drawn for each group by itself: its inputs and outputs are what an output reads, and an input
  /// goes to. Of a transposed convolution the last two axes are exchanged.
  func initial(
    _ initializer: Initializer, isTransposed: Bool = false, in context: Context
  ) throws -> Tensor {
    let shares = try (0..<groups).map { _ in
      let drawn = try initializer(kernel + [depth, perGroup], in: context)
      return isTransposed ? drawn.transposed : drawn
    }
    return groups == 1 ? shares[0].contiguous() : try concatenate(shares)
  }
}
