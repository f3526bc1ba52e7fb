import LigatureNetworks
import LigatureTensors

/// Several networks on one input, with their outputs in one: concatenated along the channels, or
/// added (the inception of Szegedy et al. 2015). Costs as much as the networks.
///
///     Branches {
///       Convolution([1, 1], filters: 8)
///       Network {
///         Convolution([1, 1], filters: 4)
///         Convolution([3, 3], filters: 8, padding: .same)
///       }
///       Identity()
///     }
///
/// Throws where outputs do not fit together. ``SeparateBranches`` hands each output on by itself.
public struct Branches: CustomLayer, Codable, CustomStringConvertible {
  /// What becomes of the outputs.
  public enum Combination: String, Sendable, Codable, CaseIterable {
    /// Side by side along the last axis; other axes are equal.
    case concatenation
    /// Added, element by element; all have one shape.
    case addition
    /// Multiplied, element by element; all have one shape.
    case multiplication
  }

  /// The networks, each with one input and one output.
  @Learnable public var branches: [Network]
  private let combination: Combination

  /// A layer of a branch for each layer or network.
  public init(
    _ combination: Combination = .concatenation,
    @NetworkBuilder _ layers: () throws -> [any Layer]
  ) rethrows {
    self.init(combination, branches: try layers().map(branch))
  }

  /// A layer of branches.
  public init(_ combination: Combination = .concatenation, branches: [Network]) {
    self.branches = branches
    self.combination = combination
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let (outputs, lengths) = try branches.outputs(for: x, in: context)
    let axis = outputs[0].rank - 1
    for (number, output) in outputs.enumerated().dropFirst() {
      let (first, other) = (outputs[0].shape, output.shape)
      let fits =
        combination == .concatenation
        ? first.count == other.count && first.dropLast() == other.dropLast() : first == other
      guard fits else {
        throw LayerError(
          .shape, context.path,
          "its branches 1 and \(number + 1) make \(first) and \(other) of its input \(x.shape), "
            + "which are to be in one by \(combination.rawValue)",
          remedy: combination == .concatenation
            ? "Let them differ in the last axis only, or hand each on by SeparateBranches"
            : "Let them make the same shape")
      }
      guard lengths[number] == lengths[0] else {
        throw LayerError(
          .padding, context.path,
          "its branches 1 and \(number + 1) make sequences of different lengths",
          remedy: "Let all keep the number of steps, or change it alike")
      }
    }
    context.setOutputLengths([lengths[0]])
    return switch combination {
    case .concatenation where axis > 0: try concatenate(outputs, axis: axis)
    case .concatenation:
      throw LayerError(
        .shape, context.path, "its branches make \(outputs[0].shape), without channels",
        remedy: "Let them make [batch, ..., channels]")
    case .addition: try outputs.dropFirst().reduce(outputs[0]) { try $0 + $1 }
    case .multiplication: try outputs.dropFirst().reduce(outputs[0]) { try $0 * $1 }
    }
  }

  public var description: String { "Branches(.\(combination.rawValue))" }
  public var isObservationWise: Bool { branches.allSatisfy(\.isObservationWise) }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_branches.slot) }
}

/// Several networks on one input, each with an output port of its own, `out1` ... `outN`. Costs as
/// much as the networks. In a network it is added by name, since a chain hands on one tensor:
///
///     try network.add(SeparateBranches { FullyConnected(3); FullyConnected(1) }, named: "heads")
public struct SeparateBranches: CustomLayer, Codable {
  /// The networks, each with one input and one output.
  @Learnable public var branches: [Network]

  /// A layer of a branch for each layer or network.
  public init(@NetworkBuilder _ layers: () throws -> [any Layer]) rethrows {
    self.init(branches: try layers().map(branch))
  }

  /// A layer of branches.
  public init(branches: [Network]) { self.branches = branches }

  public var outputNames: [String] { PortCount(branches.count).names("out") }

  public func predict(_ x: Tensor, in context: Context) throws -> [Tensor] {
    let (outputs, lengths) = try branches.outputs(for: x, in: context)
    context.setOutputLengths(lengths)
    return outputs
  }

  public var isObservationWise: Bool { branches.allSatisfy(\.isObservationWise) }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_branches.slot) }
}

/// A branch of one layer; a network is one already.
private func branch(_ layer: any Layer) -> Network { layer as? Network ?? Network([layer]) }

extension [Network] {
  /// What each makes of a tensor, and of which lengths.
  fileprivate func outputs(
    for x: Tensor, in context: Context
  ) throws -> (outputs: [Tensor], lengths: [[Int]?]) {
    guard (1...PortCount.largest).contains(count) else {
      throw LayerError(
        .setting, context.path, "has \(counted(count, "branch", plural: "branches"))",
        remedy: "Give 1 to \(PortCount.largest)")
    }
    let results = try map { try context.passing(x, through: $0) }
    return (results.map(\.output), results.map(\.lengths))
  }
}
