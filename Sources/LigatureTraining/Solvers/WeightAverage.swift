import LigatureNetworks
import LigatureTensors

/// An average of a network's learnables over the steps of a training, which often predicts better
/// than the last of them: a value, which can be saved and swapped in.
///
///     var average = try WeightAverage(.exponential(decay: 0.999), of: network)
///     for batch in batches {
///       ...
///       try average.update()
///     }
///     try average.withAverages { try evaluate(network, on: test, loss: loss) }
///     try average.apply()
///
/// A shared learnable is one. Those without a value yet, or whose factor is 0, are averaged like
/// others once they have one.
public struct WeightAverage: Sendable {
  /// How weights are averaged.
  public enum Method: Sendable, Hashable, Codable {
    /// a = decay · a + (1 - decay) · w, from the first weights on (Polyak and Juditsky 1992). The
    /// decay is in 0..<1.
    case exponential(decay: Double)
    /// The mean of all weights that were added (Izmailov and others 2018).
    case equal

    /// Throws for a decay out of range.
    func validate() throws {
      if case .exponential(let decay) = self, !(0..<1).contains(decay) {
        throw TensorError(
          "WeightAverage", "the decay is \(decay)", remedy: "Give 0 or more, and less than 1")
      }
    }
  }

  /// How weights are averaged.
  public let method: Method
  /// The network whose learnables are averaged.
  public let network: Network
  /// How often weights were added.
  public private(set) var count = 0

  private var values: [ObjectIdentifier: (parameter: Parameter, value: Tensor)] = [:]

  /// An average of nothing yet. Throws for a decay out of range.
  public init(_ method: Method, of network: Network) throws {
    try method.validate()
    self.method = method
    self.network = network
  }

  /// Adds the learnables as they are. O(learnables).
  ///
  /// Throws, and changes nothing, where one has another shape or type than before.
  public mutating func update() throws {
    let new: Double =
      switch method {
      case .exponential(let decay): 1 - decay
      case .equal: 1 / Double(count + 1)
      }
    var next = values
    for parameter in network.parameters where !parameter.isDeferred {
      let (key, value) = (ObjectIdentifier(parameter), parameter.value.detached)
      guard let before = values[key]?.value else {
        next[key] = (parameter, value)
        continue
      }
      guard before.shape == value.shape, before.scalarType == value.scalarType else {
        throw TensorError(
          "WeightAverage",
          "a learnable is \(value.scalarType) \(value.shape), and its average "
            + "\(before.scalarType) \(before.shape)",
          remedy: "Begin a new average after casting or replacing learnables")
      }
      next[key] = (parameter, try before + (value - before) * new)
    }
    values = next
    count += 1
  }

  /// Makes the averages the network's learnables; nothing before the first update. O(learnables).
  public func apply() throws {
    for (parameter, value) in values.values { try parameter.set(value) }
  }

  /// Runs something while the averages are the network's learnables, which are then what they were
  /// before, also where it throws. Nobody else is to use the network meanwhile.
  public func withAverages<Result>(_ body: () throws -> Result) throws -> Result {
    let before = values.values.map { ($0.parameter, $0.parameter.value) }
    let result = Swift.Result {
      try apply()
      return try body()
    }
    for (parameter, value) in before { try parameter.set(value) }
    return try result.get()
  }

  /// The averages by their owners' paths, for saving. O(learnables).
  public var tensors: [String: Tensor] {
    var found: [String: Tensor] = [:]
    for learnable in network.learnables {
      found[learnable.path] = values[ObjectIdentifier(learnable.parameter)]?.value
    }
    return found
  }

  /// An average that goes on from stored ones, by their owners' paths. Throws where they are not
  /// those of the network's learnables.
  public init(
    _ method: Method, of network: Network, tensors: [String: Tensor], count: Int
  ) throws {
    try self.init(method, of: network)
    self.count = try StateRecord.count(count, "averaged steps")
    var rest = tensors
    for learnable in network.learnables {
      guard let tensor = rest.removeValue(forKey: learnable.path) else { continue }
      let value = learnable.parameter.value
      guard !tensor.isDeferred, tensor.shape == value.shape, tensor.scalarType == value.scalarType
      else {
        throw LayerError(
          .shape, learnable.path,
          "its average must be \(value.scalarType) \(value.shape), found \(tensor.scalarType) "
            + "\(tensor.shape)",
          remedy: "Give the averages of a network of that size and type")
      }
      values[ObjectIdentifier(learnable.parameter)] = (learnable.parameter, tensor.detached)
    }
    if let path = rest.keys.min() {
      throw LayerError(
        .notFound, String(path.prefix(200)),
        "there is an average of it, and the network has no such learnable",
        remedy: "Give the averages of this network")
    }
  }
}
