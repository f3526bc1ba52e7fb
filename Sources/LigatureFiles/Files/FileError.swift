import Foundation

/// Why a file could not be read or written: the place, what was expected, what was found, and what
/// to do about it.
///
/// Every reader and writer of foreign files in the package throws this type, and `description` is
/// one line fit for a terminal:
///
///     digits.mat: at byte 4096: expected 31360000 more bytes of variable "XTrain", found the
///     end of the file after 812; the file is cut short, so copy or download it again
public struct FileError: Error, Equatable, Sendable {
  /// The file's path or name, as the caller gave it.
  public var file: String

  /// The byte offset in the file at which the trouble was noticed, counted from 0, where there is
  /// one.
  ///
  /// In a compressed part it is the offset up to which compressed bytes had been taken.
  public var offset: Int?

  /// What the format or the caller asks for at that place.
  public var expected: String

  /// What stood there instead.
  public var found: String

  /// What the person with the file can do.
  public var remedy: String

  /// Makes an error from its parts; all of them are fragments of one sentence, without full stops.
  public init(file: String, offset: Int? = nil, expected: String, found: String, remedy: String) {
    self.file = file
    self.offset = offset
    self.expected = expected
    self.found = found
    self.remedy = remedy
  }
}

extension FileError: CustomStringConvertible, LocalizedError {
  /// The whole story in one line; control characters that came from a file are made visible.
  public var description: String {
    let place = offset.map { ": at byte \($0)" } ?? ""
    return FileError.printable(
      "\(file)\(place): expected \(expected), found \(found); \(remedy)")
  }

  /// The same line as `description`.
  public var errorDescription: String? { description }

  private static func printable(_ text: String) -> String {
    var line = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator, .format:
        line.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
      default:
        line.append(scalar)
      }
    }
    return String(line)
  }
}
