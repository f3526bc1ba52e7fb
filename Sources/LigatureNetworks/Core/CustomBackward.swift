import LigatureTensors

/// A custom layer that brings its own derivative.
///
/// Most layers need none: whatever is made of tensor operations is differentiated. Write one where
/// a formula is cheaper or steadier than the operations it replaces.
///
///     struct Cube: CustomBackward {
///       func forward(
///         remembering x: Tensor, in context: Context
///       ) throws -> (output: Tensor, memory: Tensor) {
///         (try pow(x, 3), x)
///       }
///       func backward(_ gradients: [Tensor], memory x: Tensor) throws -> LayerGradients {
///         LayerGradients(inputs: [try gradients[0] * square(x) * 3])
///       }
///     }
///
/// The tensors it sees, its own learnables among them, are constants. Learnables of nested layers
/// get no gradient from a backward of this kind, and reading one that is not frozen is an error;
/// leave layers that nest others to automatic differentiation.
///
/// Where a gradient is itself differentiated, forward runs again and both are differentiated as the
/// code they are, see ``withCustomGradient(_:_:forward:backward:)``: they must then be made of
/// tensor operations, and a backward must take learnables from its memory.
public protocol CustomBackward: CustomLayer {
  // Named here too, so that the compiler infers them from the requirements below.
  /// What the layer takes.
  associatedtype Input
  /// What it returns.
  associatedtype Output
  /// What the backward needs to know of the forward.
  associatedtype Memory: Sendable

  /// The output, in either phase, and what ``backward(_:memory:)`` needs.
  func forward(
    remembering input: Input, in context: Context
  ) throws -> (output: Output, memory: Memory)

  /// The gradients of inputs and learnables, from those of the outputs: one for each output, zeros
  /// where nothing depended on it.
  func backward(_ gradients: [Tensor], memory: Memory) throws -> LayerGradients
}

/// What a ``CustomBackward`` returns.
public struct LayerGradients: Sendable {
  /// One for each input tensor, nil where there is none; each of its input's shape and type.
  public var inputs: [Tensor?]
  /// By property, `"weights"`, or by property and number, `"biases/1"`; a learnable without an
  /// entry gets none.
  public var learnables: [String: Tensor]

  /// Gradients of inputs, and of learnables where there are any.
  public init(inputs: [Tensor?], learnables: [String: Tensor] = [:]) {
    self.inputs = inputs
    self.learnables = learnables
  }
}

extension CustomBackward {
  public func predict(_ input: Input, in context: Context) throws -> Output {
    let inputs = input.tensors
    let learnables = ownLearnables(in: context)
    let path = context.path.isEmpty ? defaultName : context.path
    let ports = inputNames
    let owners =
      inputs.enumerated().map { number, input in
        let port = ports.indices.contains(number) ? ports[number] : "\(number)"
        return ("input \(port)", input.shape, input.scalarType)
      } + learnables.map { ("learnable \($0.name)", $0.value.shape, $0.value.scalarType) }
    let outputs = try withCustomGradient(
      path, inputs + learnables.map(\.value),
      forward: { constants in
        guard let input = Input(tensors: Array(constants.prefix(inputs.count))) else {
          throw LayerError(
            .gradient, context.path, "its input cannot be made of constants",
            remedy: "Let init(tensors:) of its Input take as many tensors as its tensors are")
        }
        // Learnables are read as what is given here: constants, or parts of other passes.
        let given = zip(learnables, constants.dropFirst(inputs.count)).map {
          ($0.parameter, $1)
        }
        let frame = context.frame.readingConstants(but: given)
        return try Frame.$current.withValue(frame) {
          let (output, memory) = try forward(
            remembering: input,
            in: Context(frame: frame, lengths: context.lengths?.moved(to: input.tensors)))
          if let lengths = frame.outputLengths { context.setOutputLengths(lengths) }
          if let lost = frame.constants?.parameter {
            throw LayerError(
              .gradient, path,
              "its forward reads a learnable \(lost.value.shape) of a layer or network inside, of "
                + "which its backward can give no gradient",
              remedy: "Make it a learnable tensor of this layer, freeze it, or write the layer "
                + "without a backward of its own")
          }
          return (output.tensors, memory)
        }
      },
      backward: { memory, gradients in
        let found: LayerGradients
        do { found = try backward(gradients, memory: memory) } catch {
          throw LayerError.attribute(error, to: path)
        }
        guard found.inputs.count == inputs.count else {
          throw LayerError(
            .gradient, path,
            "its backward returned \(counted(found.inputs.count, "gradient")) for "
              + counted(inputs.count, "input"),
            remedy: "Return one gradient, or nil, for each input")
        }
        for (name, parameter, _) in learnables
        where found.learnables[name] != nil && parameter.isFrozen {
          NeedlessGradients.note(path.isEmpty ? name : path + "/" + name)
        }
        let names = Set(learnables.map(\.name))
        if let unknown = found.learnables.keys.sorted().first(where: { !names.contains($0) }) {
          throw LayerError(
            .gradient, path,
            "its backward returned a gradient for \"\(unknown)\", which it does not learn",
            remedy: names.isEmpty
              ? "Leave it out: the layer has no learnable tensors"
              : "Its learnables are \(names.sorted().joined(separator: ", "))")
        }
        let gradients = found.inputs + learnables.map { found.learnables[$0.name] }
        for (gradient, (owner, shape, type)) in zip(gradients, owners) {
          guard let gradient, gradient.shape != shape || gradient.scalarType != type else {
            continue
          }
          let misfit = GradientMisfit(
            owner: owner, expected: "\(type) \(shape)",
            found: "\(gradient.scalarType) \(gradient.shape)")
          throw LayerError(
            .gradient, path,
            "its backward returned \(misfit.found) for \(owner), which is \(misfit.expected)",
            remedy: "A gradient has the shape and type of what it belongs to", cause: misfit)
        }
        return gradients
      })
    guard let output = Output(tensors: outputs) else {
      throw LayerError(
        .portCount, context.path,
        "its forward returned \(counted(outputs.count, "tensor")), "
          + "of which its Output cannot be made",
        remedy: "Let init(tensors:) of its Output take as many tensors as its tensors are")
    }
    return output
  }

  /// The tensors this layer learns itself, as parts of the pass.
  private func ownLearnables(
    in context: Context
  ) -> [(name: String, parameter: Parameter, value: Tensor)] {
    var found: [(String, Parameter, Tensor)] = []
    for (name, slot) in context.frame.entry?.learnables ?? [] {
      slot.tree.visit(name) { path, leaf in
        if case .parameter(let parameter) = leaf {
          found.append(
            (path, parameter, context.pass.value(of: parameter, in: context.frame)))
        }
      }
    }
    return found
  }
}
