/// Where tensors live and are computed: the one door between operations and whatever carries them
/// out. Everything an operation asks of a device is a ``DeviceCall``, a value.
package protocol Device: AnyObject, Sendable {
  /// For errors: `CPU`.
  var name: String { get }

  /// Memory of at least `byteCount` bytes that begins at a cache line, and what was reserved.
  func allocate(_ byteCount: Int) -> (pointer: UnsafeMutableRawPointer, reserved: Int)

  /// Whether memory of so many bytes can be had; it is then kept ready for the next
  /// ``allocate(_:)`` of that size. Memory that was given back and is not in use is given up for
  /// it.
  func reserve(_ byteCount: Int) -> Bool

  /// Takes back what ``allocate(_:)`` gave.
  func free(_ pointer: UnsafeMutableRawPointer, _ reserved: Int)

  /// Carries `call` out: reads `operands`, which may be views, and writes `results`, the first of
  /// which is `result`. `adding` adds to what is in the result; see ``DeviceCall/canAdd``. Shapes
  /// and types were validated before.
  func perform(
    _ call: DeviceCall, _ operands: [Tensor], into result: Tensor, _ others: [Tensor],
    adding: Bool)

  /// A recurrent layer over whole sequences, which keeps what its backward pass needs.
  func recurrence(_ operands: RecurrenceOperands, keeps: Bool) -> any RecurrenceRun
}

extension Device {
  func perform(_ call: DeviceCall, _ operands: [Tensor], into result: Tensor, adding: Bool = false)
  {
    perform(call, operands, into: result, [], adding: adding)
  }
}

/// One forward and at most one backward of a recurrent layer.
package protocol RecurrenceRun: AnyObject, Sendable {
  /// The outputs: states of all steps if they are wanted, the last hidden state, and of an LSTM the
  /// last cell state.
  func forward() -> [Tensor]

  /// From the gradients of the outputs, nil for zeros, those of the operands for which `needs` is
  /// true, by their place among those that there are.
  func backward(_ arrived: [Tensor?], needs: [Bool]) -> [Tensor?]
}

/// The devices of this process.
package enum Devices {}
