import Foundation
import LigatureFiles
import LigatureTensors
import Testing

@testable import LigatureInterchange

@Suite("Files of NumPy")
struct NumPyTests {
  @Test("are read as NumPy wrote them", arguments: ReferenceFiles.names(".npy"))
  func arrays(name: String) throws {
    let file = try NPYFile(bytes: ReferenceFiles.bytes(name), name: name)
    let expected = try #require(ReferenceFiles.expected[name])
    #expect(file.shape == expected.shape)
    #expect(try file.array(as: Double.self).values == expected.values)
    #expect(try file.array(as: Int32.self).values == expected.values.map { Int32($0) })
    let own = try file.tensor()
    #expect(own.shape == expected.shape)
    #expect(try own.doubles() == expected.values)
    #expect(try file.tensor(as: Float.self, order: .reversed).shape == expected.shape.reversed())
  }

  @Test("there are files of every type")
  func types() throws {
    #expect(ReferenceFiles.names(".npy").count == 12 * 4 - 3 * 2 + 5)
    let types: [(String, ScalarType)] = [
      ("b1-little-C", .uint8), ("i1-little-C", .int32), ("i2-big-C", .int32), ("u2-big-F", .int32),
      ("u4-little-F", .int64), ("u8-big-C", .int64), ("f2-big-C", .float32), ("f8-big-F", .float64),
      ("i4-little-C", .int32), ("u1-little-C", .uint8), ("i8-little-C", .int64),
    ]
    for (name, type) in types {
      let file = try NPYFile(bytes: ReferenceFiles.bytes(name + ".npy"), name: name)
      #expect(try file.tensor().scalarType == type, "\(name)")
    }
  }

  @Test(
    "that hold no numbers say what to save instead",
    arguments: [
      ("complex", "x.real"), ("text", "texts"), ("objects", "any code"), ("fields", "each field"),
    ])
  func refusals(name: String, remedy: String) throws {
    let bytes = try ReferenceFiles.bytes(name + ".npy")
    let error = #expect(throws: FileError.self) { try NPYFile(bytes: bytes, name: name) }
    #expect(error?.remedy.contains(remedy) == true, "\(String(describing: error))")
  }

  @Test("hold several arrays, stored or deflated", arguments: ["stored", "deflated"])
  func archives(name: String) throws {
    guard Zlib.shared != nil else { return }
    let file = try NPZFile(bytes: ReferenceFiles.bytes(name + ".npz"), name: name)
    #expect(file.names == ["images", "labels"])
    for array in file.names {
      let expected = try #require(ReferenceFiles.expected["npz/" + array])
      let read = try file[array].tensor()
      #expect(read.shape == expected.shape)
      #expect(try read.doubles() == expected.values)
    }
    let error = #expect(throws: FileError.self) { try file["other"] }
    #expect(error?.found == "\"images\", \"labels\"")
  }

  @Test("are written and read back, of every type and shape")
  func writing() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).npy")
    defer { try? FileManager.default.removeItem(at: url) }
    let tensors: [String: Tensor] = try [
      "a": Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3]), "b": .scalar(2.5, .float64),
      "c": Tensor([1, -2] as [Int32]), "d": Tensor([1 << 40] as [Int64]),
      "ü": Tensor([0, 255] as [UInt8]), "e": .zeros([0, 3]),
      "turned": Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3]).transposed,
    ]
    for (name, tensor) in tensors {
      try NPYFile.write(tensor, to: url)
      let read = try NPYFile(contentsOf: url).tensor()
      #expect(read.scalarType == tensor.scalarType && read.shape == tensor.shape, "\(name)")
      #expect(try read.doubles() == tensor.doubles())
    }
    try NPZFile.write(tensors, to: url)
    let file = try NPZFile(contentsOf: url)
    #expect(file.names == tensors.keys.sorted())
    for (name, tensor) in tensors {
      #expect(try file[name].tensor().doubles() == tensor.doubles())
    }
    try NPZFile.write([:], to: url)
    #expect(try NPZFile(contentsOf: url).names == [])
    #expect(throws: FileError.self) { try NPZFile.write(["": .ones([1])], to: url) }
  }

  @Test("cut at any byte are refused by name")
  func truncation() throws {
    for name in ["f4-little-C.npy", "version3.npy"] {
      Damage.truncateEverywhere(try ReferenceFiles.bytes(name)) { try Self.readArray($0) }
    }
    for name in ["stored.npz", "deflated.npz"] {
      Damage.truncateEverywhere(try ReferenceFiles.bytes(name)) { try Self.readArchive($0) }
    }
  }

  @Test("with changed bytes are an error or another value, never a crash")
  func mutation() throws {
    for name in ["f4-little-C.npy", "u8-big-F.npy", "version2.npy"] {
      Damage.mutate(try ReferenceFiles.bytes(name), times: 1500, seed: 3) { try Self.readArray($0) }
    }
    for name in ["stored.npz", "deflated.npz"] {
      Damage.mutate(try ReferenceFiles.bytes(name), times: 1500, seed: 4) {
        try Self.readArchive($0)
      }
    }
  }

  @Test("with absurd numbers are refused before memory is taken")
  func absurd() throws {
    AbsurdNumberTests.tried(try ReferenceFiles.bytes("deflated.npz")) { bytes in
      let file = try NPZFile(bytes: bytes, name: "absurd")
      for name in file.names { _ = try file[name].tensor() }
    }
    for shape in [
      "(999999999999999999, 3)", "(9223372036854775807,)", "(-1,)", "(1, 2", "(1.5,)", "()x",
      "(" + String(repeating: "1,", count: 100) + ")",
    ] {
      let text = Array("{'descr': '<f4', 'fortran_order': False, 'shape': \(shape), }\n".utf8)
      let bytes: [UInt8] =
        [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.count & 255), UInt8(text.count >> 8)]
        + text + [0, 0, 0, 0]
      #expect(throws: FileError.self, "\(shape)") {
        try NPYFile(bytes: bytes, name: "absurd").tensor()
      }
    }
  }

  private static func readArray(_ bytes: [UInt8]) throws {
    _ = try NPYFile(bytes: bytes, name: "damaged.npy").tensor()
  }

  private static func readArchive(_ bytes: [UInt8]) throws {
    let file = try NPZFile(bytes: bytes, name: "damaged.npz")
    for name in file.names { _ = try file[name].tensor() }
  }
}
