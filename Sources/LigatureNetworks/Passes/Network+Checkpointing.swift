import LigatureTensors

extension Network {
  /// The outputs for inputs of a pass, of which nothing in between is kept: the network runs again
  /// on the backward pass, with the same random numbers and the same states. Less memory for one
  /// more forward; the same bits. Call it where you would call the network.
  ///
  /// A network whose learnables come in by wires from outside of it runs as usual.
  public func callAsFunction(checkpointing inputs: [Tensor], in context: Context) throws -> [Tensor]
  {
    let pass = context.pass
    guard pass.tape != nil, pass.observers.isEmpty, context.frame.bindings.isEmpty else {
      return try self(inputs, in: context)
    }
    var child = try context.child(for: self)
    child.lengths = try context.lengths?.entering(self, inputs, at: child.path)
    let states = pass.carriedState
    // First without a tape, noting what is read.
    let reading = ReadingList()
    let first = Pass(apart: pass, observers: [reading], states: states)
    let outputs = try run(inputs.map(\.detached), child, in: first)
    pass.takeStates(of: first)
    let parameters = reading.parameters.filter { !$0.isFrozen }
    let leaves = parameters.map { pass.value(of: $0, in: context.frame) }
    return checkpointed(context.path, inputs + leaves, outputs) { operands in
      let leaves = zip(parameters, operands.dropFirst(inputs.count)).map { ($0, $1) }
      let again = Pass(apart: pass, states: states, leaves: leaves)
      return try self.run(Array(operands.prefix(inputs.count)), child, in: again)
    }
  }

  /// The output of a network with one output, for one input, without keeping what is in between.
  public func callAsFunction(checkpointing input: Tensor, in context: Context) throws -> Tensor {
    let outputs = try self(checkpointing: [input], in: context)
    return try outputs.single(
      at: context.path, remedy: "Call it with a list: network(checkpointing: [x], in: context)")
  }

  /// The call of `context` from its beginning, in another pass.
  private func run(_ inputs: [Tensor], _ context: Context, in pass: Pass) throws -> [Tensor] {
    let frame = context.frame.again(in: pass)
    return try Frame.$current.withValue(frame) {
      try predict(
        inputs, in: Context(frame: frame, lengths: context.lengths?.moved(to: inputs)))
    }
  }
}

/// Notes which parameters are read, each once, in order.
private final class ReadingList: PassObserver {
  private let read = Lock(IdentityTable<Parameter>())

  var parameters: [Parameter] { read.withLock { $0.entries.map(\.value) } }

  func didRead(_ parameter: Parameter, in frame: Frame) {
    read.withLock { read in
      if read[ObjectIdentifier(parameter)] == nil {
        read.append(parameter, for: ObjectIdentifier(parameter))
      }
    }
  }
}
