import LigatureTensors

/// How an input layer rescales data, by statistics of each channel taken from the training data.
public enum Normalization: String, Sendable, Codable {
  /// As it comes.
  case none
  /// Minus the mean.
  case zeroCenter
  /// Minus the mean, divided by the standard deviation.
  case zScore
  /// From the smallest and largest value to 0...1.
  case rescale
}

/// A layer at which data enters a network: (x - shift) / divisor, channel by channel.
public protocol InputLayer: CustomLayer, CustomStringConvertible
where Input == Tensor, Output == Tensor {
  /// What the data must look like.
  var layout: Layout { get }
  /// What the statistics are.
  var normalization: Normalization { get }
  /// `[channels]`, subtracted. Deferred until statistics are taken.
  var shift: Tensor { get nonmutating set }
  /// `[channels]`, divided by.
  var divisor: Tensor { get nonmutating set }
}

extension InputLayer {
  /// Without statistics, data passes as it is.
  public func initialize(for x: Tensor, in context: Context) throws {
    shift = try .scalar(0, context.scalarType)
    divisor = try .scalar(1, context.scalarType)
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    normalization == .none ? x : try (x - shift) / divisor
  }

  /// Takes the statistics from data `[batch, ..., channels]`, unless there are some. Reads it
  /// twice. A channel that does not vary is divided by 1.
  public func fitStatistics(to data: Tensor) throws {
    // Before there are statistics the shift is deferred or, after an initialisation, a single
    // number.
    guard normalization != .none, shift.isDeferred || shift.rank == 0, data.rank > 0, data.count > 0
    else { return }
    let axes = Array(0..<(data.rank - 1))
    let spread: Tensor
    let origin: Tensor
    switch normalization {
    case .none, .zeroCenter:
      origin = try data.mean(axes: axes)
      spread = try .ones(origin.shape, data.scalarType)
    case .zScore:
      origin = try data.mean(axes: axes)
      spread = try sqrt(data.variance(axes: axes))
    case .rescale:
      let rows = try data.reshaped(to: [-1, data.shape[data.rank - 1]])
      origin = try rows.min(0)
      spread = try rows.max(0) - origin
    }
    shift = origin
    divisor = try select(spread .> 0, spread, .ones(spread.shape, spread.scalarType))
  }

  public var defaultName: String { "input" }

  /// The type with what is not usual about it.
  public var description: String {
    let name = String(describing: Self.self)
    return normalization == .none ? name : "\(name)(\(normalization.rawValue))"
  }
  public var isObservationWise: Bool { true }
}
