import LigatureTensors

extension Tensor {
  /// Calls `body` with the scalars' bytes in row-major order, little-endian as the machines are
  /// that the package runs on. Throws for a tensor without a value.
  func withFileBytes(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    switch scalarType {
    case .float32: try withScalars(as: Float.self) { try body(UnsafeRawBufferPointer($0)) }
    case .float64: try withScalars(as: Double.self) { try body(UnsafeRawBufferPointer($0)) }
    case .int32: try withScalars(as: Int32.self) { try body(UnsafeRawBufferPointer($0)) }
    case .int64: try withScalars(as: Int64.self) { try body(UnsafeRawBufferPointer($0)) }
    case .uint8: try withScalars(as: UInt8.self) { try body(UnsafeRawBufferPointer($0)) }
    }
  }
}
