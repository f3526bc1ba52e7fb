import LigatureFiles
import LigatureTensors

/// An array in a file that is not compressed and lies row-major, of which some observations are
/// read, those along the first axis, and no others.
struct StoredRows {
  let source: ByteSource
  /// Where the elements begin.
  let offset: Int
  let shape: [Int]
  let type: StoredType
  let bigEndian: Bool
  /// The subject of errors.
  let what: String

  /// The observations with some numbers, in that order, of the array's own type, or the narrowest
  /// that holds all its numbers. O(their elements).
  func tensor(_ numbers: [Int]) throws -> Tensor {
    switch type {
    case .float16, .float32: try tensor(numbers, as: Float.self)
    case .float64: try tensor(numbers, as: Double.self)
    case .uint8: try tensor(numbers, as: UInt8.self)
    case .int8, .int16, .uint16, .int32: try tensor(numbers, as: Int32.self)
    case .uint32, .int64, .uint64: try tensor(numbers, as: Int64.self)
    }
  }

  private func tensor<Scalar: FileElement & TensorScalar>(
    _ numbers: [Int], as scalar: Scalar.Type
  ) throws -> Tensor {
    guard let count = shape.first else {
      throw refusal("an array with an axis of observations", "one number", "use it as it is")
    }
    guard numbers.allSatisfy({ (0..<count).contains($0) }) else {
      throw refusal(
        "observations from 0 to \(count - 1) of \(what)",
        "\(numbers.first { !(0..<count).contains($0) } ?? 0)", "ask for those that are there")
    }
    // Whoever judged the array has found that its elements are in the file.
    let size = shape.dropFirst().reduce(1, *)
    let rowBytes = size * type.byteCount
    do {
      return try Tensor(shape: [numbers.count] + shape.dropFirst(), as: scalar) { places in
        var place = 0
        while place < numbers.count {
          // Neighbours are read together.
          var run = 1
          while place + run < numbers.count, numbers[place + run] == numbers[place] + run {
            run += 1
          }
          let start = offset + numbers[place] * rowBytes
          let reader = ByteReader(
            PlainBytes(source, start..<(start + run * rowBytes)),
            capacity: min(max(run * rowBytes, 16), ByteReader.capacity))
          var converter = ElementConverter(
            UnsafeMutableBufferPointer(rebasing: places[(place * size)..<((place + run) * size)]),
            from: type, bigEndian: bigEndian,
            plan: ScatterPlan(sizes: [run * size], strides: [1]))
          try reader.read(run * rowBytes, inUnitsOf: type.byteCount, of: what) {
            if let found = converter.convert($0) {
              throw refusal(
                "whole numbers within \(scalar) in \(what)", found, "store it as float64")
            }
          }
          place += run
        }
      }
    } catch let error as TensorError {
      throw refusal(
        "a shape that a tensor can have", "\(shape): \(error.problem)",
        "store \(what) in another shape")
    }
  }

  private func refusal(_ expected: String, _ found: String, _ remedy: String) -> FileError {
    FileError(
      file: source.name, offset: offset, expected: expected, found: found, remedy: remedy)
  }
}
