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
public struct Convolution: ImageLayer, Codable, CustomStringConvertible {
  /// The filters, `[kernel..., channels / groups, filters]`.
  @Learnable public var weights: Tensor = .deferred
  /// `[filters]`; nil in a layer without bias.
  @Learnable(l2Factor: 0) public var bias: Tensor? = .some(.deferred)
  private let settings: ConvolutionSettings
  private let isDepthwise: Bool
  /// The name it gets in a network where none is given there.
  public let defaultName: String
  public private(set) var offeredLearnables: [String] = []

  /// What is offered to others is for those who build the network, and not stored.
  private enum CodingKeys: CodingKey {
    case weights, bias, settings, isDepthwise, defaultName
  }

  /// Learnables that can be taken from another layer, or offered to one.
  public typealias Port = ConvolutionPort

  /// The size of a filter along each spatial axis.
  public var kernel: [Int] { settings.kernel }
  /// How many filters there are: of a depthwise convolution for each channel.
  public var filters: Int { settings.filters }

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
      ConvolutionSettings(
        kernel: kernel, filters: filters, stride: stride, padding: padding, dilation: dilation,
        groups: groups, weightsInitializer: weightsInitializer, biasInitializer: biasInitializer),
      isDepthwise: false, bias, inputLearnables, outputLearnables, name)
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
      ConvolutionSettings(
        kernel: kernel, filters: multiplier, stride: stride, padding: padding, dilation: dilation,
        groups: 1, weightsInitializer: weightsInitializer, biasInitializer: biasInitializer),
      isDepthwise: true, bias, inputLearnables, outputLearnables, name)
  }

  private init(
    _ settings: ConvolutionSettings, isDepthwise: Bool, _ bias: Bool,
    _ inputLearnables: Set<Port>, _ outputLearnables: Set<Port>, _ name: String
  ) {
    self.settings = settings
    self.isDepthwise = isDepthwise
    defaultName = name
    offeredLearnables = outputLearnables.map(\.rawValue).sorted()
    if !bias { _bias = Learnable(wrappedValue: nil, l2Factor: 0) }
    if inputLearnables.contains(.weights) { $weights.awaitConnection() }
    if inputLearnables.contains(.bias) { $bias.awaitConnection() }
  }

  public func initialize(for x: Tensor, in context: Context) throws {
    try ImageAxes.require(x, kernel, in: context)
    let shape = try FilterShape(
      settings, channels: x.shape[x.rank - 1], isDepthwise: isDepthwise, in: context)
    weights = try shape.initial(settings.weightsInitializer, in: context)
    if bias != nil { bias = try settings.biasInitializer([shape.outputs], in: context) }
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
      image, filters: weights, bias: bias, stride: settings.stride, padding: settings.padding,
      dilation: settings.dilation, groups: isDepthwise ? x.shape[x.rank - 1] : settings.groups)
    if let lengths {
      let extent = (kernel[0] - 1) * settings.dilation[0] + 1
      context.setOutputLengths([
        settings.padding.outputLengths(
          lengths, extent: extent, stride: settings.stride[0], most: result.shape[1])
      ])
    }
    return result
  }

  /// Sequences with zeros beyond their ends, as a convolution of each by itself would meet there.
  private func counted(_ x: Tensor, _ lengths: [Int], in context: Context) throws -> Tensor {
    let padding = settings.padding
    if padding.filling != .zeros || padding.amount == .same && settings.stride.first != 1 {
      try context.refusePadding(of: x, along: 1)
    }
    return try x.zeroed(beyond: lengths)
  }

  public var spatialAxes: Int? { kernel.count }
  public var description: String {
    let name = isDepthwise ? "Convolution.depthwise" : "Convolution"
    return "\(name)(\(kernel), \(isDepthwise ? "multiplier" : "filters"): \(filters)"
      + settings.description(hasBias: !$bias.parameters.isEmpty)
  }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_weights.slot) }
}
