import Foundation
import Testing

@testable import LigatureLayers
@testable import LigatureNetworks

@Suite("The table of layers")
struct LayerTableTests {
  /// `public struct Name: ...Layer...` in the sources of the built-in layers.
  private static func declaredLayers() throws -> Set<String> {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources/LigatureLayers")
    let pattern =
      /(?:public|open)\s+(?:final\s+)?(?:struct|class)\s+(\w+)(?:<[^>]*>)?\s*:\s*([^{]*)\{/
    var names: Set<String> = []
    for folder in ["Layers", "Recurrent", "Attention", "Composed"] {
      let files = try FileManager.default.contentsOfDirectory(
        at: root.appending(path: folder), includingPropertiesForKeys: nil)
      for file in files where file.pathExtension == "swift" {
        for match in try String(contentsOf: file, encoding: .utf8).matches(of: pattern)
        where match.2.contains("Layer") || match.2.contains("CustomBackward") {
          names.insert(String(match.1))
        }
      }
    }
    return names
  }

  @Test("has a row for every built-in layer, so that none goes untested")
  func isComplete() throws {
    let declared = try Self.declaredLayers()
    #expect(declared.count >= 20)
    let missing = declared.subtracting(LayerFixture.all.map(\.type)).sorted()
    #expect(missing == [], "add rows to LayerFixture.all")
  }

  @Test("names each row once")
  func rowsDiffer() {
    let names = LayerFixture.all.map(\.testDescription)
    #expect(Set(names).count == names.count)
  }
}
