import LigatureTensors

/// How many steps of padded sequences count, as the context of a call knows it: of values that are
/// told by their memory, never by their size.
enum SequenceLengths: Sendable {
  /// The same for every sequence that comes in.
  case same([Int])
  /// One entry for each input of the call, in order; nil for what is not padded.
  case each([[Int]?])
  /// Of the inputs of the running layer.
  case inputs([Tensor], [[Int]?])

  /// The lengths of all inputs of a call, where that is known; nil where nothing is padded.
  static func given(_ lists: [[Int]?]) -> SequenceLengths? {
    lists.contains { $0 != nil } ? .each(lists) : nil
  }

  /// Throws unless there is a length for each observation.
  func requireObservations(_ count: Int) throws {
    let lists: [[Int]?]
    switch self {
    case .same(let lengths): lists = [lengths]
    case .each(let given), .inputs(_, let given): lists = given
    }
    guard let wrong = lists.lazy.compactMap({ $0 }).first(where: { $0.count != count }) else {
      return
    }
    throw LayerError(
      .shape, "", "\(wrong.count) sequence lengths came with \(count) observations",
      remedy: "Give one for each observation")
  }

  /// The lengths of some observations.
  func slice(_ range: Range<Int>) -> SequenceLengths {
    switch self {
    case .same(let lengths): .same(Array(lengths[range]))
    case .each(let lists): .each(lists.map { $0.map { Array($0[range]) } })
    case .inputs(_, let lists): .each(lists.map { $0.map { Array($0[range]) } })
    }
  }

  /// What is known of inputs that were copied or detached.
  func moved(to tensors: [Tensor]) -> SequenceLengths {
    guard case .inputs(let former, let lists) = self, former.count == tensors.count else {
      return self
    }
    return .inputs(tensors, lists)
  }

  /// What a layer that is called with `tensors` knows; nil where none of them is padded.
  func entering<L: Layer>(
    _ layer: L, _ tensors: [Tensor], at path: @autoclosure () -> String
  ) throws -> SequenceLengths? {
    let lists: [[Int]?]
    switch self {
    case .same(let lengths):
      lists = tensors.indices.map { place in
        Self.isSequence(tensors[place], place, of: layer) ? lengths : nil
      }
    case .each(let given):
      try Self.validate(given, for: tensors, of: layer, at: path())
      lists = given
    case .inputs(let known, let given):
      if known.count == tensors.count, zip(known, tensors).allSatisfy({ $0.isSameValue(as: $1) }) {
        lists = given
      } else {
        lists = try tensors.indices.map { place in
          try Self.lengths(of: tensors[place], among: known, given, at: path()) {
            Self.isSequence(tensors[place], place, of: layer)
          }
        }
      }
    }
    return lists.contains { $0 != nil } ? .inputs(tensors, lists) : nil
  }

  /// The lengths of one value within a layer.
  func lengths(of tensor: Tensor, at path: @autoclosure () -> String) throws -> [Int]? {
    switch self {
    case .same(let lengths): tensor.rank > 2 ? lengths : nil
    case .each(let lists): try Self.lengths(of: tensor, among: [], lists, at: path())
    case .inputs(let known, let lists):
      try Self.lengths(of: tensor, among: known, lists, at: path())
    }
  }

  /// Those of the input that a tensor is; of what a layer computed, those that all its sequences
  /// have. Throws where they differ: then nobody can know.
  private static func lengths(
    of tensor: Tensor, among known: [Tensor], _ lists: [[Int]?], at path: @autoclosure () -> String,
    isSequence: () -> Bool
  ) throws -> [Int]? {
    let own = known.indices.filter { known[$0].isSameValue(as: tensor) }.map { lists[$0] }
    if let first = own.first, own.allSatisfy({ $0 == first }) { return first }
    guard !own.isEmpty || isSequence() else { return nil }
    let sequences =
      own.isEmpty
      ? lists.indices.filter {
        lists[$0] != nil || known.indices.contains($0) && known[$0].rank > 2
      }
      .map { lists[$0] } : own
    guard let first = sequences.first else { return nil }
    guard sequences.allSatisfy({ $0 == first }) else {
      throw LayerError(
        .padding, path(),
        "its sequences have different lengths, so those of a tensor \(tensor.shape) made of them "
          + "are not known",
        remedy: "Say which: layer(x, in: context.counting(lengths)), with lengths from "
          + "context.lengths(of: input)")
    }
    return first
  }

