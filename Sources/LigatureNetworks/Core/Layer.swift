import LigatureTensors

/// What a network needs of a layer. Write your own layers as ``CustomLayer``.
///
/// A layer meant to be subclassed is an `open class` that declares every requirement it wants to be
/// overridable itself: a requirement taken from the defaults below cannot be overridden.
public protocol Layer<Input, Output>: LearnableValue {
  /// What the layer takes: `Tensor`, `[Tensor]` or a ``Tuple``.
  associatedtype Input: LayerValue
  /// What it returns.
  associatedtype Output: LayerValue

  /// The result for `input`, in inference and, unless ``Layer/forward(_:in:)`` says otherwise, in
  /// training. Call layers as functions, `layer(x, in: context)`, never their `predict`.
  func predict(_ input: Input, in context: Context) throws -> Output

  /// The result for `input` in training, for layers that then do something else. By default
  /// `predict`.
  func forward(_ input: Input, in context: Context) throws -> Output

  /// Gives deferred learnables their first value, knowing an example of the input. Runs once,
  /// before the first `predict`; may call nested networks, which initialises them. Does nothing by
  /// default.
  func initialize(for input: Input, in context: Context) throws

  /// Names of the input ports: by default `in`, or `in1`, `in2`, ...
  var inputNames: [String] { get }
  /// Names of the output ports: by default `out`, or `out1`, `out2`, ...
  var outputNames: [String] { get }

  /// The name a network gives the layer when its author gives none.
  var defaultName: String { get }

  /// Throws when inputs of these layouts are not what the layer consumes. Accepts all by default.
  func validate(_ inputs: [Layout]) throws

  /// Layouts of outputs with the given shapes. By default labels stay where the rank does, and a
  /// matrix is `BC`.
  func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout]

  /// Whether observations never meet in the layer and it keeps no state, so that several uses may
  /// run as one batch. False by default; built-in layers say so where it is true.
  var isObservationWise: Bool { get }

  /// Names of learnables that the layer is there to give to others; none by default. Where no
  /// connection takes one of them, initialising the network warns.
  var offeredLearnables: [String] { get }

  /// What tells this layer from an equal one: a class's own identity, or that of a structure's
  /// first learnable or state. Nil for a structure without either.
  var identity: ObjectIdentifier? { get }
}

extension Layer {
  public func forward(_ input: Input, in context: Context) throws -> Output {
    try predict(input, in: context)
  }

  public func initialize(for input: Input, in context: Context) throws {}

  public var inputNames: [String] { Self.portNames("in", Input.tensorCount) }
  public var outputNames: [String] { Self.portNames("out", Output.tensorCount) }

  private static func portNames(_ stem: String, _ count: Int?) -> [String] {
    guard let count, count != 1 else { return [stem] }
    return (1...max(count, 1)).map { "\(stem)\($0)" }
  }

  public var defaultName: String { LayerInspection.defaultName(of: Self.self) }

  public func validate(_ inputs: [Layout]) throws {}

  public func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] {
    shapes.map { shape in
      let labels =
        inputs.first { $0.rank == shape.count }?.labels
        ?? (shape.isEmpty
          ? "" : shape.count == 2 ? "BC" : "B" + String(repeating: "U", count: shape.count - 1))
      return Layout(labels, shape)
    }
  }

  public var isObservationWise: Bool { false }
  public var offeredLearnables: [String] { [] }

  public var identity: ObjectIdentifier? {
    // What holds no references has neither learnables nor states.
    _isPOD(Self.self) ? nil : LayerInspection.identity(of: self)
  }

  /// Runs the layer in the phase of `context`, as a part of the layer or network that `context` was
  /// handed to. Throws what the layer throws, with its path.
  public func callAsFunction(_ input: Input, in context: Context) throws -> Output {
    try context.call(self, input)
  }

  /// The layer under a name of its own in the network it is put into.
  public func named(_ name: String) -> NamedLayer<Self> { NamedLayer(name: name, base: self) }
}

extension Layer where Self: AnyObject {
  public var identity: ObjectIdentifier? { ObjectIdentifier(self) }
}

/// A layer of your own. Mark what it learns with ``Learnable``, what it remembers with
/// ``LayerState``, and write ``Layer/predict(_:in:)``; the rest has defaults.
///
/// A structure is the recommended form. **Copying one shares its learnables**, as copying a handle
/// does; use ``Network/copy()`` for an independent copy. Final classes work the same way, and open
/// classes can be subclassed; both are declared `@unchecked Sendable`, since a wrapped property is
/// a `var`.
///
///     struct Doubling: CustomLayer {
///       @Learnable var scale: Tensor = .deferred
///
///       func initialize(for x: Tensor, in context: Context) throws {
///         scale = try .full([x.shape[x.rank - 1]], 2)
///       }
///
///       func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * scale }
///     }
public protocol CustomLayer: Layer {}
