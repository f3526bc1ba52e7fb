import Foundation
import Testing

@testable import ExampleSupport

/// Each test has a folder of its own, removed at its end.
@Suite final class ReportTests {
  let folder = NSTemporaryDirectory() + "ligature-report-\(UUID().uuidString)"

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder).sorted() }
  }

  struct Report: Encodable {
    var name = "a/b"
    var losses = [0.5, .nan]
    var epochs = 2
  }

  @Test("a report is written with sorted keys, over the old one, with nothing beside it")
  func report() throws {
    let path = folder + "/report.json"
    try "old".write(toFile: path, atomically: false, encoding: .utf8)
    try ReportFile(path).write(Report())
    #expect(
      try String(contentsOfFile: path, encoding: .utf8) == """
        {
          "epochs" : 2,
          "losses" : [
            0.5,
            "NaN"
          ],
          "name" : "a/b"
        }

        """)
    #expect(try names == ["report.json"])
  }

  @Test("a report's place is checked before anything is written")
  func reportPlaces() throws {
    let file = folder + "/file"
    try "x".write(toFile: file, atomically: false, encoding: .utf8)
    _ = try ReportFile(folder + "/new.json")
    #expect(try names == ["file"])
    #expect(
      message { _ = try ReportFile(self.folder) } == "cannot write '\(folder)': it is a folder")
    #expect(
      message { _ = try ReportFile(self.folder + "/no/x.json") }
        == "cannot write '\(folder)/no/x.json': the folder '\(folder)/no' does not exist")
    #expect(
      message { _ = try ReportFile(file + "/x.json") }
        == "cannot write '\(file)/x.json': '\(file)' is a file, not a folder")
  }

  @Test("a report whose folder has gone meanwhile says so and leaves nothing")
  func reportWithoutFolder() throws {
    let output = try OutputFolder(folder + "/gone")
    let report = try ReportFile(output.file("report.json").path)
    try FileManager.default.removeItem(atPath: output.path)
    let text = message { try report.write(Report()) }
    #expect(text?.hasPrefix("cannot write '\(report.path)': ") == true)
    #expect(try names.isEmpty)
  }

  @Test("the folder above a path is found, whatever its name")
  func pathsAbove() {
    let expected = [
      "w": "", "ab": "", "": "", "/": "/", "/w": "/", "w/": "", "a/b": "a", "a/b/": "a",
      "/a/b": "/a", "a//b": "a", ".": "", "./w": ".", "ü/w": "ü",
    ]
    for (path, above) in expected { #expect(path.pathAbove == above, "\(path)") }
  }

  @Test("an output folder is made, with those above it, and left empty")
  func outputFolder() throws {
    let output = try OutputFolder(folder + "/a/b")
    #expect(output.file("x.png").path == folder + "/a/b/x.png")
    #expect(try FileManager.default.contentsOfDirectory(atPath: output.path).isEmpty)
    _ = try OutputFolder(output.path + "/")
  }

  @Test("an output folder that is a file, or lies in one, is refused")
  func outputIsFile() throws {
    let file = folder + "/file"
    try "x".write(toFile: file, atomically: false, encoding: .utf8)
    #expect(
      message { _ = try OutputFolder(file) }
        == "cannot write into the folder '\(file)': '\(file)' is a file")
    #expect(
      message { _ = try OutputFolder(file + "/a/b") }
        == "cannot write into the folder '\(file)/a/b': '\(file)' is a file")
  }

  #if os(Linux)
    @Test("an output folder in which nothing can be made is refused, even to the superuser")
    func outputIsReadOnly() {
      let inside = message { _ = try OutputFolder("/proc/self") }
      #expect(inside?.hasPrefix("cannot write into the folder '/proc/self': ") == true)
      let below = message { _ = try OutputFolder("/proc/self/results") }
      #expect(below?.hasPrefix("cannot create the folder '/proc/self/results': ") == true)
    }
  #endif

  private func message(_ body: () throws -> Void) -> String? {
    let error = #expect(throws: OutputError.self) { try body() }
    return error?.description
  }
}

@Suite struct MemoryUsageTests {
  @Test("the peak is at least what is in use, and does not fall")
  func peak() throws {
    let before = try #require(MemoryUsage.peakBytes())
    #expect(before > 1 << 20 && before < 1 << 40)
    let block = [UInt8](repeating: 1, count: 8 << 20)
    #expect(block.last == 1)
    #expect(try #require(MemoryUsage.peakBytes()) >= before)
  }

  @Test("the peak is read from the line of the status file")
  func status() {
    let status = "Name:\tx\nVmHWM:\t    5104 kB\nVmRSS: 1 kB\n"
    #expect(MemoryUsage.peakBytes(inStatus: status) == 5_226_496)
    #expect(MemoryUsage.peakBytes(inStatus: "VmHWM: many kB\n") == nil)
    #expect(MemoryUsage.peakBytes(inStatus: "") == nil)
  }
}
