import Foundation
import Testing

@testable import LigatureInterchange
@testable import LigatureLayers

/// The page that says what each layer computes, and what others call it.
@Suite("The page of layers") struct LayerPageTests {
  private struct Row {
    let name: String
    let cells: [String]
  }

  /// The rows of its tables of layers, which have six columns.
  private static func rows() throws -> [Row] {
    let root = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let page = try String(
      contentsOf: root.appending(path: "Docs/Ligature.docc/ChoosingLayers.md"), encoding: .utf8)
    return page.split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard line.hasPrefix("| `"), cells.count == 6, let name = cells.first,
        name.hasSuffix("`")
      else { return nil }
      return Row(name: String(name.dropFirst().dropLast()), cells: cells)
    }
  }

  /// Names of registered types, generic ones without what they are of.
  private static let registered = Set(
    LayerRegistry.builtIn.typeNames.map { String($0.prefix { $0 != "<" }) })

  /// Layers of closures are in no registry.
  private static let unregistered: Set<String> = ["FunctionLayer", "MultiFunctionLayer"]

  @Test("has a row for every layer of the registry")
  func complete() throws {
    let missing = try Self.registered.subtracting(Self.rows().map(\.name)).sorted()
    #expect(missing == [], "add rows to Docs/Ligature.docc/ChoosingLayers.md")
  }

  @Test("names nothing that is no layer, and nothing twice")
  func sound() throws {
    let names = try Self.rows().map(\.name)
    #expect(Set(names).count == names.count)
    #expect(Set(names).subtracting(Self.registered) == Self.unregistered)
  }

  @Test("leaves no cell empty")
  func cells() throws {
    for row in try Self.rows() {
      #expect(row.cells.allSatisfy { !$0.isEmpty }, "\(row.name)")
    }
  }
}
