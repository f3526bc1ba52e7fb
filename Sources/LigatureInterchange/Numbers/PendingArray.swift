import LigatureFiles

/// An array in a file whose size has been judged and whose elements have not been read yet.
///
/// It lets the receiver make room of exactly the right size, after the file's claims about lengths
/// have been compared with its own length, and then fill it without a second buffer.
package final class PendingArray {
  /// The shape of the row-major result.
  package let shape: [Int]

  /// The number of elements: the product of `shape`.
  package let count: Int

  private let type: StoredType

  /// The type that the numbers have in the program that wrote them.
  let declaredType: StoredType

  private let reader: ByteReader
  private let bigEndian: Bool
  private let plan: ScatterPlan
  private let what: String
  private let inlineBytes: [UInt8]?
  private let finish: (ByteReader) throws -> Void

  /// - Parameters:
  ///   - reader: stands before the first element.
  ///   - storedShape: the axes in the file's own order.
  ///   - order: the order in which they are wanted.
  ///   - firstAxisFastest: whether the file is column-major.
  ///   - inlineBytes: the elements, where the reader has passed them already.
  ///   - declared: the type that the numbers have in the program that wrote them, where it packs
  ///     them in a narrower one.
  ///   - what: the subject of errors, such as `variable "XTrain"`.
  ///   - finish: checks what follows the last element.
  init(
    _ reader: ByteReader, storedShape: [Int], order: AxisOrder, firstAxisFastest: Bool,
    type: StoredType, bigEndian: Bool, inlineBytes: [UInt8]? = nil, declared: StoredType? = nil,
    of what: String,
    finish: @escaping (ByteReader) throws -> Void
  ) throws {
    guard let permutation = order.permutation(rank: storedShape.count) else {
      throw reader.failure(
        expected: "an order of the \(storedShape.count) axes of \(what)", found: "\(order)",
        remedy: "name each of 0 to \(storedShape.count - 1) once")
    }
    guard let count = elementCount(of: storedShape),
      count <= .max / 16,
      inlineBytes != nil || count * type.byteCount <= reader.mostBytesLeft
    else {
      throw reader.failure(
        expected: "the elements of \(what), of size \(sizeText(storedShape))",
        found: "at most \(reader.mostBytesLeft) bytes",
        remedy: "the file is damaged or cut short, so copy or download it again")
    }
    self.reader = reader
    self.type = type
    declaredType = declared ?? type
    self.bigEndian = bigEndian
    self.what = what
    self.inlineBytes = inlineBytes
    self.finish = finish
    self.count = count
    shape = permutation.map { storedShape[$0] }
    plan =
      count == 0
      ? ScatterPlan(sizes: [], strides: [])
      : ScatterPlan(
        shape: storedShape, permutation: permutation, firstAxisFastest: firstAxisFastest)
  }

  /// Asks whether the elements may be taken into memory, where the file is compressed: as they are
  /// stored, or as numbers of `byteCount` bytes, whichever are larger.
  ///
  /// - Throws: `FileError` beyond the limit.
  package func claim(perElement byteCount: Int) throws {
    // No more than Int.max, since the count of elements is at most a sixteenth of it.
    try reader.claim(
      count * max(byteCount, type.byteCount), for: "\(what), of size \(sizeText(shape))")
  }

  /// What a receiver that cannot hold the array says, as an error about the file.
  func refused(_ problem: String) -> FileError {
    reader.failure(
      expected: "a size of \(what) that a tensor can have",
      found: "\(sizeText(shape)): \(problem)",
      remedy: "read it with array(as:), or store it in another shape")
  }

  /// Reads all elements into their row-major places, converted; to be called once. O(count).
  ///
  /// - Throws: `FileError` if the file ends before, is damaged, or holds a number that is not
  ///   whole or out of range where whole ones are asked for; part of the destination may be written
  ///   by then.
  /// - Precondition: `destination.count` is `count`.
  package func read<Element: FileElement>(
    into destination: UnsafeMutableBufferPointer<Element>
  ) throws {
    precondition(destination.count == count, "\(destination.count) places for \(count) elements")
    var converter = ElementConverter(destination, from: type, bigEndian: bigEndian, plan: plan)
    func convert(_ bytes: UnsafeRawBufferPointer) throws {
      if let found = converter.convert(bytes) {
        throw reader.failure(
          expected: "whole numbers within \(Element.self) in \(what)", found: found,
          remedy: "read it as Double")
      }
    }
    if let inlineBytes {
      try inlineBytes.withUnsafeBytes { try convert($0) }
    } else {
      try reader.read(
        count * type.byteCount, inUnitsOf: type.byteCount, of: what
      ) { try convert($0) }
    }
    try finish(reader)
  }

  /// Reads all elements into a new array; to be called once. O(count).
  func array<Element: FileElement>() throws -> FileArray<Element> {
    try claim(perElement: MemoryLayout<Element>.stride)
    let values = try [Element](unsafeUninitializedCapacity: count) { places, initialized in
      try read(into: UnsafeMutableBufferPointer(rebasing: places[..<count]))
      initialized = count
    }
    return FileArray(shape: shape, values: values)
  }
}

/// The product of sizes that are not negative, or `nil` if it is not an `Int`.
func elementCount(of shape: [Int]) -> Int? {
  if shape.contains(0) { return 0 }
  var count = 1
  for size in shape {
    let (product, overflow) = count.multipliedReportingOverflow(by: size)
    guard !overflow, size > 0 else { return nil }
    count = product
  }
  return count
}

/// A size as MATLAB prints it: `28x28x1x5000`.
func sizeText(_ shape: [Int]) -> String {
  shape.map(String.init).joined(separator: "x")
}
