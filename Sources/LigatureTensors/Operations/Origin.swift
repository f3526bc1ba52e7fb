/// How a tensor was made, where a loss can make use of it: behind operations that only move
/// elements there may be a sigmoid or a softmax, whose operand says more than its result.
enum Origin {
  /// The tensor is a sigmoid of these logits, which have its shape.
  case sigmoid(logits: Tensor)
  /// The tensor is a softmax with these logarithms, which have its shape. What has been moved since
  /// need not have its classes along the last axis any more, or all of them.
  case softmax(logarithms: Tensor, isMoved: Bool)

  /// Looks for the origin of `tensor` on its innermost tape, through any number of views, casts
  /// excepted. O(views).
  static func of(_ tensor: Tensor) throws -> Origin? {
    var moves: [(any Operation, [Tensor])] = []
    var current = tensor
    while let node = current.node, node.tape.isOpen, let record = node.tape.record(at: node.index),
      case .operation(let operation) = record.source
    {
      if node.isSwapped { moves.append((Permute.exchange(current.rank), [])) }
      if let map = operation as? Map, map.function == .sigmoid {
        return .sigmoid(logits: try moved(record.operands[0], moves))
      }
      if let softmax = operation as? Softmax, !softmax.logarithm {
        return .softmax(
          logarithms: try moved(Softmax(logarithm: true)([record.operands[0]]), moves),
          isMoved: !moves.isEmpty)
      }
      if let product = operation as? Product, product.activation == .sigmoid {
        let plain = Product(product.name)
        return .sigmoid(logits: try moved(plain(record.operands), moves))
      }
      guard operation.movesElements else { return nil }
      moves.append((operation, Array(record.operands.dropFirst())))
      current = record.operands[0]
    }
    return nil
  }

  /// The same moves, last found first applied.
  private static func moved(
    _ tensor: Tensor, _ moves: [(operation: any Operation, others: [Tensor])]
  ) throws -> Tensor {
    try moves.reversed().reduce(tensor) { try $1.operation.anyApplied([$0] + $1.others) }
  }
}

extension Operation {
  /// The operation applied, for callers that know no more than that it is one.
  func anyApplied(_ operands: [Tensor]) throws -> Tensor { try self(operands) }
}
