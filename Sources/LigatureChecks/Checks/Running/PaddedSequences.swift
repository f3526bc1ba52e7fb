import LigatureNetworks
import LigatureTensors

/// A sequence gives what it gives alone, however much padding stands behind it.
struct PaddedSequences: LayerCheck {
  static let kind = CheckKind.paddedSequences
  static let prerequisites: [CheckKind] = [.determinism, .observationCounts, .scalarType]
  static let meaning =
    "A sequence with padding behind it gives what it gives alone, in inference, or is refused as padded; more padding "
    + "changes nothing in training; where the number of steps changes, the layer says how many count."
  static let commonCause =
    "A mean, maximum, softmax or last step over time that takes padding in; a reshape or reversal that moves padding "
    + "between the steps."
  static let remedy =
    "Ask context.lengths(of: x) and leave out what lies beyond, as mean(over: .time, counting:) does; or declare the "
    + "exception .ignoresLengths"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    for exception in [CheckOptions.Exception.ignoresLengths, .mixesObservations, .random]
    where subject.options.exceptions.contains(exception) {
      return .skipped(
        reason: "the exception .\(exception.rawValue) is declared",
        remedy: "Remove it to run this check")
    }
    guard subject.hasSequencesOnly, let longest = subject.options.timeStepCounts.max(), longest > 1
    else {
      return .skipped(
        reason: "there are no inputs with a batch and any number of time steps",
        remedy: "Give a layout such as BTC with nil time steps")
    }
    return try subject.withScalarType(.float64) {
      let lengths = lengths(subject, longest)
      let inputs = try subject.inputs(
        observations: lengths.count, timeSteps: longest, type: .float64)
      var refusal: CheckReport.Outcome?
      let failure = try subject.withSeveralValues { values in
        try compare(subject, inputs, lengths, longest, values, &refusal)
      }
      let other =
        try refusal == nil && failure == nil
        ? unlike(subject, inputs, lengths, longest) ?? trained(subject, inputs, lengths, longest)
        : nil
      return refusal ?? (failure ?? other).map { .failed([$0]) }
        ?? .passed("lengths \(lengths.map { "\($0)" }.joined(separator: ", "))")
    }
  }

  /// The numbers of steps that the layer has been seen to take, and some fewer that it takes too:
  /// half of them, for what joins steps in pairs, and odd ones.
  private func lengths(_ subject: CheckSubject, _ longest: Int) -> [Int] {
    let seen = Set(subject.options.timeStepCounts.filter { $0 > 0 })
    let fewer = Set([longest / 2, longest - 1, 1]).subtracting(seen).filter { steps in
      guard steps > 0 else { return false }
      return
        (try? subject.outputs(subject.inputs(observations: 1, timeSteps: steps, type: .float64)))
        != nil
    }
    let steps = seen.union(fewer).sorted(by: >)
    return (0..<Swift.max(2, steps.count)).map { steps[$0 % steps.count] }
  }

  private func compare(
    _ subject: CheckSubject, _ inputs: [Tensor], _ lengths: [Int], _ longest: Int,
    _ values: String, _ refusal: inout CheckReport.Outcome?
  ) throws -> CheckReport.Failure? {
    let padded: [Tensor]
    do {
      padded = try subject.network.outputs(
        for: inputs, .inference, seed: subject.options.seed, sequenceLengths: lengths)
    } catch let error as LayerError where error.kind == .padding {
      refusal = .passed("padded sequences are refused")
      return nil
    } catch {
      return subject.failure(
        "the layer throws on padded sequences", error, at: "lengths \(lengths)",
        expected: "an output, or a refusal of padding")
    }
    let said = try LengthProbe.lengths(of: subject, inputs, lengths)
    for (observation, length) in lengths.enumerated() {
      let alone = try subject.outputs(
        inputs.enumerated().map { number, input in
          guard let batch = subject.batchAxis(ofInput: number) else { return input }
          let own = try input.slice(observation..<(observation + 1), axis: batch)
          let time = subject.layouts[number].axes(labelled: .time).first
          return try time.map { try own.slice(0..<length, axis: $0) } ?? own
        })
      for (number, (all, one)) in zip(padded, alone).enumerated() {
        let found = said.flatMap { $0[number]?[observation] }
        if let said, Self.hasFewerSteps(one, than: all, lengths.count), found != one.shape[1] {
          return CheckReport.Failure(
            said[number] == nil
              ? "the layer does not say how many steps of its output count"
              : "the layer says that another number of steps of its output counts",
            at: "\(subject.outputName(number)), \(counted(length, "step")) of \(longest)",
            expected: "\(one.shape[1]), as many as come out of the sequence alone",
            found: found.map { "\($0)" } ?? "nothing, so that all \(all.shape[1]) count",
            remedy: "Say it where the number of steps changes: context.setOutputLengths(_:), with "
              + "lengths worked out from context.lengths(of: x)")
        }
        guard let part = try Self.part(of: all, observation, lengths.count, like: one),
          let difference = try Difference(part, one, tolerance: 1e-8)
        else { continue }
        return difference.failure(
          "padding changes the result of a sequence",
          at: "\(subject.outputName(number)), \(counted(length, "step")) of \(longest)" + values,
          remedy: Self.remedy)
      }
    }
    return nil
  }

  /// Sequences that come in together and are not equally long, where the layer takes such.
  private func unlike(
    _ subject: CheckSubject, _ inputs: [Tensor], _ lengths: [Int], _ longest: Int
  ) throws -> CheckReport.Failure? {
    let times = subject.layouts.map { $0.axes(labelled: .time).first }
    // One step would be stretched to many.
    let several = lengths.map { Swift.max(2, $0) }
    guard times.filter({ $0 != nil }).count > 1, Set(several).count > 1,
      inputs.count == times.count
    else { return nil }
    let each = times.enumerated().map { number, time in
      time.map { _ in several.indices.map { several[($0 + number) % several.count] } }
    }
    guard
      let padded = try? subject.network.outputs(
        for: inputs, .inference, seed: subject.options.seed, eachLengths: each)
    else { return nil }
    for observation in several.indices {
      let own = try inputs.enumerated().map { number, input in
        guard let batch = subject.batchAxis(ofInput: number) else { return input }
        let one = try input.slice(observation..<(observation + 1), axis: batch)
        guard let time = times[number], let length = each[number]?[observation] else { return one }
        return try one.slice(0..<length, axis: time)
      }
      guard let alone = try? subject.outputs(own) else { return nil }
      for (number, (all, one)) in zip(padded, alone).enumerated() {
        guard let part = try Self.part(of: all, observation, several.count, like: one),
          let difference = try Difference(part, one, tolerance: 1e-8)
        else { continue }
        let steps = each.compactMap { $0.map { "\($0[observation])" } }.joined(separator: " and ")
        return difference.failure(
          "padding changes the result where sequences are not equally long",
          at: "\(subject.outputName(number)), \(steps) steps of \(longest)",
          remedy: "Ask context.lengths(of:) for each input, and leave out what lies beyond its own")
      }
    }
    return nil
  }

  /// A batch in training gives the same whether one step more of padding stands behind it or not.
  private func trained(
    _ subject: CheckSubject, _ inputs: [Tensor], _ lengths: [Int], _ longest: Int
  ) throws -> CheckReport.Failure? {
    let shorter = longest - 1
    let counts = lengths.map { Swift.min($0, shorter) }
    func outputs(_ steps: Int, _ iteration: Int = 0) throws -> [Tensor] {
      let cut = try zip(inputs, subject.layouts).map { input, layout in
        try layout.axes(labelled: .time).first.map { try input.slice(0..<steps, axis: $0) } ?? input
      }
      return try subject.network.outputs(
        for: cut, .training, seed: subject.options.seed, iteration: iteration,
        sequenceLengths: counts)
    }
    guard shorter > 0, inputs.count == subject.layouts.count, let more = try? outputs(longest),
      let less = try? outputs(shorter), let again = try? outputs(longest, 1),
      try zip(more, again).allSatisfy({ try $0.isIdentical(to: $1) })
    else { return nil }
    for (number, (all, fewer)) in zip(more, less).enumerated() {
      for (observation, count) in counts.enumerated() {
        guard all.rank > 0, all.shape.first == counts.count, fewer.shape.first == counts.count
        else { continue }
        var pair = [all, fewer]
        pair = try pair.map { try $0.slice(observation..<(observation + 1)) }
        if all.shape != fewer.shape {
          guard all.rank == fewer.rank, all.rank > 1, all.shape[1] == longest,
            fewer.shape[1] == shorter
          else { continue }
          pair = try pair.map { try $0.slice(0..<count, axis: 1) }
        } else if all.rank > 2 {
          // Where the number of steps is not that of the input, what counts is not known here.
          continue
        }
        if let difference = try Difference(pair[0], pair[1], tolerance: 1e-8) {
          return difference.failure(
            "padding changes the result of training",
            at: "\(subject.outputName(number)), \(counted(count, "step")) of \(longest) and of "
              + "\(shorter)",
            remedy: Self.remedy)
        }
      }
    }
    return nil
  }

  /// Whether a sequence alone comes out with fewer steps than in its batch.
  private static func hasFewerSteps(_ one: Tensor, than all: Tensor, _ count: Int) -> Bool {
    one.rank == all.rank && all.rank > 2 && all.shape[0] == count && one.shape[0] == 1
      && one.shape[1] < all.shape[1]
  }

  /// An observation of an output, without the steps that it has not alone; nil where the two cannot
  /// be compared.
  private static func part(
    of all: Tensor, _ observation: Int, _ count: Int, like one: Tensor
  ) throws -> Tensor? {
    guard all.rank == one.rank, all.rank > 0, all.shape[0] == count, one.shape[0] == 1 else {
      return nil
    }
    var own = try all.slice(observation..<(observation + 1))
    for axis in own.shape.indices.dropFirst() where own.shape[axis] != one.shape[axis] {
      guard axis == 1, own.shape[axis] > one.shape[axis] else { return nil }
      own = try own.slice(0..<one.shape[axis], axis: axis)
    }
    return own
  }
}

