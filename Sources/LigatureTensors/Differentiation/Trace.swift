/// The operations of a computation as a list of values: what was applied to what, in order, from
/// inputs and named variables to outputs. Layers of a user's own are in it like others, for all of
/// them are made of tensor operations.
///
/// A trace is of one shape of its inputs. What did not depend on inputs or variables is in it as a
/// constant.
public struct Trace: Sendable {
  /// Where an operand comes from.
  public enum Source: Sendable, Hashable {
    /// An input, by number.
    case input(Int)
    /// A variable, by number.
    case variable(Int)
    /// A constant, by number.
    case constant(Int)
    /// A result of a step, by the numbers of both.
    case step(Int, result: Int)
  }

  /// An operand of a step.
  public struct Operand: Sendable, Hashable {
    /// Where it comes from.
    public let source: Source
    /// Whether it is read with its last two axes exchanged.
    public let isTransposed: Bool
  }

  /// One operation.
  public struct Step: Sendable {
    /// The operation, as its caller writes it.
    public var operation: String { kind.name }
    /// Its attributes, for people.
    public var attributes: String { kind.attributes }
    /// What it is applied to.
    public let operands: [Operand]
    /// Shape and type of each result.
    public let results: [(shape: [Int], scalarType: ScalarType)]
    /// Multiply-adds of products.
    public let multiplyAdds: Int
    /// Bytes of operands and results: what goes through memory at least once; 0 for views.
    public let bytes: Int
    fileprivate let kind: Kind
  }

  fileprivate enum Kind: Sendable {
    case single(any Operation)
    case group(any GroupOperation)

    var name: String {
      switch self {
      case .single(let operation): operation.name
      case .group(let operation): operation.name
      }
    }

    var attributes: String {
      switch self {
      case .single(let operation): operation.attributes
      case .group(let operation): operation.attributes
      }
    }
  }

  /// Names, shapes and types of inputs.
  public let inputs: [(name: String, shape: [Int], scalarType: ScalarType)]
  /// Names and values of variables.
  public let variables: [(name: String, value: Tensor)]
  /// Values that depend on no input and no variable.
  public let constants: [Tensor]
  /// The operations, each after those it depends on; none that no output depends on.
  public let steps: [Step]
  /// Where the outputs come from.
  public let outputs: [Operand]

  /// The outputs for inputs of the trace's shapes and types: the same operations on the same
  /// numbers, so the same bits. Variables have the values that they had, unless `values` names
  /// others. Throws where shapes or types differ.
  public func run(_ given: [Tensor], variables values: [String: Tensor] = [:]) throws -> [Tensor] {
    guard given.count == inputs.count else {
      throw TensorError(
        "trace", "\(counted(given.count, "input")) came for \(counted(inputs.count, "input"))",
        remedy: "Give one tensor for each input")
    }
    for (tensor, input) in zip(given, inputs) {
      try Self.require(tensor, "input \(input.name)", input.shape, input.scalarType)
    }
    let held = try variables.map { variable in
      guard let value = values[variable.name] else { return variable.value }
      let old = variable.value
      try Self.require(value, "variable \(variable.name)", old.shape, old.scalarType)
      return value
    }
    var results: [[Tensor]] = []
    results.reserveCapacity(steps.count)
    func value(_ operand: Operand) -> Tensor {
      let value =
        switch operand.source {
        case .input(let number): given[number]
        case .variable(let number): held[number]
        case .constant(let number): constants[number]
        case .step(let step, let result): results[step][result]
        }
      return operand.isTransposed ? value.transposed : value
    }
    for step in steps {
      let operands = step.operands.map(value)
      switch step.kind {
      case .single(let operation): results.append([try operation.anyApplied(operands)])
      case .group(let operation): results.append(try operation.anyApplied(operands))
      }
    }
    return outputs.map(value)
  }

  private static func require(
    _ tensor: Tensor, _ name: String, _ shape: [Int], _ type: ScalarType
  ) throws {
    try tensor.require("trace")
    guard tensor.shape == shape, tensor.scalarType == type else {
      throw TensorError(
        "trace", "\(name) is \(tensor.scalarType) \(tensor.shape), traced as \(type) \(shape)",
        remedy: "Give tensors of the traced shapes, or trace anew")
    }
  }
}

extension GroupOperation {
  fileprivate func anyApplied(_ operands: [Tensor]) throws -> [Tensor] { try self(operands) }
}

// MARK: - Tracing

