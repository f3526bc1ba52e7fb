import LigatureNetworks
import LigatureTensors

/// Attention of several heads (Vaswani et al. 2017). From each step of a sequence `[batch, time,
/// channels]` a query is projected for each head, from each step of the same sequence or of another
/// one, `memory`, a key and a value; each head gives the values of the keys that a query is like
/// (``scaledDotProductAttention(queries:keys:values:mask:bias:keyLengths:causal:scale:factors:)``),
/// and a last projection makes `[batch, time, outputSize]` of what all heads found.
///
/// Ports are `in`, `memory` where keys and values come from another sequence, `mask` where the
/// options say so, and `out`. Steps beyond the lengths of the sequences are seen by none. A step
/// that sees nothing at all finds zeros. With fewer heads of keys and values than of queries,
/// neighbouring heads share theirs (Ainslie et al. 2023).
///
/// Causal attention over the sequence itself goes on from piece to piece of a stream,
/// `predict(_:state:)`: keys and values of all steps before are carried, so that pieces give what
/// the whole would. Memory grows with the stream.
///
/// O(batch · time · (channels · heads · size + keySteps · heads · size)); for memory see the
/// function. Dropout needs a number for each weight in training.
public struct MultiHeadAttention: SequenceLayer, Codable, CustomStringConvertible {
  /// To the queries of all heads, `[heads · keySize]`.
  @Learnable public var queries: FullyConnected
  /// To the keys, `[keyValueHeads · keySize]`.
  @Learnable public var keys: FullyConnected
  /// To the values, `[keyValueHeads · valueSize]`.
  @Learnable public var values: FullyConnected
  /// From what the heads found, `[heads · valueSize]`, to the result.
  @Learnable public var output: FullyConnected
  /// The carried keys: `[keyValueHeads, 0, keySize]` at first, then `[batch, keyValueHeads, steps,
  /// keySize]`.
  @LayerState(.memory) public var carriedKeys: Tensor = .deferred
  /// The carried values, likewise.
  @LayerState(.memory) public var carriedValues: Tensor = .deferred
  /// 1 for carried steps that count, else 0: `[0]` at first, then `[batch, steps]`.
  @LayerState(.memory) public var carriedSteps: Tensor = .deferred
  /// The number of heads of queries.
  public let heads: Int
  /// The number of heads of keys and values.
  public let keyValueHeads: Int
  /// What steps are seen, and how.
  public let options: AttentionOptions

  /// A layer of a number of heads that returns `outputSize` channels.
  ///
  /// - Parameters:
  ///   - outputSize: the number of channels of the result.
  ///   - heads: the number of heads.
  ///   - keySize: the size of a head's queries and keys; outputSize / heads where it is nil.
  ///   - valueSize: the size of a head's values; that of the keys where it is nil.
  ///   - keyValueHeads: the number of heads of keys and values, of which `heads` is a multiple; as
  ///     many as heads where it is nil.
  ///   - options: what steps are seen, and how.
  ///   - bias: whether the projections have biases.
  public init(
    _ outputSize: Int, heads: Int, keySize: Int? = nil, valueSize: Int? = nil,
    keyValueHeads: Int? = nil, options: AttentionOptions = AttentionOptions(), bias: Bool = true
  ) {
    let keySize = keySize ?? (heads > 0 ? outputSize / heads : 0)
    let shared = keyValueHeads ?? heads
    // No size that is too large for an integer is small by accident.
    func all(_ count: Int, _ size: Int) -> Int {
      let (product, isOverflow) = count.multipliedReportingOverflow(by: size)
      return isOverflow ? .max : product
    }
    func projection(_ size: Int) -> FullyConnected { FullyConnected(size, bias: bias) }
    self.init(
      queries: projection(all(heads, keySize)), keys: projection(all(shared, keySize)),
      values: projection(all(shared, valueSize ?? keySize)), output: projection(outputSize),
      heads: heads, keyValueHeads: shared, options: options)
  }

