import Foundation
import LigatureLayers
import LigatureNetworks
import LigatureTensors
import Testing

@testable import LigatureViewing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("Drawings of networks")
struct DiagramTests {
  static func small() throws -> Network {
    let network = Network()
    try network.addInput("x", Layout("BC", [nil, 4]))
    try network.add(
      Network {
        FullyConnected(4)
        ReLU()
      }, named: "block")
    try network.add(Addition(), named: "sum")
    try network.add(FullyConnected(4), named: "head")
    try network.connect("x", to: "block")
    try network.connect("block", to: "sum/in1")
    try network.connect("x", to: "sum/in2")
    try network.connect("sum", to: "head")
    try network.tie("head/weights", to: "block/fc/weights", transform: .transpose)
    return network
  }

  static let nasty = "<b>\"&'`#;|\\n*</b>".replacing("/", with: "").replacing("*", with: "")

  static func hostile() throws -> Network {
    let network = Network()
    try network.addInput("in" + nasty, Layout("BC", [nil, 4]))
    try network.add(FullyConnected(4), named: nasty)
    try network.add(Throwing(), named: "throwing")
    try network.connect(["in" + nasty, nasty, "throwing"])
    return network
  }

  static func cyclic() throws -> Network {
    let network = Network()
    for name in ["a", "b", "c"] { try network.add(ReLU(), named: name) }
    try network.connect(["a", "b", "a"])
    try network.connect("b", to: "c")
    return network
  }

  static func deep(_ levels: Int) throws -> Network {
    var network = Network { FullyConnected(4) }
    for _ in 1..<levels {
      let inner = network
      network = Network {
        inner
        ReLU()
      }
    }
    let inner = network
    return try Network(input: Layout("BC", [nil, 4])) { inner }
  }

  static func skips(_ count: Int) throws -> Network {
    let network = Network()
    try network.addInput("x", Layout("BC", [nil, 4]))
    var last = "x"
    for number in 1...count {
      try network.add(FullyConnected(4), named: "fc\(number)")
      try network.add(Addition(), named: "sum\(number)")
      try network.connect(last, to: "fc\(number)")
      try network.connect("fc\(number)", to: "sum\(number)/in1")
      try network.connect(last, to: "sum\(number)/in2")
      last = "sum\(number)"
    }
    return network
  }

  static func all() throws -> [Network] {
    let endless = Holder(Network { ReLU() })
    let within = Network([endless.named("holder")])
    endless.network = within
    let layer = FullyConnected(4)
    return [
      try small(), try hostile(), try cyclic(), try deep(30), try skips(40), Network(), within,
      Network { FullyConnected(3) },
      try Network(input: Layout("BC", [nil, 4])) {
        layer
        ReLU()
        layer.shared()
        Holder(Network { FullyConnected(4) })
      },
      try Network(input: Layout("BTC", [nil, 5, 8])) { TransformerEncoderBlock(8, heads: 2) },
    ]
  }

