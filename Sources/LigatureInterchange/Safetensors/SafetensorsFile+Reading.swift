import LigatureFiles
import LigatureTensors

extension SafetensorsFile {
  /// Reads a tensor. Types that ``ScalarType`` lacks are widened, exactly: F16 and BF16 to
  /// `float32`, I8, I16 and U16 to `int32`, U32 and U64 to `int64`, BOOL to `uint8`. O(bytes).
  ///
  /// - Throws: `FileError` if there is no tensor of this name, it is of another type or has more
  ///   than eight axes, it holds a U64 that `int64` does not, or the file was cut short meanwhile.
  public func tensor(named name: String) throws -> Tensor {
    guard let entry = entries[Key(name)] else {
      throw FileError(
        file: source.name, expected: "a tensor \"\(name)\"",
        found: names.isEmpty
          ? "no tensors"
          : names.prefix(6).joined(separator: ", ") + (names.count > 6 ? ", ..." : ""),
        remedy: names.isEmpty
          ? "check that this is the file you meant" : "ask for one of those that are there")
    }
    let what = "tensor \"\(name.prefix(80))\""
    do {
      return try tensor(entry, of: what)
    } catch let error as TensorError {
      throw FileError(
        file: source.name, offset: entry.bytes.lowerBound,
        expected: "a shape that a tensor can have", found: "\(entry.shape): \(error.problem)",
        remedy: "write \(what) in another shape")
    }
  }

  private func tensor(_ entry: Entry, of what: String) throws -> Tensor {
    guard let type = entry.type else {
      throw FileError(
        file: source.name, offset: entry.bytes.lowerBound,
        expected: "\(what) in one of the types "
          + SafetensorsType.allCases.map(\.rawValue).joined(separator: ", "),
        found: entry.typeName,
        remedy: "store it as F32, or leave it out when loading, with except: or "
          + "KeyRenaming(ignoring:)")
    }
    return switch type {
    case .float64: try copied(entry, Double.self, of: what)
    case .float32: try copied(entry, Float.self, of: what)
    case .int64: try copied(entry, Int64.self, of: what)
    case .int32: try copied(entry, Int32.self, of: what)
    case .uint8, .bool: try copied(entry, UInt8.self, of: what)
    case .float16: try widened(entry, of: what) { (bits: UInt16) in Float(halfBits: bits) }
    case .bfloat16:
      try widened(entry, of: what) { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
    case .int16: try widened(entry, of: what) { (value: Int16) in Int32(value) }
    case .uint16: try widened(entry, of: what) { (value: UInt16) in Int32(value) }
    case .int8: try widened(entry, of: what) { (value: Int8) in Int32(value) }
    case .uint32: try widened(entry, of: what) { (value: UInt32) in Int64(value) }
    case .uint64:
      try widened(entry, of: what) { (value: UInt64) in
        guard let whole = Int64(exactly: value) else {
          throw FileError(
            file: source.name, offset: entry.bytes.lowerBound,
            expected: "numbers of \(what) up to \(Int64.max)", found: "\(value)",
            remedy: "store it as F64, or in two parts")
        }
        return whole
      }
    }
  }

  /// Numbers that lie in memory as they do in the file.
  private func copied<Scalar: TensorScalar>(
    _ entry: Entry, _ type: Scalar.Type, of what: String
  ) throws -> Tensor {
    try Tensor(shape: entry.shape, as: type) { target in
      var rest = UnsafeMutableRawBufferPointer(target)
      try read(entry, unit: MemoryLayout<Scalar>.size, of: what) { bytes in
        rest.copyMemory(from: bytes)
        rest = UnsafeMutableRawBufferPointer(rebasing: rest[bytes.count...])
      }
    }
  }

  private func widened<Stored: FixedWidthInteger, Scalar: TensorScalar>(
    _ entry: Entry, of what: String, _ convert: (Stored) throws -> Scalar
  ) throws -> Tensor {
    let size = MemoryLayout<Stored>.size
    return try Tensor(shape: entry.shape, as: Scalar.self) { target in
      var done = 0
      try read(entry, unit: size, of: what) { bytes in
        for start in stride(from: 0, to: bytes.count, by: size) {
          let value = bytes.loadUnaligned(fromByteOffset: start, as: Stored.self)
          target[done] = try convert(Stored(littleEndian: value))
          done += 1
        }
      }
    }
  }

  private func read(
    _ entry: Entry, unit: Int, of what: String, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let reader = ByteReader(
      PlainBytes(source, entry.bytes), capacity: min(max(entry.bytes.count, 16), 64 << 10))
    try reader.read(entry.bytes.count, inUnitsOf: unit, of: what, body)
  }
}
