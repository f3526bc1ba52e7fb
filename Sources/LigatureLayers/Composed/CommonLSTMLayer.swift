import LigatureNetworks
import LigatureTensors

/// Reads several sequences with one and the same network.
///
/// The network, usually an LSTM, is applied to every channel of a sequence `[batch, time,
/// channels]` (or to groups of channels, where there are more channels than outputs), or to several
/// sequences that come in by ports of their own and may differ in length, and in which of their
/// steps are padding. Each result leaves by its own port, `out1` ... `outN`. All uses share the
/// network's learnables, and each has a memory of its own.
///
/// Everything here is public API: a copy of this class under another name works the same way, and
/// every method can be overridden.
open class CommonLSTMLayer: CustomLayer, Codable, @unchecked Sendable {
  /// Where the sequences come in.
  public enum Source: String, Sendable, Codable {
    /// All by the port `in`, as groups of channels of one sequence.
    case channels
    /// Each by a port of its own, `in1` ... `inN`.
    case ports
  }

  /// What reads each sequence: from `[batch, time, channels]` to anything.
  @Learnable public final var network: Network
  /// The number of sequences, and of outputs.
  public final let outputCount: Int
  /// Where the sequences come in.
  public final let source: Source
  private let name: String

  /// A layer that reads `outputCount` sequences with `network`.
  public init(
    network: Network, outputs outputCount: Int, from source: Source = .channels,
    name: String = "lstm"
  ) {
    self.network = network
    self.outputCount = outputCount
    self.source = source
    self.name = name
  }

  /// A layer that reads the channels of a sequence with one LSTM.
  public convenience init(
    hiddenUnits: Int, outputs outputCount: Int, outputMode: OutputMode = .sequence,
    name: String = "lstm"
  ) {
    self.init(
      network: Network { LSTM(hiddenUnits, outputMode) }, outputs: outputCount, name: name)
  }

  /// Decodes a layer. A file may claim any number of outputs, and ports are named one by one.
  public required init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    _network = try values.decode(Learnable<Network>.self, forKey: .network)
    outputCount = try values.decode(Int.self, forKey: .outputCount)
    source = try values.decode(Source.self, forKey: .source)
    name = try values.decode(String.self, forKey: .name)
    guard (0...1024).contains(outputCount) else {
      throw LayerError(.setting, "", "has \(outputCount) outputs", remedy: "Give 1 to 1024")
    }
  }

  open func initialize(for inputs: [Tensor], in context: Context) throws {}

  open func predict(_ inputs: [Tensor], in context: Context) throws -> [Tensor] {
    let sequences = try sequences(inputs, in: context)
    let outputs = try network(mapping: sequences, in: context)
    try context.setOutputLengths(of: outputs, as: sequences)
    return outputs
  }

  open func forward(_ inputs: [Tensor], in context: Context) throws -> [Tensor] {
    try predict(inputs, in: context)
  }

  /// The sequences that the network is applied to.
  open func sequences(_ inputs: [Tensor], in context: Context) throws -> [Tensor] {
    guard source == .channels else { return inputs }
    guard outputCount > 0 else {
      throw LayerError(
        .setting, context.path, "has \(outputCount) outputs", remedy: "Give 1 to 1024")
    }
    guard inputs.count == 1, let channels = inputs[0].shape.last, channels > 0,
      channels.isMultiple(of: outputCount)
    else {
      throw LayerError(
        .shape, context.path,
        "the channels of shape \(inputs.first?.shape ?? []) cannot be split into "
          + "\(outputCount) outputs",
        remedy: "Give [batch, time, channels] with a multiple of \(outputCount) channels")
    }
    return try inputs[0].split(into: outputCount)
  }

  open var inputNames: [String] {
    source == .channels ? ["in"] : portNames("in")
  }

  open var outputNames: [String] { portNames("out") }

  private func portNames(_ stem: String) -> [String] {
    outputCount < 1 ? [] : PortCount(outputCount).names(stem)
  }

  open var defaultName: String { name }

  open var isObservationWise: Bool { false }

  open func validate(_ inputs: [Layout]) throws {}

  open func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] {
    shapes.map { shape in
      Layout(shape.count == 3 ? "BTC" : shape.count == 2 ? "BC" : "B", shape)
    }
  }
}
