/// Products of tensors whose axes are named by letters, summed over the letters that the result
/// does not have (Einstein's convention): `einsum("bij,bjk->bik", a, b)` is a batched matrix
/// product, `einsum("ii->", a)` a trace, `einsum("...i,i->...", x, w)` a weighted sum.
///
/// A letter stands for one size everywhere; a letter twice in one operand is a diagonal. `...`
/// stands for the axes that letters leave, aligned at the last one. Without an arrow the result has
/// the axes of `...` and then the letters that occur once, in the alphabet's order.
///
/// Operands are multiplied from left to right, two at a time by ``matmul(_:_:)``: for more than two
/// the order decides the cost. What lies in between may have at most 8 axes. Throws for an
/// equation that cannot be read, or does not fit.
public func einsum(_ equation: String, _ operands: Tensor...) throws -> Tensor {
  try einsum(equation, operands)
}

/// The same for an array of operands.
public func einsum(_ equation: String, _ operands: [Tensor]) throws -> Tensor {
  for operand in operands { try operand.requireFloatingPoint("einsum") }
  let (inputs, output) = try Equation(equation).axes(of: operands)
  var terms: [Term] = []
  for (number, tensor) in operands.enumerated() {
    terms.append(try Term(tensor, inputs[number]).withDiagonals())
  }
  var total = terms[0]
  for number in terms.indices.dropFirst() {
    // What neither a later operand nor the result has is summed over now.
    let needed = Set(terms[(number + 1)...].flatMap(\.labels)).union(output)
    total = try total.times(terms[number], keeping: needed)
  }
  return try total.summed(keeping: Set(output)).ordered(output)
}

/// An equation as it is written.
private struct Equation {
  let text: String
  private var inputs: [Substring] = []
  private var output: Substring?

  init(_ text: String) throws {
    self.text = text
    let compact = text.filter { $0 != " " }
    guard let sides = Equation.split(compact, at: "->"), sides.count <= 2 else {
      throw Equation.error(text, "cannot be read")
    }
    inputs = sides[0].split(separator: ",", omittingEmptySubsequences: false)
    output = sides.count > 1 ? sides[1] : nil
  }

  private static func split(_ text: String, at arrow: String) -> [Substring]? {
    guard let place = text.firstIndex(of: "-") else { return [text[...]] }
    let behind = text[place...].dropFirst()
    guard behind.first == ">" else { return nil }
    return [text[..<place], behind.dropFirst()]
  }

  private static func error(_ text: String, _ problem: String) -> TensorError {
    TensorError(
      "einsum", "\"\(text.prefix(80))\" \(problem)",
      remedy: "Write a term of letters for each operand, such as \"ij,jk->ik\"")
  }

  /// A term's axes: letters, or numbers of those that `...` stands for, counted from the last.
  private func axes(_ term: Substring, rank: Int?) throws -> [String] {
    guard let place = term.firstIndex(of: ".") else { return try letters(term) }
    let (head, tail) = (try letters(term[..<place]), term[place...])
    guard tail.hasPrefix("...") else { throw Equation.error(text, "cannot be read") }
    let last = try letters(tail.dropFirst(3))
    let free = Swift.max(0, (rank ?? 0) - head.count - last.count)
    return head + (0..<free).reversed().map { ".\($0)" } + last
  }

  private func letters(_ text: Substring) throws -> [String] {
    guard text.allSatisfy({ $0.isASCII && $0.isLetter }) else {
      throw Equation.error(self.text, "has other signs than letters")
    }
    return text.map { String($0) }
  }

