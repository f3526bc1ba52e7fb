import Ligature

extension Mutant {
  /// Layers that keep tensors, layers or marked properties where nobody looks for them.
  static let hoards: [Mutant] = [
    hoard("a tensor in a structure", in: Gates(input: five, count: 1)),
    hoard("a tensor in a structure in a structure", in: Cell(gates: Gates(input: five, count: 1))),
    hoard("a layer in a structure", in: Part(layer: FullyConnected(5))),
    hoard("a list of structures with tensors", in: [Gates(input: five, count: 1)]),
    hoard("a tensor that a case of an enumeration carries", in: Source.stored(five)),
    hoard("a network that a case carries among others", in: Source.computed(Network(), 3)),
    hoard("a tree of cases with a tensor in a leaf", in: Tree.node([.leaf(nil), .leaf(five)])),
    hoard("a tensor in a tuple", in: (five, 3)),
    hoard("a dictionary of tensors whose keys are numbers", in: [3: five]),
    hoard("an optional structure with a tensor", in: Optional(Gates(input: five, count: 1))),
    hoard("a @Learnable in a structure", in: MarkedPart()),
    hoard("a @LayerState in a structure", in: RememberingPart()),
    hoard("a list of Learnable", in: [Learnable(wrappedValue: five)]),
  ]

  private static func hoard<Value: Sendable>(_ name: String, in value: Value) -> Mutant {
    Mutant(.unmarkedProperties, name) { Hoard(value: value) }
  }

  private static let five = Tensor([1, 2, 3, 4, 5] as [Float])
}

private struct Hoard<Value: Sendable>: CustomLayer {
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
