import LigatureLayers
import LigatureNetworks
import LigatureTensors
import Testing

@testable import LigatureTraining

/// Sequences of one length, and pieces of long ones.
@Suite("Padding and splitting of sequences")
struct SequencePaddingTests {
  /// Sequences of one channel: 1, 2, 3, ... in the first, 11, 12, ... in the second.
  private static func counting(_ lengths: [Int], targets: Bool = true) throws -> TrainingData {
    let sequences = try lengths.enumerated().map { row, length in
      try Tensor((0..<length).map { Double(10 * row + $0 + 1) }, shape: [length, 1])
    }
    return try targets
      ? TrainingData(sequences: sequences, targetSequences: sequences)
      : TrainingData(
        sequences: sequences, targets: Tensor(lengths.map(Double.init), shape: [lengths.count, 1]))
  }

  private static func rows(_ tensor: Tensor) throws -> [[Double]] {
    let numbers = try tensor.doubles()
    let width = tensor.shape[1]
    return (0..<tensor.shape[0]).map { Array(numbers[($0 * width)..<(($0 + 1) * width)]) }
  }

  @Test("sequences come to the longest, to the shortest, or to a number of steps, on either side")
  func lengths() throws {
    let data = try Self.counting([3, 1, 2])
    #expect(try data.repadded(.longest).inputs[0].isIdentical(to: data.inputs[0]))
    let shortest = try data.repadded(.shortest)
    #expect(try Self.rows(shortest.inputs[0]) == [[1], [11], [21]])
    #expect(shortest.inputLengths == [[1, 1, 1]] && shortest.targetLengths == [[1, 1, 1]])
    let two = try data.repadded(.fixed(2))
    #expect(try Self.rows(two.inputs[0]) == [[1, 2], [11, 0], [21, 22]])
    #expect(two.inputLengths == [[2, 1, 2]])
    let four = try data.repadded(.fixed(4))
    #expect(try Self.rows(four.targets[0]) == [[1, 2, 3, 0], [11, 0, 0, 0], [21, 22, 0, 0]])
    #expect(four.targetLengths == [[3, 1, 2]])

    let left = try data.repadded(SequencePadding(.longest, side: .left))
    #expect(try Self.rows(left.inputs[0]) == [[1, 2, 3], [0, 0, 11], [0, 21, 22]])
    #expect(left.inputLengths == [nil] && left.targetLengths == [[3, 1, 2]])
    let last = try data.repadded(SequencePadding(.shortest, side: .left))
    #expect(try Self.rows(last.inputs[0]) == [[3], [11], [22]])
    let wide = try data.repadded(.fixed(4, side: .left))
    #expect(try Self.rows(wide.inputs[0]) == [[0, 1, 2, 3], [0, 0, 0, 11], [0, 0, 21, 22]])
    let compared = try wide.compared([wide.inputs[0] * 2])
    #expect(try compared.outputs[0].doubles() == [2, 4, 6, 22, 42, 44])
    #expect(try compared.targets[0].doubles() == [1, 2, 3, 11, 21, 22])
    #expect(compared.weight == 6)
    let part = try wide.slice(1..<3)
    #expect(try Self.rows(part.inputs[0]) == [[0, 0, 0, 11], [0, 0, 21, 22]])
    #expect(try part.compared([part.inputs[0]]).outputs[0].doubles() == [11, 21, 22])
  }

  @Test("what is not padded stays, and other orders of axes are padded along their time")
  func others() throws {
    let plain = try TrainingData(
      Tensor([1, 2], shape: [2, 1]), targets: Tensor([1, 2], shape: [2, 1]))
    #expect(try plain.repadded(.fixed(5, side: .left)).inputs[0].shape == [2, 1])
    let timeFirst = try Self.counting([3, 1]).arranged(as: ["TBC"])
    let padded = try timeFirst.repadded(.fixed(4, side: .left))
    #expect(padded.inputs[0].shape == [4, 2, 1])
    #expect(try padded.inputs[0].doubles() == [0, 0, 1, 0, 2, 0, 3, 11])
    #expect(try timeFirst.repadded(.shortest).inputs[0].doubles() == [1, 11])
  }

