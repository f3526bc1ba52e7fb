import LigatureNetworks
import LigatureTensors

/// Something a layer's output can be differentiated with respect to: an input or a learnable.
struct Variable {
  enum Kind {
    case input(Int)
    case learnable(Parameter)
  }

  let kind: Kind
  /// For people: `input in`, `learnable encoder/fc1/weights`.
  let name: String

  /// Every floating-point input, and every learnable that is not frozen.
  static func all(of subject: CheckSubject, _ inputs: [Tensor]) -> [Variable] {
    let fromInputs = inputs.indices.filter { inputs[$0].scalarType.isFloatingPoint }
      .map { Variable(kind: .input($0), name: subject.inputName($0)) }
    let fromLearnables = subject.network.learnables.filter { !$0.parameter.isFrozen }
      .map {
        Variable(kind: .learnable($0.parameter), name: "learnable \(subject.shown($0.path))")
      }
    return fromInputs + fromLearnables
  }

  /// The present value.
  func value(_ inputs: [Tensor]) -> Tensor {
    switch kind {
    case .input(let number): inputs[number]
    case .learnable(let parameter): parameter.value
    }
  }

  /// The gradient of this variable in what a recorded pass returned; nil when nothing reached it.
  func gradient(
    in pass: (outputs: [Tensor], inputGradients: [Tensor?], gradients: Gradients)
  ) -> Tensor? {
    switch kind {
    case .input(let number): pass.inputGradients[number]
    case .learnable(let parameter): pass.gradients[parameter]
    }
  }

  /// Runs `body` with another value in this variable's place.
  func with<Result>(
    _ value: Tensor, _ inputs: [Tensor], _ body: ([Tensor]) throws -> Result
  ) throws -> Result {
    switch kind {
    case .input(let number):
      var moved = inputs
      moved[number] = value
      return try body(moved)
    case .learnable(let parameter):
      let present = parameter.value
      try parameter.set(value)
      defer { try? parameter.set(present) }
      return try body(inputs)
    }
  }
}
