import LigatureTensors
import Testing

@testable import LigatureLayers
@testable import LigatureNetworks

/// The operations of a prediction as a list.
@Suite("Traces of built-in layers") struct TraceTests {
  @Test("a trace that is run gives the bits of a prediction", arguments: LayerFixture.all)
  func bits(fixture: LayerFixture) throws {
    for type in [ScalarType.float64, .float32] {
      let network = try fixture.network(type)
      let trace = try network.trace(for: fixture.inputs(batch: 3, seed: 5, type))
      let inputs = try fixture.inputs(batch: 3, type)
      let expected = try network.predict(inputs)
      let found = try trace.run(inputs)
      try #require(found.count == expected.count)
      for (a, b) in zip(found, expected) { #expect(try a.isIdentical(to: b)) }
      let values = network.learnables.map { ($0.path, $0.parameter.value) }
      let paths = Set(values.map(\.0))
      #expect(trace.variables.allSatisfy { paths.contains($0.name) })
    }
  }

  /// The trace is of other numbers than it runs on, so what its own forward kept is of no use.
  @Test("a trace is differentiated as the prediction is", arguments: LayerFixture.all)
  func gradients(fixture: LayerFixture) throws {
    let network = try fixture.network()
    let trace = try network.trace(for: fixture.inputs(batch: 3, seed: 5))
    let inputs = try fixture.inputs(batch: 3)
    let expected = try LigatureTensors.valueAndGradients(at: inputs) { inputs in
      try network.inference { try network(inputs, in: $0).projected() }
    }.gradients
    let found = try LigatureTensors.valueAndGradients(at: inputs) {
      try trace.run($0).projected()
    }.gradients
    for (place, (a, b)) in zip(found, expected).enumerated() where fixture.classes[place] == nil {
      let (a, b) = (try #require(a), try #require(b))
      #expect(try a.isClose(to: b, relative: 1e-12, absolute: 1e-13))
    }
  }

  @Test("a backward written by hand, in a trace, remembers what it is run on")
  func customBackwards() throws {
    struct Squared: CustomLayer {
      func predict(_ x: Tensor, in context: Context) throws -> Tensor {
        try withCustomGradient("squared", [x]) { inputs in
          ([try square(inputs[0])], inputs[0])
        } backward: { x, gradients in
          [try gradients[0] * x * 2]
        }[0]
      }
    }
    let trace = try Network { Squared() }.trace(for: [Tensor([1.0, 2]).reshaped(to: [1, 2])])
    let x = try Tensor([5.0, 7]).reshaped(to: [1, 2])
    let found = try LigatureTensors.valueAndGradients(at: [x]) { try trace.run($0)[0].sum() }
    #expect(try found.gradients[0]?.doubles() == [10, 14])
  }

  @Test("a trace of layouts is one of zeros of their sizes, with one observation")
  func layouts() throws {
    let network = Network {
      FeatureInput(3)
      FullyConnected(2)
      ReLU()
    }
    try network.initialize(for: [Tensor.zeros([1, 3])])
    let trace = try network.trace(for: [Layout("BC", [nil, 3])])
    #expect(trace.inputs[0].shape == [1, 3])
    #expect(trace.steps.map(\.operation) == ["linear", "relu"])
    #expect(trace.steps.map(\.multiplyAdds) == [1 * 3 * 2, 0])
    // Input 3, weights 3 · 2, bias 2, result 2; then 2 and 2, of 4 bytes each.
    #expect(trace.steps.map(\.bytes) == [4 * 13, 4 * 4])
    #expect(throws: LayerError.self) { try network.trace(for: [Layout("BC", [nil, nil])]) }
  }

  @Test("a tied weight is one learnable, seen at each of its uses")
  func ties() throws {
    struct Tied: CustomLayer {
      @Learnable var code = FullyConnected(2)
      func predict(_ x: Tensor, in context: Context) throws -> Tensor {
        let hidden = try code(x, in: context)
        return try matmul(hidden, code.weights.transposed)
      }
    }
    let network = Network { Tied() }
    try network.initialize(for: [Tensor.zeros([1, 3])])
    let trace = try network.trace(for: [.zeros([4, 3])])
    let weights = try #require(
      trace.variables.firstIndex { $0.name.hasSuffix("code/weights") })
    let uses = trace.steps.flatMap(\.operands).filter { $0.source == .variable(weights) }
    #expect(uses.map(\.isTransposed) == [false, true])
    #expect(
      "\(trace)" == """
        input input: float32 [4, 3]
        learnable tied/code/weights: float32 [3, 2]
        learnable tied/code/bias: float32 [2]
        %0 [4, 2] = linear(input, tied/code/weights, tied/code/bias)
        %1 [4, 3] = matmul(%0, tied/code/weightsᵀ)
        return %1
        """)
    let other = try trace.run(
      [.ones([4, 3])], variables: [trace.variables[weights].name: .zeros([3, 2])])
    #expect(try other[0].doubles() == [Double](repeating: 0, count: 12))
  }

