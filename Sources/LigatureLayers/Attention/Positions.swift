import LigatureNetworks
import LigatureTensors

/// A layer that tells sequences `[batch, time, channels]` where their steps stand. Pieces of a
/// stream go on counting where the piece before them ended.
public protocol PositionLayer: CustomLayer where Input == Tensor, Output == Tensor {
  /// How many steps came before: a scalar 0 at first, then `[batch]`.
  var carriedSteps: Tensor { get nonmutating set }
  /// Whether a pass goes on where the training pass before it ended.
  var carriesState: Bool { get }
}

extension PositionLayer {
  /// The position of each step of `x`, in float64: `[time]`, or `[batch, time]` where memory is
  /// carried, which then moves on by the steps that count.
  func positions(of x: Tensor, in context: Context) throws -> Tensor {
    guard x.rank == 3 else {
      throw LayerError(
        .shape, context.path,
        "takes sequences [batch, time, channels], found shape \(x.shape)",
        remedy: "Reshape the input; one channel is a last axis of size 1")
    }
    let steps = try Tensor.range(0..<x.shape[1]).cast(to: .float64)
    guard carriesState || context.carriesState else { return steps }
    let before = try CarriedSteps(carriedSteps, for: x, in: context)
    carriedSteps = try before.steps + before.counted(of: x, in: context)
    return try before.steps.cast(to: .float64).expandingAxis(-1) + steps
  }

  func startCounting(in context: Context) throws {
    carriedSteps = try .zeros([], context.scalarType)
  }

  public func validate(_ inputs: [Layout]) throws { try SequenceLayout.validate(inputs) }

  public func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] {
    shapes.map { Layout("BTC", $0) }
  }

  public var isObservationWise: Bool { !carriesState }
}

/// The number of steps before a piece of a stream, for each of its observations.
struct CarriedSteps {
  /// `[batch]`.
  let steps: Tensor

  /// Those of a state, which is a scalar before the first piece. Throws where the state is that of
  /// another batch.
  init(_ state: Tensor, for x: Tensor, in context: Context) throws {
    let batch = x.shape[0]
    guard state.rank == 0 || state.shape[0] == batch else {
      throw LayerError.otherBatch(state.shape[0], batch, in: context)
    }
    steps = try state.broadcast(to: [batch])
  }

  /// How many steps of `x` count, as `[batch]`.
  func counted(of x: Tensor, in context: Context) throws -> Tensor {
    let lengths = try context.lengths(of: x)
    let counts = lengths ?? [Int](repeating: x.shape[1], count: x.shape[0])
    return try Tensor(counts).cast(to: steps.scalarType)
  }
}

extension LayerError {
  /// That of a piece of a stream with another batch than the pieces before it.
  static func otherBatch(_ carried: Int, _ batch: Int, in context: Context) -> LayerError {
    LayerError(
      .shape, context.path,
      "carries a state for batches of \(carried), and one of \(batch) came",
      remedy: "Keep the batch size while state is carried, or begin anew: resetState(), and "
        + "an empty NetworkState for predictions")
  }
}

/// What layers of sequences declare.
enum SequenceLayout {
  /// Throws unless each of the inputs that are declared is a sequence of channels.
  static func validate(_ inputs: [Layout]) throws {
    guard
      let layout = inputs.first(where: {
        $0.rank != 3 || $0.axes[0] != .batch || $0.axes[1] == .space
      })
    else { return }
    throw LayerError(
      .shape, "", "takes sequences [batch, time, channels], found \(layout)",
      remedy: "Declare the input as BTC, or reshape it")
  }
}

/// Adds sines and cosines of the steps' positions to sequences `[batch, time, channels]` (Vaswani
/// et al. 2017; see ``sinusoidalPositions(_:features:base:)``). Nothing is learned. O(count).
public struct SinusoidalPositions: PositionLayer, Codable {
  /// Wavelengths go from 2π to 2π · base.
  public let base: Double
  public let carriesState: Bool
  /// How many steps came before.
  @LayerState(.memory) public var carriedSteps: Tensor = .deferred

  /// Makes the layer. With `carriesState` a pass goes on counting where the training pass before it
  /// ended, until ``Network/resetState()``.
  public init(base: Double = 10_000, carriesState: Bool = false) {
    self.base = base
    self.carriesState = carriesState
  }

