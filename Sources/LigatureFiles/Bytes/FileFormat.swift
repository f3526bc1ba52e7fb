/// What a file is, told by its bytes, whatever it is called.
///
/// Readers ask for it when a file is not what they expect, so that an error names the file that
/// lies in the place: a saved web page, a pointer of Git LFS, an archive.
package struct FileFormat: Sendable, Equatable {
  /// The formats that some reader of the package takes.
  package enum Known: Sendable {
    case idx, gzip, mat5, safetensors, npy, npz, hdf5, png, jpeg
  }

  /// With an article, as it stands in an error after "found".
  package let name: String

  /// What to do with such a file.
  package let remedy: String

  /// Which reader takes it; nil if none does.
  package let known: Known?

  private init(_ name: String, _ remedy: String, _ known: Known? = nil) {
    self.name = name
    self.remedy = remedy
    self.known = known
  }

  /// The bytes of a file's beginning that are looked at.
  package static let byteCount = 512

  /// The format of a file by its first ``byteCount`` bytes, or all if it has fewer; nil for others.
  /// O(1).
  package init?(startingWith start: [UInt8]) {
    if start.isEmpty {
      self = Self.empty
    } else if let format = Self.text(start) {
      self = format
    } else if Self.isText(start) {
      // What begins like a binary format and goes on as text is a text: a table may have "PAR1".
      return nil
    } else if let format = Self.binary(start) ?? Self.archive(start) {
      self = format
    } else if let (_, name, remedy, known) = Self.signatures.first(where: {
      start.starts(with: $0.0)
    }) {
      self.init(name, remedy, known)
    } else {
      return nil
    }
  }

  private static let empty = FileFormat(
    "an empty file", "the copy or download did not finish, so copy or download it again")

  /// Another format may begin like this one.
  package static let json = FileFormat("a JSON text", meant)

  // MARK: By bytes at the beginning

  private static let pixels =
    "such images are not decoded: store their pixels as an array in IDX, MAT or safetensors"
  private static let unpack = "unpack it and give the file inside"
  private static let meant = "check that this is the file you meant"
  private static let export = "export the table as CSV"

  private static let signatures: [([UInt8], String, String, Known?)] = [
    ([0x93] + ascii("NUMPY"), "a NumPy array (.npy)", "read it with NPYFile", .npy),
    (
      [0x89] + ascii("HDF\r\n\u{1A}\n"), "an HDF5 file",
      "of MATLAB: read it with MAT73File; of others, read it with h5py in Python and save its "
        + "arrays with numpy.save",
      .hdf5
    ),
    (
      ascii("MATLAB 7.3"), "a MAT-file of version 7.3 (HDF5)", "read it with MAT73File", .hdf5
    ),
    ([0x89] + ascii("PNG\r\n"), "a PNG image", "read it with ImageFile", .png),
    ([0xFF, 0xD8, 0xFF], "a JPEG image", "read it with ImageFile", .jpeg),
    (ascii("GIF8"), "a GIF image", pixels, nil),
    (ascii("BZh"), "a bzip2 file", unpack, nil),
    ([0xFD] + ascii("7zXZ"), "an xz file", unpack, nil),
    ([0x28, 0xB5, 0x2F, 0xFD], "a Zstandard file", unpack, nil),
    (ascii("7z") + [0xBC, 0xAF, 0x27, 0x1C], "a 7-Zip archive", unpack, nil),
    (ascii("Rar!"), "a RAR archive", unpack, nil),
    (ascii("PAR1"), "a Parquet file", export, nil),
    (ascii("ARROW1"), "an Arrow file", export, nil),
    (ascii("SQLite format 3"), "an SQLite database", export, nil),
    ([0xD0, 0xCF, 0x11, 0xE0], "an old document of Excel or Word", export, nil),
    (ascii("GGUF"), "a GGUF model", "get the same model as safetensors", nil),
    ([0x7F] + ascii("ELF"), "a program (ELF)", meant, nil),
  ]

  private static func ascii(_ text: String) -> [UInt8] { Array(text.utf8) }

  /// A zip archive by the name of its first entry, or a tar archive.
  private static func archive(_ start: [UInt8]) -> FileFormat? {
    if start.count > 262, start[257..<262].elementsEqual(ascii("ustar")) {
      return FileFormat("a tar archive", unpack)
    }
    guard start.starts(with: [0x50, 0x4B, 0x03, 0x04]) else {
      // What an archive without entries consists of.
      let isEmpty = start.starts(with: [0x50, 0x4B, 0x05, 0x06])
      return isEmpty ? FileFormat("an empty zip archive", meant) : nil
    }
    let count = start.count > 28 ? Int(start[26]) | Int(start[27]) << 8 : 0
    let entry = String(decoding: start.dropFirst(30).prefix(count), as: UTF8.self)
    if entry.hasSuffix(".npy") {
      return FileFormat("a NumPy archive (.npz)", "read it with NPZFile", .npz)
    }
    if entry.hasSuffix("data.pkl") || entry.hasSuffix(".format_version") {
      return FileFormat("a zip archive, as torch.save writes it", saveFromPyTorch)
    }
    if entry.hasPrefix("[Content_Types]") || entry.hasPrefix("xl/") {
      return FileFormat("a workbook of Excel", export)
    }
    return FileFormat(
      "a zip archive", "unpack it; if torch.save wrote it: " + saveFromPyTorch)
  }

  private static let saveFromPyTorch =
    "such a file can run any code when it is read; save the weights in Python with "
    + "safetensors.torch.save_file(model.state_dict(), \"model.safetensors\")"

  /// Formats that show by numbers at their beginning.
  private static func binary(_ start: [UInt8]) -> FileFormat? {
    if start.starts(with: [0x1F, 0x8B, 0x08]) {
      return FileFormat("a gzip file", "unpack it with gunzip first", .gzip)
    }
    // The length of a header of at most 100 MB, and its first bracket.
    if start.count > 8, start[4..<8].allSatisfy({ $0 == 0 }), start[8] == UInt8(ascii: "{") {
      return FileFormat("a safetensors file", "read it with SafetensorsFile", .safetensors)
    }
    let (little, big): ([UInt8], [UInt8]) = ([0, 1] + ascii("IM"), [1, 0] + ascii("MI"))
    if start.count > 127, [little, big].contains(Array(start[124...127])) {
      return FileFormat("a MAT-file of level 5", "read it with MATFile", .mat5)
    }
    if start.count >= 4, start[0] == 0, start[1] == 0, (0x08...0x0E).contains(start[2]),
      start[3] <= 64
    {
      return FileFormat("an IDX file", "read it with IDXFile", .idx)
    }
    // A pickle names its protocol and then begins a frame, a container, a name or a number.
    let opcodes = ascii("}](cKM") + [0x8A, 0x95]
    if start.count > 2, start[0] == 0x80, (2...5).contains(start[1]), opcodes.contains(start[2]) {
      return FileFormat("a Python pickle, as torch.save once wrote it", saveFromPyTorch)
    }
    return nil
  }

  // MARK: By words

  private static func text(_ start: [UInt8]) -> FileFormat? {
    if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) {
      return FileFormat("a text in UTF-16", "save it as UTF-8")
    }
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let bytes = start.starts(with: mark) ? start.dropFirst(3) : start[...]
    let text = bytes.drop { $0 <= 32 && $0 != 0 }
    let word = String(decoding: text.prefix(9), as: UTF8.self).lowercased()
    if ["<!doctype", "<html", "<head", "<body", "<!--"].contains(where: word.hasPrefix) {
      return FileFormat(
        "a web page (HTML) in the place of the file",
        "download the file itself: on a hosting site its raw link, not the page that shows it")
    }
    if word.hasPrefix("<?xml") || word.hasPrefix("<error") {
      return FileFormat(
        "an XML document", "read it: where the file was to be downloaded, it says why that failed")
    }
    let named = [
      (
        "version https://git-lfs", "a pointer of Git LFS in the place of the file",
        "fetch the file itself with \"git lfs pull\""
      ),
      ("%PDF-", "a PDF document", "give the file of numbers that it describes"),
    ]
    if let (_, name, remedy) = named.first(where: { text.starts(with: $0.0.utf8) }) {
      return FileFormat(name, remedy)
    }
    let first = text.first
    let second = text.dropFirst().first { $0 > 32 } ?? 0
    let isObject = first == UInt8(ascii: "{") && ascii("\"}").contains(second)
    let isArray = first == UInt8(ascii: "[") && ascii("\"{[]-0123456789").contains(second)
    return isObject || isArray ? json : nil
  }

  private static func isText(_ start: [UInt8]) -> Bool {
    start.allSatisfy { $0 >= 32 || (9...13).contains($0) }
  }
}

