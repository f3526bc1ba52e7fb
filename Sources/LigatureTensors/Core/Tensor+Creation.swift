extension Tensor {
  /// A tensor of the given shape from scalars in row-major order. Throws when the counts differ.
  public init<Scalar: TensorScalar>(_ scalars: [Scalar], shape: [Int]) throws {
    try Tensor.validate(shape, "Tensor(_:shape:)")
    guard scalars.count == Shape.count(shape) else {
      throw TensorError(
        "Tensor(_:shape:)", "\(counted(scalars.count, "scalar")) cannot fill shape \(shape)",
        remedy: "Give \(counted(Shape.count(shape), "scalar")), in row-major order")
    }
    try Tensor.requireMemory(for: TensorSpec(shape, Scalar.scalarType), "Tensor(_:shape:)")
    self.init(uninitialized: shape, Scalar.scalarType)
    scalars.withUnsafeBytes { bytes in
      if let base = bytes.baseAddress { pointer.copyMemory(from: base, byteCount: bytes.count) }
    }
  }

  /// A vector.
  public init<Scalar: TensorScalar>(_ scalars: [Scalar]) {
    self.init(uninitialized: [scalars.count], Scalar.scalarType)
    scalars.withUnsafeBytes { bytes in
      if let base = bytes.baseAddress { pointer.copyMemory(from: base, byteCount: bytes.count) }
    }
  }

  /// A tensor whose scalars are written in place by `fill`, in row-major order. The buffer holds
  /// zeros before; an error in `fill` is passed on.
  public init<Scalar: TensorScalar>(
    shape: [Int], as type: Scalar.Type = Scalar.self,
    _ fill: (UnsafeMutableBufferPointer<Scalar>) throws -> Void
  ) throws {
    try Tensor.validate(shape, "Tensor(shape:)")
    try Tensor.requireMemory(for: TensorSpec(shape, Scalar.scalarType), "Tensor(shape:)")
    self.init(uninitialized: shape, Scalar.scalarType)
    pointer.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    try fill(
      UnsafeMutableBufferPointer(start: pointer.assumingMemoryBound(to: Scalar.self), count: count))
  }

  /// One value everywhere.
  public static func full(
    _ shape: [Int], _ value: Double, _ scalarType: ScalarType = .float32
  ) throws -> Tensor {
    try filled("full", shape, value, scalarType)
  }

  /// Zeros.
  public static func zeros(_ shape: [Int], _ scalarType: ScalarType = .float32) throws -> Tensor {
    try filled("zeros", shape, 0, scalarType)
  }

  /// Ones.
  public static func ones(_ shape: [Int], _ scalarType: ScalarType = .float32) throws -> Tensor {
    try filled("ones", shape, 1, scalarType)
  }

  private static func filled(
    _ operation: String, _ shape: [Int], _ value: Double, _ scalarType: ScalarType
  ) throws -> Tensor {
    try validate(shape, operation)
    try requireMemory(for: TensorSpec(shape, scalarType), operation)
    let result = Tensor(uninitialized: shape, scalarType)
    result.perform(.fill(value))
    return result
  }

  /// A single number, of rank 0.
  public static func scalar(_ value: Double, _ scalarType: ScalarType = .float32) throws -> Tensor {
    try full([], value, scalarType)
  }

  /// The integers of a range, as a vector.
  public static func range(_ range: Range<Int>, _ scalarType: ScalarType = .int64) throws -> Tensor
  {
    let (count, overflows) = range.upperBound.subtractingReportingOverflow(range.lowerBound)
    guard !overflows else {
      throw TensorError(
        "range", "\(range) has more numbers than can be counted", remedy: "Give a smaller range")
    }
    try validate([count], "range")
    try requireMemory(for: TensorSpec([count], .int64), "range")
    return try Tensor(shape: [count], as: Int64.self) { numbers in
      for place in numbers.indices { numbers[place] = Int64(range.lowerBound + place) }
    }.cast(to: scalarType)
  }

  /// Ones on the diagonal of an n-by-n matrix.
  public static func identity(_ n: Int, _ scalarType: ScalarType = .float32) throws -> Tensor {
    try validate([n, n], "identity")
    return try Tensor(shape: [n, n], as: Double.self) { values in
      for index in 0..<n { values[index * n + index] = 1 }
    }.cast(to: scalarType)
  }

  /// Throws for a shape that no tensor can have.
  static func validate(_ shape: [Int], _ operation: String) throws {
    var bytes = 8
    // What is small is never too large; the limit is asked of the system.
    var limit = 1 << 20
    for size in shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: Swift.max(size, 1))
      if !overflow, product > limit { limit = MemoryLimit.bytes }
      guard size >= 0 else {
        throw TensorError(
          operation, "shape \(shape) has a negative size", remedy: "Give sizes of 0 or more")
      }
      guard !overflow, product <= limit else {
        throw TensorError(
          operation, "a tensor of shape \(shape) is larger than the memory there is",
          remedy: "Give smaller sizes, such as those of smaller batches")
      }
      bytes = product
    }
    guard shape.count <= maximumRank else {
      throw TensorError(
        operation, "\(shape) has \(counted(shape.count, "axis", plural: "axes"))",
        remedy: "Use at most \(maximumRank)")
    }
  }
}
