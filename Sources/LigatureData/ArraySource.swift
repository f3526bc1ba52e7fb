import LigatureInterchange
import LigatureTensors
import LigatureTraining

/// An array whose first axis has an entry for each observation, in memory or in a file.
public protocol ObservationArray: Sendable {
  /// The size of each axis.
  var shape: [Int] { get }

  /// The entries with some numbers, in that order. May be called on several threads at once.
  func observations(_ numbers: [Int]) throws -> Tensor
}

extension NPYFile: ObservationArray {}

extension Tensor: ObservationArray {
  /// The entries along the first axis with some numbers, in that order.
  public func observations(_ numbers: [Int]) throws -> Tensor {
    try gathered(Tensor(numbers), axis: 0)
  }
}

/// A tensor of a safetensors file, of which observations are read from where they lie.
public struct SafetensorsArray: ObservationArray {
  public let shape: [Int]
  private let file: SafetensorsFile
  private let name: String

  /// The tensor with a name. Throws `FileError` where there is none.
  public init(_ file: SafetensorsFile, named name: String) throws {
    self.file = file
    self.name = name
    // The error about a name that is missing is that of reading it.
    shape = try file.shape(of: name) ?? file.tensor(named: name).shape
  }

  public func observations(_ numbers: [Int]) throws -> Tensor {
    try file.observations(numbers, named: name)
  }
}

/// A source whose inputs and targets are arrays in files or in memory. Of files only the
/// observations of a batch are read, so that they may be larger than memory.
///
///     let source = try ArraySource(
///       NPYFile(contentsOf: folder.appending(path: "images.npy")),
///       targets: NPYFile(contentsOf: folder.appending(path: "labels.npy")))
///     try train(network, on: source.prefetched(), loss: .crossEntropy, options: options)
public struct ArraySource: DataSource {
  public let count: Int
  private let inputs: [any ObservationArray]
  private let targets: [any ObservationArray]
  private let inputType: ScalarType?

  /// Several inputs or targets.
  ///
  /// - Parameters:
  ///   - inputs: an array for each input of the network.
  ///   - targets: one for each output.
  ///   - inputType: what inputs are converted to, bytes of pixels for instance; nil keeps their own
  ///     type, as embeddings need it.
  /// - Throws: `TensorError` unless all have the same number of observations.
  public init(
    inputs: [any ObservationArray], targets: [any ObservationArray],
    inputType: ScalarType? = .float32
  ) throws {
    let counts = (inputs + targets).map { $0.shape.first }
    guard let count = counts.first ?? nil, counts.allSatisfy({ $0 == count }), !inputs.isEmpty
    else {
      throw TensorError(
        "ArraySource",
        "inputs have shapes \(inputs.map(\.shape)), targets \(targets.map(\.shape))",
        remedy: "Give at least one input, and one number of observations in all inputs and targets")
    }
    self.count = count
    self.inputs = inputs
    self.targets = targets
    self.inputType = inputType
  }

  /// One input and one target. Throws as ``init(inputs:targets:inputType:)``.
  public init(
    _ inputs: any ObservationArray, targets: any ObservationArray,
    inputType: ScalarType? = .float32
  ) throws {
    try self.init(inputs: [inputs], targets: [targets], inputType: inputType)
  }

  public func batch(_ request: BatchRequest) throws -> TrainingData {
    try TrainingData(
      inputs: inputs.map { array in
        let input = try array.observations(request.observations)
        return try inputType.map { try input.cast(to: $0) } ?? input
      },
      targets: targets.map { try $0.observations(request.observations) })
  }
}
