import Ligature
import Testing

/// A layer that nothing is wrong with.
struct SoundLayer: Sendable, CustomTestStringConvertible {
  let name: String
  let layouts: [Layout]
  private(set) var options: CheckOptions
  let make: @Sendable () throws -> any Layer

  init(
    _ name: String, on layouts: [Layout] = [.features], _ options: CheckOptions = CheckOptions(),
    _ make: @escaping @Sendable () throws -> any Layer
  ) {
    self.name = name
    self.layouts = layouts
    self.options = options
    self.options.announces = false
    self.make = make
  }

  var testDescription: String { name }

  /// A function of the input, a learnable of five numbers, and the pass.
  static func function(
    _ name: String, on layouts: [Layout] = [.features], _ options: CheckOptions = CheckOptions(),
    _ body: @escaping @Sendable (_ x: Tensor, _ gain: Tensor, Context) throws -> Tensor
  ) -> SoundLayer {
    SoundLayer(name, on: layouts, options) { scaling(body) }
  }

  /// Every sound layer.
  static let all = [
    builtIn, normalizations, elementwise, builders, spatial, attentive, recurrent, functions,
    handwritten, sequences, joined, unusual, domains,
    overTime, blocks, declared, papers, beginnings,
  ].flatMap(\.self)
}

extension CheckOptions {
  /// For layers over time that are never given padded sequences.
  static let unpadded = CheckOptions(exceptions: [.ignoresLengths])
}
