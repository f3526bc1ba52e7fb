/// An operation on tensors as a value: what it asks of its operands, what comes out, how a device
/// carries it out, and its derivative, written with tensor operations.
package protocol Operation: Sendable {
  /// As its caller writes it: `matmul`, `+`, `reshaped`.
  var name: String { get }

  /// Shape and type of the result. Throws, in words, for operands that do not fit. Reads no scalar
  /// but those of index operands. O(rank).
  func output(of operands: [Tensor]) throws -> TensorSpec

  /// Computes the result, a view of an operand or new memory. What only the derivative needs goes
  /// into `extras`, where the operation is recorded.
  func evaluate(
    _ operands: [Tensor], as spec: TensorSpec, extras: inout [Tensor], isRecorded: Bool
  ) throws -> Tensor

  /// The result, recorded where an operand is differentiated.
  func callAsFunction(_ operands: [Tensor]) throws -> Tensor

  /// Asks the device to write the result into memory, or to add it to what is there. Not called for
  /// views.
  func run(_ operands: [Tensor], into result: Tensor, adding: Bool)

  /// Whether `run` can add.
  var canAdd: Bool { get }

  /// What the derivative reads.
  var keeps: Keeping { get }

  /// Passes the gradient of the result on to the operands.
  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws

  /// Multiply-adds of products, for costs.
  func multiplyAdds(of operands: [Tensor]) -> Int

  /// Whether the derivative reads operands through an exchange of their last two axes.
  var readsTransposes: Bool { get }

  /// Whether each element of the result is one of the first operand's, unchanged.
  var movesElements: Bool { get }

  /// Attributes, for people: `axis: 1`.
  var attributes: String { get }
}

extension Operation {
  package var canAdd: Bool { true }
  package var readsTransposes: Bool { false }
  package var movesElements: Bool { false }
  package var attributes: String { "" }
  package func multiplyAdds(of operands: [Tensor]) -> Int { 0 }
  package func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {}

  package func evaluate(
    _ operands: [Tensor], as spec: TensorSpec, extras: inout [Tensor], isRecorded: Bool
  ) throws -> Tensor {
    try Tensor.requireMemory(for: spec, name)
    // What is read through its strides is not copied.
    if !readsTransposes {
      for operand in operands where !operand.isContiguous {
        try Tensor.requireMemory(for: TensorSpec(like: operand), name)
      }
    }
    let result = Tensor(uninitialized: spec)
    run(operands, into: result, adding: false)
    return result
  }

  /// Applies the operation, and records it where an operand is differentiated.
  package func callAsFunction(_ operands: [Tensor]) throws -> Tensor {
    let spec = try output(of: operands)
    try Devices.requireOne(name, operands)
    var extras: [Tensor] = []
    let recording = Recording(operands)
    let result = try evaluate(
      operands, as: spec, extras: &extras, isRecorded: recording != nil)
    return recording?.record(self, operands, result, extras) ?? result
  }

  /// A result that is known already, recorded as this operation's.
  func recorded(_ operands: [Tensor], _ result: Tensor) -> Tensor {
    Recording(operands)?.record(self, operands, result, []) ?? result
  }
}

/// An operation whose result is a view of its operand, or a copy with its elements in order.
package protocol ViewOperation: Operation {
  /// The view. Throws for an operand that does not fit.
  func view(of operand: Tensor) throws -> Tensor
}

extension ViewOperation {
  package var keeps: Keeping { .nothing }
  package var movesElements: Bool { true }

  package func output(of operands: [Tensor]) throws -> TensorSpec {
    TensorSpec(like: try view(of: operands[0]))
  }

  package func evaluate(
    _ operands: [Tensor], as spec: TensorSpec, extras: inout [Tensor], isRecorded: Bool
  ) throws -> Tensor { try view(of: operands[0]) }

  package func callAsFunction(_ operands: [Tensor]) throws -> Tensor { try self(operands[0]) }

  package func callAsFunction(_ operand: Tensor) throws -> Tensor {
    let result = try view(of: operand)
    guard operand.node != nil else { return result }
    return recorded([operand], result)
  }
}

/// An operation with several results.
package protocol GroupOperation: Sendable {
  var name: String { get }

  /// How many results there are.
  var resultCount: Int { get }

  /// The results, recorded where an operand is differentiated.
  func callAsFunction(_ operands: [Tensor]) throws -> [Tensor]

  /// The results, as constants. Throws for operands that do not fit.
  func evaluate(
    _ operands: [Tensor], extras: inout [Tensor], isRecorded: Bool
  ) throws -> [Tensor]

  var keeps: Keeping { get }

  /// Runs once, with a gradient per result, nil where nothing depended on it; not at all when none
  /// did.
  func differentiate(_ gradients: [Tensor?], _ pull: PullBack) throws

  func multiplyAdds(of operands: [Tensor]) -> Int

  var attributes: String { get }
}

extension GroupOperation {
  package var attributes: String { "" }
  package func multiplyAdds(of operands: [Tensor]) -> Int { 0 }

  package func callAsFunction(_ operands: [Tensor]) throws -> [Tensor] {
    try Devices.requireOne(name, operands)
    var extras: [Tensor] = []
    let recording = Recording(operands)
    let results = try evaluate(operands, extras: &extras, isRecorded: recording != nil)
    return recording?.record(self, operands, results, extras) ?? results
  }
}

/// Which values an operation's derivative reads.
package struct Keeping: OptionSet, Sendable {
  package let rawValue: UInt64

  package init(rawValue: UInt64) { self.rawValue = rawValue }

  package static let nothing: Keeping = []
  package static let result = Keeping(rawValue: 1)
  package static let first = Keeping(rawValue: 2)
  package static let second = Keeping(rawValue: 4)
  package static let third = Keeping(rawValue: 8)
  package static let operands = Keeping(rawValue: ~1)

  func contains(operand number: Int) -> Bool { rawValue >> UInt64(min(number, 62) + 1) & 1 != 0 }

  func containsOperands(_ count: Int) -> Bool {
    let mask: UInt64 = count >= 62 ? ~1 : (1 << UInt64(count + 1)) - 2
    return rawValue & mask == mask
  }
}

extension Devices {
  /// Throws where operands live on different devices.
  static func requireOne(
    _ name: @autoclosure () -> String, _ operands: [Tensor]
  ) throws {
    guard operands.count > 1, let device = operands[0].storage?.device else { return }
    for operand in operands {
      if let other = operand.storage?.device, other !== device {
        throw TensorError(
          name(), "one operand is on \(device.name), another on \(other.name)",
          remedy: "Bring them to one device first")
      }
    }
  }
}

extension Tensor {
  /// Asks this tensor's device to write it.
  func perform(
    _ call: DeviceCall, _ operands: [Tensor] = [], _ others: [Tensor] = [], adding: Bool = false
  ) {
    storage?.device.perform(call, operands, into: self, others, adding: adding)
  }
}
