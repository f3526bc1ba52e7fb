import LigatureTensors
import Testing

@testable import LigatureLayers
@testable import LigatureNetworks

/// One built-in layer in one variant, and what to feed it. The table ``all`` drives the tests that
/// every layer has to pass.
struct LayerFixture: Sendable, CustomTestStringConvertible {
  /// The type that the row is about.
  let type: String
  /// The variant, in words.
  let variant: String
  /// A layout for each input, with a batch of any size.
  let layouts: [Layout]
  /// Whether training and inference differ on purpose.
  var differsInTraining = false
  /// Inputs that are numbers of classes, by their place, with how many classes there are.
  var classes: [Int: Int] = [:]
  /// Whether a batch of zero observations can be trained on.
  var trainsOnNothing = true
  let make: @Sendable () throws -> any Layer

  init(
    _ type: String, _ variant: String = "as it comes", on layouts: [Layout],
    differsInTraining: Bool = false, trainsOnNothing: Bool = true,
    _ make: @escaping @Sendable () throws -> any Layer
  ) {
    self.type = type
    self.variant = variant
    self.layouts = layouts
    self.differsInTraining = differsInTraining
    self.trainsOnNothing = trainsOnNothing
    self.make = make
  }

  /// The same, with inputs that are numbers of classes.
  func classes(_ count: Int, at place: Int = 0) -> LayerFixture {
    var copy = self
    copy.classes[place] = count
    return copy
  }

  var testDescription: String { "\(type), \(variant)" }

  /// A network of this one layer, initialised, with learnables and states drawn anew so that none
  /// of them is zero.
  func network(_ type: ScalarType = .float64) throws -> Network {
    let network = Network()
    let layer = try make()
    let name = try network.add(layer)
    if !(layer is any InputLayer) {
      for (index, port) in layer.inputNames.enumerated() {
        try network.addInput("x\(index + 1)", layouts[index])
        try network.connect("x\(index + 1)", to: "\(name)/\(port)")
      }
    }
    try network.initialize(for: inputs(batch: 2, seed: 3, .float32))
    try network.cast(to: type)
    for (index, parameter) in network.parameters.enumerated() {
      let drawn = try numbers(parameter.value.shape, seed: 40 + UInt64(index), type)
      try parameter.set(drawn * 0.5 + 0.3)
    }
    network.visitStates { path, slot in
      guard !slot.isDeferred, let value = try? slot.value(for: nil) * 0.7 + 0.2 else { return }
      slot.reset(to: value)
    }
    return network
  }

  /// Inputs of a number of observations.
  func inputs(batch: Int, seed: UInt64 = 11, _ type: ScalarType = .float64) throws -> [Tensor] {
    try layouts.enumerated().map { index, layout in
      let drawn = try numbers(layout.shape(batch: batch), seed: seed + UInt64(index), type)
      guard let count = classes[index] else { return drawn }
      return try floor(remainder(drawn * 1000, .full([], Double(count), type)))
    }
  }

  /// The outputs of one pass, which commits nothing.
  static func outputs(
    of network: Network, _ inputs: [Tensor], _ phase: Phase, tape: Tape? = nil
  ) throws -> (values: [Tensor], pass: Pass) {
    let pass = Pass(phase, seed: 5, iteration: 2, scalarType: network.scalarType, tape: tape)
    return (try network.run(inputs, in: pass), pass)
  }
}