/// Stands behind an output and looks how many of its steps count.
private struct LengthProbe: CustomLayer {
  let found = Lock<[Int]?>(nil)

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let lengths = try context.lengths(of: x)
    found.withLock { $0 = lengths }
    return x
  }

  /// The lengths of each output of a padded batch, nil for one whose steps all count; nil where the
  /// layer cannot stand in a network with others.
  static func lengths(
    of subject: CheckSubject, _ inputs: [Tensor], _ lengths: [Int]
  ) throws -> [[Int]?]? {
    let (layer, network) = (subject.layer, Network())
    guard !(layer is any InputLayer), !(layer is Network) else { return nil }
    func shared<L: Layer>(_ layer: L) -> any Layer { layer.shared() }
    try network.add(shared(layer), named: "layer")
    for (port, layout) in zip(layer.inputNames, subject.layouts) {
      try network.addInput("input \(port)", layout)
      try network.connect("input \(port)", to: "layer/\(port)")
    }
    let probes = layer.outputNames.map { _ in LengthProbe() }
    for (port, probe) in zip(layer.outputNames, probes) {
      try network.add(probe, named: "probe \(port)")
      try network.connect("layer/\(port)", to: "probe \(port)")
    }
    network.seed = subject.network.seed
    try network.cast(to: subject.network.scalarType)
    _ = try network.outputs(
      for: inputs, .inference, seed: subject.options.seed, sequenceLengths: lengths)
    return probes.map { $0.found.withLock { $0 } }
  }
}
