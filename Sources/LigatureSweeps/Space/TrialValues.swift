import LigatureTensors

/// The values of a trial by the names of its hyperparameters, in the order of the space.
struct TrialValues: Sendable, Hashable {
  let names: [String]
  let values: [HyperparameterValue]

  /// A value as a type, or an error that says what there is.
  func value<Value: HyperparameterConvertible>(_ name: String, ofTrial number: Int) throws -> Value
  {
    guard let place = names.firstIndex(of: name) else {
      throw TensorError(
        "trial \(number)", "there is no hyperparameter \"\(name)\"",
        remedy: "Name one of \(names.map { "\"\($0)\"" }.joined(separator: ", "))")
    }
    let value = values[place]
    guard let result = Value(hyperparameterValue: value) else {
      throw TensorError(
        "trial \(number)",
        "\"\(name)\" is \(value) of type \(value.typeName), and was read as \(Value.self)",
        remedy: "Read it as it is, let value: \(value.typeName) = try trial[\"\(name)\"]")
    }
    return result
  }
}
