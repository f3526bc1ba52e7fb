import Foundation

/// Where text goes: standard output or standard error, which may or may not be a terminal.
struct Terminal: Sendable {
  private let descriptor: Int32

  static let standardOutput = Terminal(descriptor: STDOUT_FILENO)
  static let standardError = Terminal(descriptor: STDERR_FILENO)

  /// Whether this is a terminal that can write over a line.
  var isLive: Bool {
    isatty(descriptor) == 1 && Self.environment["TERM"] != "dumb"
  }

  /// The characters that fit on a line: as the terminal says, or else as `COLUMNS` says, or 80.
  var width: Int {
    var size = winsize()
    if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    return Self.width(fromColumns: Self.environment["COLUMNS"])
  }

  /// The bar that the terminal's character set can show.
  var bar: ProgressBar { Self.bar(for: Self.environment) }

  func write(_ text: String) {
    fflush(nil)
    // A full disk behind a redirection must not end a training.
    try? FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
      .write(contentsOf: Data(text.utf8))
  }

  static func width(fromColumns columns: String?) -> Int {
    columns.flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } ?? 80
  }

  /// Of `LC_ALL`, `LC_CTYPE` and `LANG`, the first that is set names the character set.
  static func bar(for environment: [String: String]) -> ProgressBar {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy
      .compactMap { environment[$0] }.first { !$0.isEmpty }
    let name = locale?.lowercased() ?? ""
    return name.contains("utf-8") || name.contains("utf8") ? .blocks : .ascii
  }

  private static var environment: [String: String] { ProcessInfo.processInfo.environment }
}
