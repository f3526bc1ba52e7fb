import Foundation
import Testing

@Suite("The modules of the package")
struct ModuleTests {
  /// What each module may import of the others.
  private static let allowed: [String: Set<String>] = [
    "LigatureKernels": [],
    "LigatureFiles": [],
    "LigatureDrawing": ["LigatureFiles"],
    "LigatureTensors": ["LigatureKernels"],
    "LigatureNetworks": ["LigatureTensors"],
    "LigatureLayers": ["LigatureTensors", "LigatureNetworks"],
    "LigatureTraining": [
      "LigatureFiles", "LigatureTensors", "LigatureNetworks", "LigatureInterchange",
    ],
    "LigatureInterchange": [
      "LigatureFiles", "LigatureTensors", "LigatureNetworks", "LigatureLayers",
    ],
    "LigatureData": [
      "LigatureFiles", "LigatureTensors", "LigatureTraining", "LigatureInterchange",
    ],
    "LigatureChecks": [
      "LigatureTensors", "LigatureNetworks", "LigatureTraining", "LigatureInterchange",
    ],
    "LigatureViewing": [
      "LigatureFiles", "LigatureDrawing", "LigatureTensors", "LigatureNetworks",
      "LigatureTraining",
    ],
    "LigatureSweeps": [
      "LigatureFiles", "LigatureTensors", "LigatureNetworks", "LigatureTraining",
      "LigatureInterchange", "LigatureViewing",
    ],
    "Ligature": [
      "LigatureFiles", "LigatureTensors", "LigatureNetworks", "LigatureLayers",
      "LigatureTraining", "LigatureInterchange", "LigatureData", "LigatureChecks",
      "LigatureViewing", "LigatureSweeps",
    ],
  ]

  @Test("import what lies below them, and nothing else")
  func imports() throws {
    let modules = try SourceTree.modules()
    #expect(Set(modules) == Set(Self.allowed.keys), "say here what a new module may import")
    for module in modules {
      for file in try SourceTree.files(in: "Sources/\(module)") {
        let other = Set(file.imports).subtracting(Self.allowed[module] ?? [])
        #expect(other == [], "\(file.path)")
      }
    }
  }

  @Test("do not draw: only programs, and the module of pages, import the drawing module")
  func drawing() throws {
    for file in try SourceTree.files(in: "Sources") where !file.path.contains("LigatureViewing/") {
      #expect(!file.imports.contains("LigatureDrawing"), "\(file.path)")
    }
  }

  @Test("call kernels from one folder, that of the processor's device")
  func kernels() throws {
    for file in try SourceTree.files(in: "Sources") where !file.path.contains("/Devices/CPU/") {
      #expect(!file.imports.contains("LigatureKernels"), "\(file.path)")
      #expect(file.code.firstMatch(of: /\blk_\w+/) == nil, "\(file.path)")
    }
  }

  @Test("have folders of which none refers to one that refers back to it")
  func folders() throws {
    for module in try SourceTree.modules() {
      let files = try SourceTree.files(in: "Sources/\(module)")
      var owners: [String: String] = [:]
      for file in files { for type in file.types { owners[type] = file.folder } }
      var uses: [String: [String: String]] = [:]
      for file in files {
        for name in file.names.sorted() {
          guard let owner = owners[name], owner != file.folder else { continue }
          uses[file.folder, default: [:]][owner] = "\(file.path) names \(name)"
        }
      }
      // A folder that uses none of those left can be in no circle.
      while let free = uses.keys.first(where: { folder in
        uses[folder]!.keys.allSatisfy { uses[$0] == nil }
      }) {
        uses[free] = nil
      }
      let circle = uses.flatMap { _, used in used.filter { uses[$0.key] != nil }.map(\.value) }
      #expect(circle.sorted() == [], "the folders of \(module) form a circle")
    }
  }

  @Test("are shown in the page on architecture, with files that exist")
  func architecture() throws {
    let page = try String(
      contentsOf: SourceTree.root.appending(path: "Docs/Architecture.md"), encoding: .utf8)
    for module in try SourceTree.modules() {
      #expect(page.contains("| `\(module)` |"), "the table lacks \(module)")
    }
    let places = try #require(page.range(of: "## Where to put things")).upperBound
    let named = page[places...].matches(of: /`((?:Sources|Tests|Docs|Examples)\/[^`*<]+)`/)
      .map { String($0.1) }
    #expect(named.count > 20)
    for path in named {
      #expect(
        FileManager.default.fileExists(atPath: SourceTree.root.appending(path: path).path),
        "\(path) is named and does not exist")
    }
  }
}