  /// A layer of given projections, such as ones with given weights.
  public init(
    queries: FullyConnected, keys: FullyConnected, values: FullyConnected, output: FullyConnected,
    heads: Int, keyValueHeads: Int? = nil, options: AttentionOptions = AttentionOptions()
  ) {
    self.queries = queries
    self.keys = keys
    self.values = values
    self.output = output
    self.heads = heads
    self.keyValueHeads = keyValueHeads ?? heads
    self.options = options
  }

  public var inputNames: [String] {
    ["in"] + (options.source == .memory ? ["memory"] : []) + (options.takesMask ? ["mask"] : [])
  }
  public var outputNames: [String] { ["out"] }

  public func initialize(for inputs: [Tensor], in context: Context) throws {
    let sizes = try HeadSizes(self, in: context)
    let type = context.scalarType
    carriedKeys = try .zeros([keyValueHeads, 0, sizes.key], type)
    carriedValues = try .zeros([keyValueHeads, 0, sizes.value], type)
    carriedSteps = try .zeros([0], type)
  }

  public func predict(_ inputs: [Tensor], in context: Context) throws -> [Tensor] {
    try attended(inputs, dropping: 0, in: context)
  }

  public func forward(_ inputs: [Tensor], in context: Context) throws -> [Tensor] {
    try attended(inputs, dropping: options.dropout, in: context)
  }

  public func validate(_ inputs: [Layout]) throws {
    try SequenceLayout.validate(Array(inputs.prefix(options.source == .memory ? 2 : 1)))
  }

  public func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] {
    shapes.map { Layout("BTC", $0) }
  }

  public var isObservationWise: Bool { !options.carriesState && options.dropout == 0 }
  public var defaultName: String { "attention" }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_queries.slot) }

  public var description: String {
    let words = [
      "\(output.outputSize)", "heads: \(heads)",
      keyValueHeads == heads ? nil : "keyValueHeads: \(keyValueHeads)",
      options.source == .memory ? "memory" : nil, options.isCausal ? "causal" : nil,
      options.carriesState ? "carries state" : nil,
    ]
    return "MultiHeadAttention(\(words.compactMap { $0 }.joined(separator: ", ")))"
  }
}

/// The sizes of a head.
struct HeadSizes {
  let key: Int
  let value: Int

  /// Throws unless the settings of a layer make sense.
  init(_ layer: MultiHeadAttention, in context: Context) throws {
    let (heads, shared, options) = (layer.heads, layer.keyValueHeads, layer.options)
    let sizes = [layer.queries, layer.keys, layer.values].map(\.outputSize)
    guard heads > 0, shared > 0, heads.isMultiple(of: shared) else {
      throw LayerError(
        .setting, context.path,
        "has \(counted(heads, "head")) of queries and \(shared) of keys and values",
        remedy: "Give numbers of at least 1, the first a multiple of the second")
    }
    guard sizes.allSatisfy({ $0 > 0 }), sizes[0].isMultiple(of: heads),
      sizes[1].isMultiple(of: shared), sizes[2].isMultiple(of: shared),
      sizes[0] / heads == sizes[1] / shared
    else {
      throw LayerError(
        .setting, context.path,
        "projects to queries, keys and values of sizes \(sizes), for \(heads) and \(shared) heads",
        remedy: "Give each head the same number of features, at least 1, and queries as many as "
          + "keys; by default the output's size is a multiple of the heads")
    }
    guard (0..<1).contains(options.dropout) else {
      throw LayerError(
        .setting, context.path, "has drop probability \(options.dropout)",
        remedy: "Give one in 0..<1")
    }
    guard options.source == .itself || !(options.isCausal || options.carriesState) else {
      throw LayerError(
        .setting, context.path,
        "takes keys from another sequence, of whose steps none is before or after its own",
        remedy: "Make it neither causal nor carrying state")
    }
    (key, value) = (sizes[1] / shared, sizes[2] / shared)
  }
}
