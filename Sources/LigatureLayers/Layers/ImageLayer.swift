import LigatureNetworks
import LigatureTensors

/// A layer on the spatial axes of images, `[batch, spatial..., channels]`, of which there are one
/// to three. Each observation is for itself, and other layouts are refused when a network is built.
public protocol ImageLayer: CustomLayer {
  /// How many spatial axes there have to be; nil for any number, which is the default.
  var spatialAxes: Int? { get }
}

extension ImageLayer {
  public var spatialAxes: Int? { nil }

  public func validate(_ inputs: [Layout]) throws {
    for layout in inputs { try ImageAxes.validate(layout, axes: spatialAxes) }
  }

  public var isObservationWise: Bool { true }
}

/// What layers on images ask of their inputs.
enum ImageAxes {
  /// Throws unless an image has as many spatial axes as a kernel.
  static func require(_ x: Tensor, _ kernel: [Int], in context: Context) throws {
    guard (1...3).contains(kernel.count), x.rank == kernel.count + 2 else {
      throw LayerError(
        .shape, context.path, "has a kernel of \(kernel), and its input has shape \(x.shape)",
        remedy: "Give [batch, spatial..., channels] with a kernel size for each of one to three "
          + "spatial axes")
    }
  }

  /// Throws unless an image has spatial axes with elements.
  static func requireElements(_ x: Tensor, in context: Context) throws {
    guard x.rank >= 3, x.shape[1..<(x.rank - 1)].allSatisfy({ $0 > 0 }) else {
      throw LayerError(
        .shape, context.path, "needs an image to pool, found shape \(x.shape)",
        remedy: "Give [batch, spatial..., channels] with elements along each spatial axis")
    }
  }

  /// Throws unless a layout is that of images.
  static func validate(_ layout: Layout, axes count: Int? = nil) throws {
    let labels = layout.axes
    let between = labels.dropFirst().dropLast()
    guard labels.first == .batch, labels.count > 1,
      labels.last == .channel || labels.last == .unspecified,
      between.allSatisfy({ $0 != .batch && $0 != .channel }),
      count.map({ $0 == between.count }) ?? (1...3).contains(between.count)
    else {
      throw LayerError(
        .shape, "",
        "takes images with \(count.map { "\($0)" } ?? "one to three") spatial axes, found \(layout)",
        remedy: "Give a layout such as BSSC, with batch, spatial or time axes, and channels")
    }
  }

  /// Settings that are not those that stand where none are given.
  static func settings(
    _ stride: [Int], _ padding: SpatialPadding, _ dilation: [Int] = [1], _ groups: Int = 1
  ) -> String {
    (stride.allSatisfy { $0 == 1 } ? "" : ", stride: \(stride)")
      + (padding == .valid ? "" : ", padding: \(padding)")
      + (dilation.allSatisfy { $0 == 1 } ? "" : ", dilation: \(dilation)")
      + (groups == 1 ? "" : ", groups: \(groups)")
  }
}

extension SpatialPadding {
  /// How many outputs filters or windows, `extent` steps long and a stride apart, have of each of
  /// some sequences by itself, and `most` of all with the padding of the longest.
  func outputLengths(_ lengths: [Int], extent: Int, stride: Int, most: Int) -> [Int] {
    let added =
      switch amount {
      case .valid: 0
      case .same, .causal: extent - 1
      case .explicit(let before, let after): (before.first ?? 0) + (after.first ?? 0)
      }
    return lengths.map { length in
      length <= 0 || length + added < extent
        ? 0 : min(most, (length + added - extent) / stride + 1)
    }
  }

  /// Whether nothing stands after the last step, so that no window of a shorter sequence reaches
  /// beyond its end.
  var endsWithSequence: Bool {
    switch amount {
    case .valid, .causal: true
    case .same: false
    case .explicit(_, let after): (after.first ?? 0) == 0
    }
  }
}
