/// Converts stored numbers to the type asked for and puts each in its place.
struct ElementConverter<Element: FileElement> {
  private let destination: UnsafeMutableBufferPointer<Element>
  private let type: StoredType
  private let swapped: Bool
  private var plan: ScatterPlan
  private var done = 0

  /// - Parameters:
  ///   - destination: as many elements as the plan has places.
  ///   - bigEndian: the byte order in the file.
  init(
    _ destination: UnsafeMutableBufferPointer<Element>, from type: StoredType, bigEndian: Bool,
    plan: ScatterPlan
  ) {
    self.destination = destination
    self.type = type
    self.plan = plan
    swapped = bigEndian != (1.bigEndian == 1)
  }

  /// Converts the elements in `bytes`, which come after those converted so far.
  ///
  /// - Returns: `nil`, or a description of the first element that has no place in `Int64`.
  mutating func convert(_ bytes: UnsafeRawBufferPointer) -> String? {
    switch type {
    case .int8: convert(bytes, Int8.self)
    case .uint8: convert(bytes, UInt8.self)
    case .int16: convert(bytes, Int16.self)
    case .uint16: convert(bytes, UInt16.self)
    case .int32: convert(bytes, Int32.self)
    case .uint32: convert(bytes, UInt32.self)
    case .int64: convert(bytes, Int64.self)
    case .uint64: convert(bytes, UInt64.self)
    case .float16: convert(bytes, Half.self)
    case .float32: convert(bytes, Float.self)
    case .float64: convert(bytes, Double.self)
    }
  }

  private mutating func convert<Stored: StoredNumber>(
    _ bytes: UnsafeRawBufferPointer, _ stored: Stored.Type
  ) -> String? {
    let count = bytes.count / MemoryLayout<Stored>.size
    precondition(count <= destination.count - done, "more elements than places")
    guard var source = bytes.baseAddress, let target = destination.baseAddress else { return nil }
    var left = count
    while left > 0 {
      let run = plan.next(atMost: left)
      let place = UnsafeMutableRawPointer(target + run.offset)
      if let reason = write(stored, from: source, to: place, run) { return reason }
      source += run.count * MemoryLayout<Stored>.size
      left -= run.count
      done += run.count
    }
    return nil
  }

  /// Writes one run; the loops stand here once per pair of types, where the compiler knows both.
  private func write<Stored: StoredNumber>(
    _ stored: Stored.Type, from source: UnsafeRawPointer, to target: UnsafeMutableRawPointer,
    _ run: ScatterPlan.Run
  ) -> String? {
    let size = MemoryLayout<Stored>.size
    let stride = run.stride
    let swapped = swapped
    if Element.self == Float.self {
      let place = target.assumingMemoryBound(to: Float.self)
      for index in 0..<run.count {
        place[index * stride] = Stored.load(source + index * size, swapped: swapped).float
      }
    } else if Element.self == Double.self {
      let place = target.assumingMemoryBound(to: Double.self)
      for index in 0..<run.count {
        place[index * stride] = Stored.load(source + index * size, swapped: swapped).double
      }
    } else if Element.self == Int64.self {
      return writeWhole(Int64.self, stored, from: source, to: target, run)
    } else if Element.self == Int32.self {
      return writeWhole(Int32.self, stored, from: source, to: target, run)
    } else if Element.self == UInt8.self {
      return writeWhole(UInt8.self, stored, from: source, to: target, run)
    } else {
      return "a request for \(Element.self)"
    }
    return nil
  }

  /// Writes whole numbers, or says which is none, or out of range.
  private func writeWhole<Stored: StoredNumber, Whole: FixedWidthInteger>(
    _ type: Whole.Type, _ stored: Stored.Type, from source: UnsafeRawPointer,
    to target: UnsafeMutableRawPointer, _ run: ScatterPlan.Run
  ) -> String? {
    let size = MemoryLayout<Stored>.size
    let place = target.assumingMemoryBound(to: Whole.self)
    for index in 0..<run.count {
      let value = Stored.load(source + index * size, swapped: swapped)
      guard let whole = value.exactInt64.flatMap(Whole.init(exactly:)) else {
        return "\(value) as element \(done + index)"
      }
      place[index * run.stride] = whole
    }
    return nil
  }
}
