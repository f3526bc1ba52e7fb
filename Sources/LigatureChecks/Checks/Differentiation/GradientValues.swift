import LigatureLayers
import LigatureTensors

/// Row 10: gradients of inputs and of every learnable equal central differences, in double.
struct GradientValues: LayerCheck {
  static let kind = CheckKind.gradientValues
  static let meaning =
    "The gradients of inputs and of every learnable equal central differences in double."
  static let commonCause =
    "A hand-written backward with a wrong factor, sign, transpose or missing sum over the batch; a value taken out of "
    + "the pass with detached, doubles() or item()."
  static let remedy =
    "Derive the backward again, or delete it: what is made of tensor operations is differentiated without one"

  /// Variables and outputs up to this many elements are compared one by one, larger ones along random directions.
  private static let smallCount = 24
  private static let directions = 3
  /// New inputs and learnables drawn where the layer has a kink.
  private static let draws = 6

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    try subject.withScalarType(.float64) {
      var compared = 0
      for phase in try phases(of: subject) {
        let result = try compare(subject, phase)
        if !result.failures.isEmpty { return .failed(result.failures) }
        compared += result.compared
      }
      guard compared > 0 else {
        return .skipped(
          reason:
            "there is nothing to differentiate: no floating-point input or unfrozen learnable, or a kink "
            + "everywhere",
          remedy: "Give layouts of a floating-point type, or example inputs away from kinks")
      }
      return .passed("\(compared) derivatives")
    }
  }

  /// Training, and inference too if it gives other results.
  private func phases(of subject: CheckSubject) throws -> [Phase] {
    let inputs = try subject.inputs(type: .float64)
    let training = try subject.outputs(inputs, .training)
    let inference = try subject.outputs(inputs, .inference)
    let isSame = try zip(training, inference).allSatisfy { try $0.isIdentical(to: $1) }
    return isSame ? [.training] : [.training, .inference]
  }

  private func compare(
    _ subject: CheckSubject, _ phase: Phase
  ) throws -> (failures: [CheckReport.Failure], compared: Int) {
    var pending: [Int]?
    var compared = 0
    for draw in 0..<Self.draws {
      subject.reset()
      try subject.network.cast(to: .float64)
      var stream = RandomStream(seed: subject.options.seed, name: "learnables \(draw)")
      if draw > 0 || subject.options.examples == nil { try subject.disturbLearnables(&stream) }
      let inputs = try subject.inputs(type: .float64, draw: draw)
      let variables = Variable.all(of: subject, inputs)
      let point = try Point(subject, inputs, phase)
      var kinked: [Int] = []
      for number in pending ?? Array(variables.indices) {
        let result = try point.compare(variables[number], &stream)
        if let failure = result.failure { return ([failure], compared) }
        compared += result.compared
        if result.kinks > 0 { kinked.append(number) }
      }
      pending = kinked
      if kinked.isEmpty { break }
    }
    return ([], compared)
  }

  /// One set of inputs and learnables, with the gradients found there for several weights of the outputs.
  private struct Point {
    let subject: CheckSubject
    let inputs: [Tensor]
    let phase: Phase
    let outputs: [Tensor]
    let passes:
      [(
        weights: [Tensor?],
        pass: (outputs: [Tensor], inputGradients: [Tensor?], gradients: Gradients)
      )]

    init(_ subject: CheckSubject, _ inputs: [Tensor], _ phase: Phase) throws {
      self.subject = subject
      self.inputs = inputs
      self.phase = phase
      outputs = try subject.outputs(inputs, phase)
      passes = try Self.weightings(subject, outputs).map { weights in
        (weights, try subject.differentiated(inputs, phase) { _ in weights })
      }
    }

    /// Every single output where there are few, else random weights of all.
    private static func weightings(
      _ subject: CheckSubject, _ outputs: [Tensor]
    ) throws -> [[Tensor?]] {
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
      let isSmall = value.count <= GradientValues.smallCount
      for number in 0..<(isSmall ? value.count : GradientValues.directions) {
        let direction =
          isSmall
          ? try GradientValues.unit(number, value.shape)
          : try GradientValues.unitLength(value.shape, &stream)
        let derivative = DirectionalDerivative(
          subject: subject, variable: variable, inputs: inputs, phase: phase,
          direction: direction, outputs: outputs)
        let pair = try derivative.pair()
        for (weights, pass) in passes {
          let automatic = try variable.gradient(in: pass).map {
            try ($0 * direction).sum().item()
          }
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
        expected: "\(numeric)", found: automatic.map { "\($0)" } ?? "none",
        remedy: GradientValues.remedy)
    }
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
