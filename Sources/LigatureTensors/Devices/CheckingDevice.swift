import Synchronization

/// A device for tests, which lets another one do everything twice: from memory that held other
/// rubbish, with guards around each buffer. It ends the process, with the name of the call, where
/// two results differ in a bit, an operand was changed, or a guard was written to.
package final class CheckingDevice: Device {
  private let device: any Device
  private let poisons = Atomic<Int>(0)

  package init(_ device: any Device) { self.device = device }

  package var name: String { "checked \(device.name)" }

  // MARK: Memory

  /// Bytes before and after each buffer. The first eight hold the buffer's size.
  private static let guardSize = 64
  private static let guardByte: UInt8 = 0xc3

  package func allocate(_ byteCount: Int) -> (pointer: UnsafeMutableRawPointer, reserved: Int) {
    let (base, reserved) = device.allocate(byteCount + 2 * Self.guardSize)
    base.storeBytes(of: byteCount, as: Int.self)
    let head = MemoryLayout<Int>.size
    fill(base + head, Self.guardSize - head, Self.guardByte)
    let pointer = base + Self.guardSize
    poison(pointer, byteCount)
    fill(pointer + byteCount, Self.guardSize, Self.guardByte)
    return (pointer, reserved)
  }

  package func reserve(_ byteCount: Int) -> Bool { device.reserve(byteCount + 2 * Self.guardSize) }

  package func free(_ pointer: UnsafeMutableRawPointer, _ reserved: Int) {
    checkGuards(pointer, "a buffer that is given back")
    device.free(pointer - Self.guardSize, reserved)
  }

  private func fill(_ pointer: UnsafeMutableRawPointer, _ count: Int, _ byte: UInt8) {
    pointer.initializeMemory(as: UInt8.self, repeating: byte, count: count)
  }

  /// Two kinds of rubbish in turn: no number at all, and a large one.
  private func poison(_ pointer: UnsafeMutableRawPointer, _ count: Int) {
    fill(pointer, count, poisons.add(1, ordering: .relaxed).newValue % 2 == 0 ? 0xff : 0x71)
  }

  private func checkGuards(_ pointer: UnsafeMutableRawPointer, _ what: String) {
    let base = pointer - Self.guardSize
    let byteCount = base.load(as: Int.self)
    let head = MemoryLayout<Int>.size
    let zones = [
      UnsafeRawBufferPointer(start: base + head, count: Self.guardSize - head),
      UnsafeRawBufferPointer(start: pointer + byteCount, count: Self.guardSize),
    ]
    for zone in zones where zone.contains(where: { $0 != Self.guardByte }) {
      fatalError("\(name): memory beside \(what) was written to")
    }
  }

  // MARK: Calls

  package func perform(
    _ call: DeviceCall, _ operands: [Tensor], into result: Tensor, _ others: [Tensor],
    adding: Bool
  ) {
    let results = [result] + others
    let overlaps = operands.contains { operand in
      results.contains { $0.storage === operand.storage }
    }
    let keepsResults = adding || call.readsResults || overlaps
    let operandsBefore = overlaps ? [] : operands.map(bytes)
    let before = results.map(bytes)
    func run() -> [[UInt8]] {
      for (tensor, bytes) in zip(results, before) {
        if keepsResults || !tensor.isContiguous || tensor.offset != 0 {
          restore(tensor, bytes)
        } else {
          poison(tensor.pointer, tensor.byteCount)
        }
      }
      device.perform(call, operands, into: result, others, adding: adding)
      return results.map(bytes)
    }
    let first = run()
    if first != run() { fatalError("\(name): \(call) gave two results for the same operands") }
    if !overlaps, operands.map(bytes) != operandsBefore {
      fatalError("\(name): \(call) changed an operand")
    }
    for tensor in operands + results {
      if let storage = tensor.storage { checkGuards(storage.pointer, "an operand of \(call)") }
    }
  }

  /// The whole buffer of a tensor.
  private func bytes(_ tensor: Tensor) -> [UInt8] {
    guard let storage = tensor.storage else { return [] }
    let byteCount = (storage.pointer - Self.guardSize).load(as: Int.self)
    return Array(UnsafeRawBufferPointer(start: storage.pointer, count: byteCount))
  }

  private func restore(_ tensor: Tensor, _ bytes: [UInt8]) {
    guard let storage = tensor.storage else { return }
    bytes.withUnsafeBytes { source in
      if let start = source.baseAddress {
        storage.pointer.copyMemory(from: start, byteCount: source.count)
      }
    }
  }

  package func recurrence(_ operands: RecurrenceOperands, keeps: Bool) -> any RecurrenceRun {
    CheckedRecurrence(
      device.recurrence(operands, keeps: keeps), device.recurrence(operands, keeps: keeps), name)
  }
}

/// Two runs that must agree.
private final class CheckedRecurrence: RecurrenceRun {
  private let first: any RecurrenceRun
  private let second: any RecurrenceRun
  private let name: String

  init(_ first: any RecurrenceRun, _ second: any RecurrenceRun, _ name: String) {
    self.first = first
    self.second = second
    self.name = name
  }

  func forward() -> [Tensor] { agreed(first.forward(), second.forward(), "forward") }

  func backward(_ arrived: [Tensor?], needs: [Bool]) -> [Tensor?] {
    agreed(
      first.backward(arrived, needs: needs), second.backward(arrived, needs: needs), "backward")
  }

  private func agreed<List: Collection>(_ a: List, _ b: List, _ what: String) -> List
  where List.Element == Tensor? {
    let isSame = zip(a, b).allSatisfy { a, b in
      guard let a, let b else { return a == nil && b == nil }
      return (try? a.isIdentical(to: b)) == true
    }
    if !isSame { fatalError("\(name): two \(what) passes of a recurrence differ") }
    return a
  }

  private func agreed(_ a: [Tensor], _ b: [Tensor], _ what: String) -> [Tensor] {
    _ = agreed(a.map(Optional.some), b.map(Optional.some), what)
    return a
  }
}