extension FileFormat {
  /// A text of no format known here, such as what a server answered, by its first line; nil for
  /// bytes that are no text. For readers of formats that are no text themselves.
  package init?(plainTextStartingWith start: [UInt8]) {
    let line = start.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }.prefix(40)
    guard Self.isText(start), !line.isEmpty else { return nil }
    self.init(
      "a text that begins \"\(String(decoding: line, as: UTF8.self))\"", Self.meant)
  }
}

extension ByteSource {
  /// What the file is, by its first bytes.
  package func format() throws -> FileFormat? { FileFormat(startingWith: try start()) }

  private func start() throws -> [UInt8] {
    var start = [UInt8](repeating: 0, count: FileFormat.byteCount)
    let count = try start.withUnsafeMutableBytes { try read(into: $0, at: 0) }
    return Array(start.prefix(count))
  }

  /// What `read` makes of the file. Where it fails on a file of another format, the error names
  /// that format instead.
  ///
  /// - Parameters:
  ///   - expected: the format with its article, such as `an IDX file`.
  ///   - own: formats in which `read` finds what is wrong itself.
  ///   - isText: whether the format is a text.
  package func reading<Result>(
    _ expected: String, own: [FileFormat.Known] = [], isText: Bool = false,
    _ read: () throws -> Result
  ) throws -> Result {
    do {
      return try read()
    } catch let error as FileError {
      let start = try start()
      let format = FileFormat(startingWith: start)
      if let known = format?.known, own.contains(known) { throw error }
      guard let other = format ?? (isText ? nil : FileFormat(plainTextStartingWith: start)) else {
        throw error
      }
      throw refusal(expected, other)
    }
  }

  /// The error about a file of another format.
  package func refusal(_ expected: String, _ found: FileFormat) -> FileError {
    FileError(file: name, offset: 0, expected: expected, found: found.name, remedy: found.remedy)
  }
}