  private static func reader(_ type: ScalarType = .float64) throws -> Network {
    let network = try Network(input: Layout("BTC", [nil, nil, 1]), seed: 4) {
      LSTM(5)
      FullyConnected(1)
    }
    try network.cast(to: type)
    return network
  }

  @Test("a training pads as it is told, and validation data likewise")
  func training() throws {
    let data = try Self.counting([4, 2, 3])
    let shapes = Lock([[Int]]())
    let loss = Loss.custom { outputs, targets in
      shapes.withLock { $0.append(outputs[0].shape) }
      return try meanSquaredError(outputs[0], targets[0])
    }
    for (padding, counted) in [
      (SequencePadding.longest, 9), (.shortest, 6), (.fixed(3), 8), (.fixed(3, side: .left), 8),
    ] {
      shapes.withLock { $0 = [] }
      let options = TrainingOptions(epochs: 1, padding: padding, validation: data)
      let history = try train(Self.reader(), on: data, loss: loss, options: options)
      #expect(shapes.withLock { $0 } == [[counted, 1], [counted, 1]])
      #expect(history.epochs[0].validationLoss != nil)
    }
    // Zeros on the left are steps to layers: the same as if they had been in the data.
    let zeros = try TrainingData(
      inputs: [Tensor([1, 2, 3, 4, 0, 0, 11, 12, 0, 21, 22, 23], shape: [3, 4, 1])],
      targets: [Tensor([4, 2, 3], shape: [3, 1])])
    let last = try Self.counting([4, 2, 3], targets: false)
    func trained(_ data: TrainingData, _ padding: SequencePadding) throws -> [Tensor] {
      let network = try Network(input: Layout("BTC", [nil, nil, 1]), seed: 4) {
        LSTM(3, .last)
        FullyConnected(1)
      }
      try network.cast(to: .float64)
      try train(
        network, on: data, loss: .meanSquaredError,
        options: TrainingOptions(epochs: 2, padding: padding))
      return values(network)
    }
    let left = try trained(last, SequencePadding(.longest, side: .left))
    #expect(try left.isIdentical(to: trained(zeros.cast(.float64), .longest)))
    #expect(try !left.isIdentical(to: trained(last, .longest)))
  }

  @Test("pieces move the weights one after another, each from what the one before remembered")
  func splitting() throws {
    var stream = RandomStream(seed: 8)
    let x = try stream.normal([4, 7, 2]).cast(to: .float64)
    let t = try stream.normal([4, 7, 3]).cast(to: .float64)
    let lengths = [7, 2, 5, 3]
    let data = try TrainingData(
      inputs: [x], targets: [t], sequenceLengths: lengths, targetsAreSequences: true)

    func network() throws -> Network {
      let network = try Network(input: Layout("BTC", [nil, nil, 2]), seed: 4) {
        RNN(3).named("rnn")
      }
      try network.cast(to: .float64)
      try network.initialize(for: [x])
      return network
    }
    let trained = try network()
    let options = TrainingOptions(
      .sgd(momentum: 0), epochs: 2, learnRate: 0.1, shuffle: .never, splitLength: 3)
    let history = try train(trained, on: data, loss: .meanSquaredError, options: options)
    #expect(history.iterationLosses.count == 2)

    // By hand, in tensors: h = tanh(W x + U h + b), each piece from the last state before its step.
    let own = try network()
    let names = own.learnables.map(\.path)
    var weights = own.parameters.map(\.value)
    for _ in 0..<2 {
      var state = try Tensor.zeros([4, 3], .float64)
      for start in stride(from: 0, to: 7, by: 3) {
        let range = start..<min(7, start + 3)
        let counts = lengths.map { min(max(0, $0 - start), range.count) }
        var last = state
        let (_, gradients) = try valueAndGradients(at: weights) { w in
          let weight = Dictionary(uniqueKeysWithValues: zip(names, w))
          func named(_ part: String) -> Tensor { weight.first { $0.key.hasSuffix(part) }!.value }
          var hidden = state
          var outputs: [Tensor] = []
          for step in range {
            let now = try x.slice(step..<(step + 1), axis: 1).reshaped(to: [4, 2])
            let next = try tanh(
              matmul(now, named("/weights"))
                + matmul(hidden, named("/recurrentWeights")) + named("/bias"))
            let counted = lengths.map { step < $0 ? 1.0 : 0.0 }
            let mask = try Tensor(counted).expandingAxis(-1)
            hidden = try next * mask + hidden * (1 - mask)
            outputs.append(hidden)
          }
          last = hidden.detached
          let all = try stack(outputs, axis: 1)
          return try meanSquaredError(
            all.steps(within: counts), t.slice(range, axis: 1).steps(within: counts))
        }
        state = last
        weights = try zip(weights, gradients).map { try $0 - $1! * 0.1 }
      }
    }
    for (found, wanted) in zip(trained.parameters, weights) {
      for (a, b) in zip(try found.value.doubles(), try wanted.doubles()) {
        #expect(abs(a - b) < 1e-12)
      }
    }
  }

