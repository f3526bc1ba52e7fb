/// Predict and forward agree in output size.
struct PhaseSizes: LayerCheck {
  static let kind = CheckKind.phaseSizes
  static let meaning = "Outputs have the same sizes and types in training and in inference."
  static let commonCause = "A forward that drops, keeps or pools an axis which predict does not."
  static let remedy = "Make forward return what predict returns, in shape and type"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    let inputs = try subject.inputs()
    let training = try subject.outputs(inputs, .training)
    let inference = try subject.outputs(inputs, .inference)
    guard training.count == inference.count else {
      return .failed([
        CheckReport.Failure(
          "forward and predict return different numbers of outputs", at: subject.shown(""),
          expected: "\(inference.count)", found: "\(training.count)", remedy: Self.remedy)
      ])
    }
    return outcome(
      training.indices.filter {
        training[$0].shape != inference[$0].shape
          || training[$0].scalarType != inference[$0].scalarType
      }.map { number in
        CheckReport.Failure(
          "forward and predict return different sizes or types", at: subject.outputName(number),
          expected: "\(inference[number].scalarType) \(inference[number].shape), as predict does",
          found: "\(training[number].scalarType) \(training[number].shape)", remedy: Self.remedy)
      })
  }
}
