import LigatureFiles

/// The 128 bytes with which a MAT file of level 5 begins.
struct MATPreamble {
  static let byteCount = 128

  let bigEndian: Bool

  /// Where MATLAB keeps the insides of its objects, as an element that is no variable; 0 if
  /// nowhere.
  let subsystemOffset: Int

  /// Reads the preamble, and tells files of other formats by name.
  init(_ source: ByteSource) throws {
    func refusal(_ offset: Int, _ found: String, _ remedy: String) -> FileError {
      FileError(
        file: source.name, offset: offset, expected: "a MAT-file of level 5", found: found,
        remedy: remedy)
    }
    let resave = "load it in MATLAB and save it again with the option -v7"
    let hdf5 = "read it with MAT73File"
    let reader = ByteReader(PlainBytes(source, 0..<source.byteCount))
    let start = try reader.bytes(min(Self.byteCount, source.byteCount), of: "the preamble")
    let isHDF5 = start.starts(with: [0x89, 0x48, 0x44, 0x46])
    if isHDF5 || String(decoding: start, as: UTF8.self).hasPrefix("MATLAB 7.3") {
      throw refusal(0, "one of version 7.3 (HDF5)", hdf5)
    }
    // Level 4 has no preamble; its first number always has a zero byte, and text has none.
    if start.count >= 20 && start[..<4].contains(0) {
      throw refusal(0, "what may be one of level 4", resave)
    }
    guard start.count == Self.byteCount else {
      throw refusal(
        start.count, "the end of the file after \(start.count) bytes",
        "the file is cut short or is no MAT-file, so copy or download it again")
    }
    switch (start[126], start[127]) {
    case (0x49, 0x4D): bigEndian = false
    case (0x4D, 0x49): bigEndian = true
    default:
      throw refusal(
        126, "no byte order mark \"MI\" or \"IM\"", "check that this is the file you meant")
    }
    guard start[124...125].elementsEqual(bigEndian ? [1, 0] : [0, 1]) else {
      throw refusal(124, "another version of the format", resave)
    }
    let first = UInt64(MATElement.word(start[116..<120], bigEndian: bigEndian))
    let second = UInt64(MATElement.word(start[120..<124], bigEndian: bigEndian))
    let offset = bigEndian ? first << 32 | second : second << 32 | first
    subsystemOffset = Int(exactly: offset) ?? 0
  }
}
