import Foundation
import LigatureTensors

extension OperationFixture {
  /// Products that are summed over axes by name, and others than of matrices.
  @FixtureBuilder static var sums: [OperationFixture] {
    for (equation, shapes) in [
      ("ij,jk->ik", [[2, 3], [3, 4]]), ("bij,bjk->bik", [[2, 2, 3], [2, 3, 2]]),
      ("ij,kj", [[2, 3], [4, 3]]), ("i,j->ij", [[2], [3]]), ("i,i->", [[4], [4]]),
      ("ij->ji", [[2, 3]]), ("ij->", [[2, 3]]), ("ii->i", [[3, 3]]), ("ii", [[3, 3]]),
      ("bhqd,bhkd->bhqk", [[2, 1, 2, 3], [2, 1, 2, 3]]),
      ("ij,jk,kl->il", [[2, 3], [3, 2], [2, 2]]),
      ("ijk,k->ij", [[2, 2, 3], [3]]), ("ij,ij->ij", [[2, 3], [2, 3]]),
      ("iij,j->i", [[2, 2, 3], [3]]), ("ij,k->k", [[2, 3], [2]]), ("i j , j -> i", [[2, 3], [3]]),
      ("ij,jk->ik", [[2, 0], [0, 3]]), ("ba", [[2, 3]]), (",i->i", [[], [3]]),
    ] {
      OperationFixture(
        "\(equation) of \(shapes)", "einsum(String, [Tensor])",
        shapes.map { Sample($0, .offGrid) }
      ) {
        try einsum(equation, $0)
      } plain: {
        plainSum(equation, $0)
      }
    }
    OperationFixture("axes by name, one by one", "einsum(String, Tensor...)", [[2, 3], [3]]) {
      try einsum("ij,j->i", $0[0], $0[1])
    } plain: {
      plainSum("ij,j->i", $0)
    }
    OperationFixture(
      "axes that letters leave", "einsum(String, [Tensor])", [[2, 2, 3], [2, 3, 2]]
    ) {
      try einsum("...ij,...jk->...ik", $0)
    } plain: {
      plainSum("bij,bjk->bik", $0)
    }
    OperationFixture(
      "axes that letters leave, aligned", "einsum(String, [Tensor])", [[3, 2], [4, 2]]
    ) {
      try einsum("i...,j...", $0)
    } plain: {
      plainSum("ib,jb->bij", $0)
    }
    OperationFixture("an inner product", "dot(Tensor, Tensor)", [[5], [5]]) {
      try dot($0[0], $0[1])
    } plain: {
      plainSum("i,i->", $0)
    }
    OperationFixture("inner products of rows", "dot(Tensor, Tensor)", [[2, 3], [3]]) {
      try dot($0[0], $0[1])
    } plain: {
      plainSum("bi,i->b", $0)
    }
    OperationFixture("an outer product", "outer(Tensor, Tensor)", [[2], [3]]) {
      try outer($0[0], $0[1])
    } plain: {
      plainSum("i,j->ij", $0)
    }
    OperationFixture("outer products of rows", "outer(Tensor, Tensor)", [[2, 2], [2, 3]]) {
      try outer($0[0], $0[1])
    } plain: {
      plainSum("bi,bj->bij", $0)
    }
    OperationFixture("a Kronecker product", "kronecker(Tensor, Tensor)", [[2, 3], [3, 2]]) {
      try kronecker($0[0], $0[1])
    } plain: { inputs in
      Plain([6, 6]) { inputs[0][[$0[0] / 3, $0[1] / 2]] * inputs[1][[$0[0] % 3, $0[1] % 2]] }
    }
    OperationFixture("vector products", "cross(Tensor, Tensor)", [[2, 3], [3]]) {
      try cross($0[0], $0[1])
    } plain: { inputs in
      Plain([2, 3]) { index in
        let (next, last) = ((index[1] + 1) % 3, (index[1] + 2) % 3)
        return inputs[0][[index[0], next]] * inputs[1][[last]]
          - inputs[0][[index[0], last]] * inputs[1][[next]]
      }
    }
  }

  /// The sum over every value of every letter, as the equation says it.
  private static func plainSum(_ equation: String, _ inputs: [Plain]) -> Plain {
    let sides = equation.filter { $0 != " " }.components(separatedBy: "->")
    let terms = sides[0].components(separatedBy: ",").map(Array.init)
    let all = Set(terms.joined()).sorted()
    let single = all.filter { letter in terms.joined().filter { $0 == letter }.count == 1 }
    let output = sides.count > 1 ? Array(sides[1]) : single
    var sizes: [Character: Int] = [:]
    for (term, input) in zip(terms, inputs) {
      for (letter, size) in zip(term, input.shape) { sizes[letter] = size }
    }
    let inner = all.filter { !output.contains($0) }
    let assignments = Plain.indices(of: inner.map { sizes[$0, default: 1] })
    return Plain(output.map { sizes[$0, default: 1] }) { index in
      assignments.reduce(0) { sum, assignment in
        var values = Dictionary(uniqueKeysWithValues: zip(output, index))
        for (letter, value) in zip(inner, assignment) { values[letter] = value }
        return sum
          + zip(terms, inputs).reduce(1) { product, pair in
            product * pair.1[pair.0.map { values[$0, default: 0] }]
          }
      }
    }
  }
}
