import Foundation
import LigatureFiles
import LigatureLayers
import LigatureNetworks
import LigatureTensors
import Testing

@testable import LigatureInterchange

@Suite("Hostile network files")
struct HostileNetworkTests {
  private static func sample() throws -> Network {
    let shared = FullyConnected(2)
    return try Network(input: Layout("BC", [nil, 2])) {
      shared.named("a")
      shared.named("b")
      WeightTyingAutoEncoderLayer(encoder: [FullyConnected(1)]).named("c")
    }
  }

  private static func architecture() throws -> String {
    try SafetensorsFile(bytes: sample().savedBytes(), name: "test")
      .metadata["ligature.architecture"] ?? ""
  }

  private func network(_ architecture: String) throws -> Network {
    let strings = ["ligature": "1", "ligature.architecture": architecture]
    return try Network(
      SafetensorsFile(
        bytes: SafetensorsFile.bytes(sampleTensors(), metadata: strings), name: "hostile"))
  }

  private func sampleTensors() throws -> [String: Tensor] {
    try Self.sample().storedValues().tensors
  }

  /// What is replaced in a whole architecture, by what, and what the error must say.
  private static let edits: [(old: String, new: String, says: String)] = [
    ("\"layer\":0", "\"layer\":99", "there is no layer 99"),
    ("\"layer\":0", "\"layer\":-1", "a whole number in 0..<"),
    ("\"layer\":0", "\"layer\":1e30", "a whole number in 0..<"),
    ("{\"learnable\":0}", "{\"learnable\":7777}", "there is no learnable 7777"),
    ("{\"learnable\":0}", "{\"state\":0}", "there is no state 0"),
    ("{\"parameter\":0}", "{\"parameter\":50}", "there is no parameter 50"),
    ("{\"parameter\":0}", "{\"layer\":0}", "contains itself"),
    (
      "{\"parameter\":0}", "[{\"parameter\":0}]",
      "is a learnable Tensor, and the file holds something else for it"
    ),
    ("{\"parameter\":0}", "{\"entries\":{\"x\":null}}", "is a learnable Tensor"),
    ("{\"network\":1}", "{\"network\":0}", "contains itself"),
    ("{\"network\":1}", "{\"network\":8}", "there is no network 8"),
    ("\"name\":\"b\"", "\"name\":\"a\"", "is no name, or stands twice"),
    ("\"name\":\"b\"", "\"name\":\"b/c\"", "is no name, or stands twice"),
    ("\"name\":\"b\"", "\"name\":\"z\"", "there is no port"),
    ("[\"input\",\"a/in\"]", "[\"inputs\",\"a/in\"]", "nothing is called \"inputs\""),
    ("[\"input\",\"a/in\"]", "[\"input\",\"a/in\"],[\"input\",\"a/in\"]", "is fed twice"),
    ("[\"input\",\"a/in\"]", "[\"input\"]", "a source and a target"),
    ("\"type\":\"FullyConnected\"", "\"type\":\"Fully\"", "its type \"Fully\" is not known"),
    ("\"outputSize\":2", "\"outputSize\":\"2\"", "its stored configuration (\"outputSize\": "),
    ("\"outputSize\":2", "\"other\":2", "\"outputSize\" is missing"),
    ("\"learnRate\":1.0", "\"learnRate\":-1", "a learnable has factors -1.0"),
    ("\"learnRate\":1.0", "\"learnRate\":1e999", "a finite number"),
    ("\"scalars\":\"float32\"", "\"scalars\":\"uint8\"", "a network learns in uint8"),
    ("\"scalars\":\"float32\"", "\"scalars\":\"float16\"", "one of float32, float64"),
    ("\"seed\":0", "\"seed\":-5", "a whole number from 0 to 18446744073709551615"),
    ("\"sizes\":[null,2]", "\"sizes\":[null,-2]", "a whole number in 0..<"),
  ]