  @Test("pieces as long as the sequences are no pieces", arguments: [7, 100])
  func whole(_ steps: Int) throws {
    let data = try Self.counting([7, 2, 5])
    func trained(_ steps: Int?) throws -> [Tensor] {
      let network = try Self.reader()
      let options = TrainingOptions(epochs: 3, batchSize: 2, splitLength: steps)
      try train(network, on: data, loss: .meanSquaredError, options: options)
      return values(network)
    }
    #expect(try trained(steps).isIdentical(to: trained(nil)))
  }

  @Test("memory of pieces ends with their sequences, other states stay")
  func memory() throws {
    let data = try Self.counting([7, 2, 5])
    let network = try Network(input: Layout("BTC", [nil, nil, 1])) {
      BatchNormalization(momentum: 0.5).named("norm")
      LSTM(5).named("lstm")
      FullyConnected(1)
    }
    try network.cast(to: .float64)
    try network.initialize(for: [data.inputs[0]])
    let before = network.states
    let options = TrainingOptions(epochs: 1, shuffle: .never, splitLength: 3)
    try train(network, on: data, loss: .meanSquaredError, options: options)
    let after = network.states
    for (path, state) in after {
      let isSame = try state.isIdentical(to: before[path] ?? .deferred)
      #expect(isSame == path.hasPrefix("lstm"), "\(path)")
    }
    // 7 + 2 + 5 steps in pieces of 8, 5 and 1: averages have moved three times.
    let x = try data.inputs[0].doubles()
    func mean(_ places: [Int]) -> Double {
      places.map { x[$0] }.reduce(0, +) / Double(places.count)
    }
    let means = [
      mean([0, 1, 2, 7, 8, 14, 15, 16]), mean([3, 4, 5, 17, 18]), mean([6]),
    ]
    // A single value has no variance, and leaves the averages as they are.
    let wanted = means.prefix(2).reduce(0) { $0 / 2 + $1 / 2 }
    let state = try #require(after.first { $0.key.lowercased().contains("mean") }?.value)
    let found = try state.doubles()
    #expect(abs(found[0] - wanted) < 1e-12 || abs(found[0] - (wanted + means[2]) / 2) < 1e-12)
  }

  /// An LSTM whose pass runs again for the gradients.
  struct Remade: CustomLayer {
    @Learnable var inner: Network

    func predict(_ x: Tensor, in context: Context) throws -> Tensor {
      try inner(checkpointing: x, in: context)
    }
  }

