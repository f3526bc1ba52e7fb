import LigatureNetworks
import LigatureTensors

/// A convolution of images of one to three spatial axes, channels last: `[batch, spatial...,
/// channels]` becomes `[batch, spatial..., filters]`. Time is a spatial axis too, so that a
/// convolution over sequences `[batch, time, channels]` has one.
/// O(batch · outputs · kernel · channels / groups · filters); see
/// ``convolution(_:filters:bias:stride:padding:dilation:groups:)``.
///
///     let encoder = Convolution([3, 3], filters: 16, stride: [2], padding: .same)
///     let decoder = TransposedConvolution([3, 3], filters: 1, stride: [2], padding: .same)
///
/// A transposed convolution takes its weights as they are. By default no L2 penalty falls on the
/// bias.
public struct Convolution: CustomLayer, Codable, CustomStringConvertible {
  /// The filters, `[kernel..., channels / groups, filters]`.
  @Learnable public var weights: Tensor = .deferred
  /// `[filters]`; nil in a layer without bias.
  @Learnable(l2Factor: 0) public var bias: Tensor? = .some(.deferred)
  /// The size of a filter along each spatial axis.
  public let kernel: [Int]
  /// How many filters there are: of a depthwise convolution for each channel.
  public let filters: Int
  private let isDepthwise: Bool
  private let stride: [Int]
  private let padding: SpatialPadding
  private let dilation: [Int]
  private let groups: Int
  /// The name it gets in a network where none is given there.
  public let defaultName: String
  private let weightsInitializer: Initializer
  private let biasInitializer: Initializer
  public private(set) var offeredLearnables: [String] = []

  /// What is offered to others is for those who build the network, and not stored.
  private enum CodingKeys: CodingKey {
    case weights, bias, kernel, filters, isDepthwise, stride, padding, dilation, groups
    case defaultName, weightsInitializer, biasInitializer
  }

  /// Learnables that can be taken from another layer, or offered to one.
  public enum Port: String, Sendable, Codable {
    case weights, bias
  }

  /// A layer whose number of channels is found out when the first example comes.
  ///
  /// - Parameters:
  ///   - kernel: the size of a filter along each spatial axis, of which there are one to three.
  ///   - filters: how many there are.
  ///   - stride: how far apart neighbouring outputs read, one number or one an axis.
  ///   - padding: what is put around the image.
  ///   - dilation: how far apart neighbouring elements of a filter read, one number or one an axis.
  ///   - groups: parts of the channels, each with filters of its own; divides both numbers of
  ///     channels.
  ///   - inputLearnables: those that it does not store, because they come in by ports.
  ///   - outputLearnables: those that the layer is there to give to others.
  ///   - name: what the layer is called in a network that is not told otherwise.
  public init(
    _ kernel: [Int], filters: Int, stride: [Int] = [1], padding: SpatialPadding = .valid,
    dilation: [Int] = [1], groups: Int = 1, bias: Bool = true,
    weightsInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
    inputLearnables: Set<Port> = [], outputLearnables: Set<Port> = [], name: String = "conv"
  ) {
    self.init(
      kernel, filters, isDepthwise: false, stride, padding, dilation, groups, bias,
      weightsInitializer, biasInitializer, inputLearnables, outputLearnables, name)
  }

  /// A convolution of each channel by itself, with `multiplier` filters each: as many groups as
  /// there are channels.
  public static func depthwise(
    _ kernel: [Int], multiplier: Int = 1, stride: [Int] = [1], padding: SpatialPadding = .valid,
    dilation: [Int] = [1], bias: Bool = true, weightsInitializer: Initializer = .glorotUniform,
    biasInitializer: Initializer = .zeros, inputLearnables: Set<Port> = [],
    outputLearnables: Set<Port> = [], name: String = "depthwise"
  ) -> Convolution {
    Convolution(
      kernel, multiplier, isDepthwise: true, stride, padding, dilation, 1, bias,
      weightsInitializer, biasInitializer, inputLearnables, outputLearnables, name)
  }

  private init(
    _ kernel: [Int], _ filters: Int, isDepthwise: Bool, _ stride: [Int],
    _ padding: SpatialPadding, _ dilation: [Int], _ groups: Int, _ bias: Bool,
    _ weightsInitializer: Initializer, _ biasInitializer: Initializer,
    _ inputLearnables: Set<Port>, _ outputLearnables: Set<Port>, _ name: String
  ) {
    self.kernel = kernel
    self.filters = filters
    self.isDepthwise = isDepthwise
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
    defaultName = name
    offeredLearnables = outputLearnables.map(\.rawValue).sorted()
    self.weightsInitializer = weightsInitializer
    self.biasInitializer = biasInitializer
    if !bias { _bias = Learnable(wrappedValue: nil, l2Factor: 0) }
    if inputLearnables.contains(.weights) { $weights.awaitConnection() }
    if inputLearnables.contains(.bias) { $bias.awaitConnection() }
  }

