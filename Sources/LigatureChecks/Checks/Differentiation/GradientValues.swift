import LigatureNetworks
import LigatureTensors

/// Gradients of inputs and of every learnable equal central differences, in double.
struct GradientValues: LayerCheck {
  static let kind = CheckKind.gradientValues
  static let prerequisites: [CheckKind] = [.gradientSizes, .scalarType, .determinism]
  static let meaning =
    "The gradients of inputs and of every learnable equal central differences in double."
  static let commonCause =
    "A hand-written backward with a wrong factor, sign, transpose or missing sum over the batch; a value taken out of "
    + "the pass with detached, doubles() or item()."
  static let remedy =
    "Derive the backward again, or delete it: what is made of tensor operations is differentiated without one"

  /// Variables and outputs up to this many elements are compared one by one, larger ones along
  /// random directions.
  private static let smallCount = 24
  private static let directions = 3
  /// New inputs and learnables drawn where the layer has a kink.
  private static let draws = 6

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    try subject.withScalarType(.float64) {
      if subject.options.exceptions.contains(.surrogateGradients) {
        return .skipped(
          reason: "the exception .surrogateGradients is declared",
          remedy: "Remove it to run this check")
      }
      let inputs = try subject.inputs(type: .float64)
      let types = try subject.outputs(inputs, .training).map(\.scalarType)
      if let type = types.first(where: { $0.isFloatingPoint && $0 != .float64 }) {
        return .skipped(
          reason: "outputs are \(type) whatever comes in, so that differences would be rounding",
          remedy: "Compute in the input's scalar type to have gradients compared")
      }
      var compared = 0
      for phase in try phases(of: subject) {
        for (place, sizes) in Self.sizes(for: subject).enumerated() {
          let result = try compare(subject, phase, sizes, isBrief: place > 0)
          if !result.failures.isEmpty { return .failed(result.failures) }
          compared += result.compared
        }
      }
      guard compared > 0 else {
        return .skipped(
          reason:
            "there is nothing to differentiate: no floating-point input or unfrozen learnable, or a kink "
            + "everywhere",
          remedy: "Give layouts of a floating-point type, or example inputs away from kinks")
      }
      return .passed(counted(compared, "derivative"))
    }
  }

  /// Sizes that free axes are given.
  private struct Sizes {
    var observations: Int?
    var timeSteps: Int?
    var spaces: Int?
  }

  /// Every element is looked at for the first of these, the largest; for the others a direction of
  /// each variable, which shows a backward that fits some numbers only.
  private static func sizes(for subject: CheckSubject) -> [Sizes] {
    let counts = subject.options.observationCounts
    var all = [Sizes(observations: counts.max())]
    all += counts.filter { $0 != counts.max() }.map { Sizes(observations: $0) }
    if subject.hasFreeTime {
      let times = subject.options.timeStepCounts
      all += times.filter { $0 != times.max() }.map {
        Sizes(observations: counts.max(), timeSteps: $0)
      }
    }
    // A layer may have made its learnables for the first size, and refuse another.
    for size in subject.options.spatialSizes.dropFirst() where subject.hasFreeSpace {
      let inputs = try? subject.inputs(spaces: [size], type: .float64)
      if inputs.flatMap({ try? subject.outputs($0, .training) }) != nil {
        all.append(Sizes(observations: counts.max(), spaces: size))
      }
    }
    return all
  }

  /// Training, and inference too if it gives other results or, from a backward of its own, other
  /// gradients.
  private func phases(of subject: CheckSubject) throws -> [Phase] {
    let inputs = try subject.inputs(type: .float64)
    let training = try subject.outputs(inputs, .training)
    let inference = try subject.outputs(inputs, .inference)
    guard try zip(training, inference).allSatisfy({ try $0.isIdentical(to: $1) }) else {
      return [.training, .inference]
    }
    subject.reset()
    try subject.network.cast(to: .float64)
    let passes = try Phase.allCases.map { try subject.differentiated(inputs, $0) }
    let isSame = try Variable.all(of: subject, inputs).allSatisfy { variable in
      let found = passes.map { variable.gradient(in: $0) }
      guard let first = found[0], let second = found[1] else {
        return found.allSatisfy { $0 == nil }
      }
      return try Difference(first, second, tolerance: 1e-9) == nil
    }
    return isSame ? [.training] : [.training, .inference]
  }

  private func compare(
    _ subject: CheckSubject, _ phase: Phase, _ sizes: Sizes, isBrief: Bool
  ) throws -> (failures: [CheckReport.Failure], compared: Int) {
    var pending: [Int]?
    var compared = 0
    var agreed: Set<Int> = []
    var names: [String] = []
    for draw in 0..<Self.draws {
      subject.reset()
      try subject.network.cast(to: .float64)
      var stream = RandomStream(seed: subject.options.seed, name: "learnables \(draw)")
      if draw > 0 || subject.options.examples == nil { try subject.disturbLearnables(&stream) }
      let inputs = try subject.inputs(
        observations: sizes.observations, timeSteps: sizes.timeSteps,
        spaces: sizes.spaces.map { [$0] },
        type: .float64, draw: draw)
      let variables = Variable.all(of: subject, inputs)
      names = variables.map(\.name)
      let point = try Point(subject, inputs, phase, isBrief: isBrief)
      var kinked: [Int] = []
      for number in pending ?? Array(variables.indices) {
        let result = try point.compare(variables[number], &stream)
        if let failure = result.failure { return ([failure], compared) }
        compared += result.compared
        if result.compared > 0 { agreed.insert(number) }
        if result.kinks > 0 { kinked.append(number) }
      }
      pending = kinked
      if kinked.isEmpty { break }
    }
    // Kinks are met by chance and avoided by drawing again. What has no slope in any draw has jumps
    // everywhere, such as those of single precision.
    if let number = pending?.first(where: { !agreed.contains($0) }) {
      return ([Self.roughness(names[number], phase)], compared)
    }
    return ([], compared)
  }

  private static func roughness(_ name: String, _ phase: Phase) -> CheckReport.Failure {
    CheckReport.Failure(
      "the outputs have no slope that a gradient could equal",
      at: "\(name), in \(phase.rawValue), \(draws) draws",
      expected: "the same slope over a short step and one a quarter as long", found: "another one",
      remedy: "Compute in the input's scalar type throughout, and without rounding")
  }

  /// One set of inputs and learnables, with the gradients found there for several weights of the
  /// outputs.
  private struct Point {
    let subject: CheckSubject
    let inputs: [Tensor]
    let phase: Phase
    /// One direction of one weighting, in place of all elements of all outputs.
    let isBrief: Bool
    let outputs: [[Double]]
    let passes:
      [(
        weights: DirectionalDerivative.Weighting,
        pass: (outputs: [Tensor], inputGradients: [Tensor?], gradients: Gradients)
      )]

    init(_ subject: CheckSubject, _ inputs: [Tensor], _ phase: Phase, isBrief: Bool) throws {
      self.subject = subject
      self.inputs = inputs
      self.phase = phase
      self.isBrief = isBrief
      let found = try subject.outputs(inputs, phase)
      outputs = try found.map { try $0.doubles() }
      passes = try Self.weightings(subject, found, isBrief).map { weights in
        let pass = try subject.differentiated(inputs, phase) { _ in weights }
        return (try DirectionalDerivative.Weighting(weights), pass)
      }
    }

    /// Every single output where there are few, else random weights of all.
    private static func weightings(
      _ subject: CheckSubject, _ outputs: [Tensor], _ isBrief: Bool
    ) throws -> [[Tensor?]] {
      if isBrief { return [try subject.randomWeights(for: outputs)] }
      let floating = outputs.map { $0.scalarType.isFloatingPoint ? $0.count : 0 }
      guard floating.reduce(0, +) <= GradientValues.smallCount else {
        return try (0..<GradientValues.directions).map {
          try subject.randomWeights(for: outputs, draw: $0)
        }
      }
      return try outputs.indices.flatMap { chosen in
        try (0..<floating[chosen]).map { element in
          try outputs.enumerated().map { number, output in
            number == chosen ? try GradientValues.unit(element, output.shape) : nil
          }
        }
      }
    }

    func compare(
      _ variable: Variable, _ stream: inout RandomStream
    ) throws -> (failure: CheckReport.Failure?, compared: Int, kinks: Int) {
      let value = variable.value(inputs)
      var compared = 0
      var kinks = 0
      let isSmall = value.count <= GradientValues.smallCount && !isBrief
      // Each gradient as numbers, once, where its elements are looked at one by one.
      let gradients = try passes.map { _, pass in
        isSmall ? try variable.gradient(in: pass)?.doubles() : nil
      }
      let directions = isBrief ? 1 : GradientValues.directions
      for number in 0..<(isSmall ? value.count : directions) {
        let direction =
          isSmall
          ? try GradientValues.unit(number, value.shape)
          : try GradientValues.unitLength(value.shape, &stream)
        let derivative = DirectionalDerivative(
          subject: subject, variable: variable, inputs: inputs, phase: phase,
          direction: direction, outputs: outputs)
        let pair = try derivative.pair()
        for ((weights, pass), gradient) in zip(passes, gradients) {
          let automatic =
            isSmall
            ? gradient.map { $0[number] }
            : try variable.gradient(in: pass).map { try ($0 * direction).sum().item() }
          let verdict = try derivative.compare(
            automatic ?? 0, weights, pair, tolerance: subject.options.tolerance)
          switch verdict {
          case .agrees: compared += 1
          case .kink: kinks += 1
          case .differs(let numeric):
            let element =
              isSmall ? CheckSubject.element(number, of: value.shape) : "a random direction"
            return (
              failure(variable, element, automatic: automatic, numeric: numeric), compared, kinks
            )
          }
        }
      }
      return (nil, compared, kinks)
    }

    private func failure(
      _ variable: Variable, _ element: String, automatic: Double?, numeric: Double
    ) -> CheckReport.Failure {
      CheckReport.Failure(
        automatic == nil
          ? "no gradient reaches something the outputs depend on"
          : "a gradient differs from central differences",
        at: "\(variable.name), \(element), in \(phase.rawValue)",
        expected: "\(numeric)", found: automatic.map(CheckSubject.text) ?? "none",
        remedy: automatic?.isFinite == false
          ? FiniteValues.remedy : GradientValues.remedy(for: subject))
    }
  }

  /// What to do: a layer without a backward of its own has none to derive again.
  private static func remedy(for subject: CheckSubject) -> String {
    subject.hasOwnBackward
      ? remedy
      : "Look for a value that leaves the pass: by detached, item() or doubles(), through a tensor that is stored, or a "
        + "withCustomGradient; where the gradient is meant to be another, declare .surrogateGradients"
  }

  /// 1 at one element, 0 elsewhere.
  static func unit(_ element: Int, _ shape: [Int]) throws -> Tensor {
    var values = [Double](repeating: 0, count: shape.reduce(1, *))
    values[element] = 1
    return try Tensor(values, shape: shape)
  }

  /// Random, of Euclidean length 1.
  static func unitLength(_ shape: [Int], _ stream: inout RandomStream) throws -> Tensor {
    let vector = try stream.normal(shape, .float64)
    return try vector / square(vector).sum().item().squareRoot()
  }
}
