/// The tapes that an operation on some operands has to be recorded on: those that any of them has a
/// place on. There is none when no operand is differentiated, so inference pays for nothing.
struct Recording {
  /// The innermost tape, or the only one.
  private let tape: Tape
  /// All of them, outermost first, where there are several.
  private let tapes: [Tape]

  init?(_ operands: [Tensor]) {
    var single: Tape?
    for operand in operands {
      guard let node = operand.node else { continue }
      if node.isAlone, single == nil || single === node.tape, node.tape.isOpen {
        single = node.tape
      } else if let all = Recording.all(operands) {
        self = all
        return
      }
    }
    guard let single, single.isOpen else { return nil }
    tape = single
    tapes = []
  }

  private init(_ tapes: [Tape]) {
    tape = tapes[tapes.count - 1]
    self.tapes = tapes.count > 1 ? tapes : []
  }

  /// What operands on several tapes, or on closed ones, are recorded on.
  private static func all(_ operands: [Tensor]) -> Recording? {
    var found: [Tape] = []
    for operand in operands {
      for tape in operand.node?.tapes ?? [] where !found.contains(where: { $0 === tape }) {
        found.append(tape)
      }
    }
    return found.isEmpty ? nil : Recording(found.sorted { $0.serial < $1.serial })
  }

  private var keepsEverything: Bool { tape.isTrace || tapes.contains(where: \.isTrace) }

  func record<O: Operation>(
    _ operation: O, _ operands: [Tensor], _ result: Tensor, _ extras: [Tensor]
  ) -> Tensor {
    let keeps = operation.keeps
    let record = Tape.Record(
      source: .operation(operation),
      operands: kept(operands, keeps, readsTransposes: operation.readsTransposes),
      results: keeps.contains(.result) ? [result] : [], extras: extras)
    guard tapes.isEmpty, !tape.isTrace else { return place(record, [result], members: false)[0] }
    guard let index = tape.append(record) else { return result }
    var recorded = result
    recorded.node = Node(tape: tape, index: index)
    return recorded
  }

  func record<O: GroupOperation>(
    _ operation: O, _ operands: [Tensor], _ results: [Tensor], _ extras: [Tensor]
  ) -> [Tensor] {
    let record = Tape.Record(
      source: .group(operation),
      operands: kept(operands, operation.keeps, readsTransposes: false),
      results: operation.keeps.contains(.result) ? results : [], extras: extras)
    return place(record, results, members: true)
  }

  /// Operands as the record keeps them. The array of the caller is kept where it can be.
  private func kept(_ operands: [Tensor], _ keeps: Keeping, readsTransposes: Bool) -> [Tensor] {
    let resolves = !readsTransposes && operands.contains { $0.node?.isSwapped == true }
    if !resolves, keeps.containsOperands(operands.count) || keepsEverything { return operands }
    var kept = operands
    for number in kept.indices {
      if resolves { kept[number] = kept[number].withPlainNode }
      if !keepsEverything, !keeps.contains(operand: number) { kept[number] = kept[number].hollow }
    }
    return kept
  }

  private func place(_ record: Tape.Record, _ results: [Tensor], members: Bool) -> [Tensor] {
    var results = results
    if keepsEverything { record.shapes = results.map { ($0.shape, $0.scalarType) } }
    let offset = members ? 1 : 0
    let count = members ? results.count : 0
    if tapes.isEmpty {
      guard let index = tape.append(record, members: count) else { return results }
      for number in results.indices {
        results[number].node = Node(tape: tape, index: index + offset + number)
      }
      return results
    }
    var places: [(tape: Tape, index: Int)] = []
    for tape in tapes {
      guard let index = tape.append(record, members: count) else { continue }
      places.append((tape, index))
      for number in results.indices {
        results[number].node = Node(
          tape: tape, index: index + offset + number, outer: results[number].node)
      }
    }
    // A derivative on one tape may be differentiated on any other.
    if !record.results.isEmpty {
      for (tape, index) in places { tape.setResults(results, at: index) }
    }
    return results
  }
}
