import LigatureNetworks
import LigatureTensors

/// The transpose of a convolution: `[batch, spatial..., channels]` becomes `[batch, spatial...,
/// filters]`, larger by the stride. The layer that leads back from what a ``Convolution`` with the
/// same kernel, stride and padding made, and takes its weights as they are:
///
///     try network.tie("decoder/weights", to: "encoder/weights")
///
/// O(batch · inputs · kernel · channels · filters / groups); see
/// ``transposedConvolution(_:filters:bias:stride:padding:dilation:groups:outputSize:)``. By default
/// no L2 penalty falls on the bias.
public struct TransposedConvolution: ImageLayer, Codable, CustomStringConvertible {
  /// The filters, `[kernel..., filters / groups, channels]`.
  @Learnable public var weights: Tensor = .deferred
  /// `[filters]`; nil in a layer without bias.
  @Learnable(l2Factor: 0) public var bias: Tensor? = .some(.deferred)
  private let settings: ConvolutionSettings
  private let outputSize: [Int]?
  /// The name it gets in a network where none is given there.
  public let defaultName: String
  public private(set) var offeredLearnables: [String] = []

  /// What is offered to others is for those who build the network, and not stored.
  private enum CodingKeys: CodingKey {
    case weights, bias, settings, outputSize, defaultName
  }

  /// Learnables that can be taken from another layer, or offered to one.
  public typealias Port = ConvolutionPort

  /// The size of a filter along each spatial axis.
  public var kernel: [Int] { settings.kernel }
  /// How many channels the result has.
  public var filters: Int { settings.filters }

  /// A layer whose number of channels is found out when the first example comes.
  ///
  /// - Parameters:
  ///   - kernel: the size of a filter along each spatial axis, of which there are one to three.
  ///   - filters: how many channels the result has.
  ///   - stride: how far apart neighbouring elements are in the result, one number or one an axis.
  ///   - padding: what is cropped of the result.
  ///   - dilation: how far apart neighbouring elements of a filter are, one number or one an axis.
  ///   - groups: parts of the channels, each with filters of its own; divides both numbers of
  ///     channels.
  ///   - outputSize: the spatial sizes of the result, where a stride leaves several possible.
  ///   - inputLearnables: those that it does not store, because they come in by ports.
  ///   - outputLearnables: those that the layer is there to give to others.
  ///   - name: what the layer is called in a network that is not told otherwise.
  public init(
    _ kernel: [Int], filters: Int, stride: [Int] = [1], padding: SpatialPadding = .valid,
    dilation: [Int] = [1], groups: Int = 1, outputSize: [Int]? = nil, bias: Bool = true,
    weightsInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
    inputLearnables: Set<Port> = [], outputLearnables: Set<Port> = [],
    name: String = "transposedConv"
  ) {
    settings = ConvolutionSettings(
      kernel: kernel, filters: filters, stride: stride, padding: padding, dilation: dilation,
      groups: groups, weightsInitializer: weightsInitializer, biasInitializer: biasInitializer)
    self.outputSize = outputSize
    defaultName = name
    offeredLearnables = outputLearnables.map(\.rawValue).sorted()
    if !bias { _bias = Learnable(wrappedValue: nil, l2Factor: 0) }
    if inputLearnables.contains(.weights) { $weights.awaitConnection() }
    if inputLearnables.contains(.bias) { $bias.awaitConnection() }
  }

  public func initialize(for x: Tensor, in context: Context) throws {
    try ImageAxes.require(x, kernel, in: context)
    let shape = try FilterShape(settings, channels: x.shape[x.rank - 1], in: context)
    weights = try shape.initial(settings.weightsInitializer, isTransposed: true, in: context)
    if bias != nil { bias = try settings.biasInitializer([filters], in: context) }
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try ImageAxes.require(x, kernel, in: context)
    try context.refusePadding(of: x, along: 1)
    let (weights, groups) = (weights, settings.groups)
    // Values that came from a file before the sizes were known, or by a wire.
    guard
      weights.rank != kernel.count + 2 || groups < 1
        || Array(weights.shape.dropLast(2)) == kernel
          && weights.shape[weights.rank - 2] == filters / groups
    else {
      throw LayerError(
        .shape, context.path, "has weights \(weights.shape), and \(filters) filters of \(kernel)",
        remedy: "Give weights [\(kernel), \(filters) / \(groups), channels]")
    }
    return try transposedConvolution(
      x, filters: weights, bias: bias, stride: settings.stride, padding: settings.padding,
      dilation: settings.dilation, groups: groups, outputSize: outputSize)
  }

  public var spatialAxes: Int? { kernel.count }
  public var description: String {
    "TransposedConvolution(\(kernel), filters: \(filters)"
      + settings.description(
        hasBias: !$bias.parameters.isEmpty, outputSize.map { ", outputSize: \($0)" } ?? "")
  }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_weights.slot) }
}
