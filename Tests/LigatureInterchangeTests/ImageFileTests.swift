import LigatureFiles
import LigatureTensors
import Testing

@testable import LigatureInterchange

@Suite("Files of pictures", .enabled(if: Zlib.shared != nil))
struct ImageFileTests {
  @Test("in PNG are read exactly, of every kind", arguments: ReferenceFiles.names(".png"))
  func png(name: String) throws {
    let file = try ImageFile(bytes: ReferenceFiles.bytes(name), name: name)
    let expected = try #require(ReferenceFiles.expected[name])
    #expect([file.rows, file.columns, file.channels] == expected.shape)
    let pixels = try file.tensor()
    #expect(pixels.shape == expected.shape)
    #expect(try pixels.scalars(as: Float.self) == expected.values.map { Float($0) })
    let unit = try file.tensor(range: .unit).scalars(as: Float.self)
    for (value, wanted) in zip(unit, expected.values) {
      #expect(abs(value - Float(wanted / 255)) <= 1e-7)
    }
  }

  @Test("become grey or coloured")
  func channels() throws {
    let colour = try ImageFile(bytes: ReferenceFiles.bytes("colour6-8.png"), name: "colour")
    let stored = try #require(ReferenceFiles.expected["colour6-8.png"]).values
    let grey = try colour.tensor(channels: .grey)
    #expect(grey.shape == [9, 11, 1])
    let first = 0.299 * stored[0] + 0.587 * stored[1] + 0.114 * stored[2]
    #expect(abs(try grey.doubles()[0] - first) < 1e-4)
    #expect(try colour.tensor(channels: .colour).doubles()[3] == stored[4])
    let plain = try ImageFile(bytes: ReferenceFiles.bytes("colour0-8.png"), name: "grey")
    let repeated = try plain.tensor(channels: .colour).doubles()
    #expect(repeated[0] == repeated[1] && repeated[1] == repeated[2])
  }

  @Test("in JPEG are read where the system can", .enabled(if: TurboJPEG.shared != nil))
  func jpeg() throws {
    for name in ["halves.jpg", "grey.jpg"] {
      let file = try ImageFile(bytes: ReferenceFiles.bytes(name), name: name)
      let expected = try #require(ReferenceFiles.expected[name])
      #expect([file.rows, file.columns, file.channels] == expected.shape)
      for (value, wanted) in zip(try file.tensor().doubles(), expected.values) {
        #expect(abs(value - wanted) <= 4)
      }
      #expect(try file.tensor(channels: .colour, range: .unit).doubles().allSatisfy { $0 <= 1 })
    }
  }

  @Test("in JPEG are refused where it cannot, with what to install")
  func missingLibrary() throws {
    let source = ByteSource(try ReferenceFiles.bytes("halves.jpg"), name: "halves.jpg")
    let error = #expect(throws: FileError.self) {
      try ImageFile(source, zlib: .shared, jpeg: nil)
    }
    #expect(error?.remedy.contains("libturbojpeg0") == true)
  }

  @Test("cut at any byte are refused by name")
  func truncation() throws {
    for name in ["colour0-1.png", "palette-4-interlaced.png", "rgb-key.png"] {
      Damage.truncateEverywhere(try ReferenceFiles.bytes(name)) { try Self.read($0) }
    }
    guard TurboJPEG.shared != nil else { return }
    // The last two bytes only say that the picture ends.
    let bytes = try ReferenceFiles.bytes("grey.jpg")
    Damage.truncateEverywhere(bytes, except: [bytes.count - 1]) { try Self.read($0) }
  }

  @Test("with changed bytes are an error or another picture, never a crash")
  func mutation() throws {
    let names = ["colour0-16-interlaced.png", "palette-2.png", "colour6-8.png"]
    for name in names + (TurboJPEG.shared == nil ? [] : ["halves.jpg", "grey.jpg"]) {
      let bytes = try ReferenceFiles.bytes(name)
      Damage.mutate(bytes, times: 1000, seed: 5) { try Self.read($0) }
    }
  }

  @Test("that claim absurd sizes are refused by their header")
  func absurd() throws {
    for (rows, columns) in [
      (UInt32.max, UInt32.max), (0, 1), (1, 0), (0x7FFF_FFFF, 0x7FFF_FFFF), (60_000, 60_000),
      (1, 0x7FFF_FFFF), (5000, 3000),
    ] as [(UInt32, UInt32)] {
      let bytes = try Self.resized(ReferenceFiles.bytes("colour0-1.png"), rows, columns)
      let error = #expect(throws: FileError.self) { try Self.read(bytes) }
      #expect(error?.description.hasPrefix("damaged") == true)
    }
  }

  /// A PNG file with another size in its header, whose sum is right.
  private static func resized(_ bytes: [UInt8], _ rows: UInt32, _ columns: UInt32) -> [UInt8] {
    func big(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }
    let head = bytes[12..<16] + big(columns) + big(rows) + bytes[24..<29]
    return bytes[..<12] + head + big(Checksum.crc32(head)) + bytes[33...]
  }

  private static func read(_ bytes: [UInt8]) throws {
    _ = try ImageFile(bytes: bytes, name: "damaged").tensor()
  }
}
