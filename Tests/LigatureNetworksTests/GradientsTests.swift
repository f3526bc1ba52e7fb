import Foundation
import LigatureLayers
import LigatureTensors
import Testing

@testable import LigatureNetworks

@Suite("Gradients")
struct GradientsTests {
  /// The second layer is read first.
  private struct Backwards: CustomLayer, Codable {
    @Learnable var first = FullyConnected(3)
    @Learnable var second = FullyConnected(3)

    func predict(_ x: Tensor, in context: Context) throws -> Tensor {
      try first(second(x, in: context), in: context)
    }
  }

  private func network() throws -> Network {
    let network = Network {
      Backwards(); FullyConnected(2)
    }
    try network.initialize(for: [numbers([2, 3])])
    return network
  }

  private func gradients(_ network: Network, seed: UInt64 = 1) throws -> Gradients {
    try valueAndGradients(of: network) {
      try square(network(numbers([4, 3], seed: seed), in: $0)).sum()
    }.gradients
  }

  @Test("come in the order of the network's learnables, by owners' paths")
  func order() throws {
    let network = try network()
    let found = try gradients(network)
    #expect(found.paths == network.learnables.map(\.path))
    #expect(found.entries.map(\.path) == found.paths && found.count == 6)
    for entry in found.entries {
      #expect(try entry.gradient.isIdentical(to: #require(found[entry.parameter])))
      #expect(try entry.gradient.isIdentical(to: #require(found[entry.path])))
    }
    #expect(found["nowhere/weights"] == nil)
    try network.freeze("fc/*")
    #expect(
      try gradients(network).paths == network.learnables.map(\.path).filter { $0.first != "f" })
  }

  @Test("are scaled, and filtered by path or by a condition")
  func choosing() throws {
    let found = try gradients(network())
    for (half, whole) in zip(try found.scaled(by: 0.5).entries, found.entries) {
      #expect(try (half.gradient * 2).isIdentical(to: whole.gradient))
    }
    #expect(try found.filtered(by: "**/bias").paths.allSatisfy { $0.hasSuffix("/bias") })
    #expect(try found.filtered(by: "backwards/second/*").count == 2)
    #expect(try found.filter { try $0.norm() < 0 }.count == 0)
    #expect(
      message { try found.filtered(by: "bachwards/**") }
        == "bachwards/**: no learnable has a path like this, and no layer with learnables. "
        + "print(network) lists them; * stands for a name, ** for several.")
    // Both halves make the whole again.
    let (biases, rest) = (
      try found.filtered(by: "**/bias"), found.filter { !$0.path.hasSuffix("bias") }
    )
    let sum = try rest + biases
    #expect(sum.paths == found.paths)
    #expect(try sum.norm() == found.norm())
  }

  @Test("are clipped by norm, by their common norm, and by value, each shared one as one")
  func clipping() throws {
    let network = try network()
    let found = try gradients(network)
    let norms = try found.entries.map { try $0.norm() }
    let limit = norms.sorted()[3]
    for (place, entry) in try found.clipped(byNorm: limit).entries.enumerated() {
      #expect(try abs(entry.norm() / min(norms[place], limit) - 1) < 1e-6)
      let kept = try entry.gradient.isIdentical(to: found.entries[place].gradient)
      #expect(kept == (norms[place] <= limit))
    }
    let whole = try found.norm()
    #expect(abs(norms.map { $0 * $0 }.reduce(0, +).squareRoot() / whole - 1) < 1e-12)
    let together = try found.clipped(byGlobalNorm: whole / 4)
    for (clipped, entry) in zip(together.entries, found.entries) {
      #expect(try clipped.gradient.isClose(to: entry.gradient / 4, relative: 1e-6))
    }
    #expect(try found.clipped(byGlobalNorm: whole * 2).norm() == whole)
    let values = try found.clipped(byValue: 0.5)
    for (clipped, entry) in zip(values.entries, found.entries) {
      let expected = try entry.gradient.doubles().map { max(-0.5, min(0.5, $0)) }
      #expect(try clipped.gradient.doubles() == expected)
    }
    for threshold in [0, -1, .nan, .infinity] {
      #expect(throws: TensorError.self) { try found.clipped(byNorm: threshold) }
      #expect(throws: TensorError.self) { try found.clipped(byGlobalNorm: threshold) }
      #expect(throws: TensorError.self) { try found.clipped(byValue: threshold) }
    }
  }

  @Test("have norms beyond the range of their squares", arguments: [1e30, 1e-30, 1, 0])
  func extremes(size: Double) throws {
    let network = try network()
    let path = "fc/bias"
    let found = try Gradients([path: Tensor([Float(3 * size), Float(4 * size)])], for: network)
    #expect(try abs(found.norm() - 5 * size) <= 1e-6 * size)
    guard size > 0 else { return }
    let clipped = try found.clipped(byGlobalNorm: size).clipped(byNorm: size)
    #expect(try abs(clipped.norm() / size - 1) < 1e-6)
  }

  @Test("say which of them are not finite")
  func finite() throws {
    let network = try network()
    let found = try gradients(network)
    #expect(try found.isFinite && found.nonFinitePaths == [])
    var tensors = try found.tensors
    tensors["fc/bias"] = Tensor([Float.nan, 0])
    tensors["backwards/first/bias"] = Tensor([Float.infinity, 0, 0])
    let broken = try Gradients(tensors, for: network)
    #expect(try !broken.isFinite)
    #expect(try broken.nonFinitePaths == ["backwards/first/bias", "fc/bias"])
    #expect(
      message { try broken.clipped(byValue: 1) }.hasPrefix(
        "clipped(byValue:): gradients are not finite: backwards/first/bias, fc/bias."))
  }

  @Test("are stored by path and restored for their network alone")
  func storing() throws {
    let network = try network()
    let found = try gradients(network)
    let stored = try found.tensors
    let copy = try network.copy()
    let restored = try Gradients(stored, for: copy)
    #expect(restored.paths == found.paths)
    for (a, b) in zip(restored.entries, found.entries) {
      #expect(try a.gradient.isIdentical(to: b.gradient) && a.parameter !== b.parameter)
    }
    let part = try Gradients(stored.filter { $0.key.hasPrefix("fc/") }, for: network)
    #expect(part.paths == ["fc/weights", "fc/bias"])
    let other = Network { FullyConnected(2) }
    try other.initialize(for: [numbers([2, 5])])
    #expect(
      message { try Gradients(stored, for: other) }
        == "backwards/first/bias: the network has no learnable of this path. Give gradients of "
        + "this network, by their owners' paths: fc/weights, fc/bias.")
    #expect(
      message { try Gradients(stored.filter { $0.key.hasPrefix("fc/") }, for: other) }
        == "fc/weights: the gradient is float32 [3, 2], the learnable float32 [5, 2]. "
        + "Give gradients of a network of this size and type.")
  }
}
