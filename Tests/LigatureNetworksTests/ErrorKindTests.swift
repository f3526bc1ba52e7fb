import Foundation
import LigatureInterchange
import LigatureLayers
import LigatureTensors
import Testing

@testable import LigatureNetworks

@Suite("The kind of an error")
struct ErrorKindTests {
  /// Names one port and returns two tensors.
  private struct Miscounting: CustomLayer {
    let outputNames = ["out"]
    func predict(_ x: Tensor, in context: Context) throws -> [Tensor] { [x, x] }
  }

  /// Gives its learnable no value.
  private struct Forgetful: CustomLayer {
    @Learnable var scale: Tensor = .deferred
    func predict(_ x: Tensor, in context: Context) throws -> Tensor { x }
  }

  private struct Unmarked: CustomLayer {
    let table: Tensor = .deferred
    func predict(_ x: Tensor, in context: Context) throws -> Tensor { x }
  }

  /// Predicts with a network instead of calling it.
  private struct Predicting: CustomLayer {
    @Learnable var network = Network { Tanh() }
    func predict(_ x: Tensor, in context: Context) throws -> Tensor { try network.predict(x) }
  }

  private struct Sample: Sendable {
    let kind: LayerError.Kind
    let body: @Sendable () throws -> Void

    init(_ kind: LayerError.Kind, _ body: @escaping @Sendable () throws -> Void) {
      self.kind = kind
      self.body = body
    }
  }

  private static let samples: [Sample] = [
    Sample(.shape) {
      _ = try Network(input: Layout("BSSC", [nil, 4, 4, 1])) { FullyConnected(3) }
    },
    Sample(.shape) { _ = try declared().predict(numbers([2, 4])) },
    Sample(.scalarType) { try declared().cast(to: .int64) },
    Sample(.portCount) { _ = try declared().predict([numbers([2, 3]), numbers([2, 3])]) },
    Sample(.portMismatch) { _ = try Network([Miscounting()]).predict([numbers([2, 3])]) },
    Sample(.uninitialized) { _ = try Network { Forgetful() }.predict(numbers([2, 3])) },
    Sample(.unknownInput) { try Network { Tanh() }.initialize() },
    Sample(.unconnected) {
      let network = try declared()
      try network.add(Tanh(), named: "loose")
      _ = try network.predict(numbers([2, 3]))
    },
    Sample(.graph) { _ = try Network().predict([]) },
    Sample(.containsItself) {
      let network = Network { Tanh() }
      try network.add(network)
    },
    Sample(.name) { try declared().add(Tanh(), named: "a/b") },
    Sample(.notFound) { _ = try declared().parameter(at: "nowhere") },
    Sample(.notFound) { try declared().connect("nowhere", to: "fc") },
    Sample(.tie) { try declared().untie("fc/weights") },
    Sample(.unmarkedProperty) { _ = try Network { Unmarked() }.predict(numbers([2, 3])) },
    Sample(.setting) { try declared().setLearnRateFactor(-1, for: "**") },
    Sample(.notCodable) { _ = try Network { Forgetful() }.copy() },
    Sample(.notCodable) { _ = try Network { FunctionLayer { $0 } }.savedBytes() },
    Sample(.pass) { _ = try Network { Predicting() }.predict(numbers([2, 3])) },
    Sample(.operation) {
      _ = try Network { FunctionLayer { try $0 + .ones([7]) } }.predict(numbers([2, 3]))
    },
    Sample(.thrown) { _ = try Network { Failing(phase: .inference) }.predict(numbers([2, 3])) },
    Sample(.other) { throw LayerError("fc", "is unhappy", remedy: "Cheer it up") },
  ]

  private static func declared() throws -> Network {
    try Network(input: Layout("BC", [nil, 3])) { FullyConnected(2).named("fc") }
  }

  @Test("says what went wrong, wherever it is thrown")
  func kinds() throws {
    for (number, sample) in Self.samples.enumerated() {
      let error = try #require(throws: LayerError.self, "\(sample.kind), sample \(number)") {
        try sample.body()
      }
      #expect(error.kind == sample.kind, "\(error)")
    }
  }

  @Test("stays when an error gets the path of what is around its layer")
  func paths() {
    let error = LayerError(.setting, "fc", "has 0 outputs", remedy: "Give 1")
    #expect(error.within("encoder").kind == .setting)
    #expect(error.within("encoder").path == "encoder/fc")
    #expect((LayerError.attribute(error, to: "x") as? LayerError)?.kind == .setting)
  }

  @Test("is said by every error that the package throws")
  func everywhere() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources")
    let files = try #require(
      FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil))
    var count = 0
    for case let file as URL in files where file.pathExtension == "swift" {
      let code = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        .filter { !$0.drop { $0 == " " }.hasPrefix("//") }.joined(separator: "\n")
      for use in code.matches(of: /\bLayerError\(\s*(.[^\s,)]*)/) {
        count += 1
        #expect(
          use.1.hasPrefix(".") || use.1.hasPrefix("kind"),
          "\(file.lastPathComponent): \(use.0) has no kind")
      }
    }
    #expect(count > 100)
  }
}
