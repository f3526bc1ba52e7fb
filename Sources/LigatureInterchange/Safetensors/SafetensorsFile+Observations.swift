import LigatureFiles
import LigatureTensors

extension SafetensorsFile {
  /// Some entries of a tensor along its first axis, in the order of their numbers, read from where
  /// they lie. Types are those of ``tensor(named:)``. O(elements of these entries).
  ///
  /// - Throws: `FileError` if there is no tensor of this name, no entry with a number, or the type
  ///   is BF16 or one that is not read.
  public func observations(_ numbers: [Int], named name: String) throws -> Tensor {
    guard let entry = entries[Key(name)], let type = entry.type?.storedType else {
      // Says which of them is missing, and what there is.
      return try tensor(named: name).gathered(Tensor(numbers), axis: 0)
    }
    return try StoredRows(
      source: source, offset: entry.bytes.lowerBound, shape: entry.shape, type: type,
      bigEndian: false, what: "tensor \"\(name.prefix(80))\""
    ).tensor(numbers)
  }
}

extension SafetensorsType {
  /// Nil for BF16, which other files do not have.
  fileprivate var storedType: StoredType? {
    switch self {
    case .float64: .float64
    case .float32: .float32
    case .float16: .float16
    case .bfloat16: nil
    case .int64: .int64
    case .uint64: .uint64
    case .int32: .int32
    case .uint32: .uint32
    case .int16: .int16
    case .uint16: .uint16
    case .int8: .int8
    case .uint8, .bool: .uint8
    }
  }
}