  public func initialize(for x: Tensor, in context: Context) throws {
    try startCounting(in: context)
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let positions = try positions(of: x, in: context)
    return try x
      + sinusoidalPositions(positions, features: x.shape[2], base: base).cast(to: x.scalarType)
  }

  public var defaultName: String { "positions" }
}

/// Turns the channels of sequences `[batch, time, channels]` by angles that grow with the steps'
/// positions (Su et al. 2021; see ``rotaryEmbedding(_:at:base:pairing:)``): put before what takes
/// inner products of steps. The number of channels is even, nothing is learned. O(count).
public struct RotaryPositions: PositionLayer, Codable {
  /// How vectors are turned.
  public let rotation: RotaryRotation
  public let carriesState: Bool
  /// How many steps came before.
  @LayerState(.memory) public var carriedSteps: Tensor = .deferred

  /// Makes the layer. With `carriesState` a pass goes on counting where the training pass before it
  /// ended, until ``Network/resetState()``.
  public init(_ rotation: RotaryRotation = RotaryRotation(), carriesState: Bool = false) {
    self.rotation = rotation
    self.carriesState = carriesState
  }

  public func initialize(for x: Tensor, in context: Context) throws {
    try startCounting(in: context)
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try rotation(x, at: positions(of: x, in: context))
  }

  public var defaultName: String { "rotary" }
}

/// How a rotary embedding turns vectors.
public struct RotaryRotation: Sendable, Codable, Equatable {
  /// The slowest pair of features turns about 1 / base a step.
  public var base: Double
  /// Which features are turned together.
  public var pairing: RotaryPairing

  /// The paper's unless said otherwise.
  public init(base: Double = 10_000, pairing: RotaryPairing = .neighbours) {
    self.base = base
    self.pairing = pairing
  }

  func callAsFunction(_ x: Tensor, at positions: Tensor) throws -> Tensor {
    try rotaryEmbedding(x, at: positions, base: base, pairing: pairing)
  }
}

/// Adds a learned vector for each position to sequences `[batch, time, channels]` of a limited
/// number of steps; longer ones are refused. O(count).
public struct LearnedPositions: PositionLayer, Codable, CustomStringConvertible {
  /// `[maximumSteps, channels]`.
  @Learnable public var vectors: Tensor = .deferred
  /// The largest number of steps of a sequence, or of a stream.
  public let maximumSteps: Int
  public let carriesState: Bool
  /// How many steps came before.
  @LayerState(.memory) public var carriedSteps: Tensor = .deferred
  private let initializer: Initializer

  /// A layer for sequences of up to a number of steps. With `carriesState` a pass goes on counting
  /// where the training pass before it ended, until ``Network/resetState()``.
  public init(
    _ maximumSteps: Int, carriesState: Bool = false,
    initializer: Initializer = .normal(standardDeviation: 0.02)
  ) {
    self.maximumSteps = maximumSteps
    self.carriesState = carriesState
    self.initializer = initializer
  }

  public func initialize(for x: Tensor, in context: Context) throws {
    guard maximumSteps > 0 else {
      throw LayerError(
        .setting, context.path, "has vectors for \(maximumSteps) steps", remedy: "Give at least 1")
    }
    vectors = try initializer([maximumSteps, x.shape.last ?? 1], in: context)
    try startCounting(in: context)
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let positions = try positions(of: x, in: context)
    let end =
      positions.rank == 1
      ? Double(x.shape[1]) : try carriedSteps.detached.doubles().max() ?? 0
    guard end <= Double(maximumSteps) else {
      throw LayerError(
        .shape, context.path,
        "has vectors for \(maximumSteps) steps, and a sequence of \(Int(end)) came",
        remedy: "Cut sequences, or make the layer for longer ones")
    }
    let vectors = vectors
    guard positions.rank > 1 else {
      return try x + vectors.slice(0..<x.shape[1], axis: 0)
    }
    // Padding may stand beyond the last vector.
    let places = try minimum(positions, .full([], Double(maximumSteps - 1), .float64))
    return try x + embedding(places, vectors: vectors)
  }

  public var defaultName: String { "positions" }
  public var description: String { "LearnedPositions(\(maximumSteps))" }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_vectors.slot) }
}
