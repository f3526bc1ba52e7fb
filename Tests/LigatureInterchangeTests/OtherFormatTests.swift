import Foundation
import LigatureFiles
import LigatureNetworks
import LigatureTensors
import Testing

@testable import LigatureInterchange

/// Whatever lies in the place of the expected file, every reader names it.
@Suite("Files in the place of others")
struct OtherFormatTests {
  static func bytes(_ latin: String, zeros: Int = 40) -> [UInt8] {
    latin.unicodeScalars.map { UInt8($0.value) } + [UInt8](repeating: 0, count: zeros)
  }

  static func zip(_ entry: String) -> [UInt8] {
    bytes("PK\u{3}\u{4}", zeros: 22) + [UInt8(entry.utf8.count), 0, 0, 0] + Array(entry.utf8)
  }

  static let others: [(bytes: [UInt8], name: String)] = [
    ([], "an empty file"),
    (Array("<!DOCTYPE html>\n<html><head></head></html>\n".utf8), "a web page (HTML)"),
    (Array("\u{FEFF}\n  <HTML lang=\"en\">\n".utf8), "a web page (HTML)"),
    (
      Array(
        """
        version https://git-lfs.github.com/spec/v1
        oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
        size 12345

        """.utf8), "a pointer of Git LFS"
    ),
    (Array("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>".utf8), "an XML"),
    (Array("{\"weights\": [1, 2, 3]}".utf8), "a JSON text"),
    (Array("[[1, 2], [3]]\n".utf8), "a JSON"),
    (Array("%PDF-1.7\n1 0 obj\n".utf8), "a PDF document"),
    (bytes("\u{93}NUMPY\u{1}\u{0}v\u{0}{'descr': '<f4', 'shape': (3,), }"), "a NumPy array (.npy)"),
    (zip("x.npy"), "a NumPy archive (.npz)"), (zip("model/data.pkl"), "as torch.save writes it"),
    (zip("[Content_Types].xml"), "a workbook of Excel"), (zip("a.txt"), "a zip archive"),
    (bytes("\u{89}HDF\r\n\u{1A}\n"), "an HDF5 file"),
    (bytes("\u{80}\u{2}}q\u{0}X\u{1}"), "a Python pickle"),
    (bytes("\u{80}\u{4}\u{95}\u{1}"), "a Python"),
    (bytes("\u{89}PNG\r\n\u{1A}\n"), "a PNG image"), (bytes("\u{FF}\u{D8}\u{FF}\u{E0}"), "a JPEG"),
    (bytes("BZh91AY&SY"), "a bzip2 file"), (bytes("\u{FD}7zXZ\u{0}"), "an xz file"),
    (bytes("(\u{B5}/\u{FD}"), "a Zstandard file"), (bytes("PAR1"), "a Parquet file"),
    (bytes("a.txt", zeros: 252) + bytes("ustar"), "a tar archive"),
    (bytes("\u{FF}\u{FE}a\u{0}"), "a text in UTF-16"), (bytes("\u{7F}ELF"), "a program"),
  ]

