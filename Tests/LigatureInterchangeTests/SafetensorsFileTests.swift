import Foundation
import LigatureFiles
import LigatureLayers
import LigatureNetworks
import LigatureTensors
import Testing

@testable import LigatureInterchange

@Suite("Safetensors files")
struct SafetensorsFileTests {
  private static func reference(_ name: String) throws -> SafetensorsFile {
    try SafetensorsFile(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Reference/\(name)"))
  }

  @Test("written from NumPy are read, in every type")
  func numpy() throws {
    let file = try Self.reference("numpy.safetensors")
    #expect(file.metadata == ["written by": "numpy \"quoted\""])
    let expected: [String: ScalarType] = [
      "float64": .float64, "float32": .float32, "float16": .float32, "int64": .int64,
      "uint64": .int64, "int32": .int32, "uint32": .int64, "int16": .int32, "uint16": .int32,
      "int8": .int32, "uint8": .uint8,
    ]
    for (name, type) in expected {
      let tensor = try file.tensor(named: name)
      #expect(tensor.scalarType == type && file.scalarType(of: name) == type)
      #expect(tensor.shape == [2, 3] && file.shape(of: name) == [2, 3])
      #expect(try tensor.doubles() == [0, 1, 2, 3, 100, 127])
    }
    #expect(try file.tensor(named: "bool").scalars(as: UInt8.self) == [1, 0, 1, 0, 0, 1])
    #expect(try file.tensor(named: "scalar").item() == 2.5)
    #expect(try file.tensor(named: "empty").shape == [0, 3])
    #expect(try file.tensor(named: "größe/重み").doubles() == [1.5])
  }

  @Test("written from PyTorch are read, with numbers of 16 bits")
  func torch() throws {
    let file = try Self.reference("torch.safetensors")
    #expect(file.metadata == ["format": "pt"])
    #expect(try file.tensor(named: "0.weight").doubles() == [0, 1, 2, 3, 4, 5])
    #expect(try file.tensor(named: "1.num_batches_tracked").scalarType == .int64)
    #expect(try file.tensor(named: "half").doubles() == [1, -0.5, 65504, 0x1p-24])
    let brain = try file.tensor(named: "brain").doubles()
    #expect(brain[0] == 1 && brain[1] == -0.5 && abs(brain[2] / 3e38 - 1) < 1 / 256)
  }

  @Test("of a PyTorch model predict what it predicts, once their keys are renamed")
  func model() throws {
    let network = Network {
      FullyConnected(2); BatchNormalization()
    }
    try network.load(
      from: Self.reference("torch.safetensors"),
      renaming: [
        KeyRenaming("0.weight", to: "fc/weights", transposed: true),
        KeyRenaming("0.bias", to: "fc/bias"),
        KeyRenaming("1.weight", to: "batchNorm/scale"),
        KeyRenaming("1.bias", to: "batchNorm/offset"),
        KeyRenaming("1.running_mean", to: "batchNorm/mean"),
        KeyRenaming("1.running_var", to: "batchNorm/variance"),
        KeyRenaming(ignoring: "*.num_batches_tracked"),
        KeyRenaming(ignoring: "half"), KeyRenaming(ignoring: "brain"),
      ])
    let x = try Tensor([1, -2, 0.5] as [Float], shape: [1, 3])
    let expected = try Tensor([-0.5777054, -2.7360911] as [Float], shape: [1, 2])
    // Both round each operation to single precision, in another order.
    #expect(try network.predict(x).isClose(to: expected, relative: 1e-6))
  }

  @Test("numbers of 16 bits are widened exactly")
  func half() {
    #expect(Float(halfBits: 0x8000).sign == .minus && Float(halfBits: 0x8000) == 0)
    #expect(Float(halfBits: 0x03FF) == 0x3FFp-24 && Float(halfBits: 0x0400) == 0x1p-14)
    #expect(Float(halfBits: 0x7C00) == .infinity && Float(halfBits: 0xFC00) == -.infinity)
    #expect(Float(halfBits: 0x7E00).isNaN)
  }

  /// A file of several types and shapes.
  static func sample() throws -> [UInt8] {
    try SafetensorsFile.bytes(
      [
        "a": Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3]), "b": Tensor([-1.5]),
        "c": Tensor([7, 8] as [Int32]), "d": Tensor([9, 10, 11] as [UInt8]),
      ], metadata: ["note": "a \"sample\"\n\u{1}"])
  }

  @Test("are read back as they were written")
  func roundTrip() throws {
    var random = RandomStream(seed: 3)
    let square = try random.normal([3, 4])
    let tensors: [String: Tensor] = [
      "view": square.transposed, "whole": square, "double": try random.normal([2], .float64),
      "scalar": try .scalar(4, .int64), "empty": try .zeros([2, 0, 3], .uint8),
      "größe \"重み\"\\\n": Tensor([1, 2] as [Int32]),
    ]
    let bytes = try SafetensorsFile.bytes(tensors, metadata: ["key": "\u{1}Ünï"])
    let file = try SafetensorsFile(bytes: bytes, name: "test.safetensors")
    #expect(file.names == tensors.keys.sorted() && file.metadata == ["key": "\u{1}Ünï"])
    for (name, tensor) in tensors {
      #expect(try file.tensor(named: name).isIdentical(to: tensor), "\(name)")
    }
    #expect(try SafetensorsFile.bytes(tensors, metadata: ["key": "\u{1}Ünï"]) == bytes)
  }

  @Test("without any tensor are files too")
  func nothing() throws {
    let file = try SafetensorsFile(bytes: SafetensorsFile.bytes([:]), name: "test.safetensors")
    #expect(file.names == [] && file.metadata == [:])
  }

  @Test("align each tensor to its type")
  func alignment() throws {
    let file = try SafetensorsFile(bytes: Self.sample(), name: "test.safetensors")
    for entry in file.entries.values {
      #expect(entry.bytes.lowerBound % (entry.type?.byteCount ?? 1) == 0)
    }
  }

  @Test("name what they hold when asked for something else")
  func unknownName() throws {
    let file = try SafetensorsFile(bytes: Self.sample(), name: "test.safetensors")
    let error = #expect(throws: FileError.self) { try file.tensor(named: "e") }
    #expect(error?.description.contains("found a, b, c, d") == true)
  }

  @Test("cut at any byte are refused by name")
  func truncation() throws {
    Damage.truncateEverywhere(try Self.sample()) { try Self.read($0) }
  }

  @Test("with changed bytes are an error or another value, never a crash")
  func mutation() throws {
    Damage.mutate(try Self.sample(), times: 3000, seed: 5) { try Self.read($0) }
  }

  @Test("with any one bit flipped are an error or another value, never a crash")
  func bits() throws {
    let bytes = try Self.sample()
    for bit in 0..<bytes.count * 8 {
      var copy = bytes
      copy[bit / 8] ^= 1 << (bit % 8)
      do { try Self.read(copy) } catch let error as FileError { #expect(error.found != "") }
    }
  }

  private static func read(_ bytes: [UInt8]) throws {
    let file = try SafetensorsFile(bytes: bytes, name: "damaged.safetensors")
    for name in file.names { _ = try file.tensor(named: name) }
  }
}
