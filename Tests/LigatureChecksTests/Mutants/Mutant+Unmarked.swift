import Ligature

extension Mutant {
  /// Layers that keep tensors, layers or marked properties where nobody looks for them.
  static let unmarked: [Mutant] = [
    holding("a tensor in a structure", in: Gates(input: five, count: 1)),
    holding(
      "a tensor in a structure in a structure", in: Cell(gates: Gates(input: five, count: 1))),
    holding("a layer in a structure", in: Part(layer: FullyConnected(5))),
    holding("a list of structures with tensors", in: [Gates(input: five, count: 1)]),
    holding("a tensor that a case of an enumeration carries", in: Source.stored(five)),
    holding("a network that a case carries among others", in: Source.computed(Network(), 3)),
    holding("a tree of cases with a tensor in a leaf", in: Tree.node([.leaf(nil), .leaf(five)])),
    holding("a tensor in a tuple", in: (five, 3)),
    holding("a dictionary of tensors whose keys are numbers", in: [3: five]),
    holding("an optional structure with a tensor", in: Optional(Gates(input: five, count: 1))),
    holding("a @Learnable in a structure", in: MarkedPart()),
    holding("a @LayerState in a structure", in: RememberingPart()),
    holding("a list of Learnable", in: [Learnable(wrappedValue: five)]),
  ]

  private static func holding<Value: Sendable>(_ name: String, in value: Value) -> Mutant {
    Mutant(.unmarkedProperties, name) { Holding(value: value) }
  }

  private static let five = Tensor([1, 2, 3, 4, 5] as [Float])
}

private struct Holding<Value: Sendable>: CustomLayer {
  let value: Value
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * 2 }
}

private struct Gates: Sendable {
  let input: Tensor
  let count: Int
}

private struct Cell: Sendable { let gates: Gates }

private struct Part: Sendable { let layer: FullyConnected }

private enum Source: Sendable {
  case stored(Tensor)
  case computed(Network, Int)
}

private indirect enum Tree: Sendable {
  case leaf(Tensor?)
  case node([Tree])
}

private struct MarkedPart: Sendable {
  @Learnable var gain = Tensor([1, 2, 3, 4, 5] as [Float])
}

private struct RememberingPart: Sendable {
  @LayerState var mean = Tensor([1, 2, 3, 4, 5] as [Float])
}
