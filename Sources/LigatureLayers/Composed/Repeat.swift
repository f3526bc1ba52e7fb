import LigatureNetworks
import LigatureTensors

/// One block several times in a row, each on what the one before makes: with learnables of its own
/// for each, or with the same ones for all, as in a network that refines its answer step by step.
/// Costs as much as the blocks.
///
///     Repeat(times: 6) {
///       Residual {
///         LayerNormalization()
///         FullyConnected(64)
///       }
///     }
///
/// Without sharing, the closure is run once for each block, so that each has layers, and first
/// values, of its own. With sharing there is one block, which is counted, differentiated, stepped
/// and saved once; states are kept apart for each of its uses, and dropout draws anew.
public struct Repeat: CustomLayer, Codable, CustomStringConvertible {
  /// More in a row than anybody means.
  public static let most = 1024

  /// The blocks, in order; one that is used several times where it is shared.
  @Learnable public var blocks: [Network]
  /// How often a block runs.
  public let times: Int

  /// A layer of so many blocks.
  ///
  /// - Parameters:
  ///   - times: how many there are, in 1...1024.
  ///   - sharing: whether all are one and the same.
  ///   - layers: makes the layers of a block.
  public init(
    times: Int, sharing: Bool = false, @NetworkBuilder _ layers: () throws -> [any Layer]
  ) rethrows {
    self.times = times
    let count = sharing || !(1...Self.most).contains(times) ? 1 : times
    blocks = try (0..<count).map { _ in Network(try layers()) }
  }

  /// A layer that runs one network so many times.
  public init(times: Int, sharing network: Network) {
    self.times = times
    blocks = [network]
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let blocks = blocks
    guard (1...Self.most).contains(times), blocks.count == 1 || blocks.count == times else {
      throw LayerError(
        .setting, context.path,
        "repeats \(counted(blocks.count, "block")) \(counted(times, "time"))",
        remedy: "Give 1 to \(Self.most) times, and one block or as many")
    }
    var (result, lengths) = (x, try context.lengths(of: x))
    for number in 0..<times {
      (result, lengths) = try context.counting(each: [lengths])
        .passing(result, through: blocks[blocks.count == 1 ? 0 : number])
    }
    context.setOutputLengths([lengths])
    return result
  }

  public var defaultName: String { "repeated" }
  public var description: String {
    "Repeat(times: \(times)\(times > 1 && blocks.count == 1 ? ", sharing: true" : ""))"
  }
  public var isObservationWise: Bool { blocks.allSatisfy(\.isObservationWise) }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_blocks.slot) }
}
