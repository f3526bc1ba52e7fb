import LigatureTensors

/// A layer that takes a sequence `[batch, time, channels]` by its port `in` and gives what it makes
/// of it by `out`; where its options say so, first and last states have ports beside these. In a
/// chain it has one of each.
public protocol SequenceLayer: CustomLayer where Input == [Tensor], Output == [Tensor] {}

extension SequenceLayer {
  /// One sequence through the layer, for layers without ports for states.
  public func callAsFunction(_ x: Tensor, in context: Context) throws -> Tensor {
    try self([x], in: context)[0]
  }

  /// Throws unless there is a tensor for each port.
  package func requireInputs(_ inputs: [Tensor], in context: Context) throws {
    guard inputs.count == inputNames.count else {
      throw LayerError(
        .portCount, context.path,
        "its inputs are \(inputNames.joined(separator: ", ")), and \(inputs.count) came",
        remedy: "Give one tensor for each input")
    }
  }
}