  /// What the package itself reads or writes.
  static func known() throws -> [(bytes: [UInt8], name: String)] {
    var mat = MATBytes()
    mat.append(mat.doubles("x", size: [1, 1], [1]))
    let tensors = try SafetensorsFile.bytes(["a": Tensor([1, 2] as [Float])])
    let gzip: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0]
    return [
      (mat.bytes, "a MAT-file of level 5"), (tensors, "a safetensors file"),
      (IDXFileTests.sample(.float32), "an IDX file"), (gzip, "a gzip file"),
    ]
  }

  struct Reader: Sendable {
    let format: String
    let read: @Sendable ([UInt8]) throws -> Void
  }

  static let readers = [
    Reader(format: "an IDX file") { _ = try IDXFile(bytes: $0, name: "given").tensor() },
    Reader(format: "a MAT-file of level 5") { _ = try MATFile(bytes: $0, name: "given") },
    Reader(format: "a safetensors file") { _ = try SafetensorsFile(bytes: $0, name: "given") },
    Reader(format: "a safetensors file") {
      _ = try Network(SafetensorsFile(bytes: $0, name: "given"))
    },
    Reader(format: "a gzip file") {
      _ = try GzipFile(ByteSource($0, name: "given"), zlib: .shared).contents(atMost: 1000)
    },
    Reader(format: "a NumPy array (.npy)") { _ = try NPYFile(bytes: $0, name: "given") },
    Reader(format: "a NumPy archive (.npz)") { _ = try NPZFile(bytes: $0, name: "given") },
    Reader(format: "a PNG or JPEG image") { _ = try ImageFile(bytes: $0, name: "given") },
    Reader(format: "a MAT-file of version 7.3") { _ = try MAT73File(bytes: $0, name: "given") },
    Reader(format: "a CSV file") { _ = try CSVFile(bytes: $0, name: "given").tensor() },
  ]

  /// Formats in which a reader finds what is wrong itself.
  static let own = [
    "a PNG or JPEG image": ["a PNG image", "a JPEG"], "a MAT-file of version 7.3": ["an HDF5 file"],
    "a NumPy archive (.npz)": ["a NumPy archive (.npz)"],
  ]

  @Test("are named for what they are by every reader")
  func named() throws {
    for (bytes, name) in try Self.others + Self.known() {
      for reader in Self.readers where !name.hasPrefix(reader.format) {
        // An IDX file may be packed, so that gzip is no other format there.
        if reader.format == "an IDX file", name == "a gzip file" { continue }
        // Nor are these to who reads them.
        if Self.own[reader.format]?.contains(name) == true { continue }
        let error = #expect(throws: FileError.self, "\(name) for \(reader.format)") {
          try reader.read(bytes)
        }
        let text = error?.description ?? ""
        #expect(text.hasPrefix("given: at byte 0: expected \(reader.format), found "), "\(text)")
        #expect(text.contains("found " + name) || text.contains(name), "\(text)")
        #expect(error?.remedy.isEmpty == false)
      }
    }
  }

  @Test("are shown by their first line where they are some text")
  func texts() {
    for reader in Self.readers where reader.format != "a CSV file" {
      let error = #expect(throws: FileError.self) {
        try reader.read(Array("404: Not Found\nelsewhere, perhaps\n".utf8))
      }
      #expect(error?.found == "a text that begins \"404: Not Found\"")
    }
  }

  @Test("are named inside of gzip as well", .enabled(if: Zlib.shared != nil))
  func packed() {
    for (bytes, name) in Self.others where !bytes.isEmpty {
      let error = #expect(throws: FileError.self) {
        try IDXFile(bytes: GzipBytes.member(bytes), name: "given")
      }
      #expect(error?.found.contains(name) == true, "\(name): \(String(describing: error))")
    }
  }

  @Test("that are folders, devices or missing are named by every reader of files")
  func places() {
    let readers: [(URL) throws -> Void] = [
      { _ = try IDXFile(contentsOf: $0) }, { _ = try MATFile(contentsOf: $0) },
      { _ = try SafetensorsFile(contentsOf: $0) }, { _ = try GzipFile(contentsOf: $0) },
      { _ = try CSVFile(contentsOf: $0) }, { _ = try Network(contentsOf: $0) },
      { _ = try NPYFile(contentsOf: $0) }, { _ = try NPZFile(contentsOf: $0) },
      { _ = try ImageFile(contentsOf: $0) }, { _ = try MAT73File(contentsOf: $0) },
    ]
    let places = [
      (NSTemporaryDirectory(), "a folder"), ("/dev/null", "a device, pipe or socket"),
      ("/no/such/file", "\"No such file or directory\""),
    ]
    for (path, found) in places {
      for read in readers {
        let error = #expect(throws: FileError.self) { try read(URL(fileURLWithPath: path)) }
        #expect(error?.found == found)
      }
    }
  }

  @Test("a table whose first column is called like a format is a table")
  func similarTables() throws {
    for name in ["PAR1", "ARROW1", "GIF8", "BZh", "7z", "Rar!", "GGUF", "[x]", "{x}", "version"] {
      let file = try CSVFile(bytes: Array("\(name),b\n1,2\n".utf8), name: "table.csv")
      #expect(try file.tensor().scalars(as: Float.self) == [1, 2])
      let error = #expect(throws: FileError.self) { try file.tensor(["c"]) }
      #expect(error?.expected == "a column \"c\"")
    }
  }
}