  @Test("a layer that reads numbers is named, for a trace would keep them as constants")
  func hostReading() throws {
    struct Reader: CustomLayer {
      func predict(_ x: Tensor, in context: Context) throws -> Tensor {
        try x * x.sum().item()
      }
    }
    let network = Network {
      ReLU().named("first")
      Reader().named("reader")
    }
    let x = try Tensor.ones([2, 3])
    #expect(throws: Never.self) { try network.predict(x) }
    let error = #expect(throws: LayerError.self) { try network.trace(for: [x]) }
    #expect(error?.path == "reader")
    #expect("\(error.map { "\($0)" } ?? "")".contains("read in a trace"))
  }

  @Test("inputs of other shapes are refused")
  func shapes() throws {
    let network = Network { ReLU() }
    let trace = try network.trace(for: [Tensor.ones([2, 3])])
    #expect(throws: TensorError.self) { try trace.run([.ones([3, 3])]) }
    #expect(throws: TensorError.self) { try trace.run([.ones([2, 3], .float64)]) }
    #expect(throws: TensorError.self) { try trace.run([]) }
  }
}

/// Networks that run again on the backward pass.
@Suite("Checkpointed networks") struct CheckpointTests {
  /// A network that holds a nested one, called plainly or with a checkpoint.
  struct Holder: CustomLayer {
    @Learnable var inner: Network
    let isCheckpointed: Bool

    func predict(_ x: Tensor, in context: Context) throws -> Tensor {
      // Twice, so that states and random numbers of two uses are told apart.
      let first =
        try isCheckpointed ? inner(checkpointing: x, in: context) : inner(x, in: context)
      let second =
        try isCheckpointed
        ? inner(checkpointing: first, in: context) : inner(first, in: context)
      return try first + second
    }
  }

  private func network(checkpointed: Bool) throws -> Network {
    let inner = Network {
      FullyConnected(4)
      BatchNormalization()
      Dropout(0.3)
      Tanh()
      FullyConnected(3)
    }
    inner.seed = 7
    let network = Network {
      Holder(inner: inner, isCheckpointed: checkpointed).named("holder")
    }
    network.seed = 7
    try network.initialize(for: [Tensor.zeros([2, 3])])
    try network.cast(to: .float64)
    return network
  }

  @Test("gradients and states have the bits of a network that keeps everything")
  func bits() throws {
    let x = Tensor([0.3, -0.2, 0.8, 1, -1, 0.5, 0.1, 0.7, -0.4])
    let inputs = try x.reshaped(to: [3, 3])
    let results = try [false, true].map { isCheckpointed in
      let network = try network(checkpointed: isCheckpointed)
      let (value, gradients) = try valueAndGradients(of: network, seed: 3, iteration: 4) {
        try square(network(inputs, in: $0)).sum()
      }
      let found = try network.learnables.map { learnable in
        try #require(gradients[learnable.parameter])
      }
      return (value, found, try network.predict(inputs))
    }
    #expect(try results[0].0.isIdentical(to: results[1].0))
    // Contributions of two uses are added in another order at most.
    for (a, b) in zip(results[0].1, results[1].1) {
      #expect(try a.isClose(to: b, relative: 1e-13, absolute: 1e-14))
    }
    // Predictions depend on the statistics that training stored.
    #expect(try results[0].2.isIdentical(to: results[1].2))
  }

  @Test("a checkpoint of tensors keeps nothing in between, and has the same second derivatives")
  func tensors() throws {
    let x = Tensor([0.5, -1.0, 2])
    func body(_ inputs: [Tensor]) throws -> [Tensor] { [try exp(sin(inputs[0]) * inputs[0])] }
    func first(_ x: [Tensor], _ f: ([Tensor]) throws -> [Tensor]) throws -> Tensor {
      let found = try valueAndGradients(at: x) { try f($0)[0].sum() }.gradients[0]
      return try #require(found)
    }
    func second(_ f: ([Tensor]) throws -> [Tensor]) throws -> Tensor {
      let found = try valueAndGradients(at: [x]) { x in
        let slopes = try first(x, f)
        return try square(slopes).sum()
      }.gradients[0]
      return try #require(found)
    }
    let (found, expected) = (try second { try checkpoint($0, body) }, try second(body))
    #expect(try found.isClose(to: expected, relative: 1e-12))
    let error = #expect(throws: TensorError.self) {
      try valueAndGradients(at: [x, x]) { inputs in
        try checkpoint([inputs[0]]) { [try $0[0] * inputs[1]] }[0].sum()
      }
    }
    #expect(error?.problem.contains("not among its inputs") == true)
  }
}

