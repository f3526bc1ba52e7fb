import LigatureTensors

extension MATFile {
  /// A numeric variable as a tensor of `Scalar`, converted while it is read: memory beyond the
  /// result does not depend on its size. MATLAB stores columns first; `order` says which axes the
  /// tensor has, row-major.
  ///
  ///     // 28 x 28 x 1 x 5000 in MATLAB, [5000, 28, 28, 1] here:
  ///     let images = try file.tensor("XTrain", order: .lastFirst)
  public func tensor<Scalar: FileElement & TensorScalar>(
    _ name: String, as type: Scalar.Type = Float.self, order: AxisOrder = .asStored
  ) throws -> Tensor {
    try pendingArray(name, order: order).tensor(as: type)
  }
}

extension MATFile {
  /// The arrays in a cell array as tensors, in the order in which MATLAB counts cells: sequences,
  /// mostly, which MATLAB keeps as `features x time`.
  ///
  ///     let sequences = try file.tensors("XTrain", order: .reversed)  // each [time, features]
  ///
  /// Throws as ``arrays(_:as:order:)``.
  public func tensors<Scalar: FileElement & TensorScalar>(
    _ name: String, as type: Scalar.Type = Float.self, order: AxisOrder = .asStored
  ) throws -> [Tensor] {
    var tensors: [Tensor] = []
    try place(name).forEachCell(order: order) { tensors.append(try $0.tensor(as: type)) }
    return tensors
  }
}

extension IDXFile {
  /// The array as a tensor of `Scalar`, converted while it is read. Pixels stay 0...255.
  public func tensor<Scalar: FileElement & TensorScalar>(
    as type: Scalar.Type = Float.self, order: AxisOrder = .asStored
  ) throws -> Tensor {
    try pendingArray(order: order).tensor(as: type)
  }
}

extension PendingArray {
  /// The elements as a tensor of their own type, or of the narrowest that holds all of them: 16
  /// bits after IEEE 754 become `float32`; bytes without sign stay `uint8`; other whole numbers
  /// become `int32` where they have 16 bits or are signed and have 32, and `int64` otherwise.
  func ownTensor() throws -> Tensor {
    switch declaredType {
    case .float16, .float32: try tensor(as: Float.self)
    case .float64: try tensor(as: Double.self)
    case .uint8: try tensor(as: UInt8.self)
    case .int8, .int16, .uint16, .int32: try tensor(as: Int32.self)
    case .uint32, .int64, .uint64: try tensor(as: Int64.self)
    }
  }

  /// The elements, read straight into a tensor's memory.
  func tensor<Scalar: FileElement & TensorScalar>(as type: Scalar.Type) throws -> Tensor {
    try claim(perElement: MemoryLayout<Scalar>.stride)
    do {
      return try Tensor(shape: shape, as: type) { try read(into: $0) }
    } catch let error as TensorError {
      throw refused(error.problem)
    }
  }
}
