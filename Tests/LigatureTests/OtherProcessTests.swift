import Foundation
import Testing

@Suite("A training that other processes go on with")
struct OtherProcessTests {
  @Test("ends in the same bits as one that was never stopped", arguments: [1, 7])
  func resumed(steps: Int) throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "training-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    let whole = try output([])
    #expect(whole.hasPrefix("step 15, fingerprint "))
    let first = try output(["--state", file, "--steps", "\(steps)"])
    #expect(first.hasPrefix("step \(steps), "))
    // Once more in the middle, so that a resumed run is stored as well.
    let second = try output(["--state", file, "--steps", "2"])
    #expect(second.hasPrefix("resumed behind step \(steps)\nstep \(steps + 2), "))
    let last = try output(["--state", file])
    #expect(last == "resumed behind step \(steps + 2)\n" + whole)
  }

  private func output(_ arguments: [String]) throws -> String {
    try BuiltProgram("ResumedTraining").run(arguments).printed
  }
}
