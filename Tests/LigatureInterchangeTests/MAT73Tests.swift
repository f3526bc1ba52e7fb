import LigatureFiles
import LigatureTensors
import Testing

@testable import LigatureInterchange

@Suite("MAT-files of version 7.3", .enabled(if: Zlib.shared != nil))
struct MAT73Tests {
  private static func file() throws -> MAT73File {
    try MAT73File(bytes: ReferenceFiles.bytes("values-7.3.mat"), name: "values")
  }

  @Test("list their variables")
  func variables() throws {
    let file = try Self.file()
    #expect(file.variables.count == 13 + 40)
    let kinds = Dictionary(uniqueKeysWithValues: file.variables.map { ($0.name, $0.description) })
    for text in [
      "x: 2x3x4 double", "bytes: 2x3 uint8", "flag: 1x3 logical", "cells: 2x1 cell",
      "one: 1x1 struct", "sparse: 1x1 sparse", "text: 1x5 char", "z: 1x2 complex double",
    ] {
      #expect(kinds[String(text.prefix { $0 != ":" })] == text)
    }
  }

  @Test("hold numbers, packed or not")
  func numbers() throws {
    let file = try Self.file()
    #expect(try file.tensor("x", as: Double.self).doubles() == (0..<24).map(Double.init))
    #expect(try file.tensor("x", order: .lastFirst).shape == [4, 2, 3])
    let packed = try file.tensor("packed", as: Double.self)
    #expect(packed.shape == [20, 30])
    #expect(try packed.doubles() == (0..<600).map { Double($0 % 7) })
    #expect(try file.tensor("summed").doubles() == (0..<50).map(Double.init))
    #expect(try file.value("bytes").tensor?.scalars(as: UInt8.self) == [0, 1, 2, 3, 4, 5])
    #expect(try file.value("wide").tensor?.scalars(as: Int64.self) == [1 << 40, -1])
    #expect(try file.value("none").tensor?.shape == [0, 3])
    #expect(try file.tensor("many17").item() == 17)
    let error = #expect(throws: FileError.self) { try file.tensor("one") }
    #expect(error?.remedy == "read it with value(_:)")
    #expect(throws: FileError.self) { try file.tensor("missing") }
  }

  @Test("hold texts, cells, structures, sparse and complex arrays")
  func values() throws {
    let file = try Self.file()
    #expect(try file.value("text").text == "Grüße")
    let cells = try #require(try file.value("cells").cells)
    #expect(try cells[0].tensor?.doubles() == [0, 1, 2, 3, 4, 5])
    #expect(cells[0].tensor?.shape == [2, 3] && cells[1].text == "cell")
    #expect(try file.value("one")["a"]?.tensor?.item() == 3)
    #expect(try file.value("one")["b"]?.text == "field")
    #expect(try file.value("one.b").text == "field")
    guard case .structure(let records) = try file.value("records") else {
      Issue.record("no structure")
      return
    }
    #expect(records.size == [1, 2])
    #expect(try records.fields[0].values.map { try $0.tensor?.item() } == [0, 1])
    guard case .sparse(let sparse) = try file.value("sparse") else {
      Issue.record("no sparse matrix")
      return
    }
    #expect(try sparse.dense().doubles() == [0, 2.5, 0, 1, 0, 0, 0, -3, 0])
    guard case .complex(let real, let imaginary) = try file.value("z") else {
      Issue.record("no complex numbers")
      return
    }
    #expect(try real.doubles() == [1, 3] && imaginary.doubles() == [2, 0])
  }

  @Test("of the latest kind of HDF5 are refused by what is not read")
  func latest() throws {
    let bytes = try ReferenceFiles.bytes("values-7.3-latest.mat")
    let error = #expect(throws: FileError.self) { try MAT73File(bytes: bytes, name: "latest") }
    #expect(error?.found == "a dense one", "\(String(describing: error))")
  }

  @Test("are told apart from those of level 5")
  func otherReader() throws {
    let bytes = try ReferenceFiles.bytes("values-7.3.mat")
    let error = #expect(throws: FileError.self) { try MATFile(bytes: bytes, name: "values") }
    #expect(error?.remedy == "read it with MAT73File")
    let old = try ReferenceFiles.bytes("values-plain.mat")
    let other = #expect(throws: FileError.self) { try MAT73File(bytes: old, name: "values") }
    #expect(other?.found == "a MAT-file of level 5")
  }

  @Test("with changed bytes are an error or other values, never a crash")
  func mutation() throws {
    let bytes = try ReferenceFiles.bytes("values-7.3.mat")
    // Where something stands, and not in the space between.
    var generator = SeededGenerator(seed: 2)
    let places = bytes.indices.filter { bytes[$0] != 0 && $0 > 512 }
    for _ in 0..<250 {
      var copy = bytes
      let place = places.randomElement(using: &generator) ?? 600
      copy[place] =
        [0, 1, 0x7F, 0x80, 0xFF, copy[place] &+ 1].randomElement(using: &generator) ?? 0
      do { try Self.readAll(copy, "damaged") } catch is FileError {} catch {
        Issue.record("byte \(place): \(error)")
      }
    }
  }

  @Test("cut anywhere are an error or fewer values, never a crash")
  func truncation() throws {
    let bytes = try ReferenceFiles.bytes("values-7.3.mat")
    for count in stride(from: 0, to: bytes.count, by: 211) {
      do { try Self.readAll(Array(bytes.prefix(count)), "damaged") } catch is FileError {} catch {
        Issue.record("cut to \(count): \(error)")
      }
    }
  }

  @Test("with absurd numbers are refused in words")
  func absurd() throws {
    let bytes = try ReferenceFiles.bytes("values-7.3.mat")
    AbsurdNumberTests.tried(
      Array(bytes), from: 512, by: 696, bothOrders: false
    ) { try Self.readAll($0, "absurd") }
  }

  private static func readAll(_ bytes: [UInt8], _ name: String) throws {
    let file = try MAT73File(bytes: bytes, name: name)
    for variable in file.variables where !variable.name.hasPrefix("many") {
      _ = try? file.value(variable.name)
      _ = try? file.tensor(variable.name)
    }
    for variable in file.variables where !variable.name.hasPrefix("many") {
      _ = try file.value(variable.name)
    }
  }
}
