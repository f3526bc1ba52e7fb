import Foundation
import LigatureFiles
import Testing

@testable import LigatureInterchange

/// The two by three matrix `[1 2 3; 4 5 6]`, in the order in which MATLAB stores it.
private let columnMajor: [Double] = [1, 4, 2, 5, 3, 6]

@Suite("MAT files")
struct MATFileTests {
  static let layouts: [(bigEndian: Bool, compressed: Bool)] = [
    (false, false), (true, false), (false, true), (true, true),
  ]

  @Test(
    "column-major elements keep their indices in the row-major result",
    arguments: layouts.filter { Zlib.shared != nil || !$0.compressed })
  func columnMajorBecomesRowMajor(_ layout: (bigEndian: Bool, compressed: Bool)) throws {
    var file = MATBytes(bigEndian: layout.bigEndian)
    file.append(
      file.doubles("matrix", size: [2, 3], columnMajor), compressed: layout.compressed)
    let read = try MATFile(bytes: file.bytes, name: "test.mat")
    #expect(read.variables.map(\.description) == ["matrix: 2x3 double"])
    #expect(
      try read.array("matrix", as: Float.self)
        == FileArray(shape: [2, 3], values: [1, 2, 3, 4, 5, 6]))
    #expect(
      try read.array("matrix", as: Double.self, order: .reversed)
        == FileArray(shape: [3, 2], values: columnMajor))
    #expect(
      try read.array("matrix", as: Int64.self, order: .lastFirst)
        == FileArray(shape: [3, 2], values: [1, 4, 2, 5, 3, 6]))
  }

  @Test(
    "every class is read from every type it may be stored as",
    arguments: [false, true])
  func storageTypes(bigEndian: Bool) throws {
    let file = MATBytes(bigEndian: bigEndian)
    let values: [Int64] = [0, 1, 100, 7]
    let stored: [(code: UInt32, bytes: (Int64) -> [UInt8])] = [
      (1, { file.number(Int8($0)) }), (2, { file.number(UInt8($0)) }),
      (3, { file.number(Int16($0)) }), (4, { file.number(UInt16($0)) }),
      (5, { file.number(Int32($0)) }), (6, { file.number(UInt32($0)) }),
      (7, { file.number(Float($0).bitPattern) }), (9, { file.number(Double($0).bitPattern) }),
      (12, { file.number($0) }), (13, { file.number(UInt64($0)) }),
      (16, { file.number(UInt8($0)) }), (17, { file.number(UInt16($0)) }),
      (18, { file.number(UInt32($0)) }),
    ]
    for classCode: UInt32 in [4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15] {
      for (code, bytes) in stored {
        var copy = file
        copy.append(
          copy.matrix(
            "x", size: [4, 1], classCode: classCode,
            data: copy.element(code, values.flatMap(bytes))))
        let read = try MATFile(bytes: copy.bytes, name: "test.mat")
        #expect(try read.array("x", as: Int64.self).values == values, "type \(code)")
        #expect(try read.array("x", as: Float.self).values == values.map(Float.init))
        #expect(try read.array("x", as: Double.self).values == values.map(Double.init))
      }
    }
  }

  @Test("small elements carry their data in the tag", arguments: [false, true])
  func smallElements(bigEndian: Bool) throws {
    var file = MATBytes(bigEndian: bigEndian)
    file.append(
      file.matrix(
        "v", size: [1, 2], classCode: 6,
        data: file.smallElement(3, file.number(Int16(-5)) + file.number(Int16(300)))))
    file.append(
      file.matrix("flag", size: [1, 1], classCode: 9, flags: 2, data: file.smallElement(2, [1])))
    let read = try MATFile(bytes: file.bytes, name: "test.mat")
    #expect(read.variables.map(\.class) == [.double, .logical])
    #expect(try read.array("v", as: Float.self).values == [-5, 300])
    #expect(try read.array("flag", as: Int64.self).values == [1])
  }

  @Test("an empty array has no elements, whatever its other sizes")
  func emptyArrays() throws {
    var file = MATBytes()
    let most = Int(Int32.max)
    for (index, size) in [[0, 0], [0, most, most, most], [most, most, most, 0]].enumerated() {
      file.append(file.doubles("empty\(index)", size: size, []))
    }
    let read = try MATFile(bytes: file.bytes, name: "test.mat")
    for variable in read.variables {
      for order in [AxisOrder.asStored, .lastFirst, .reversed] {
        let array = try read.array(variable.name, as: Float.self, order: order)
        #expect(array.values.isEmpty && array.shape.count == variable.size.count)
      }
    }
  }

  @Test("the observation comes first when it is asked for")
  func observationFirst() throws {
    var file = MATBytes()
    // Element (row, column, 0, observation) has the value 100 observation + 10 row + column.
    let values = (0..<24).map { linear in
      let (row, column, observation) = (linear % 2, linear / 2 % 3, linear / 6)
      return Double(100 * observation + 10 * row + column)
    }
    file.append(file.doubles("X", size: [2, 3, 1, 4], values))
    let array = try MATFile(bytes: file.bytes, name: "test.mat")
      .array("X", as: Float.self, order: .lastFirst)
    #expect(array.shape == [4, 2, 3, 1])
    #expect(Array(array.values.prefix(8)) == [0, 1, 2, 10, 11, 12, 100, 101])
  }

  @Test("a name that occurs twice means its last variable")
  func lastOfAName() throws {
    var file = MATBytes()
    file.append(file.doubles("x", size: [1, 1], [1]))
    file.append(file.doubles("x", size: [1, 1], [2]))
    let read = try MATFile(bytes: file.bytes, name: "test.mat")
    #expect(try read.array("x", as: Double.self).values == [2])
  }

  @Test("an array longer than the buffers arrives whole", .enabled(if: Zlib.shared != nil))
  func longArrays() throws {
    let values = (0..<40_001).map { Double($0) / 3 }
    for compressed in [false, true] {
      var file = MATBytes()
      file.append(file.smallNamed(values), compressed: compressed)
      let read = try MATFile(bytes: file.bytes, name: "test.mat")
      #expect(try read.array("x", as: Double.self).values == values)
    }
  }

  @Test("a file on disk reads like one in memory")
  func filesOnDisk() throws {
    var file = MATBytes()
    file.append(file.doubles("matrix", size: [2, 3], columnMajor))
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("ligature-\(UInt64.random(in: .min ... .max)).mat")
    defer { try? FileManager.default.removeItem(at: url) }
    try Data(file.bytes).write(to: url)
    let read = try MATFile(contentsOf: url)
    #expect(try read.array("matrix", as: Float.self).values == [1, 2, 3, 4, 5, 6])
  }
}

extension MATBytes {
  /// A column of doubles called `x`.
  fileprivate func smallNamed(_ values: [Double]) -> [UInt8] {
    doubles("x", size: [values.count, 1], values)
  }
}
