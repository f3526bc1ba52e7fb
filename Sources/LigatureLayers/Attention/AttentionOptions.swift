import LigatureTensors

/// Where attention takes its keys and values from.
public enum AttentionSource: String, Sendable, Codable, CaseIterable {
  /// The sequence itself.
  case itself
  /// A second sequence, which comes in by the port `memory`.
  case memory
}

/// What steps attention sees, and how.
public struct AttentionOptions: Sendable, Codable, Equatable {
  /// Where keys and values come from.
  public var source: AttentionSource
  /// Whether a step sees itself and what came before only.
  public var isCausal: Bool
  /// Whether a mask that is added to the scores comes in by the port `mask`: `[batch, steps,
  /// keySteps]`, or with 1 for a size. -infinity hides a step.
  public var takesMask: Bool
  /// How queries and keys are turned by their positions; nil for not at all.
  public var rotation: RotaryRotation?
  /// The probability of a weight being dropped in training, in 0..<1.
  public var dropout: Double
  /// Whether a training pass sees what the training pass before it saw, until
  /// ``Network/resetState()``. No gradient flows from one pass to another.
  public var carriesState: Bool

  /// Options; by default all steps of the sequence itself see each other.
  public init(
    source: AttentionSource = .itself, isCausal: Bool = false, takesMask: Bool = false,
    rotation: RotaryRotation? = nil, dropout: Double = 0, carriesState: Bool = false
  ) {
    self.source = source
    self.isCausal = isCausal
    self.takesMask = takesMask
    self.rotation = rotation
    self.dropout = dropout
    self.carriesState = carriesState
  }
}
