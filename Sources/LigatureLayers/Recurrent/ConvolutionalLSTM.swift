import LigatureNetworks
import LigatureTensors

/// An LSTM whose products are convolutions (Shi et al. 2015), over sequences of images `[batch,
/// time, spatial..., channels]`: the sum of each gate is x * W + h * R + b with images x and h,
/// filters W and R, and zeros around the images. The rest is as in ``LSTM``; with peepholes, as in
/// the paper, the gates also see the cell, each through weights of its own for each place.
///
/// The result is `[batch, time, spatial..., filters]`; see ``RecurrentLayer`` for ports, whose
/// states are images `[batch, spatial..., filters]`. O(batch · time · pixels · kernel · (channels +
/// filters) · filters), in tensor operations for each step.
///
///     ConvolutionalLSTM([3, 3], filters: 16, options: RecurrentOptions(outputMode: .last))
///
/// Carried states and peepholes have the size of the images that the network was initialised for.
public struct ConvolutionalLSTM: RecurrentLayer {
  /// `[kernel..., channels, 4 · filters]`, gates in the order input, forget, candidate, output.
  @Learnable public var weights: Tensor = .deferred
  /// `[kernel..., filters, 4 · filters]`.
  @Learnable public var recurrentWeights: Tensor = .deferred
  /// `[4 · filters]`.
  @Learnable(l2Factor: 0) public var bias: Tensor = .deferred
  /// `[3, spatial..., filters]`: what input, forget and output gate see of the cell; nil for
  /// nothing.
  @Learnable public var peepholes: Tensor? = nil
  /// The carried images.
  @LayerState(.memory) public var hidden: Tensor = .deferred
  /// The carried cells.
  @LayerState(.memory) public var cellState: Tensor = .deferred
  /// The size of the filters along each spatial axis, of which there are one to three.
  public let kernel: [Int]
  /// The number of channels of the result.
  public let filters: Int
  public let options: RecurrentOptions

  /// A layer of filters of a size.
  ///
  /// - Parameters:
  ///   - kernel: the size of the filters along each spatial axis, of which there are one to three.
  ///   - filters: the number of channels of the result.
  ///   - peepholes: whether the gates see the cell.
  ///   - options: how memory is treated.
  public init(
    _ kernel: [Int], filters: Int, peepholes: Bool = false,
    options: RecurrentOptions = RecurrentOptions()
  ) {
    self.kernel = kernel
    self.filters = filters
    self.options = options
    if peepholes { _peepholes = Learnable(wrappedValue: .some(.deferred)) }
  }

  public var cell: RecurrentCell { .lstm }
  public var hiddenSize: Int { filters }

  public var currentWeights: RecurrentWeights {
    RecurrentWeights(input: weights, recurrent: recurrentWeights, bias: bias)
  }

  public var carriedState: RecurrentState {
    get { RecurrentState(hidden: hidden, cell: cellState) }
    nonmutating set {
      hidden = newValue.hidden
      if let cell = newValue.cell { cellState = cell }
    }
  }

  public func stateShapes(for x: Tensor) -> [[Int]] {
    let image = x.shape.dropFirst(2).dropLast() + [filters]
    return [Array(image), Array(image)]
  }

  public func initialize(for inputs: [Tensor], in context: Context) throws {
    try requireInputs(inputs, in: context)
    let x = inputs[0]
    try requireImages(x, in: context)
    func shape(_ channels: Int, _ filters: Int) throws -> FilterShape {
      let settings = ConvolutionSettings(
        kernel: kernel, filters: filters, stride: [1], padding: .same, dilation: [1], groups: 1,
        weightsInitializer: .glorotUniform, biasInitializer: .zeros)
      return try FilterShape(settings, channels: channels, in: context)
    }
    // Refuses a number of filters whose multiple is none.
    _ = try shape(1, filters)
    weights = try shape(x.shape[x.rank - 1], 4 * filters).initial(.glorotUniform, in: context)
    recurrentWeights = try shape(filters, 4 * filters).initial(.orthogonal, in: context)
    bias = try RecurrentWeights.openBias(filters, in: context)
    let image = stateShapes(for: x)[0]
    if peepholes != nil { peepholes = try Initializer.zeros([3] + image, in: context) }
    carriedState = RecurrentState(
      hidden: try .zeros(image, context.scalarType), cell: try .zeros(image, context.scalarType))
  }

  public func run(
    _ x: Tensor, from state: RecurrentState?, reading: RecurrentReading, in context: Context
  ) throws -> (output: Tensor?, state: RecurrentState) {
    try requireImages(x, in: context)
    let (recurrentWeights, peepholes) = (recurrentWeights, peepholes)
    for (given, expected, words) in [
      (recurrentWeights, kernel + [filters, 4 &* filters], "recurrent weights"),
      (peepholes ?? .deferred, [3] + stateShapes(for: x)[0], "peepholes"),
    ] where given.rank > 0 && given.shape != expected {
      throw LayerError(
        .shape, context.path, "has \(words) \(given.shape), and \(expected) is needed",
        remedy: "Give images and weights of the sizes that the layer was made and initialised for")
    }
    let first = try start(state, for: x, in: context)
    let counting = try reading.lengths.map { try x.zeroed(beyond: $0) } ?? x
    let sums = try convolution(
      counting.reshaped(to: [x.shape[0] * x.shape[1]] + x.shape.dropFirst(2)), filters: weights,
      bias: bias, padding: .same)
    let seen = try peepholes?.unstacked()
    return try RecurrentSteps(reading).run(
      sums.reshaped(to: [x.shape[0], x.shape[1]] + sums.shape.dropFirst()), from: first
    ) { sums, state in
      let share = try convolution(state.hidden, filters: recurrentWeights, padding: .same)
      return try .lstm(sums + share, from: state, peepholes: seen)
    }
  }

  private func requireImages(_ x: Tensor, in context: Context) throws {
    guard (1...3).contains(kernel.count), x.rank == kernel.count + 3 else {
      throw LayerError(
        .shape, context.path, "has a kernel of \(kernel), and its input has shape \(x.shape)",
        remedy: "Give [batch, time, spatial..., channels] with a kernel size for each of one to "
          + "three spatial axes")
    }
  }

  /// Axes that nobody has declared may pass for those of images in space alone.
  public func validate(_ inputs: [Layout]) throws {
    guard let layout = inputs.first else { return }
    guard layout.rank == kernel.count + 3, layout.axes[0] == .batch else {
      let axes = counted(kernel.count, "spatial axis", plural: "spatial axes")
      throw LayerError(
        .shape, "", "takes sequences of images of \(axes), found \(layout)",
        remedy: "Declare the input as BTSSC, with an S for each spatial axis, or reshape it")
    }
  }

  public func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] {
    shapes.map { shape in
      let space = String(repeating: "S", count: kernel.count)
      return Layout((shape.count == kernel.count + 3 ? "BT" : "B") + space + "C", shape)
    }
  }

  public func reversedTwin() -> ConvolutionalLSTM {
    ConvolutionalLSTM(
      kernel, filters: filters, peepholes: !$peepholes.parameters.isEmpty,
      options: options.reversed)
  }

  public var defaultName: String { "convLSTM" }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_weights.slot) }
  public var settings: [String] {
    ["\(kernel)", "filters: \(filters)"] + ($peepholes.parameters.isEmpty ? [] : ["peepholes"])
  }
}