  /// The axes of each operand and of the result.
  func axes(of operands: [Tensor]) throws -> (inputs: [[String]], output: [String]) {
    guard inputs.count == operands.count, !operands.isEmpty else {
      throw Equation.error(
        text, "has \(counted(inputs.count, "term")) for \(counted(operands.count, "operand"))")
    }
    var sizes: [String: Int] = [:]
    var occurrences: [String: Int] = [:]
    let all = try zip(inputs, operands).map { term, tensor in
      let axes = try axes(term, rank: tensor.rank)
      guard axes.count == tensor.rank else {
        throw Equation.error(
          text,
          "names \(counted(axes.count, "axis", plural: "axes")) of an operand of shape "
            + "\(tensor.shape)")
      }
      for (axis, size) in zip(axes, tensor.shape) {
        guard sizes[axis, default: size] == size else {
          throw Equation.error(
            text,
            "gives \(axis.first == "." ? "..." : axis) the sizes \(sizes[axis] ?? 0) and \(size)")
        }
        sizes[axis] = size
        occurrences[axis, default: 0] += 1
      }
      return axes
    }
    let free = sizes.keys.filter { $0.first == "." }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    guard let output else {
      let single = occurrences.filter { $0.value == 1 && $0.key.first != "." }.keys
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      return (all, free.reversed() + single)
    }
    let result = try axes(output, rank: output.filter { $0 != "." }.count + free.count)
    guard Set(result).count == result.count, result.allSatisfy({ sizes[$0] != nil }) else {
      throw Equation.error(text, "has a result with axes that are no operand's, or twice")
    }
    return (all, result)
  }
}

/// A tensor whose axes have names.
private struct Term {
  let tensor: Tensor
  let labels: [String]

  init(_ tensor: Tensor, _ labels: [String]) {
    self.tensor = tensor
    self.labels = labels
  }

  /// With every name once: an axis named twice is read along its diagonal.
  func withDiagonals() throws -> Term {
    for (axis, label) in labels.enumerated() {
      guard let other = labels[(axis + 1)...].firstIndex(of: label) else { continue }
      let kept = labels.indices.filter { $0 != axis && $0 != other }
      let line = try tensor.permuted(kept + [axis, other]).diagonal()
      return try Term(line, kept.map { labels[$0] } + [label]).withDiagonals()
    }
    return self
  }

  /// Summed over what is not kept.
  func summed(keeping needed: Set<String>) throws -> Term {
    let axes = labels.indices.filter { !needed.contains(labels[$0]) }
    guard !axes.isEmpty else { return self }
    return Term(try tensor.sum(axes: axes), labels.filter { needed.contains($0) })
  }

  func ordered(_ wanted: [String]) throws -> Tensor {
    let order = wanted.compactMap { labels.firstIndex(of: $0) }
    return order == Array(labels.indices) ? tensor : try tensor.permuted(order)
  }

  private func size(_ label: String) -> Int { tensor.shape[labels.firstIndex(of: label) ?? 0] }

  /// The product, summed over what both have and nobody needs any more.
  func times(_ other: Term, keeping needed: Set<String>) throws -> Term {
    let (a, b) = (
      try summed(keeping: needed.union(other.labels)),
      try other.summed(keeping: needed.union(labels))
    )
    let shared = a.labels.filter { b.labels.contains($0) }
    let batch = shared.filter { needed.contains($0) }
    let inner = shared.filter { !needed.contains($0) }
    let rows = a.labels.filter { !shared.contains($0) }
    let columns = b.labels.filter { !shared.contains($0) }
    func count(_ term: Term, _ labels: [String]) -> Int {
      labels.reduce(1) { $0 * term.size($1) }
    }
    let result = batch + rows + columns
    let shape = (batch + rows).map { a.size($0) } + columns.map { b.size($0) }
    try Tensor.validate(shape, "einsum")
    let outer = count(a, batch)
    let left = try a.ordered(batch + rows + inner)
      .reshaped(to: [outer, count(a, rows), count(a, inner)])
    let right = try b.ordered(batch + inner + columns)
      .reshaped(to: [outer, count(b, inner), count(b, columns)])
    // A sum of one product is no matrix product.
    let product = try count(a, inner) == 1 ? left * right : matmul(left, right)
    return Term(try product.reshaped(to: shape), result)
  }
}
