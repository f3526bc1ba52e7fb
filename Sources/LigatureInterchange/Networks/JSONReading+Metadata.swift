import LigatureFiles

extension JSONReading {
  /// What 100,000 layers take, and little enough to be read into memory as a whole.
  static let largestByteCount = 64 << 20

  /// The JSON of one string of a file's metadata; nil if it has none of this key.
  init?(_ file: SafetensorsFile, _ key: String) throws {
    guard let text = file.metadata[key] else { return nil }
    let place = "\(file.name), metadata \"\(key)\""
    guard text.utf8.count <= Self.largestByteCount else {
      throw FileError(
        file: place, expected: "at most \(Self.largestByteCount) bytes",
        found: "\(text.utf8.count)", remedy: "the file is damaged, so save the network again")
    }
    try self.init(text, name: key, file: place)
  }
}