  @Test("memory of pieces ends with their sequences within what runs again, too")
  func checkpointed() throws {
    let data = try Self.counting([7, 2, 5])
    func trained(_ remakes: Bool) throws -> (network: Network, values: [Tensor]) {
      let inner = Network { LSTM(3) }
      let network = try Network(input: Layout("BTC", [nil, nil, 1]), seed: 4) {
        if remakes { Remade(inner: inner) } else { inner }
        FullyConnected(1)
      }
      try network.cast(to: .float64)
      try train(
        network, on: data, loss: .meanSquaredError,
        options: TrainingOptions(epochs: 2, batchSize: 2, splitLength: 3))
      return (network, values(network))
    }
    let (remade, plain) = (try trained(true), try trained(false))
    for (a, b) in zip(remade.values, plain.values) {
      for (x, y) in zip(try a.doubles(), try b.doubles()) { #expect(abs(x - y) < 1e-12) }
    }
    for state in remade.network.states.values {
      #expect(try state.doubles().allSatisfy { $0 == 0 })
    }
  }

  @Test("networks for a number of steps are made for that of the padding")
  func fixedSize() throws {
    let data = try Self.counting([7, 2, 5], targets: false).cast(.float32)
    for side in [SequencePadding.Side.right, .left] {
      let network = Network {
        BatchNormalization(momentum: 0.5).named("norm")
        Flatten()
        FullyConnected(1)
      }
      let options = TrainingOptions(
        epochs: 2, padding: .fixed(4, side: side), batchNormalizationStatistics: .population,
        validation: data)
      let history = try train(network, on: data, loss: .meanSquaredError, options: options)
      #expect(history.epochs.count == 2)
      #expect(network.parameters.contains { $0.value.shape.contains(4) })
      // 1 to 4, 11 and 12, 21 to 24; on the left the last ones, and two zeros.
      let wanted: Double = side == .right ? 12.3 : 139.0 / 12
      let state = try #require(network.states.first { $0.key.lowercased().contains("mean") }?.value)
      #expect(abs(try state.doubles()[0] - wanted) < 1e-4)
    }
  }

  @Test("a piece that goes wrong takes back those before it")
  func mishap() throws {
    struct Mishap: Error {}
    let data = try Self.counting([7, 2, 5])
    let network = try Self.reader()
    let calls = Lock(0)
    let loss = Loss.custom { outputs, targets in
      if calls.withLock({
        $0 += 1; return $0
      }) == 5 {
        throw Mishap()
      }
      return try meanSquaredError(outputs[0], targets[0])
    }
    let run = try TrainingRun(
      network, on: data, loss: loss, options: TrainingOptions(epochs: 3, splitLength: 3))
    _ = try run.step()
    let before = values(network)
    #expect(throws: Mishap.self) { try run.step() }
    #expect(try values(network).isIdentical(to: before))
    #expect(run.iteration == 1 && run.solverState.step == 3)
    _ = try run.step()
    let whole = try Self.reader()
    try train(
      whole, on: data, loss: .meanSquaredError, options: TrainingOptions(epochs: 2, splitLength: 3))
    #expect(try values(network).isIdentical(to: values(whole)))
  }

  @Test("what cannot be padded or split is refused in words")
  func refusals() throws {
    func words(_ options: TrainingOptions, _ data: TrainingData) throws -> String {
      let error = #expect(throws: (any Error).self) {
        try train(Self.reader(), on: data, loss: .meanSquaredError, options: options)
      }
      return "\(error!)"
    }
    let steps = try Self.counting([3, 2])
    for count in [0, -1, Int.min] {
      #expect(
        try words(TrainingOptions(padding: .fixed(count)), steps).contains("cannot be padded"))
      #expect(try words(TrainingOptions(splitLength: count), steps).contains("cannot be split"))
    }
    let left = SequencePadding(.longest, side: .left)
    #expect(
      try words(TrainingOptions(microBatchSize: 1, splitLength: 2), steps).contains("mini-batches"))
    #expect(
      try words(TrainingOptions(padding: left, splitLength: 2), steps).contains("on the left"))
    #expect(try words(TrainingOptions(.lbfgs, splitLength: 2), steps).contains("lbfgs"))
    let last = try Self.counting([3, 2], targets: false)
    #expect(
      try words(TrainingOptions(splitLength: 2), last).contains(
        "inputs have lengths [3, 2], targets no lengths"))
  }
}

extension TrainingData {
  fileprivate func cast(_ type: ScalarType) throws -> TrainingData {
    try TrainingData(
      inputs: inputs.map { try $0.cast(to: type) },
      targets: targets.map { try $0.cast(to: type) },
      inputLengths: inputLengths, targetLengths: targetLengths)
  }
}
