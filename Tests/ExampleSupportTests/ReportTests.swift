import Foundation
import Ligature
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
      message { _ = try ReportFile(file + "/x.json") }
        == "cannot write into the folder '\(file)': '\(file)' is a file")
    try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: file)
    #expect(message { _ = try ReportFile(file) } == "cannot write '\(file)': it is read-only")
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/link", withDestinationPath: "link")
    let circle = message { _ = try ReportFile(self.folder + "/link") }
    #expect(circle?.hasPrefix("cannot write '\(folder)/link': ") == true)
  }

  @Test("the folder of a report is made, with those above it")
  func reportFolders() throws {
    let report = try ReportFile(folder + "/a/b/x.json")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/a/b").isEmpty)
    try report.write(Report())
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/a/b") == ["x.json"])
  }

  @Test("a folder that has gone meanwhile is made again")
  func missingFolders() throws {
    let output = try OutputFolder(folder + "/gone/below")
    let report = try ReportFile(output.file("report.json").path)
    try FileManager.default.removeItem(atPath: folder + "/gone")
    try report.write(Report())
    try FileManager.default.removeItem(atPath: folder + "/gone")
    try output.write("a.txt") { try writeAtomically("a", to: $0) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: output.path) == ["a.txt"])
  }

  @Test("a folder that cannot be made again costs only what was to be written there")
  func lostFolders() throws {
    let output = try OutputFolder(folder + "/gone")
    let report = try ReportFile(folder + "/kept/report.json")
    try FileManager.default.removeItem(atPath: output.path)
    try writeAtomically("a file", to: URL(filePath: output.path))
    var results = Results()
    for name in ["a.png", "b.svg"] {
      results.write(name) { try output.write(name) { try writeAtomically("x", to: $0) } }
    }
    #expect(results.summary == nil)
    results.write("the report") { try report.write(Report()) }
    results.write("more") {}
    #expect(results.summary == "wrote the report and more")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/kept").count == 1)
    let reason = "cannot write into the folder '\(output.path)': '\(output.path)' is a file"
    #expect(message { try results.requireAll() } == "\(reason); \(reason)")
  }

  @Test("behind a link to a folder, .. is the folder above that one, also for relative paths")
  func linkedFolders() throws {
    try FileManager.default.createDirectory(
      atPath: folder + "/above/deep", withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/d", withDestinationPath: "above/deep")
    // From where the tests run up to the root and down again.
    let current = FileManager.default.currentDirectoryPath
    let up = String(repeating: "../", count: current.split(separator: "/").count)
    for start in [folder, up + folder.dropFirst()] {
      try ReportFile(start + "/d/../r.json").write(Report())
      #expect(FileManager.default.fileExists(atPath: folder + "/above/r.json"))
      try OutputFolder(start + "/d/../out").write("a") { try writeAtomically("x", to: $0) }
      #expect(FileManager.default.fileExists(atPath: folder + "/above/out/a"))
      try FileManager.default.removeItem(atPath: folder + "/above/out")
      try FileManager.default.removeItem(atPath: folder + "/above/r.json")
    }
    #expect(try names == ["above", "d"])
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
