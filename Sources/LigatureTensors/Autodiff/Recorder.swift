/// Decides whether an operation on some inputs has to be recorded, and records it.
///
/// There is none when no input is differentiated, so inference pays for nothing. When inputs come
/// from several passes the innermost open one records; tensors of the others are constants to it.
package struct Recorder {
  let tape: Tape
  let inputs: [Int]

  package init?(_ tensors: [Tensor], resolvingSwaps: Bool = true) {
    var innermost: Tape?
    for tensor in tensors {
      guard let candidate = tensor.node?.tape, candidate !== innermost, candidate.isOpen else {
        continue
      }
      if innermost == nil || candidate.serial > innermost!.serial { innermost = candidate }
    }
    guard let tape = innermost else { return nil }
    self.tape = tape
    inputs = tensors.map { tensor in
      guard let node = tensor.node, node.tape === tape else { return -1 }
      return node.isSwapped && resolvingSwaps ? Recorder.resolve(node) : node.index
    }
  }

  /// A record for a transposed view, for operations that do not read through the exchange
  /// themselves.
  private static func resolve(_ node: Node) -> Int {
    let record = Tape.Record(
      inputs: [node.index],
      pullBack: .single { pull, gradient in pull.add(gradient.swappedLastAxes, to: 0) },
      origin: .operation)
    return node.tape.append(record) ?? -1
  }

  /// Whether input `number` is differentiated.
  package func needs(_ number: Int) -> Bool { inputs[number] >= 0 }

  /// `output` as the recorded result. Closures must capture detached tensors only.
  package func record(
    _ output: Tensor, origin: Tape.Origin = .operation,
    _ pullBack: @escaping (PullBack, _ gradient: Tensor) throws -> Void
  ) -> Tensor {
    place(output, origin, .single(pullBack))
  }

  /// Several outputs of one operation. `pullBack` runs once, with a gradient per output, nil where
  /// nothing depended on it; it does not run when none did.
  package func record(
    _ outputs: [Tensor],
    _ pullBack: @escaping (PullBack, _ gradients: [Tensor?]) throws -> Void
  ) -> [Tensor] {
    let arrived = Arrived(count: outputs.count)
    let group = Tape.Record(
      inputs: inputs,
      pullBack: .group { pull in
        if arrived.gradients.contains(where: { $0 != nil }) {
          try pullBack(pull, arrived.gradients)
        }
      },
      origin: .operation)
    guard tape.append(group) != nil else { return outputs }
    return outputs.enumerated().map { number, output in
      place(output, .operation, .single { _, gradient in arrived.gradients[number] = gradient })
    }
  }

  private func place(_ output: Tensor, _ origin: Tape.Origin, _ action: PullBack.Action) -> Tensor {
    var result = output.detached
    let record = Tape.Record(inputs: inputs, pullBack: action, origin: origin)
    if let index = tape.append(record) { result.node = Node(tape: tape, index: index) }
    return result
  }

  /// Where the outputs of a group leave their gradients for its root.
  private final class Arrived: @unchecked Sendable {
    var gradients: [Tensor?]
    init(count: Int) { gradients = Array(repeating: nil, count: count) }
  }
}
