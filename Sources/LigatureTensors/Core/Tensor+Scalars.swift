extension Tensor {
  /// The scalars in row-major order. Throws unless `Scalar` is this tensor's type. O(count).
  public func scalars<Scalar: TensorScalar>(as type: Scalar.Type = Scalar.self) throws -> [Scalar] {
    try withScalars(as: type) { Array($0) }
  }

  /// Calls `body` with the scalars in row-major order, in place where the tensor is contiguous.
  public func withScalars<Scalar: TensorScalar, Result>(
    as type: Scalar.Type = Scalar.self, _ body: (UnsafeBufferPointer<Scalar>) throws -> Result
  ) throws -> Result {
    try require("scalars")
    try HostReading.require("scalars", self)
    guard Scalar.scalarType == scalarType else {
      throw TensorError(
        "scalars", "the tensor holds \(scalarType), not \(Scalar.scalarType)",
        remedy: "Convert with cast(to: .\(Scalar.scalarType))")
    }
    let source = contiguous()
    return try withExtendedLifetime(source) {
      try body(
        UnsafeBufferPointer(
          start: source.pointer.assumingMemoryBound(to: Scalar.self), count: count))
    }
  }

  /// The scalars as doubles in row-major order, whatever the type. O(count).
  public func doubles() throws -> [Double] {
    try require("doubles")
    try HostReading.require("doubles", self)
    return try detached.cast(to: .float64).scalars()
  }

  /// The one number of a tensor that holds one. Throws otherwise.
  public func item() throws -> Double {
    try require("item")
    guard count == 1 else {
      throw TensorError(
        "item", "shape \(shape) holds \(counted(count, "number"))",
        remedy: "Reduce it, or use doubles()")
    }
    return try doubles()[0]
  }

  /// Whether shape and type are equal and every pair of numbers differs by at most
  /// `absolute + relative · |expected|`. NaN equals NaN. O(count).
  public func isClose(
    to expected: Tensor, relative: Double = 1e-5, absolute: Double = 1e-8
  ) throws -> Bool {
    try require("isClose")
    try expected.require("isClose")
    try HostReading.require("isClose", self)
    guard shape == expected.shape, scalarType == expected.scalarType else { return false }
    return zip(try doubles(), try expected.doubles()).allSatisfy { found, wanted in
      found == wanted || (found.isNaN && wanted.isNaN)
        || wanted.isFinite && Swift.abs(found - wanted) <= absolute + relative * Swift.abs(wanted)
    }
  }

  /// Whether shape, type and every bit are equal; -0 differs from 0, and NaN equals itself.
  public func isIdentical(to other: Tensor) throws -> Bool {
    try require("isIdentical")
    try other.require("isIdentical")
    try HostReading.require("isIdentical", self)
    try HostReading.require("isIdentical", other)
    guard shape == other.shape, scalarType == other.scalarType else { return false }
    let (a, b) = (contiguous(), other.contiguous())
    return withExtendedLifetime((a, b)) {
      UnsafeRawBufferPointer(start: a.pointer, count: byteCount)
        .elementsEqual(UnsafeRawBufferPointer(start: b.pointer, count: byteCount))
    }
  }
}