/// Gradients observation by observation, and of gradients.
@Suite("Gradients within passes") struct InnerGradientTests {
  @Test("gradients of observations add up to the batch's, each that of its own pass")
  func perObservation() throws {
    let network = Network {
      FullyConnected(3)
      Tanh()
      FullyConnected(2)
    }
    try network.initialize(for: [Tensor.zeros([1, 4])])
    try network.cast(to: .float64)
    let x = try Tensor((0..<20).map { Double($0 * 7 % 11) / 5 - 1 }, shape: [5, 4])
    let all = try perObservationGradients(of: network, at: [x]) { tensors, context in
      try square(network(tensors[0], in: context)).sum()
    }
    let whole = try valueAndGradients(of: network) { try square(network(x, in: $0)).sum() }
    #expect(all.count == 5)
    for parameter in network.parameters {
      let sum = try all.map { try #require($0[parameter]) }.reduce(
        Tensor.zeros(parameter.value.shape, .float64)
      ) { try $0 + $1 }
      #expect(try sum.isClose(to: #require(whole.gradients[parameter]), relative: 1e-12))
    }
  }

  @Test("a prediction has gradients in its inputs")
  func inputs() throws {
    let network = Network {
      FullyConnected(3)
      Tanh()
    }
    try network.initialize(for: [Tensor.zeros([1, 2])])
    try network.cast(to: .float64)
    let x = try Tensor([0.5, -1, 0.25, 2], shape: [2, 2])
    func total(_ x: Tensor) throws -> Tensor {
      try network.inference { try square(network(x, in: $0)).sum() }
    }
    let found = try LigatureTensors.valueAndGradients(at: [x]) { try total($0[0]) }.gradients[0]
    let numeric = try FiniteDifferences.gradient(at: [x], index: 0) { try total($0[0]) }
    let gradient = try #require(found)
    #expect(try FiniteDifferences.relativeError(gradient, numeric, floor: 0.1) < 1e-7)
  }

  /// Σ (dy/dx)² over a batch, whose gradient in the weights needs second derivatives.
  @Test("a gradient penalty trains the weights of a network")
  func gradientPenalty() throws {
    let network = Network {
      FullyConnected(5)
      Tanh()
      FullyConnected(1)
    }
    try network.initialize(for: [Tensor.zeros([1, 3])])
    try network.cast(to: .float64)
    let x = try Tensor((0..<12).map { Double($0 * 5 % 13) / 6 - 1 }, shape: [4, 3])
    func penalty(_ context: Context) throws -> Tensor {
      let slopes = try LigatureTensors.valueAndGradients(at: [x]) {
        try network($0[0], in: context).sum()
      }.gradients
      let norms = try sqrt(square(#require(slopes[0])).sum(1))
      return try square(norms - 1).mean()
    }
    let found = try valueAndGradients(of: network) { try penalty($0) }.gradients
    for learnable in network.learnables where learnable.path.hasSuffix("weights") {
      let value = learnable.parameter.value
      let numeric = try FiniteDifferences.gradient(at: [value], index: 0) {
        try learnable.parameter.set($0[0])
        return try valueAndGradients(of: network) { try penalty($0) }.value
      }
      try learnable.parameter.set(value)
      let gradient = try #require(found[learnable.parameter])
      #expect(try FiniteDifferences.relativeError(gradient, numeric, floor: 0.1) < 1e-6)
    }
  }

  @Test("a backward written by hand has second derivatives in inputs and learnables")
  func customBackward() throws {
    struct Scaled: CustomBackward {
      @Learnable var scale: Tensor
      func forward(
        remembering x: Tensor, in context: Context
      ) throws -> (output: Tensor, memory: [Tensor]) {
        let scale = scale
        return (try square(x) * scale, [x, scale])
      }
      func backward(_ gradients: [Tensor], memory: [Tensor]) throws -> LayerGradients {
        LayerGradients(
          inputs: [try gradients[0] * memory[0] * memory[1] * 2],
          learnables: ["scale": try (gradients[0] * square(memory[0])).sum(0)])
      }
    }
    let network = Network { Scaled(scale: Tensor([2.0, -3])) }
    try network.cast(to: .float64)
    let x = try Tensor([1.0, 2, 3, 4], shape: [2, 2])
    let parameter = network.parameters[0]
    // y = s x², dy/dx = 2 s x, Σ (dy/dx)² = 4 s² x²; its derivative in s is 8 s x², summed over
    // rows.
    let found = try valueAndGradients(of: network) { context in
      let slopes = try LigatureTensors.valueAndGradients(at: [x]) {
        try network($0[0], in: context).sum()
      }.gradients
      return try square(#require(slopes[0])).sum()
    }.gradients
    #expect(try found[parameter]?.doubles() == [8 * 2 * (1 + 9), 8 * -3 * (4 + 16)])
  }
}
