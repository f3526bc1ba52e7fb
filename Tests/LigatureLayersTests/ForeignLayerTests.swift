import LigatureTensors
import Testing

@testable import LigatureInterchange
@testable import LigatureLayers
@testable import LigatureNetworks

/// The values were computed in double by `Tests/Reference/torch_layers.py`, printed to 14 digits.
@Suite("Layers of another framework")
struct ForeignLayerTests {
  /// A layer that PyTorch has too, and what its learnables and states are called in either.
  struct Foreign: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// PyTorch's names, and those in a network of this one layer, called `layer`.
    var names: [(theirs: String, ours: String, isTransposed: Bool)] = []
    let make: @Sendable () throws -> any Layer

    init(
      _ name: String, _ names: [(String, String, Bool)] = [],
      _ make: @escaping @Sendable () throws -> any Layer
    ) {
      testDescription = name
      self.names = names.map { (theirs: $0.0, ours: $0.1, isTransposed: $0.2) }
      self.make = make
    }

    static let affine = [("weight", "scale", false), ("bias", "offset", false)]
    static let statistics = [
      ("running_mean", "mean", false), ("running_var", "variance", false),
    ]
    static let original = "parametrizations.weight.original"

    static let all = [
      Foreign("BatchNorm1d", affine + statistics) { BatchNormalization() },
      Foreign("BatchNorm2d", affine + statistics) {
        BatchNormalization(epsilon: 1e-3, momentum: 0.3)
      },
      Foreign("LayerNorm", affine) { LayerNormalization() },
      Foreign("GroupNorm", affine) { GroupNormalization(groups: 2) },
      Foreign("InstanceNorm2d", affine) { InstanceNormalization() },
      Foreign("RMSNorm", [("weight", "scale", false)]) { RMSNormalization() },
      Foreign(
        "weight_norm",
        [
          (original + "0", "magnitudes/1", false), (original + "1", "network/fc/weights", true),
          ("bias", "network/fc/bias", false),
        ]
      ) { WeightNormalization { FullyConnected(3) } },
      Foreign(
        "spectral_norm",
        [
          (original, "network/fc/weights", true), ("bias", "network/fc/bias", false),
          ("parametrizations.weight.0._u", "directions", false),
        ]
      ) { SpectralNormalization { FullyConnected(3) } },
      Foreign("PReLU", [("weight", "slope", false)]) { PReLU() },
      Foreign("GLU") { GLU() },
      Foreign("PixelShuffle") { PixelShuffle(2) },
      Foreign("PixelUnshuffle") { PixelUnshuffle(2) },
      Foreign("ELU") { ELU(alpha: 0.7) },
      Foreign("SELU") { SELU() },
      Foreign("SiLU") { SiLU() },
      Foreign("Mish") { Mish() },
      Foreign("Softplus") { Softplus() },
      Foreign("Softsign") { Softsign() },
      Foreign("Hardsigmoid") { HardSigmoid() },
      Foreign("Hardswish") { HardSwish() },
      Foreign("Hardtanh") { HardTanh(lower: -2, upper: 1.5) },
      Foreign("ReLU6") { ClippedReLU() },
      Foreign("LogSoftmax") { LogSoftmax() },
      Foreign("Softmax") { Softmax(axis: 1) },
    ]
  }

  private func expectClose(
    _ found: Tensor?, _ wanted: Tensor, _ what: Comment,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let isClose = try #require(found).isClose(to: wanted, relative: 1e-11, absolute: 1e-12)
    #expect(isClose, "\(what): \(found!) is not \(wanted)", sourceLocation: sourceLocation)
  }

  @Test(
    "loaded by their own names give their values, gradients and statistics", arguments: Foreign.all)
  func pyTorch(_ foreign: Foreign) throws {
    let reference = try Reference("torch_layers", foreign.testDescription)
    let x = try reference["x"]
    let network = Network()
    try network.add(foreign.make(), named: "layer")
    try network.addInput("x")
    try network.connect("x", to: "layer")
    try network.initialize(for: [x.cast(to: .float32)])
    try network.cast(to: .float64)
    // Under their names, as a file has them; of a column only the numbers count.
    let tensors = try foreign.names.map { name in
      let tensor = try reference[name.theirs]
      return (name: name.theirs, tensor: tensor.shape.last == 1 ? try tensor.squeezed(-1) : tensor)
    }
    let file = try SafetensorsFile(
      bytes: SafetensorsFile.bytes(
        Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.tensor) })), name: "theirs")
    let rules = foreign.names.map {
      KeyRenaming($0.theirs, to: "layer/\($0.ours)", transposed: $0.isTransposed)
    }
    if !rules.isEmpty {
      let report = try network.load(from: file, renaming: rules)
      #expect(report.leftOut == [])
    }

    let weights = try reference["outputWeights"]
    var output: Tensor?
    var leaf: Tensor?
    var gradients: [(parameter: Parameter, gradient: Tensor?)] = []
    var inputGradient: Tensor?
    // As many passes as moved their statistics.
    for _ in 0..<(foreign.testDescription == "BatchNorm2d" ? 3 : 1) {
      let tape = TapeHandle()
      let pass = Pass(.training, scalarType: .float64, tape: tape.tape)
      leaf = tape.leaf(x)
      output = try network.run([leaf!], in: pass)[0]
      let read = pass.takeLeaves()
      let all = try tape.gradients(
        of: (output! * weights).sum(), for: [leaf!] + read.map(\.tensor))
      inputGradient = all[0]
      gradients = zip(read, all.dropFirst()).map { ($0.parameter, $1) }
      pass.commitStates()
    }
    try expectClose(output?.detached, reference["output"], "output")
    if let wanted = reference.optional("d x") { try expectClose(inputGradient, wanted, "d x") }
    for name in foreign.names {
      guard let wanted = reference.optional("d \(name.theirs)") else { continue }
      let parameter = try network.parameter(at: "layer/\(name.ours)")
      let found = gradients.first { $0.parameter === parameter }?.gradient
      let turned = name.isTransposed ? found?.transposed : found
      try expectClose(turned?.reshaped(to: wanted.shape), wanted, "d \(name.theirs)")
    }
    if let inference = reference.optional("inference") {
      try expectClose(network.predict(x), inference, "inference")
    }
    if let mean = reference.optional("after running_mean") {
      let layer = network.layers(of: BatchNormalization.self)[0]
      try expectClose(layer.mean, mean, "running mean")
      try expectClose(layer.variance, reference["after running_var"], "running variance")
    }
  }

  /// MATLAB keeps one number for each channel along the channel axis of its arrays.
  @Test("in MATLAB's shapes make normalisations of the same values")
  func matlab() throws {
    let reference = try Reference("torch_layers", "BatchNorm2d")
    func asMatlab(_ name: String) throws -> Tensor { try reference[name].reshaped(to: [1, 1, 3]) }
    let batch = try BatchNormalization(
      scale: asMatlab("weight"), offset: asMatlab("bias"), mean: asMatlab("after running_mean"),
      variance: asMatlab("after running_var"), epsilon: 1e-3)
    let network = Network { batch }
    try network.cast(to: .float64)
    try expectClose(network.predict(reference["x"]), reference["inference"], "batch")

    let groups = try Reference("torch_layers", "GroupNorm")
    let column = [4, 1]
    let group = try Network {
      try GroupNormalization(
        groups: 2, scale: groups["weight"].reshaped(to: column),
        offset: groups["bias"].reshaped(to: column))
    }
    try group.cast(to: .float64)
    try expectClose(group.predict(groups["x"]), groups["inference"], "group")
    for layer in [
      try LayerNormalization(scale: .ones([3]), offset: nil),
      try RMSNormalization(scale: .ones([3])),
      try InstanceNormalization(scale: .ones([1, 3]), offset: .zeros([3, 1])),
    ] as [any Layer] {
      let network = Network([layer])
      #expect(try network.predict(numbers([2, 4, 3])).shape == [2, 4, 3])
    }
  }
}