  private static func lengths(
    of tensor: Tensor, among known: [Tensor], _ lists: [[Int]?], at path: @autoclosure () -> String
  ) throws -> [Int]? {
    try lengths(of: tensor, among: known, lists, at: path()) { tensor.rank > 2 }
  }

  /// Whether an input of a layer may be a sequence: a network knows by its layouts.
  private static func isSequence<L: Layer>(
    _ tensor: Tensor, _ place: Int, of layer: L
  ) -> Bool {
    guard let graph = LayerEntry.unwrapped(layer).layer as? any LayerGraph else {
      return tensor.rank > 2
    }
    return graph.takesSequence(place, rank: tensor.rank)
  }

  /// Throws unless lengths that somebody gave for each input fit these.
  private static func validate<L: Layer>(
    _ lists: [[Int]?], for tensors: [Tensor], of layer: L, at path: @autoclosure () -> String
  ) throws {
    guard lists.count == tensors.count else {
      throw LayerError(
        .padding, path(),
        "was given lengths of \(counted(lists.count, "sequence")) for "
          + counted(tensors.count, "input"),
        remedy: "Give a list for each input, nil for one that is not padded")
    }
    let graph = LayerEntry.unwrapped(layer).layer as? any LayerGraph
    for (place, tensor) in tensors.enumerated() {
      guard let lengths = lists[place] else { continue }
      let shape = graph.map { $0.canonicalShape(tensor.shape, at: place) } ?? tensor.shape
      guard shape.count > 1, graph?.takesSequence(place, rank: tensor.rank) ?? true,
        lengths.count == shape[0], lengths.allSatisfy({ (0...shape[1]).contains($0) })
      else {
        let name =
          layer.inputNames.indices.contains(place) ? layer.inputNames[place] : "\(place + 1)"
        throw LayerError(
          .padding, path(),
          "input \"\(name)\" of shape \(tensor.shape) was given the lengths "
            + "\(Array(lengths.prefix(8)))",
          remedy: "Give one length for each observation, none longer than its time, and nil for an "
            + "input that has no time")
      }
    }
  }

  /// The lengths of outputs of which a layer says nothing: where batch and time are those of an
  /// input, they are that input's; whatever has no time, or another, has none.
  static func kept<L: Layer>(
    by outputs: [Tensor], of layer: L, _ inputs: [Tensor], _ lists: [[Int]?],
    at path: @autoclosure () -> String
  ) throws -> [[Int]?] {
    try outputs.map { output in
      guard output.rank > 2 else { return nil }
      let sources = inputs.indices.filter { place in
        lists[place] != nil && inputs[place].rank > 1
          && inputs[place].shape.prefix(2) == output.shape.prefix(2)
      }
      guard let first = sources.first else { return nil }
      if let other = sources.first(where: { lists[$0] != lists[first] }) {
        let names = [first, other].map { place in
          let names = layer.inputNames
          return "\"\(names.indices.contains(place) ? names[place] : "\(place + 1)")\""
        }
        throw LayerError(
          .padding, path(),
          "its inputs \(names[0]) and \(names[1]) have sequences of different lengths, "
            + "\(lists[first]!.prefix(8)) and \(lists[other]!.prefix(8)), and an output "
            + "\(output.shape) may have those of either",
          remedy: "Give sequences of the same lengths, or say in the layer which its outputs have: "
            + "context.setOutputLengths(_:)")
      }
      return lists[first]
    }
  }
}

extension Tensor {
  /// Whether this is another tensor's view of the same memory, a constant or not.
  fileprivate func isSameValue(as other: Tensor) -> Bool {
    guard let storage, let mine = other.storage else { return false }
    return storage === mine && offset == other.offset && shape == other.shape
      && strides == other.strides && scalarType == other.scalarType
  }
}
