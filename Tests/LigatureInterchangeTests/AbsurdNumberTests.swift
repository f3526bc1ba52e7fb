import Foundation
import LigatureFiles
import LigatureTensors
import Testing

@testable import LigatureInterchange

/// Every number in a header set to what no file means: an error in words, or a value.
@Suite("Absurd numbers in headers")
struct AbsurdNumberTests {
  static let numbers: [UInt64] = [
    0, 1, 0xFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x7FFF_FFFF_FFFF_FFFF, .max,
  ]

  /// At each place of a file where a number may stand, each of the numbers in four and in eight
  /// bytes, of both orders or of one.
  static func tried(
    _ bytes: [UInt8], from first: Int = 0, by step: Int = 1, bothOrders: Bool = true,
    read: ([UInt8]) throws -> Void
  ) {
    for place in stride(from: first, to: bytes.count, by: step) {
      for number in numbers {
        for width in [4, 8] where place + width <= bytes.count {
          let little = (0..<width).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
          for order in bothOrders ? [little, little.reversed()] : [little] {
            var copy = bytes
            copy.replaceSubrange(place..<place + width, with: order)
            do { try read(copy) } catch let error as FileError {
              #expect(error.description.hasPrefix("absurd"), "\(error)")
              #expect(!error.expected.isEmpty && !error.found.isEmpty && !error.remedy.isEmpty)
            } catch {
              Issue.record("\(number) in \(width) bytes at \(place): \(error)")
            }
          }
        }
      }
    }
  }

  @Test("of IDX files", arguments: [1, 3, 9])
  func images(rank: Int) {
    let header: [UInt8] =
      [0, 0, 8, UInt8(rank)] + (0..<rank).flatMap { _ in [0, 0, 0, 1] as [UInt8] }
    Self.tried(header + [5]) { bytes in
      let file = try IDXFile(bytes: bytes, name: "absurd")
      _ = try file.array(as: Double.self)
      _ = try file.tensor(order: .reversed)
    }
  }

  @Test("of more axes than a tensor has, with the file's name")
  func ranks() throws {
    let bytes: [UInt8] = [0, 0, 8, 9] + (0..<9).flatMap { _ in [0, 0, 0, 1] as [UInt8] } + [5]
    let file = try IDXFile(bytes: bytes, name: "images.idx")
    #expect(try file.array(as: Float.self).values == [5])
    let error = #expect(throws: FileError.self) { try file.tensor() }
    #expect(error?.description.hasPrefix("images.idx: ") == true)
    #expect(error?.description.contains("found 1x1x1x1x1x1x1x1x1: ") == true)
    #expect(error?.remedy.hasPrefix("read it with array(as:)") == true)
    var mat = MATBytes()
    mat.append(mat.doubles("x", size: [Int](repeating: 1, count: 9), [5]))
    let variable = #expect(throws: FileError.self) {
      try MATFile(bytes: mat.bytes, name: "a.mat").tensor("x")
    }
    #expect(variable?.description.hasPrefix("a.mat: ") == true)
  }

  @Test("of MAT-files, with containers and without")
  func variables() {
    var file = MATBytes()
    file.append(file.doubles("x", size: [2, 1], [1, 2]))
    file.append(file.matrix("c", size: [4, 1], classCode: 1, data: MATContainerTests.cells(file)))
    file.append(MATContainerTests.structure(file))
    Self.tried(file.bytes, from: 124, by: 4, bothOrders: false) { bytes in
      let file = try MATFile(bytes: bytes, name: "absurd")
      _ = try file.tensor("x")
      _ = try file.tensors("c")
      _ = try file.tensors("data.long")
      _ = try file.tensor("data.n")
    }
  }

  @Test("of safetensors files")
  func tensors() throws {
    let bytes = try SafetensorsFile.bytes([
      "a": Tensor([1, 2] as [Float]), "b": Tensor([3] as [UInt8]),
    ])
    Self.tried(bytes) { bytes in
      let file = try SafetensorsFile(bytes: bytes, name: "absurd")
      for name in file.names { _ = try file.tensor(named: name) }
    }
    // And in words, for each number of the header.
    let header = String(decoding: bytes[8...].prefix { $0 != 0 }, as: UTF8.self)
    let words = ["-1", "0", "1", "2147483648", "9223372036854775807", "1e3", "\"1\"", "[]", "null"]
    for match in header.matches(of: /\d+/) {
      for word in words {
        let text = header.replacingCharacters(in: match.range, with: word)
        let copy =
          withUnsafeBytes(of: UInt64(text.utf8.count).littleEndian) { Array($0) } + Array(text.utf8)
          + bytes.suffix(9)
        do {
          let file = try SafetensorsFile(bytes: copy, name: "absurd")
          for name in file.names { _ = try file.tensor(named: name) }
        } catch is FileError {
          continue
        }
      }
    }
  }

  @Test("of gzip files", .enabled(if: Zlib.shared != nil))
  func members() {
    Self.tried(GzipBytes.member(Array("some text".utf8))) { bytes in
      _ = try GzipFile(ByteSource(bytes, name: "absurd"), zlib: .shared).contents(atMost: 100)
    }
  }
}
