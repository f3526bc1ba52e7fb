import LigatureNetworks
import LigatureTensors

extension CheckSubject {
  /// One pass in which the layer is used once for each list of inputs.
  func uses(
    _ inputs: [[Tensor]], _ phase: Phase, only chosen: Int? = nil
  ) throws -> (outputs: [[Tensor]], inputGradients: [[Tensor?]], gradients: Gradients) {
    try network.differentiatedUses(at: inputs, phase, seed: options.seed) { use, outputs in
      guard chosen == nil || chosen == use else { return outputs.map { _ in nil } }
      return try self.randomWeights(for: outputs, draw: use)
    }
  }

  /// The gradients of the use with number `use` alone, in a pass of its own.
  func single(
    _ inputs: [Tensor], _ phase: Phase, use: Int
  ) throws -> (outputs: [[Tensor]], inputGradients: [[Tensor?]], gradients: Gradients) {
    try network.differentiatedUses(at: [inputs], phase, seed: options.seed) { _, outputs in
      try self.randomWeights(for: outputs, draw: use)
    }
  }

  /// Training, unless uses of one pass differ from passes of their own there, as those of a dropout
  /// do.
  func comparablePhase(type: ScalarType) throws -> Phase {
    // Many uses: a few elements may be dropped alike by chance, or be zero anyway.
    let inputs = try (0..<9).map { try self.inputs(type: type, draw: $0) }
    let together = try uses(inputs, .training).outputs
    let isSame = try zip(together, inputs).allSatisfy { found, inputs in
      let alone = try self.outputs(inputs, .training)
      return try found.count == alone.count
        && zip(found, alone).allSatisfy { try $0.isIdentical(to: $1) }
    }
    return isSame ? .training : .inference
  }

  /// A network that holds the layer twice, side by side, for the same inputs.
  func pair() throws -> Network {
    let pair = Network()
    let ports = layer.inputNames
    for (number, layout) in layouts.prefix(ports.count).enumerated() {
      try pair.addInput("input \(number + 1)", layout)
    }
    func shared<L: Layer>(_ layer: L) -> any Layer { layer.shared() }
    for name in ["first", "second"] {
      try pair.add(shared(layer), named: name)
      for (number, port) in ports.enumerated() {
        try pair.connect("input \(number + 1)", to: "\(name)/\(port)")
      }
    }
    return pair
  }

  /// What a check of layers at two places comes to where the layer cannot stand at two.
  var reasonNotToShare: CheckReport.Outcome? {
    guard layer is any InputLayer else { return nil }
    return .skipped(
      reason: "an input layer stands at the entrance of a network and is used there alone",
      remedy: "Nothing to do")
  }

  /// What it comes to where the layer has nothing that two places could share.
  static let nothingToShare = CheckReport.Outcome.skipped(
    reason: "the layer learns nothing that two places could share", remedy: "Nothing to do")

  /// What a check of several uses comes to where no two of them are the same.
  var reasonNotToCompareUses: CheckReport.Outcome? {
    guard options.exceptions.contains(.random) else { return nil }
    return .skipped(
      reason: "the exception .random is declared, so that no two uses are the same",
      remedy: "Remove it to run this check")
  }

  /// Owner and aliases of each tie, by path.
  static func groups(of network: Network) -> [[String]] {
    network.learnables.map { [$0.path] + $0.aliases }.filter { $0.count > 1 }
  }
}
