import LigatureFiles
import LigatureTensors
import Testing

@testable import LigatureInterchange

@Suite("Values of MAT-files")
struct MATValueTests {
  @Test("are read as they were written", arguments: ["plain", "compressed"])
  func values(kind: String) throws {
    guard Zlib.shared != nil || kind == "plain" else { return }
    let file = try MATFile(bytes: ReferenceFiles.bytes("values-\(kind).mat"), name: kind)
    let cells = try #require(try file.value("cells").cells)
    #expect(try cells[0].tensor?.doubles() == [0, 1, 2])
    #expect(cells[2].text == "text")
    #expect(cells[1].tensor?.scalarType == .uint8)
    #expect(try cells[1].tensor?.doubles() == [1, 0])
    #expect(try cells[3].cells?[0].tensor?.scalars(as: Int32.self) == [7])
    guard case .structure(let records) = try file.value("records") else {
      Issue.record("no structure")
      return
    }
    #expect(records.size == [1, 2] && records.fields.map(\.name) == ["name", "x"])
    #expect(records.fields[0].values.map(\.text) == ["first", "second"])
    #expect(records.fields[1].values.map { $0.tensor?.shape } == [[2, 2], [1, 1]])
    guard case .sparse(let sparse) = try file.value("sparse") else {
      Issue.record("no sparse matrix")
      return
    }
    #expect(sparse.rows == [1, 0, 2] && sparse.columns == [0, 1, 1])
    #expect(try sparse.dense().doubles() == [0, 2.5, 0, 1, 0, 0, 0, -3, 0])
    #expect(throws: TensorError.self) { try sparse.dense(atMost: 8) }
    #expect(try file.value("text").text == "Grüße")
    guard case .text(let rows) = try file.value("rows") else {
      Issue.record("no text")
      return
    }
    #expect(rows == ["ab ", "cde"])
    guard case .complex(let real, let imaginary) = try file.value("z") else {
      Issue.record("no complex numbers")
      return
    }
    #expect(try real.doubles() == [1, 3] && imaginary.doubles() == [2, 0])
    #expect(try file.value("one")["a"]?["b"]?.tensor?.item() == 3)
    #expect(try file.value("one.a.b").tensor?.item() == 3)
    #expect(try file.value("none").tensor?.shape == [0, 0])
    #expect(try file.value("wide").tensor?.scalars(as: Int64.self) == [1 << 40, -1])
  }

  @Test("with changed bytes are an error or other values, never a crash")
  func mutation() throws {
    guard Zlib.shared != nil else { return }
    for kind in ["plain", "compressed"] {
      let bytes = try ReferenceFiles.bytes("values-\(kind).mat")
      Damage.mutate(bytes, times: 1500, seed: 8) { try Self.readAll($0, "damaged") }
      // The first variable, behind the preamble.
      let length = (0..<4).reduce(0) { $0 | Int(bytes[132 + $1]) << (8 * $1) }
      Damage.truncateEverywhere(Array(bytes.prefix(136 + length)), except: [128]) {
        try Self.readAll($0, "damaged")
      }
    }
  }

  @Test("with absurd numbers are refused in words")
  func absurd() throws {
    let bytes = try ReferenceFiles.bytes("values-plain.mat")
    AbsurdNumberTests.tried(bytes, from: 128, by: 4, bothOrders: false) {
      try Self.readAll($0, "absurd")
    }
  }

  @Test("nested deeper than 64 levels are refused")
  func nesting() throws {
    var mat = MATBytes()
    var cell = mat.doubles("", size: [1, 1], [1])
    for _ in 0..<100 { cell = mat.matrix("", size: [1, 1], classCode: 1, data: cell) }
    mat.append(mat.matrix("deep", size: [1, 1], classCode: 1, data: cell))
    let file = try MATFile(bytes: mat.bytes, name: "deep.mat")
    let error = #expect(throws: FileError.self) { try file.value("deep") }
    #expect(error?.expected.contains("64 levels") == true)
  }

  private static func readAll(_ bytes: [UInt8], _ name: String) throws {
    let file = try MATFile(bytes: bytes, name: name)
    for variable in file.variables { _ = try? file.value(variable.name) }
    for variable in file.variables { _ = try file.value(variable.name) }
  }
}
