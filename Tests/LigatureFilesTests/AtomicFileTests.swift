import Foundation
import Testing

@testable import LigatureFiles

@Suite("Files that are replaced as a whole")
final class AtomicFileTests {
  private struct Interrupted: Error {}

  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("ligature-\(UInt64.random(in: .min ... .max))")

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private var names: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()) ?? []
  }

  @Test("a file is made, and then replaced")
  func replacement() throws {
    let url = folder.appendingPathComponent("a.txt")
    try writeAtomically("one", to: url)
    try writeAtomically("two", to: url)
    #expect(try String(contentsOf: url, encoding: .utf8) == "two")
    #expect(names == ["a.txt"])
  }

  @Test("an interrupted write leaves the old file and nothing else")
  func interruption() throws {
    let url = folder.appendingPathComponent("a.txt")
    try writeAtomically("old", to: url)
    #expect(throws: Interrupted.self) {
      try AtomicFile.write(to: url) { file in
        try Array("new".utf8).withUnsafeBytes { try file.write($0) }
        throw Interrupted()
      }
    }
    #expect(try String(contentsOf: url, encoding: .utf8) == "old")
    #expect(names == ["a.txt"])
  }

  @Test("a missing folder, or a folder in the file's place, is an error in words")
  func impossibleTargets() {
    for url in [folder.appendingPathComponent("no/a.txt"), folder] {
      let error = #expect(throws: FileError.self) { try writeAtomically("x", to: url) }
      #expect(error?.description.hasPrefix(url.path) == true)
    }
    #expect(names.isEmpty)
  }

  @Test("a URL that is not of a file is refused, and nothing is written")
  func otherURLs() throws {
    for text in ["https://example.com\(folder.path)/a.txt", "ftp://host\(folder.path)/a.txt"] {
      let url = try #require(URL(string: text))
      let error = #expect(throws: FileError.self) { try writeAtomically("x", to: url) }
      #expect(error?.description.contains("a URL of the scheme \"\(url.scheme ?? "")\"") == true)
    }
    #expect(names.isEmpty)
  }

  @Test("a symbolic link whose file does not exist yet makes that file")
  func danglingLinks() throws {
    let link = folder.appendingPathComponent("link")
    try FileManager.default.createSymbolicLink(
      atPath: link.path, withDestinationPath: "target")
    try writeAtomically("new", to: link)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.path) == "target")
    #expect(
      try String(contentsOf: folder.appendingPathComponent("target"), encoding: .utf8) == "new")
    #expect(names == ["link", "target"])
  }

  @Test("a symbolic link stays one")
  func links() throws {
    let target = folder.appendingPathComponent("target")
    let link = folder.appendingPathComponent("link")
    try writeAtomically("old", to: target)
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: target)
    try writeAtomically("new", to: link)
    #expect(try String(contentsOf: target, encoding: .utf8) == "new")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.path) == target.path)
  }

  @Test("permissions of a file that is replaced are kept")
  func permissions() throws {
    let url = folder.appendingPathComponent("a.txt")
    try writeAtomically("old", to: url)
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: url.path)
    try writeAtomically("new", to: url)
    let kept = try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions]
    #expect((kept as? NSNumber)?.intValue == 0o640)
  }

  @Test("a device is written to and stays a device")
  func devices() throws {
    let null = URL(fileURLWithPath: "/dev/null")
    try writeAtomically("gone", to: null)
    let type = try FileManager.default.attributesOfItem(atPath: null.path)[.type]
    #expect(type as? FileAttributeType == .typeCharacterSpecial)
  }

  @Test("an error is one line, whatever stands in a file's name")
  func errorText() {
    let error = FileError(
      file: "a\nb", offset: 7, expected: "x", found: "\u{1B}[31m", remedy: "look")
    #expect(
      error.description == "a\\u{a}b: at byte 7: expected x, found \\u{1b}[31m; look")
    #expect(error.localizedDescription == error.description)
  }
}
