import LigatureLayers
import LigatureTensors

/// Row 22: casting keeps parameters, ties and, to rounding, results.
struct Casting: LayerCheck {
  static let kind = CheckKind.casting
  static let prerequisites: [CheckKind] = [.scalarType]
  static let meaning =
    "Casting to float64 and back keeps parameters, ties and, to rounding, results."
  static let commonCause = "Numbers kept outside learnables and states, in a type of their own."
  static let remedy =
    "Keep tensors in @Learnable or @LayerState, or make them from the input's type"

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
    let rounded = try double.map { $0.scalarType == .float64 ? try $0.cast(to: .float32) : $0 }
    let wanted = try single.map { $0.scalarType == .float64 ? try $0.cast(to: .float32) : $0 }
    // Rounding errors of single precision grow with the length of sums; a lost value is far beyond.
    return outcome(
      try subject.differences(
        wanted, rounded, tolerance: 1e-3, "float32 and float64 give different results",
        remedy: Self.remedy))
  }
}
