/// A type of number that the elements of a file can be read as: `Float`, `Double`, `Int64`, `Int32`
/// or `UInt8`.
///
/// To `Float` and `Double` every stored number is rounded to the nearest value. To the others a
/// number must be whole and in range, or reading fails with a `FileError` that names the element.
///
/// These conformances are all there are; reading as another type that is made to conform fails.
public protocol FileElement: Sendable {}

extension Float: FileElement {}
extension Double: FileElement {}
extension Int64: FileElement {}
extension Int32: FileElement {}
extension UInt8: FileElement {}

/// Numbers read from a file, in row-major order: the last axis varies fastest.
public struct FileArray<Element: FileElement>: Sendable {
  /// The size of every axis; the product is `values.count`.
  public let shape: [Int]

  /// The elements in row-major order.
  public let values: [Element]

  /// Pairs values with their shape.
  ///
  /// - Precondition: the product of `shape` is `values.count`.
  public init(shape: [Int], values: [Element]) {
    precondition(
      elementCount(of: shape) == values.count,
      "\(values.count) values do not fill the shape \(shape)")
    self.shape = shape
    self.values = values
  }
}

extension FileArray: Equatable where Element: Equatable {}
