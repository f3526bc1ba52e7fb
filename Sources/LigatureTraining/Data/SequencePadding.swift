import LigatureTensors

/// How the sequences of a mini-batch come to one length.
///
///     TrainingOptions(padding: .fixed(64))
///     TrainingOptions(padding: SequencePadding(.longest, side: .left))
public struct SequencePadding: Sendable, Hashable, Codable {
  /// The length that they come to.
  public enum Length: Sendable, Hashable, Codable {
    /// That of the longest one; nothing is lost.
    case longest
    /// That of the shortest one: what others have beyond it is left out.
    case shortest
    /// So many steps, 1 or more: longer sequences are cut, and shorter ones padded.
    case fixed(Int)
  }

  /// Where zeros, and cuts, are.
  public enum Side: String, Sendable, Hashable, Codable {
    /// Behind the last step. Layers are told how many steps count, so that zeros do not matter.
    case right
    /// Before the first step, so that all sequences end together. To layers zeros are steps like
    /// others; losses and metrics of a target for each step leave them out.
    case left
  }

  /// The length that sequences come to.
  public var length: Length
  /// Where zeros, and cuts, are.
  public var side: Side

  /// A length, and a side.
  public init(_ length: Length, side: Side = .right) {
    self.length = length
    self.side = side
  }

  /// Zeros behind sequences that are shorter than the longest: the default.
  public static let longest = SequencePadding(.longest)
  /// Sequences cut behind the length of the shortest.
  public static let shortest = SequencePadding(.shortest)
  /// Sequences cut, or with zeros, behind so many steps.
  public static func fixed(_ steps: Int, side: Side = .right) -> SequencePadding {
    SequencePadding(.fixed(steps), side: side)
  }

  func validate() throws {
    guard case .fixed(let steps) = length, steps < 1 else { return }
    throw TensorError(
      "train", "sequences cannot be padded to \(counted(steps, "step"))",
      remedy: "Give 1 step or more")
  }
}

extension SequencePadding: CustomStringConvertible {
  public var description: String {
    let words =
      switch length {
      case .longest: "to the longest"
      case .shortest: "to the shortest"
      case .fixed(let steps): "to \(counted(steps, "step"))"
      }
    return "\(words), \(side)"
  }
}

extension TrainingData {
  /// The same mini-batch with its padded sequences as they are to be; what is not padded stays. The
  /// sequences are longest as they come, with zeros behind.
  func repadded(_ padding: SequencePadding) throws -> TrainingData {
    guard padding != .longest, inputLengths.contains(where: { $0 != nil }) || targetsAreSequences
    else { return self }
    func arranged(
      _ tensor: Tensor, _ lengths: [Int]?, batch: Int, time: Int
    ) throws -> (Tensor, [Int]?) {
      guard let lengths, !lengths.isEmpty else { return (tensor, lengths) }
      let steps =
        switch padding.length {
        case .longest: lengths.max() ?? 0
        case .shortest: lengths.min() ?? 0
        case .fixed(let steps): steps
        }
      let kept = lengths.map { min($0, steps) }
      if padding.side == .right {
        return (try tensor.withSteps(0..<min(steps, tensor.shape[time]), of: steps, time), kept)
      }
      let rows = try lengths.enumerated().map { row, length in
        let whole = try tensor.slice(row..<(row + 1), axis: batch)
        let start = length - kept[row]
        return try whole.withSteps(start..<length, of: steps, time, endingTogether: true)
      }
      return (try concatenate(rows, axis: batch), kept)
    }
    let inputs = try self.inputs.enumerated().map { place, input in
      try arranged(
        input, inputLengths[place], batch: batchAxis(place), time: timeAxis(place))
    }
    let targets = try self.targets.enumerated().map { place, target in
      try arranged(target, targetLengths[place], batch: 0, time: 1)
    }
    let isLeft = padding.side == .left
    return try TrainingData(
      inputs: inputs.map(\.0), targets: targets.map(\.0), isReconstruction: false,
      inputLayouts: inputLayouts, inputLengths: inputs.map { isLeft ? nil : $0.1 },
      targetLengths: targets.map(\.1), stepsComeLast: isLeft)
  }

  /// The same data, whose sequences end together where those do that it was made of.
  func endingTogether(as former: TrainingData) throws -> TrainingData {
    guard former.stepsComeLast, !stepsComeLast, targetLengths == former.targetLengths else {
      return self
    }
    return try TrainingData(
      inputs: inputs, targets: targets, isReconstruction: isReconstruction,
      inputLayouts: inputLayouts, inputLengths: inputLengths, targetLengths: targetLengths,
      stepsComeLast: true)
  }

  /// The same data as the network first sees them: of the length that mini-batches come to, with
  /// zeros, which do not count, behind.
  func sampled(_ padding: SequencePadding) throws -> TrainingData {
    try repadded(SequencePadding(padding.length))
  }

  /// Pieces of at most so many steps, one after the other in time. In a piece, sequences that have
  /// ended have no step. Inputs that are not sequences are in all of them.
  ///
  /// Throws where a target is not one for each step, and where sequences of one observation differ
  /// in length.
  func pieces(of steps: Int) throws -> [TrainingData] {
    let lengths = inputLengths.compactMap(\.self) + targetLengths.compactMap(\.self)
    guard targetLengths.allSatisfy({ $0 != nil }), !targets.isEmpty,
      let first = lengths.first, lengths.allSatisfy({ $0 == first }),
      inputLengths.contains(where: { $0 != nil })
    else {
      throw TensorError(
        "train",
        "sequences can be split where inputs and targets have as many steps as each other, and "
          + "here inputs have \(Self.text(inputLengths)), targets \(Self.text(targetLengths))",
        remedy: "Give TrainingData(sequences:targetSequences:), or leave splitLength out")
    }
    let longest = first.max() ?? 0
    return try stride(from: 0, to: max(1, longest), by: steps).map { start in
      let range = start..<min(start + steps, longest)
      let kept = first.map { min(max(0, $0 - start), range.count) }
      return try TrainingData(
        inputs: inputs.enumerated().map { place, input in
          inputLengths[place] == nil ? input : try input.slice(range, axis: timeAxis(place))
        },
        targets: targets.map { try $0.slice(range, axis: 1) }, isReconstruction: false,
        inputLayouts: inputLayouts, inputLengths: inputLengths.map { $0 == nil ? nil : kept },
        targetLengths: targetLengths.map { _ in kept }, leastLength: 0)
    }
  }

  private static func text(_ lengths: [[Int]?]) -> String {
    lengths.map { $0.map { "lengths \($0.prefix(4))" } ?? "no lengths" }
      .joined(separator: " and ")
  }
}

extension Tensor {
  /// Some steps along an axis, and zeros up to a number of them: behind, or before them.
  fileprivate func withSteps(
    _ range: Range<Int>, of steps: Int, _ axis: Int, endingTogether: Bool = false
  ) throws -> Tensor {
    let part = try slice(range, axis: axis)
    guard range.count < steps else { return part }
    var gap = shape
    gap[axis] = steps - range.count
    let zeros = try Tensor.zeros(gap, scalarType)
    return try concatenate(endingTogether ? [zeros, part] : [part, zeros], axis: axis)
  }
}
