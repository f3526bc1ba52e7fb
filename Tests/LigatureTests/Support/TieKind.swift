import Ligature

/// The ways of using one fully connected layer several times in a row.
enum TieKind: String, CaseIterable, Sendable {
  case nested, wired, declared

  /// `[batch, 3]` through one layer of 3 × 3 weights and a bias, `uses` times with a tanh after
  /// each.
  func chain(_ uses: Int, _ type: ScalarType = .float64) throws -> Network {
    let network = Network()
    try network.addInput("x", Layout("BC", [nil, 3]))
    if self == .nested {
      let step = Network {
        FullyConnected(3); Tanh()
      }
      try network.add(InARow(step: step, uses: uses), named: "row")
      try network.connect("x", to: "row")
    } else {
      var chain = ["x"]
      for use in 1...uses {
        chain.append(try network.add(FullyConnected(3), named: "fc\(use)"))
        chain.append(try network.add(Tanh(), named: "tanh\(use)"))
      }
      try network.connect(chain)
      for use in 1...uses where use > 1 {
        for learnable in ["weights", "bias"] {
          let (owner, alias) = ("fc1/\(learnable)", "fc\(use)/\(learnable)")
          if self == .wired {
            try network.connect(owner, to: alias)
          } else {
            try network.tie(alias, to: owner)
          }
        }
      }
    }
    try network.cast(to: type)
    try network.initialize(seed: 4)
    for (place, parameter) in network.parameters.enumerated() {
      let shape = parameter.value.shape
      try parameter.set(numbers(shape, seed: UInt64(place + 1)).cast(to: type))
    }
    return network
  }
}

/// Runs one network on its own result, a number of times.
struct InARow: CustomLayer, Codable {
  @Learnable var step: Network
  let uses: Int

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try (0..<uses).reduce(x) { x, _ in try step(x, in: context) }
  }
}

/// The same chain with learnables of its own for each use, which begin with the values of `tied`.
func untied(_ tied: Network, _ uses: Int) throws -> Network {
  let values = tied.parameters.map(\.value)
  let network = Network(
    (0..<uses).flatMap { _ in
      [FullyConnected(weights: values[0], bias: values[1]), Tanh()] as [any Layer]
    })
  try network.cast(to: tied.scalarType)
  return network
}

/// A gradient that depends on every element of the output, and of it alone.
func gradients(of network: Network, _ x: Tensor) throws -> Gradients {
  try valueAndGradients(of: network) { context in
    let y = try network(x, in: context)
    return try (y * numbers(y.shape, seed: 9).cast(to: y.scalarType)).sum()
  }.gradients
}

/// The gradients of an untied chain, added up by kind: of all weights, of all biases.
func summed(_ gradients: Gradients, over network: Network) throws -> [Tensor] {
  try (0..<2).map { kind in
    let shares = network.parameters.enumerated().filter { $0.offset % 2 == kind }
      .compactMap { gradients[$0.element] }
    return try shares.dropFirst().reduce(shares[0]) { try $0 + $1 }
  }
}
