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
    let error = #expect(throws: FileError.self) { try writeAtomically("x", to: folder) }
    #expect(
      error?.description
        == "\(folder.path): expected a file to write to, found a folder; name a file in it")
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

  @Test("a link may be one of several, and lead over folders that are links themselves")
  func linkedFolders() throws {
    // above/deep is a folder and d a link to it: d/../n is above/n, and not n.
    let above = folder.appendingPathComponent("above")
    try FileManager.default.createDirectory(
      at: above.appendingPathComponent("deep"), withIntermediateDirectories: true)
    try link("d", to: "above/deep")
    let url = URL(filePath: folder.path + "/d/../n")
    try writeAtomically("one", to: url)
    #expect(try String(contentsOf: above.appendingPathComponent("n"), encoding: .utf8) == "one")
    #expect(try bytes(url) == "one")
    try writeAtomically("two", to: url)
    #expect(try bytes(url) == "two" && names == ["above", "d"])
    // A link in the folder behind d, which says where to go from there.
    try FileManager.default.createSymbolicLink(
      atPath: above.path + "/deep/l", withDestinationPath: "../m")
    try link("first", to: "d/l")
    try writeAtomically("three", to: folder.appendingPathComponent("first"))
    #expect(try String(contentsOf: above.appendingPathComponent("m"), encoding: .utf8) == "three")
    #expect(names == ["above", "d", "first"])
  }

  @Test("links that lead in a circle are an error, and stay")
  func circularLinks() throws {
    try link("a", to: "b")
    try link("b", to: "a")
    try link("self", to: "self")
    for name in ["a", "b", "self"] {
      let url = folder.appendingPathComponent(name)
      let error = #expect(throws: FileError.self) { try writeAtomically("x", to: url) }
      #expect(error?.found == "symbolic links that lead in a circle")
      #expect(throws: FileError.self) { try ByteSource(url) }
    }
    #expect(names == ["a", "b", "self"])
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.path + "/a") == "b")
  }

  @Test("a read-only file is refused, also behind a link, and stays as it was")
  func readOnly() throws {
    let url = folder.appendingPathComponent("a.txt")
    try writeAtomically("old", to: url)
    try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: url.path)
    try link("link", to: "a.txt")
    for place in [url, folder.appendingPathComponent("link")] {
      let error = #expect(throws: FileError.self) { try writeAtomically("new", to: place) }
      #expect(error?.description.contains("read-only; make it writable (chmod u+w)") == true)
    }
    #expect(try String(contentsOf: url, encoding: .utf8) == "old" && names == ["a.txt", "link"])
  }

  @Test("what a killed writer left is removed by the next write to the same target, and that alone")
  func abandonedParts() throws {
    let (url, other) = (folder.appendingPathComponent("a"), folder.appendingPathComponent("b"))
    // A part file without a lock is what is left of a writer that was killed.
    func abandoned(_ target: URL) throws -> String {
      let part = try #require(PartFile(for: target.path, permissions: nil))
      let name = try #require(names.last { $0.hasSuffix(".part") })
      try FileManager.default.copyItem(
        atPath: folder.path + "/" + name,
        toPath: folder.path + "/" + name.replacing(".part", with: "0.part"))
      part.remove()
      return name.replacing(".part", with: "0.part")
    }
    let left = try abandoned(url)
    let others = try abandoned(other)
    // A writer that is still at work keeps its own.
    let live = try #require(PartFile(for: url.path, permissions: nil))
    #expect(!names.contains(left) && names.contains(others) && names.count == 2)
    try writeAtomically("x", to: url)
    #expect(names.count == 3)
    #expect(live.rename(to: url.path))
    try writeAtomically("x", to: other)
    #expect(names == ["a", "b"])
  }

  @Test("a target may have the longest name there is")
  func longNames() throws {
    let name = String(repeating: "n", count: 255)
    try writeAtomically("x", to: folder.appendingPathComponent(name))
    #expect(names == [name])
  }

  @Test("many writers of one target leave one whole file")
  func manyWriters() throws {
    let url = folder.appendingPathComponent("a")
    DispatchQueue.concurrentPerform(iterations: 8) { writer in
      for _ in 0..<20 {
        do {
          try writeAtomically(String(repeating: "\(writer)", count: 5000), to: url)
        } catch { Issue.record("\(error)") }
      }
    }
    let text = try String(contentsOf: url, encoding: .utf8)
    #expect(text.count == 5000 && Set(text).count == 1 && names == ["a"])
  }

  private func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.appendingPathComponent(name).path, withDestinationPath: target)
  }

  /// What a reader of the package finds at a place.
  private func bytes(_ url: URL) throws -> String {
    let source = try ByteSource(url)
    let reader = ByteReader(PlainBytes(source, 0..<source.byteCount))
    return String(decoding: try reader.bytes(source.byteCount, of: "the file"), as: UTF8.self)
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
