/// Rows of a table by their numbers: `indices` `[...]` in `vectors` `[vocabulary, features]` give
/// `[..., features]`. Indices are whole numbers in 0..<vocabulary of any scalar type, floating ones
/// included. O(count of the result).
///
/// The gradient in the table is a scatter-add: a row that is named twice gets both shares. Where
/// the index is `paddingIndex` the result is 0, whatever the table's row, and that row gets no
/// gradient.
///
/// Throws for an index that is no whole number or names no row, and says where it stands.
public func embedding(
  _ indices: Tensor, vectors: Tensor, paddingIndex: Int? = nil
) throws -> Tensor {
  let name = "embedding"
  try vectors.require(name)
  guard vectors.rank == 2 else {
    throw TensorError(
      name, "the vectors have shape \(vectors.shape)", remedy: "Give [vocabulary, features]")
  }
  let (count, features) = (vectors.shape[0], vectors.shape[1])
  if let paddingIndex, !(0..<count).contains(paddingIndex) {
    throw TensorError(
      name, "the padding index is \(paddingIndex), of \(counted(count, "vector"))",
      remedy: "Give the number of a row, from 0, or nil")
  }
  let places = try indices.wholeNumbers(below: count, name)
  try Tensor.validate(indices.shape + [features], name)
  let rows = try Gather(axis: 0)([vectors, places.reshaped(to: [places.count])])
  let found = try rows.reshaped(to: indices.shape + [features])
  guard let paddingIndex else { return found }
  let isPadding = try (places .== Double(paddingIndex)).cast(to: found.scalarType)
  return try select(isPadding.expandingAxis(-1), .zeros([], found.scalarType), found)
}

extension Tensor {
  /// These numbers as int64, constants but on a trace. Throws where one of them is not whole, or
  /// not in 0..<count, with its place: of a vector the observation, of a matrix also the step.
  package func wholeNumbers(below count: Int, _ name: String) throws -> Tensor {
    try require(name)
    let numbers = try detached.cast(to: .float64).scalars(as: Double.self)
    let limit = Double(count)
    if let bad = numbers.firstIndex(where: { !($0 >= 0 && $0 < limit && $0 == $0.rounded()) }) {
      let number = numbers[bad]
      let isWhole = number == number.rounded() && Swift.abs(number) < 0x1p53
      let shown = isWhole ? "\(Int(number))" : "\(number)"
      throw TensorError(
        name,
        "the index \(placeInWords(bad)) is \(shown), "
          + (isWhole ? "of \(counted(count, "number")) from 0 on" : "which is no whole number"),
        remedy: count > 0
          ? "Number classes from 0 to \(count - 1)" : "Give no indices: there is nothing to name")
    }
    return try traced.cast(to: .int64)
  }

  /// Where an element stands, by its number in row-major order.
  private func placeInWords(_ number: Int) -> String {
    let index = zip(shape, Shape.strides(shape)).map { number / $1 % $0 }
    switch index.count {
    case 0: return "given"
    case 1: return "of observation \(index[0])"
    case 2: return "of observation \(index[0]), step \(index[1])"
    default: return "at \(index)"
    }
  }
}
