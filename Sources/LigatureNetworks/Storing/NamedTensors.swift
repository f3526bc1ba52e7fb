import LigatureTensors

/// Tensors and strings by name: what values of other modules are stored as.
public struct NamedTensors: Sendable {
  /// Tensors by name.
  public var tensors: [String: Tensor]
  /// Strings by name.
  public var strings: [String: String]

  /// Tensors and strings, none unless given.
  public init(_ tensors: [String: Tensor] = [:], strings: [String: String] = [:]) {
    self.tensors = tensors
    self.strings = strings
  }

  /// Adds another's tensors under names that begin with `prefix`, and its strings as they are.
  package mutating func merge(_ other: NamedTensors, under prefix: String) {
    for (name, tensor) in other.tensors { tensors[prefix + name] = tensor }
    strings.merge(other.strings) { own, _ in own }
  }

  /// The tensors whose names begin with `prefix`, without it, and all strings.
  package func part(under prefix: String) -> NamedTensors {
    var part = NamedTensors(strings: strings)
    for (name, tensor) in tensors where name.hasPrefix(prefix) {
      part.tensors[String(name.dropFirst(prefix.count))] = tensor
    }
    return part
  }
}

/// A value that tensors and strings by name can be made of, and back: it can be written into a
/// file.
///
///     try state.save(to: url)
///     let state = try TrainingState(contentsOf: url)
public protocol TensorStorable {
  /// The value as tensors and strings.
  var stored: NamedTensors { get throws }
  /// The value that was stored. Throws in words where it cannot be, whatever the strings say.
  init(_ stored: NamedTensors) throws
}

extension NamedTensors: TensorStorable {
  public var stored: NamedTensors { self }
  public init(_ stored: NamedTensors) { self = stored }
}
