import LigatureNetworks
import LigatureTensors

/// Casting keeps parameters, ties and, to rounding, results.
struct Casting: LayerCheck {
  static let kind = CheckKind.casting
  static let prerequisites: [CheckKind] = [.scalarType, .determinism]
  static let meaning =
    "Casting to float64 and back keeps parameters, ties and, to rounding, results and gradients."
  static let commonCause = "Numbers kept outside learnables and states, in a type of their own."
  static let remedy =
    "Keep tensors in @Learnable or @LayerState, or make them from the input's type"

  /// Norms of gradients below this are rounding errors of single precision.
  private static let floor = 1e-5

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    let inputs = try subject.inputs()
    let single = try subject.outputs(inputs)
    let before = subject.network.learnables.map(\.parameter)
    let double = try subject.withScalarType(.float64) {
      let after = subject.network.learnables.map(\.parameter)
      guard zip(before, after).allSatisfy({ $0 === $1 }), before.count == after.count else {
        return nil as [Tensor]?
      }
      return try subject.outputs(
        inputs.map { $0.scalarType.isFloatingPoint ? try $0.cast(to: .float64) : $0 })
    }
    guard let double else {
      return .failed([
        CheckReport.Failure(
          "casting replaces parameters", at: subject.shown(""), expected: "the same parameters",
          found: "others", remedy: Self.remedy)
      ])
    }
    if subject.options.exceptions.contains(.random) {
      // Each scalar type has random numbers of its own.
      return .passed("results of a random layer are not compared")
    }
    if let failure = try gradientFailure(subject, inputs) { return .failed([failure]) }
    let rounded = try double.map { $0.scalarType == .float64 ? try $0.cast(to: .float32) : $0 }
    let wanted = try single.map { $0.scalarType == .float64 ? try $0.cast(to: .float32) : $0 }
    // Rounding errors of single precision grow with the length of sums; a lost value is far beyond.
    return outcome(
      try subject.differences(
        wanted, rounded, tolerance: 1e-3, "float32 and float64 give different results",
        remedy: Self.remedy))
  }

  /// A gradient in single precision that is far from that in double, which central differences have
  /// judged; nil where results of training differ too, as those of a dropout do.
  private func gradientFailure(
    _ subject: CheckSubject, _ inputs: [Tensor]
  ) throws -> CheckReport.Failure? {
    func weights(_ outputs: [Tensor]) throws -> [Tensor?] {
      try outputs.enumerated().map { number, output in
        guard output.scalarType.isFloatingPoint else { return nil }
        var stream = RandomStream(seed: subject.options.seed, name: "cast weight \(number)")
        return try stream.normal(output.shape, .float64).cast(to: output.scalarType)
      }
    }
    func asDouble(_ tensors: [Tensor]) throws -> [Tensor] {
      try tensors.map { $0.scalarType.isFloatingPoint ? try $0.cast(to: .float64) : $0 }
    }
    let variables = Variable.all(of: subject, inputs)
    let single = try subject.differentiated(inputs, weights: weights)
    let double = try subject.withScalarType(.float64) {
      try subject.differentiated(asDouble(inputs), weights: weights)
    }
    let outputs = zip(try asDouble(single.outputs), try asDouble(double.outputs))
    guard try outputs.allSatisfy({ try Difference($0, $1, tolerance: 1e-4) == nil }) else {
      return nil
    }
    func norm(_ tensor: Tensor) throws -> Double {
      try square(tensor.cast(to: .float64)).sum().item().squareRoot()
    }
    let expected = variables.map { $0.gradient(in: double) }
    let largest = try expected.compactMap { try $0.map(norm) }.max() ?? 0
    for (variable, expected) in zip(variables, expected) {
      guard let found = variable.gradient(in: single), let expected else { continue }
      let error = try norm(found.cast(to: .float64) - expected.cast(to: .float64))
      // Sums that nearly cancel have little left of single precision.
      guard try error > 0.05 * norm(expected) + 1e-2 * largest + Self.floor else { continue }
      return CheckReport.Failure(
        "the gradient in float32 is not that in float64", at: "\(variable.name), in training",
        expected: "that in float64, of norm \(try norm(expected)), to 5 %",
        found: "one that differs from it by \(error)",
        remedy: "Make the backward the same for both scalar types")
    }
    return nil
  }
}
