import LigatureNetworks
import LigatureTensors

/// Where features enter: `[batch, features]`.
public struct FeatureInput: InputLayer, Codable {
  public let layout: Layout
  public let normalization: Normalization
  @LayerState(.shared) public var shift: Tensor = .deferred
  @LayerState(.shared) public var divisor: Tensor = .deferred

  /// An input of a number of features.
  public init(_ features: Int, normalization: Normalization = .none) {
    layout = Layout("BC", [nil, features])
    self.normalization = normalization
  }
}

/// Where images enter: `[batch, height, width, channels]`.
public struct ImageInput: InputLayer, Codable {
  public let layout: Layout
  public let normalization: Normalization
  @LayerState(.shared) public var shift: Tensor = .deferred
  @LayerState(.shared) public var divisor: Tensor = .deferred

  /// An input of images of `[height, width, channels]`.
  public init(_ size: [Int], normalization: Normalization = .none) {
    layout = Layout("B" + String(repeating: "S", count: max(0, size.count - 1)) + "C", [nil] + size)
    self.normalization = normalization
  }
}

/// Where sequences enter: `[batch, time, channels]`, of any length.
public struct SequenceInput: InputLayer, Codable {
  public let layout: Layout
  public let normalization: Normalization
  @LayerState(.shared) public var shift: Tensor = .deferred
  @LayerState(.shared) public var divisor: Tensor = .deferred

  /// An input of sequences of a number of channels.
  public init(_ channels: Int, normalization: Normalization = .none) {
    layout = Layout("BTC", [nil, nil, channels])
    self.normalization = normalization
  }
}