  public func initialize(for x: Tensor, in context: Context) throws {
    try ImageAxes.require(x, kernel, in: context)
    let channels = x.shape[x.rank - 1]
    let filters = try FilterShape(
      kernel: kernel, channels: channels, filters: filters,
      groups: isDepthwise ? channels : groups, isDepthwise: isDepthwise, in: context)
    weights = try filters.initial(weightsInitializer, in: context)
    if bias != nil { bias = try biasInitializer([filters.outputs], in: context) }
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try ImageAxes.require(x, kernel, in: context)
    let weights = weights
    // Values that came from a file before the sizes were known, or by a wire.
    let (all, overflows) = filters.multipliedReportingOverflow(by: x.shape[x.rank - 1])
    let expected = isDepthwise ? overflows ? .max : all : filters
    guard
      weights.rank != kernel.count + 2
        || Array(weights.shape.dropLast(2)) == kernel && weights.shape[weights.rank - 1] == expected
    else {
      throw LayerError(
        .shape, context.path, "has weights \(weights.shape), and \(expected) filters of \(kernel)",
        remedy: "Give weights [\(kernel), channels / groups, \(expected)]")
    }
    let lengths = try context.lengths(of: x)
    let image = try lengths.map { try counted(x, $0, in: context) } ?? x
    let result = try convolution(
      image, filters: weights, bias: bias, stride: stride, padding: padding, dilation: dilation,
      groups: isDepthwise ? x.shape[x.rank - 1] : groups)
    if let lengths { context.setOutputLengths([outputLengths(lengths, result.shape[1])]) }
    return result
  }

  /// Sequences with zeros beyond their ends, as a convolution of each by itself would meet there.
  private func counted(_ x: Tensor, _ lengths: [Int], in context: Context) throws -> Tensor {
    if padding.filling != .zeros || padding.amount == .same && stride[0] != 1 {
      try context.refusePadding(of: x, along: 1)
    }
    return try x.zeroed(beyond: lengths)
  }

  /// How many outputs a convolution of each sequence by itself has.
  private func outputLengths(_ lengths: [Int], _ most: Int) -> [Int] {
    let extent = (kernel[0] - 1) * (dilation.first ?? 1) + 1
    return lengths.map { length in
      guard length > 0 else { return 0 }
      let padded: Int
      switch padding.amount {
      case .valid: padded = length
      case .same, .causal: padded = length + extent - 1
      case .explicit(let before, let after):
        padded = length + (before.first ?? 0) + (after.first ?? 0)
      }
      return padded < extent ? 0 : min(most, (padded - extent) / (stride.first ?? 1) + 1)
    }
  }

  public func validate(_ inputs: [Layout]) throws {
    for layout in inputs { try ImageAxes.validate(layout, axes: kernel.count) }
  }

  public var description: String {
    let name = isDepthwise ? "Convolution.depthwise" : "Convolution"
    return "\(name)(\(kernel), \(isDepthwise ? "multiplier" : "filters"): \(filters)"
      + ImageAxes.settings(stride, padding, dilation, groups)
      + ($bias.parameters.isEmpty ? ", bias: false)" : ")")
  }
  public var isObservationWise: Bool { true }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_weights.slot) }
}

/// The shape of filters, and their first values.
struct FilterShape {
  let kernel: [Int]
  /// Channels that a group reads, and that it makes.
  let depth: Int
  let perGroup: Int
  let groups: Int

  var outputs: Int { perGroup * groups }

  /// Throws unless there can be such filters.
  init(
    kernel: [Int], channels: Int, filters: Int, groups: Int, isDepthwise: Bool = false,
    in context: Context
  ) throws {
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
    _ stride: [Int], _ padding: SpatialPadding, _ dilation: [Int], _ groups: Int
  ) -> String {
    (stride.allSatisfy { $0 == 1 } ? "" : ", stride: \(stride)")
      + (padding == .valid ? "" : ", padding: \(padding)")
      + (dilation.allSatisfy { $0 == 1 } ? "" : ", dilation: \(dilation)")
      + (groups == 1 ? "" : ", groups: \(groups)")
  }
}
