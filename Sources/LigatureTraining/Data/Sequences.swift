import LigatureTensors

/// Sequences `[time, ...]` of one type, and of one shape but for their lengths, in one tensor
/// `[batch, longest, ...]` with zeros behind the shorter ones. O(count of the result). Throws where
/// sequences do not fit together, and where there are none.
///
///     let (x, lengths) = try padded(recordings)
///     let labels = try network.predict(x, sequenceLengths: lengths)
public func padded(_ sequences: [Tensor]) throws -> (batch: Tensor, lengths: [Int]) {
  guard let first = sequences.first else {
    throw TensorError("padded", "there are no sequences", remedy: "Give at least one")
  }
  guard first.rank > 0,
    sequences.allSatisfy({
      $0.shape.dropFirst() == first.shape.dropFirst() && $0.rank == first.rank
        && $0.scalarType == first.scalarType
    })
  else {
    let shapes = sequences.prefix(8).map { "\($0.scalarType) \($0.shape)" }
    throw TensorError(
      "padded", "sequences \(shapes.joined(separator: ", ")) do not fit together",
      remedy: "Give [time, ...] that differ in nothing but time")
  }
  let lengths = sequences.map { $0.shape[0] }
  let longest = lengths.max() ?? 0
  let rows = try zip(sequences, lengths).map { sequence, length -> Tensor in
    guard length < longest else { return sequence }
    var gap = first.shape
    gap[0] = longest - length
    return try concatenate([sequence, .zeros(gap, first.scalarType)], axis: 0)
  }
  return (try stack(rows), lengths)
}

/// The numbers of sequences in groups of `size` of similar length, short ones first, for which
/// padding is least; the last may be smaller. Sequences of one length keep their order.
/// O(count · log count). Throws unless `size` is positive.
public func buckets(_ lengths: [Int], of size: Int) throws -> [[Int]] {
  guard size > 0 else {
    throw TensorError(
      "buckets", "groups of \(size) cannot be made", remedy: "Give a size of 1 or more")
  }
  let order = lengths.indices.sorted { (lengths[$0], $0) < (lengths[$1], $1) }
  return stride(from: 0, to: order.count, by: size).map {
    Array(order[$0..<min($0 + size, order.count)])
  }
}
