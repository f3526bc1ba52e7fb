/// Where a tensor was computed: a place on a tape, and the places on the tapes of passes around it.
package struct Node: Sendable {
  package let tape: Tape
  package let index: Int
  /// The value is the record's with its last two axes exchanged, on all tapes alike. A product
  /// reads it through its strides and writes the gradient the right way round, so a transpose costs
  /// nothing.
  package private(set) var isSwapped = false
  /// The places on tapes that were opened before; boxed, for few tensors have any.
  private var box: Box?

  private final class Box: Sendable {
    let node: Node
    init(_ node: Node) { self.node = node }
  }

  init(tape: Tape, index: Int, outer: Node? = nil) {
    self.tape = tape
    self.index = index
    box = outer.map(Box.init)
  }

  /// The place on the next tape outwards.
  package var outer: Node? { box?.node }

  /// Whether this is the only place.
  var isAlone: Bool { box == nil }

  /// The place on one tape.
  package func on(_ tape: Tape) -> Node? {
    if self.tape === tape { return self }
    return outer?.on(tape)
  }

  /// The same value with its last two axes exchanged.
  var swapped: Node {
    var copy = self
    copy.isSwapped.toggle()
    copy.box = outer.map { Box($0.swapped) }
    return copy
  }

  /// The places on tapes that are open still, but for one.
  func without(_ tape: Tape?) -> Node? {
    if isAlone { return self.tape === tape || !self.tape.isOpen ? nil : self }
    let rest = outer?.without(tape)
    guard self.tape !== tape, self.tape.isOpen else { return rest }
    var copy = self
    copy.box = rest.map(Box.init)
    return copy
  }

  /// The tapes that are open, from the innermost on.
  var tapes: [Tape] { (tape.isOpen ? [tape] : []) + (outer?.tapes ?? []) }
}

extension Tensor {
  /// The same value, a constant as far as one tape and closed ones are concerned.
  package func detached(from tape: Tape?) -> Tensor {
    guard let node else { return self }
    var copy = self
    copy.node = node.without(tape)
    return copy
  }

  /// The same value, known to traces alone: an operand that nothing is differentiated in.
  var traced: Tensor {
    guard let node else { return self }
    var copy = self
    copy.node = node.onTraces
    return copy
  }
}

extension Node {
  /// The places on traces.
  fileprivate var onTraces: Node? {
    let rest = outer?.onTraces
    guard tape.isTrace else { return rest }
    var place = Node(tape: tape, index: index, outer: rest)
    place.isSwapped = isSwapped
    return place
  }
}
