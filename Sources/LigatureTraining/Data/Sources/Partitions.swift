import LigatureTensors

/// One of the parts that take turns in being left out of a training.
public struct CrossValidationFold: Sendable, Equatable {
  /// The observations to train on, in ascending order.
  public let training: [Int]
  /// The observations that are left out.
  public let validation: [Int]
}

/// `folds` parts of 0..<count in random order, each of which is left out once, as MATLAB's
/// `cvpartition` makes them. With classes each part has its share of every class, to one
/// observation. O(count · folds).
///
///     for fold in try crossValidationFolds(data.count, of: 5) {
///       try train(network(), on: data.part(fold.training), loss: loss, options: options)
///     }
///
/// Throws unless there are two folds or more, an observation for each, and a class for each
/// observation.
public func crossValidationFolds(
  _ count: Int, of folds: Int, classes: [Int]? = nil, seed: UInt64 = 0
) throws -> [CrossValidationFold] {
  guard folds >= 2, count >= folds, classes == nil || classes?.count == count else {
    throw TensorError(
      "crossValidationFolds",
      "\(counted(count, "observation")) with classes of \(classes?.count ?? count) cannot be cut "
        + "into \(folds) parts",
      remedy: "Give 2 parts or more, no more than observations, and a class for each observation")
  }
  var stream = RandomStream(seed: seed, name: "folds")
  var order = try stream.permutation(count)
  if let classes {
    let places = order.enumerated().sorted {
      (classes[$0.element], $0.offset) < (classes[$1.element], $1.offset)
    }
    order = places.map(\.element)
  }
  var fold = Array(repeating: 0, count: count)
  for (place, observation) in order.enumerated() { fold[observation] = place % folds }
  return (0..<folds).map { number in
    CrossValidationFold(
      training: (0..<count).filter { fold[$0] != number },
      validation: (0..<count).filter { fold[$0] == number })
  }
}

/// The numbers of observations, each of them at least once, with some of the rarer classes more
/// often, so that all classes come equally often: as often as the most frequent one. What an even
/// repetition leaves is drawn. O(classes · observations of the largest).
///
///     try train(network, on: data.part(balancedObservations(labels)), loss: loss)
public func balancedObservations(_ classes: [Int], seed: UInt64 = 0) throws -> [Int] {
  let members = Dictionary(grouping: classes.indices) { classes[$0] }
  let largest = members.values.map(\.count).max() ?? 0
  let (total, overflows) = largest.multipliedReportingOverflow(by: members.count)
  guard !overflows, total <= 1 << 40 else {
    throw TensorError(
      "balancedObservations", "\(members.count) classes of up to \(largest) would be too many",
      remedy: "Leave out the rarest classes")
  }
  var stream = RandomStream(seed: seed, name: "balance")
  return try members.keys.sorted().flatMap { key -> [Int] in
    let own = members[key] ?? []
    let whole = (0..<(largest / own.count)).flatMap { _ in own }
    let drawn = try stream.permutation(own.count).prefix(largest % own.count).map { own[$0] }
    return whole + drawn
  }
}
