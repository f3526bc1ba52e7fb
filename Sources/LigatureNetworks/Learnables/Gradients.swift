import LigatureTensors

/// The gradients of one pass, by parameter: a value, which can be added to another.
public struct Gradients: Sendable {
  /// In the order in which the pass first read the parameters, so that sums over them are
  /// reproducible.
  package private(set) var entries: [(parameter: Parameter, gradient: Tensor)] = []
  private var places: [ObjectIdentifier: Int] = [:]

  /// No gradients, to add others to.
  public init() {}

  init(_ pairs: [(Parameter, Tensor)]) {
    for (parameter, gradient) in pairs {
      places[ObjectIdentifier(parameter)] = entries.count
      entries.append((parameter, gradient))
    }
  }

  /// The gradient of a parameter; nil when the result did not depend on it, or it is frozen.
  public subscript(_ parameter: Parameter) -> Tensor? {
    places[ObjectIdentifier(parameter)].map { entries[$0].gradient }
  }

  /// How many parameters have a gradient.
  public var count: Int { entries.count }

  private mutating func add(_ gradient: Tensor, to parameter: Parameter) throws {
    if let place = places[ObjectIdentifier(parameter)] {
      let present = entries[place].gradient
      guard present.shape == gradient.shape, present.scalarType == gradient.scalarType else {
        throw TensorError(
          "+",
          "gradients of one parameter are \(present.scalarType) \(present.shape) and "
            + "\(gradient.scalarType) \(gradient.shape)",
          remedy: "Add gradients of passes in one scalar type")
      }
      entries[place].gradient.add(gradient)
    } else {
      places[ObjectIdentifier(parameter)] = entries.count
      entries.append((parameter, gradient))
    }
  }

  /// The sum, parameter by parameter. Throws where shapes or types differ.
  public static func + (a: Gradients, b: Gradients) throws -> Gradients {
    var sum = a
    for (parameter, gradient) in b.entries { try sum.add(gradient, to: parameter) }
    return sum
  }

  /// The Euclidean norm over all gradients, each shared one counted once.
  public func norm() throws -> Double {
    try entries.map { try square($0.gradient).sum().item() }.reduce(0, +).squareRoot()
  }
}

extension Gradients {
  /// The gradients of a pass's leaves, where there are any.
  init(_ leaves: [(parameter: Parameter, tensor: Tensor)], _ gradients: [Tensor?]) {
    self.init(
      zip(leaves, gradients).compactMap { leaf, gradient in
        gradient.map { (leaf.parameter, $0) }
      })
  }
}
