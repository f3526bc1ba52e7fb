import LigatureNetworks
import LigatureTensors

/// How a learnable gets its first values: ``zeros``, ``glorotUniform``, ``orthogonal`` and others,
/// or one of your own.
///
///     extension Initializer {
///       /// Normal, without values beyond two deviations.
///       static func clippedNormal(_ deviation: Double) -> Initializer {
///         Initializer("clippedNormal", settings: ["deviation": deviation]) {
///           shape, type, stream in
///           let values = try stream.normal(shape, standardDeviation: deviation, type)
///           return try clamp(values, to: -2 * deviation...2 * deviation)
///         }
///       }
///     }
///     FullyConnected(64, weightsInitializer: .clippedNormal(0.02))
///
/// Copies of a layer keep its initialisers. Files keep the names and settings: one of your own that
/// comes from a file throws if it is asked for values again.
public struct Initializer: Sendable {
  /// Values of a shape and type. Everything random must come from the stream, which is keyed by the
  /// network's seed and the place of the learnable among those that are initialised.
  public typealias Function =
    @Sendable (_ shape: [Int], _ scalarType: ScalarType, _ stream: inout RandomStream) throws
    -> Tensor

  /// What it is called in files and errors.
  public let name: String
  /// Its settings by name, as files keep them.
  public let settings: [String: Double]
  private let function: Function
  /// Whether its name and settings are all there is to know.
  let isBuiltIn: Bool

  /// An initialiser of your own.
  ///
  /// - Parameters:
  ///   - name: what it is called in files and errors; not the name of one of the package's.
  ///   - settings: its settings, as they are to stand beside the name.
  ///   - function: makes values of a shape and type.
  public init(
    _ name: String, settings: [String: Double] = [:], _ function: @escaping Function
  ) {
    self.init(name, settings: settings, isBuiltIn: false, function)
  }

  init(
    _ name: String, settings: [String: Double] = [:], isBuiltIn: Bool,
    _ function: @escaping Function
  ) {
    self.name = name
    self.settings = settings
    self.isBuiltIn = isBuiltIn
    self.function = function
  }

  /// Values of a shape, drawn from the network's stream for its next learnable. Inputs and outputs
  /// are the last two sizes, those before them counting to both.
  ///
  /// Throws for settings out of range, and where an initialiser of your own throws or makes another
  /// shape or type.
  public func callAsFunction(_ shape: [Int], in context: Context) throws -> Tensor {
    let type = context.scalarType
    // Zeros and ones take a place in the order too, so that exchanging initialisers moves no other.
    var stream = context.initializationStream()
    let values = try function(shape, type, &stream)
    try values.require(name)
    guard values.shape == shape, values.scalarType == type else {
      throw LayerError(
        .shape, context.path,
        "initialiser \"\(name)\" made \(values.scalarType) \(values.shape), wanted were "
          + "\(type) \(shape)",
        remedy: "Return a tensor of the shape and type that it is given")
    }
    return values.detached
  }
}
