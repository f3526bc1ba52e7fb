import LigatureFiles
import Testing

/// Runs a reader over damaged copies of a file. It may succeed or throw a `FileError`, nothing
/// else.
enum Damage {
  /// Every proper prefix must be refused with an error that names the file.
  static func truncateEverywhere(
    _ bytes: [UInt8], except harmless: Set<Int> = [], read: ([UInt8]) throws -> Void
  ) {
    for count in 0..<bytes.count where !harmless.contains(count) {
      do {
        try read(Array(bytes.prefix(count)))
        Issue.record("a file cut to \(count) of \(bytes.count) bytes was accepted")
      } catch let error as FileError {
        #expect(error.description.hasPrefix("damaged"), "\(error)")
      } catch {
        Issue.record("cut to \(count) bytes: \(error)")
      }
    }
  }

  /// Copies with one to four bytes changed, seeded; the reader must come back from each of them.
  static func mutate(_ bytes: [UInt8], times: Int, seed: UInt64, read: ([UInt8]) throws -> Void) {
    var generator = SeededGenerator(seed: seed)
    for round in 0..<times {
      var copy = bytes
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: copy.indices, using: &generator)
        let extremes: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF, .random(in: 0...255, using: &generator)]
        copy[place] = extremes.randomElement(using: &generator) ?? 0
      }
      do {
        try read(copy)
      } catch is FileError {
        continue
      } catch {
        Issue.record("round \(round): \(error)")
      }
    }
  }
}
