import Foundation

/// How much memory there is, before anybody asks the system for more than it has: a system that
/// promises what it cannot give ends the process when the memory is used.
enum MemoryLimit {
  /// The most bytes that one tensor may have: the machine's memory, and the limits that the process
  /// runs under (`ulimit -v`, `ulimit -d`), as they are now.
  static var bytes: Int {
    processLimits.reduce(physical, Swift.min)
  }

  /// Of the machine, or of the container that the process runs in.
  private static let physical: Int = {
    let machine = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    #if os(Linux)
      let files = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
      return files.compactMap { number(in: $0) }.filter { $0 > 0 }.reduce(machine, Swift.min)
    #else
      return machine
    #endif
  }()

  /// Bytes that the system can give now without ending somebody; nil where it does not say.
  static var available: Int? {
    #if os(Linux)
      guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8) else {
        return nil
      }
      let kilobytes = text.split(separator: "\n").compactMap { line -> Int? in
        guard line.hasPrefix("MemAvailable:") || line.hasPrefix("SwapFree:") else { return nil }
        return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }
      }
      return kilobytes.isEmpty ? nil : kilobytes.reduce(0, +) * 1024
    #else
      return nil
    #endif
  }

  private static var processLimits: [Int] {
    #if canImport(Glibc)
      let kinds = [RLIMIT_AS, RLIMIT_DATA].map { __rlimit_resource_t($0.rawValue) }
    #else
      let kinds = [RLIMIT_AS, RLIMIT_DATA]
    #endif
    return kinds.compactMap { kind in
      var limit = rlimit()
      return getrlimit(kind, &limit) == 0 ? Int(clamping: limit.rlim_cur) : nil
    }
  }

  private static func number(in file: String) -> Int? {
    (try? String(contentsOfFile: file, encoding: .utf8)).flatMap {
      Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
    }
  }
}

extension Tensor {
  /// Throws unless memory for a tensor can be had, and keeps it ready. Small ones are not asked
  /// for: what they take is never what is missing.
  static func requireMemory(
    for spec: TensorSpec, _ operation: @autoclosure () -> String
  ) throws {
    let count = spec.layout.count
    guard count >= smallestReservation else { return }
    try requireMemory(bytes: count * spec.scalarType.byteCount, operation(), spec.shape)
  }

  /// Throws unless so many bytes can be had, and keeps them ready.
  static func requireMemory(
    bytes: Int, _ operation: @autoclosure () -> String, _ shape: @autoclosure () -> [Int]
  ) throws {
    guard bytes >= smallestReservation, !Devices.current.reserve(bytes) else { return }
    throw TensorError(
      operation(), "there is no memory for \(bytes) bytes, a tensor of shape \(shape())",
      remedy: "Work on smaller batches, free tensors that are not needed, or raise the limit that "
        + "the process runs under")
  }

  private static var smallestReservation: Int { 1 << 18 }
}
