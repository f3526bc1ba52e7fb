import LigatureTensors

/// How a gradient becomes a step: ``adam``, ``sgd``, ``rmsProp``, or one of your own.
///
///     extension Solver {
///       /// w -= α sign(g)
///       static let signedSGD = Solver("signedSGD") { step in
///         step.value = try step.value - sign(step.penalizedGradient()) * step.learnRate
///       }
///     }
///     try train(network, on: data, loss: .meanSquaredError, options: TrainingOptions(.signedSGD))
public struct Solver: Sendable {
  /// What happens in a step, called once for each learnable: it changes ``Step/value`` and
  /// ``Step/memory``, which keep their shapes and types. What it throws takes back the whole step.
  public typealias Function = @Sendable (inout Step) throws -> Void

  /// One learnable on its way through a step.
  public struct Step: Sendable {
    /// The learnable's value, to be replaced by the next one.
    public var value: Tensor
    /// The loss's gradient in it, of its shape and type.
    public let gradient: Tensor
    /// What the solver remembers of it, in the order of ``Solver/memoryNames``.
    public var memory: [Tensor]
    /// The learn rate, the learnable's own factor included.
    public let learnRate: Double
    /// The factor of the penalty l2 · w²/2, the learnable's own factor included.
    public let l2: Double
    /// The learnable's own factor, which `l2` includes: for a solver that takes part of the weights
    /// away by itself.
    public let l2Factor: Double
    /// How often the learnable has been stepped, this step included.
    public let count: Int

    /// The gradient with the penalty's, l2 · w, added. O(count of the value).
    public func penalizedGradient() throws -> Tensor {
      l2 == 0 ? gradient : try gradient + value * l2
    }
  }

  /// What it is called in stored states and in errors.
  public let name: String
  /// Its settings by name, for states and for whoever prints them.
  public let settings: [String: Double]
  /// Names of what it remembers of each learnable, such as `velocity`.
  public let memoryNames: [String]

  let newMemory: @Sendable (Tensor) throws -> [Tensor]
  let step: Function
  let validateSettings: @Sendable () throws -> Void
  /// Whether a step writes in place and cannot fail once shapes and types are known to fit, so that
  /// nothing has to be kept to take it back.
  let isInPlace: Bool
  /// How it moves all learnables at once, looking at the loss of all data as often as it likes; nil
  /// where it steps each by itself.
  let search: SearchMethod?

  /// A solver of your own.
  ///
  /// - Parameters:
  ///   - name: what it is called in stored states; a state is only restored into a solver of its
  ///     name.
  ///   - settings: its settings, as they are to stand beside the name.
  ///   - memoryNames: names of what it remembers of each learnable, each once.
  ///   - newMemory: what it remembers before a learnable's first step, one tensor for each name;
  ///     zeros like the value unless given.
  ///   - validate: throws where settings are out of range; called before the first step.
  ///   - step: what happens in a step. O(what it does) for each learnable.
  public init(
    _ name: String, settings: [String: Double] = [:], remembering memoryNames: [String] = [],
    startingWith newMemory: (@Sendable (_ value: Tensor) throws -> [Tensor])? = nil,
    validate: @escaping @Sendable () throws -> Void = {}, step: @escaping Function
  ) {
    self.init(
      name, settings: settings, remembering: memoryNames, startingWith: newMemory,
      validate: validate, isInPlace: false, step: step)
  }

  init(
    _ name: String, settings: [String: Double], remembering memoryNames: [String],
    startingWith newMemory: (@Sendable (_ value: Tensor) throws -> [Tensor])? = nil,
    validate: @escaping @Sendable () throws -> Void, isInPlace: Bool, step: @escaping Function
  ) {
    self.name = name
    self.settings = settings
    self.memoryNames = memoryNames
    self.newMemory =
      newMemory ?? { value in
        try memoryNames.map { _ in try .zeros(value.shape, value.scalarType) }
      }
    validateSettings = validate
    self.isInPlace = isInPlace
    self.step = step
    search = nil
  }

  /// A solver that searches.
  init(
    _ name: String, settings: [String: Double], searching method: SearchMethod,
    validate: @escaping @Sendable () throws -> Void
  ) {
    self.name = name
    self.settings = settings
    memoryNames = []
    newMemory = { _ in [] }
    step = { _ in }
    isInPlace = false
    validateSettings = validate
    search = method
  }

  /// Throws where a setting is out of range, or memories have names that do not tell them apart.
  public func validate() throws {
    guard Set(memoryNames).count == memoryNames.count, !memoryNames.contains("") else {
      throw TensorError(
        name, "remembers \(memoryNames) of each learnable",
        remedy: "Give each memory a name of its own")
    }
    try validateSettings()
  }

  /// The memory of a learnable that has not been stepped yet. Throws unless it is one tensor for
  /// each name.
  func memory(for value: Tensor) throws -> [Tensor] {
    let memory = try newMemory(value).map(\.detached)
    guard memory.count == memoryNames.count else {
      throw TensorError(
        name,
        "begins with \(counted(memory.count, "memory", plural: "memories")) of a learnable, "
          + "and has names for \(memoryNames.count)",
        remedy: "Return one tensor for each name given to remembering:")
    }
    for tensor in memory { try tensor.require(name) }
    return memory
  }
}
