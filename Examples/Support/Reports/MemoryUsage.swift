import Foundation

/// How much memory this process has used.
public enum MemoryUsage {
  /// The most memory that the process has had resident at any time, in bytes; nil where the system
  /// does not say.
  ///
  /// On Linux this is `VmHWM` of `/proc/self/status`: unlike `getrusage`, it does not count what
  /// the process was before it became this program.
  public static func peakBytes() -> Int? {
    #if os(Linux)
      if let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
        let bytes = peakBytes(inStatus: status)
      {
        return bytes
      }
    #endif
    return peakBytesOfResourceUsage()
  }

  /// The value of the line `VmHWM:     5104 kB`.
  static func peakBytes(inStatus status: String) -> Int? {
    for line in status.split(separator: "\n") where line.hasPrefix("VmHWM:") {
      let words = line.split(whereSeparator: \.isWhitespace)
      guard words.count == 3, words[2] == "kB", let kibibytes = Int(words[1]) else { return nil }
      return kibibytes * 1024
    }
    return nil
  }

  private static func peakBytesOfResourceUsage() -> Int? {
    var usage = rusage()
    #if os(Linux)
      let (status, unit) = (getrusage(RUSAGE_SELF.rawValue, &usage), 1024)
    #else
      let (status, unit) = (getrusage(RUSAGE_SELF, &usage), 1)
    #endif
    return status == 0 ? usage.ru_maxrss * unit : nil
  }
}