extension Trace {
  /// The trace of `body`, which gets the inputs as parts of the tape that is handed to it, and
  /// gives the outputs, and the leaves of other variables with their names.
  package init(
    _ examples: [(name: String, value: Tensor)],
    _ body: (Tape, [Tensor]) throws -> (outputs: [Tensor], variables: [(String, Tensor)])
  ) throws {
    let handle = TapeHandle(isTrace: true)
    let tape = handle.tape
    let leaves = examples.map { tape.leaf($0.value) }
    let (outputs, variables) = try body(tape, leaves)
    var builder = Builder(tape)
    for (number, leaf) in leaves.enumerated() { builder.add(leaf, .input(number)) }
    for (number, variable) in variables.enumerated() {
      builder.add(variable.1, .variable(number))
    }
    self.outputs = outputs.map { builder.operand($0) }
    inputs = examples.map { ($0.name, $0.value.shape, $0.value.scalarType) }
    self.variables = variables.map { ($0.0, $0.1.detached) }
    constants = builder.constants
    steps = builder.steps
  }

  /// Makes steps of the records that outputs depend on.
  private struct Builder {
    private let tape: Tape
    private let records: ContiguousArray<Tape.Record>
    private(set) var constants: [Tensor] = []
    private(set) var steps: [Step] = []
    /// What stands for each record.
    private var sources: [Int: Source] = [:]

    init(_ tape: Tape) {
      self.tape = tape
      records = tape.allRecords
    }

    mutating func add(_ leaf: Tensor, _ source: Source) {
      if let node = leaf.node?.on(tape) { sources[node.index] = source }
    }

    mutating func operand(_ tensor: Tensor) -> Operand {
      guard let node = tensor.node?.on(tape) else { return constant(tensor) }
      build(node.index)
      guard let source = sources[node.index] else { return constant(tensor) }
      return Operand(source: source, isTransposed: node.isSwapped)
    }

    private mutating func constant(_ tensor: Tensor) -> Operand {
      constants.append(tensor.detached)
      return Operand(source: .constant(constants.count - 1), isTransposed: false)
    }

    /// Makes steps of a record and of those that it depends on, in their order, without recursion.
    private mutating func build(_ index: Int) {
      var needed: Set<Int> = []
      var open = [index]
      while let index = open.popLast() {
        guard sources[index] == nil, needed.insert(root(of: index)).inserted else { continue }
        for operand in records[root(of: index)].operands {
          if let node = operand.node?.on(tape) { open.append(node.index) }
        }
      }
      for index in needed.sorted() where sources[index] == nil { append(index) }
    }

    /// The record of the group that a member belongs to; itself for others.
    private func root(of index: Int) -> Int {
      if case .member(let number) = records[index].source { index - 1 - number } else { index }
    }

    private func bytes(of record: Tape.Record) -> Int {
      record.operands.reduce(0) { $0 + $1.byteCount }
        + record.shapes.reduce(0) { $0 + Shape.count($1.shape) * $1.scalarType.byteCount }
    }

    private mutating func append(_ index: Int) {
      let record = records[index]
      let operands = record.operands.map { operand -> Operand in
        guard let node = operand.node?.on(tape), let source = sources[node.index] else {
          return constant(operand)
        }
        return Operand(source: source, isTransposed: node.isSwapped)
      }
      let number = steps.count
      switch record.source {
      case .operation(let operation):
        sources[index] = .step(number, result: 0)
        let result = record.shapes[0]
        steps.append(
          Step(
            operands: operands, results: [result],
            multiplyAdds: operation.multiplyAdds(of: record.operands),
            bytes: operation is any ViewOperation ? 0 : bytes(of: record),
            kind: .single(operation)))
      case .group(let operation):
        for member in 0..<operation.resultCount {
          sources[index + 1 + member] = .step(number, result: member)
        }
        // A group is found by its members.
        sources[index] = .step(number, result: 0)
        steps.append(
          Step(
            operands: operands, results: record.shapes,
            multiplyAdds: operation.multiplyAdds(of: record.operands), bytes: bytes(of: record),
            kind: .group(operation)))
      case .leaf, .member: break
      }
    }
  }
}

extension Trace: CustomStringConvertible {
  /// One line an operation: result, shape, operation, operands, attributes.
  public var description: String {
    var lines = inputs.map { "input \($0.name): \($0.scalarType) \($0.shape)" }
    lines += variables.map { "learnable \($0.name): \($0.value.scalarType) \($0.value.shape)" }
    for (number, step) in steps.enumerated() {
      let results = step.results.map { "\($0.shape)" }.joined(separator: ", ")
      let operands = step.operands.map { text($0) }.joined(separator: ", ")
      let attributes = step.attributes.isEmpty ? "" : "; \(step.attributes)"
      lines.append("%\(number) \(results) = \(step.operation)(\(operands)\(attributes))")
    }
    lines.append("return \(outputs.map { text($0) }.joined(separator: ", "))")
    return lines.joined(separator: "\n")
  }

  private func text(_ operand: Operand) -> String {
    let name =
      switch operand.source {
      case .input(let number): inputs[number].name
      case .variable(let number): variables[number].name
      case .constant(let number):
        "constant \(number) \(constants[number].scalarType) \(constants[number].shape)"
      case .step(let step, let result):
        steps[step].results.count > 1 ? "%\(step).\(result)" : "%\(step)"
      }
    return name + (operand.isTransposed ? "ᵀ" : "")
  }
}
