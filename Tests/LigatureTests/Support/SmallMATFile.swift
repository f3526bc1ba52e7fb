/// Bytes of MAT-files of level 5.
enum SmallMATFile {
  /// A variable, or what stands in a cell or field, where it has no name.
  indirect enum Value {
    /// Numbers in the order of MATLAB, the first axis running first.
    case numbers([Double], size: [Int])
    case text(String)
    case cells([Value])
    case structure([Field])
  }

  struct Field {
    let name: String
    let value: Value
  }

  static func bytes(_ variables: [(name: String, value: Value)]) -> [UInt8] {
    let head =
      Array("MATLAB 5.0 MAT-file".utf8) + [UInt8](repeating: 32, count: 97)
      + [UInt8](repeating: 0, count: 8) + [0, 1, 0x49, 0x4D]
    return head + variables.flatMap { matrix($0.name, $0.value) }
  }

  private static func little(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  private static func element(_ type: UInt32, _ data: [UInt8]) -> [UInt8] {
    little(type) + little(UInt32(data.count)) + data
      + [UInt8](repeating: 0, count: (8 - data.count % 8) % 8)
  }

  private static func matrix(_ name: String, _ value: Value) -> [UInt8] {
    let (kind, size, data): (UInt32, [Int], [UInt8]) =
      switch value {
      case .numbers(let numbers, let size):
        (6, size, element(9, numbers.flatMap { little($0.bitPattern) }))
      case .text(let text): (4, [1, text.utf8.count], element(16, Array(text.utf8)))
      case .cells(let cells): (1, [1, cells.count], cells.flatMap { matrix("", $0) })
      case .structure(let fields):
        (
          2, [1, 1],
          element(5, little(UInt32(32)))
            + element(
              1,
              fields.flatMap { field in
                Array(field.name.utf8) + [UInt8](repeating: 0, count: 32 - field.name.utf8.count)
              })
            + fields.flatMap { matrix("", $0.value) }
        )
      }
    return element(
      14,
      element(6, little(kind) + little(UInt32(0)))
        + element(5, size.flatMap { little(Int32($0)) }) + element(1, Array(name.utf8)) + data)
  }
}