  @Test("are refused in words", arguments: edits.indices)
  func edited(_ row: Int) throws {
    let (old, new, says) = Self.edits[row]
    let whole = try Self.architecture()
    let range = try #require(whole.range(of: old), "nothing to replace in \(whole)")
    let text = "\(message { try network(whole.replacingCharacters(in: range, with: new)) })"
    #expect(text.contains(says), "\(text)")
  }

  @Test("that are whole load")
  func whole() throws {
    #expect(try network(Self.architecture()).learnableCount == 11)
  }

  /// Networks that hold the next one under several names each.
  private func tower(levels: Int, width: Int) -> String {
    let networks = (0..<levels).map { level in
      let next = level + 1 < levels ? Array(0..<width) : []
      let layers = next.map { "{\"name\":\"n\($0)\",\"layer\":\(level)}" }.joined(separator: ",")
      return "{\"seed\":0,\"scalars\":\"float32\",\"inputs\":[],\"connections\":[],"
        + "\"layers\":[\(layers)]}"
    }
    let layers = (1..<levels).map { "{\"network\":\($0)}" }
    return "{\"networks\":[\(networks.joined(separator: ","))],"
      + "\"layers\":[\(layers.joined(separator: ","))],"
      + "\"learnables\":[],\"parameters\":[],\"states\":[]}"
  }

  @Test("with more paths than can be walked are refused at once")
  func manyPaths() {
    #expect("\(message { try network(tower(levels: 60, width: 2)) })".contains("100000 paths"))
  }

  @Test("nested deeper than a stack bears are refused")
  func deep() {
    #expect("\(message { try network(tower(levels: 5000, width: 1)) })".contains("nested 201 deep"))
    #expect("\(message { try network(String(repeating: "[", count: 100_000)) })".contains("levels"))
    let slot = String(repeating: "[", count: 50) + String(repeating: "]", count: 50)
    #expect(
      "\(message { try network("{\"networks\":[],\"layers\":[{\"holds\":\(slot)}]}") })"
        .contains("a whole number"))
  }

  @Test("with more ports, or sizes, than there can be are refused")
  func configurations() throws {
    let ports = Network()
    try ports.add(Addition(2))
    let sized = Network { FeatureInput(3) }
    for (network, old, new, says) in [
      (ports, "\"count\":2", "\"count\":1000000000000", "has 1000000000000 ports"),
      (
        sized, "\"scalarType\":\"float32\",\"sizes\":[null,3]",
        "\"scalarType\":\"float32\",\"sizes\":[-3]", "2 labels for 1 size"
      ),
    ] {
      let bytes = try network.savedBytes()
      let whole = try SafetensorsFile(bytes: bytes, name: "test").metadata["ligature.architecture"]
      // The configuration's own layout, written by its Codable, has its keys sorted.
      let text = (whole ?? "").replacingOccurrences(of: old, with: new)
      #expect("\(message { try self.network(text) })".contains(says), "\(text)")
    }
  }

  @Test("of a later version are refused")
  func version() throws {
    let bytes = try SafetensorsFile.bytes(sampleTensors(), metadata: ["ligature": "2"])
    let file = try SafetensorsFile(bytes: bytes, name: "later")
    let text = "\(message { try Self.sample().load(from: file) })"
    #expect(text.contains("a later version of Ligature"))
  }

  @Test("cut at any byte, or with any bit flipped, are refused or another network, never a crash")
  func damage() throws {
    let bytes = try Network { try FullyConnected(weights: .ones([2, 1])) }.savedBytes()
    func read(_ bytes: [UInt8]) throws {
      _ = try Network(SafetensorsFile(bytes: bytes, name: "damaged"))
    }
    Damage.truncateEverywhere(bytes) { try read($0) }
    for bit in 0..<bytes.count * 8 {
      var copy = bytes
      copy[bit / 8] ^= 1 << (bit % 8)
      do { try read(copy) } catch { #expect("\(error)" != "") }
    }
  }

  /// What a body throws, or a note that it did not.
  private func message(_ body: () throws -> some Any) -> any CustomStringConvertible {
    do { return "no error, but \(try body())" } catch { return "\(error)" }
  }
}