  @Test("as Mermaid")
  func mermaid() throws {
    let found = plot(try Self.small()).mermaid
    #expect(
      found == """
        flowchart TD
          n1(["x"])
          subgraph n2["block<br/>Network<br/>BC [#42;, 4]"]
            n3["fc<br/>FullyConnected(4)<br/>BC [#42;, 4] · 20"]
            n4["relu<br/>ReLU<br/>BC [#42;, 4]"]
          end
          n5["sum<br/>Addition<br/>BC [#42;, 4]"]
          n6["head<br/>FullyConnected(4)<br/>BC [#42;, 4] · 4"]
          n1 --> n2
          n2 -->|"in1"| n5
          n1 -->|"in2"| n5
          n5 --> n6
          n3 --> n4
          n6 -.-> n3

        """)
  }

  @Test("as DOT")
  func dot() throws {
    let found = plot(try Self.small(), depth: 1).dot
    #expect(
      found == """
        digraph network {
          compound=true;
          node [shape=box, style=rounded, fontname="Helvetica", fontsize=11];
          edge [arrowsize=0.7];
          n1 [label="x", shape=oval];
          n2 [label="block\\nNetwork\\nBC [*, 4]"];
          n5 [label="sum\\nAddition\\nBC [*, 4]"];
          n6 [label="head\\nFullyConnected(4)\\nBC [*, 4] · 4"];
          n1 -> n2;
          n2 -> n5 [label="in1"];
          n1 -> n5 [label="in2"];
          n5 -> n6;
          n6 -> n2 [style=dashed, constraint=false];
        }

        """)
    let open = plot(try Self.small()).dot
    #expect(open.contains("n1 -> n3 [lhead=cluster_n2];"))
  }

  @Test("escape what comes from a user")
  func escaping() throws {
    let network = try Self.hostile()
    let (analysis, drawing) = (network.analysis, plot(network))
    #expect(analysis.problems.contains { $0.problem.contains("<script>") })
    for text in [analysis.html(title: "<script>x"), drawing.svg] {
      #expect(
        !text.contains("<b>") && !text.contains("<script>alert") && !text.contains("<script>x"))
      #expect(text.contains("&lt;b&gt;"))
    }
    #expect(!drawing.mermaid.contains("<b>") && !drawing.mermaid.contains("`"))
    #expect(drawing.dot.contains("<b>\\\"&'"))
  }

  @Test("are well-formed XML, with equal bytes each time, for every sort of network")
  func wellFormed() throws {
    for network in try Self.all() {
      let svg = plot(network).svg
      let parser = XMLParser(data: Data(svg.utf8))
      #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "")")
      #expect(svg == plot(network).svg)
      #expect(network.analysis.html == network.analysis.html)
      #expect(plot(network).opened.dot.hasSuffix("}\n"))
    }
  }

  @Test("have no boxes that overlap, and boxes within those they are in")
  func boxes() throws {
    for network in try Self.all() {
      for diagram in [plot(network), plot(network).opened, plot(network, depth: 1)] {
        let arrangement = Arrangement(diagram)
        let frames = arrangement.frames
        for box in diagram.boxes.indices where diagram.boxes[box].isOpen {
          guard arrangement.isShown(box) else { continue }
          let parts = diagram.boxes[box].parts
          for (place, part) in parts.enumerated() {
            let frame = frames[part]
            if box > 0 {
              #expect(frame.x > frames[box].x && frame.right < frames[box].right)
              #expect(frame.y > frames[box].y && frame.bottom < frames[box].bottom)
            }
            for other in parts[(place + 1)...] {
              let other = frames[other]
              #expect(
                frame.right < other.x || other.right < frame.x || frame.bottom < other.y
                  || other.bottom < frame.y)
            }
          }
        }
      }
    }
  }

  @Test("lead lines down, from below their source to above their target")
  func lines() throws {
    let diagram = plot(try Self.skips(12)).opened
    let arrangement = Arrangement(diagram)
    for line in diagram.boxes[0].lines {
      #expect(arrangement.frames[line.source].bottom < arrangement.frames[line.target].y)
    }
    for route in arrangement.blocks[0]?.routes ?? [] {
      #expect(zip(route.stops, route.stops.dropFirst()).allSatisfy { $0.row + 1 == $1.row })
    }
  }

  @Test("open as many boxes as are comfortable")
  func opening() throws {
    let many = Network(
      (1...80).map { number in Network { ReLU() }.named("block\(number)") as any Layer })
    #expect(NetworkDiagram(many.analysis).boxes.count { $0.isOpen } == 1)
    #expect(
      NetworkDiagram(many.analysis, depth: 2).boxes.contains { $0.name == "block7" && $0.isOpen })
    #expect(plot(try Self.small()).boxes[2].isOpen)
  }

  @Test("are saved by the ending of the name")
  func saving() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let drawing = plot(try Self.small())
    for (name, text) in [
      ("a.svg", drawing.svg), ("a.mmd", drawing.mermaid), ("a.dot", drawing.dot),
    ] {
      let url = folder.appending(path: name)
      try drawing.save(to: url)
      #expect(try String(contentsOf: url, encoding: .utf8) == text)
    }
    #expect(throws: (any Error).self) { try drawing.save(to: folder.appending(path: "a.png")) }
  }
}

@Suite("The page of an analysis")
struct AnalysisPageTests {
  @Test("has everything, and asks for nothing from elsewhere")
  func contents() throws {
    for network in try DiagramTests.all() {
      let page = network.analysis.html(title: "A title")
      #expect(page.hasPrefix("<!DOCTYPE html>"))
      #expect(page.contains("<h1>A title</h1>"))
      let addresses = page.matches(of: /https?:\/\/[^"' ]*/).map { String($0.0) }
      #expect(Set(addresses).isSubset(of: ["http://www.w3.org/2000/svg"]))
      #expect(page.firstMatch(of: /<link|<img|<iframe|src=|@import|url\((?!#)/) == nil)
      #expect(page.contains("prefers-color-scheme:dark"))
      #expect(page.contains("width=device-width"))
    }
    let page = try DiagramTests.small().analysis.html
    for text in ["Layers", "Learnables", "head/weights (transpose)", "Open all", "multiply-adds"] {
      #expect(page.contains(text), "\(text)")
    }
  }

  @Test("has a place for every box and line that its script opens and closes")
  func script() throws {
    let page = try DiagramTests.small().analysis.html
    for id in page.matches(of: /getElementById\("([a-z])"/).map({ $0.1 }) {
      #expect(page.contains(" id=\"\(id)"))
    }
    #expect(page.contains("id=\"b2\" role=\"button\" tabindex=\"0\" aria-expanded=\"true\""))
    #expect(
      page.contains("id=\"l0-0\"") && page.contains("id=\"l2-0\"") && page.contains("id=\"t0\""))
  }

  @Test("of 200 layers is there at once")
  func large() throws {
    let network = try DiagramTests.skips(100)
    #expect(network.analysis.html.count < 1_000_000)
  }
}

private struct Throwing: CustomLayer {
  struct Refusal: Error, CustomStringConvertible {
    let description = "<script>alert(1)</script>"
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { throw Refusal() }
}

private final class Holder: CustomLayer, @unchecked Sendable {
  @Learnable var network: Network
  init(_ network: Network) { self.network = network }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try network(x, in: context) }
}
