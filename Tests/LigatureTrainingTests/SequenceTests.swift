import LigatureLayers
import LigatureNetworks
import LigatureTensors
import Synchronization
import Testing

@testable import LigatureTraining

@Suite("Padded sequences")
struct SequenceTests {
  private static let lengths = [4, 1, 6, 3, 1, 5]

  private func sequences(_ features: Int, seed: UInt64 = 5) throws -> [Tensor] {
    try Self.lengths.enumerated().map { index, length in
      try numbers([length, features], seed: seed + UInt64(index), .float64)
    }
  }

  @Test("are one tensor with zeros behind the shorter ones, and their lengths")
  func padding() throws {
    let (batch, lengths) = try padded([Tensor([1, 2, 3]), Tensor([4]), Tensor([] as [Int])])
    #expect(try batch.scalars(as: Int.self) == [1, 2, 3, 4, 0, 0, 0, 0, 0])
    #expect(batch.shape == [3, 3] && lengths == [3, 1, 0])
    let rows = try sequences(2)
    let whole = try padded(rows)
    #expect(whole.batch.shape == [6, 6, 2] && whole.lengths == Self.lengths)
    for (index, row) in rows.enumerated() {
      let part = try whole.batch[index].slice(0..<row.shape[0])
      #expect(try part.isIdentical(to: row))
    }
    #expect(
      message { try padded([]) } == "padded: there are no sequences. Give at least one.")
    #expect(
      message { try padded([.ones([2, 3]), .ones([2, 4])]) }
        == "padded: sequences float32 [2, 3], float32 [2, 4] do not fit together. "
        + "Give [time, ...] that differ in nothing but time.")
    #expect(message { try padded([.ones([])]) }.hasPrefix("padded: "))
  }

  @Test("are put in groups of similar length, short ones first")
  func grouping() throws {
    #expect(try buckets(Self.lengths, of: 2) == [[1, 4], [3, 0], [5, 2]])
    #expect(try buckets(Self.lengths, of: 4) == [[1, 4, 3, 0], [5, 2]])
    #expect(try buckets([], of: 4) == [])
    #expect(
      message { try buckets([1], of: 0) }
        == "buckets: groups of 0 cannot be made. Give a size of 1 or more.")
  }

  @Test("are cut to batches that are no longer than their longest")
  func trimming() throws {
    let data = try TrainingData(sequences: sequences(2), targetSequences: sequences(1, seed: 90))
    let part = try data.subset([3, 1])
    #expect(part.sequenceLengths == [3, 1])
    #expect(part.inputs[0].shape == [2, 3, 2] && part.targets[0].shape == [2, 3, 1])
    let slice = try data.slice(3..<5)
    #expect(slice.sequenceLengths == [3, 1] && slice.inputs[0].shape == [2, 3, 2])
    let labelled = try TrainingData(sequences: sequences(2), targets: numbers([6, 4]))
    #expect(try labelled.subset([1, 4]).targets[0].shape == [2, 4])
    #expect(try labelled.subset([1, 4]).inputs[0].shape == [2, 1, 2])
    let changed = try part.replacingInputs([part.inputs[0] * 2])
    #expect(changed.sequenceLengths == [3, 1] && changed.targetsAreSequences)
    #expect(message { try part.replacingInputs([.ones([2])]) }.hasPrefix("TrainingData: sequences"))
  }

  @Test("are refused where targets or lengths do not fit")
  func refusals() throws {
    #expect(
      message { try TrainingData(sequences: [.ones([2, 1])], targetSequences: [.ones([3, 1])]) }
        == "TrainingData: sequences have lengths [2], their targets [3]. "
        + "Give a target for each step of each sequence.")
    let shapes = "TrainingData: sequences of shapes [[2, 3, 1]] do not have lengths "
    let remedy = ". Give [batch, time, ...] of one time, and a length of 1...time for each."
    for lengths in [[1], [1, 4], [0, 3]] {
      #expect(
        message {
          try TrainingData(
            inputs: [.ones([2, 3, 1])], targets: [.ones([2])], sequenceLengths: lengths)
        } == shapes + "\(lengths)" + remedy)
    }
    #expect(
      message {
        try TrainingData(inputs: [.ones([2])], targets: [.ones([2])], sequenceLengths: [1])
      }
      .hasPrefix("TrainingData: sequences of shapes [[2]] do not have lengths [1]"))
  }

  private func tagger(_ softmax: Bool) throws -> Network {
    let network = Network {
      SequenceInput(2, normalization: .zScore)
      Bidirectional(LSTM(3))
      FullyConnected(3)
      if softmax { Softmax() }
    }
    try network.cast(to: .float64)
    return network
  }

  /// Gradients of a loss over all steps of all sequences, each sequence alone.
  private func alone(_ network: Network, _ data: [TrainingData], _ loss: Loss) throws -> Gradients {
    let counts = data.map { $0.inputs[0].shape[1] }
    return try valueAndGradients(of: network) { context in
      let parts = try zip(data, counts).map { one, count in
        try loss.function(network(one.inputs, in: context), one.targets) * Double(count)
      }
      return try parts.dropFirst().reduce(parts[0]) { try $0 + $1 }
        / Double(counts.reduce(0, +))
    }.gradients
  }

  @Test("train a network as unpadded ones do, step for step", arguments: [false, true])
  func training(isClassifying: Bool) throws {
    let x = try sequences(2)
    let targets =
      try isClassifying
      ? Self.lengths.map { length in Tensor((0..<length).map { ($0 * 7 + length) % 3 }) }
      : sequences(3, seed: 90)
    let loss: Loss = isClassifying ? .crossEntropy : .meanSquaredError
    let data = try TrainingData(sequences: x, targetSequences: targets)
    let singles = try zip(x, targets).map { one, target in
      try TrainingData(
        one.reshaped(to: [1] + one.shape), targets: target.reshaped(to: [1] + target.shape))
    }
    let network = try tagger(isClassifying)
    let options = TrainingOptions(
      .adam, epochs: 2, batchSize: 4, learnRate: 0.02, shuffle: .never, validation: data)
    let plain = try tagger(isClassifying)
    try plain.prepare(for: [concatenate(x, axis: 0).reshaped(to: [1, -1, 2])])
    var solver = SolverState(.adam)
    for _ in 0..<2 {
      for range in [0..<4, 4..<6] {
        try solver.update(
          along: alone(plain, Array(singles[range]), loss), learnRate: 0.02, l2: 0)
      }
    }
    let history = try train(network, on: data, loss: loss, options: options)
    for (found, wanted) in zip(network.learnables, plain.learnables) {
      #expect(
        try found.parameter.value.isClose(
          to: wanted.parameter.value, relative: 1e-8, absolute: 1e-10), "\(found.path)")
    }
    let expected =
      try zip(singles, Self.lengths).map {
        try evaluate(plain, on: $0, loss: loss).loss * Double($1)
      }.reduce(0, +) / Double(Self.lengths.reduce(0, +))
    let found = try #require(history.epochs.last?.validationLoss)
    #expect(abs(found - expected) < 1e-9)
  }

  @Test("keep the loss of a softmax that is sure of itself finite and its gradient alive")
  func stability() throws {
    let logits = try numbers([2, 3, 4], .float32) * 200
    let tape = TapeHandle()
    let leaf = tape.leaf(logits)
    let steps = try softmax(leaf).steps(within: [3, 1])
    let loss = try crossEntropy(steps, Tensor([0, 1, 2, 3]))
    let direct = try crossEntropy(
      logits: logits.reshaped(to: [6, 4]).gathered(Tensor([0, 1, 2, 3])), Tensor([0, 1, 2, 3]))
    #expect(try loss.detached.isClose(to: direct))
    #expect(try loss.item() > 20)
    let gradient = try #require(tape.gradients(of: loss, for: [leaf])[0])
    #expect(try gradient[1].slice(1..<3).isIdentical(to: .zeros([2, 4])))
    #expect(try abs(gradient[0]).sum().item() > 0.1)
  }

  @Test("are measured by the steps that count")
  func metrics() throws {
    let classes = try Self.lengths.map { length in
      try Tensor.zeros([length], .float32).cast(to: .int64)
    }
    let data = try TrainingData(
      sequences: sequences(3).map { try $0 * 0 + Tensor([1.0, 0, 0]) }, targetSequences: classes)
    let network = Network { Softmax() }
    try network.cast(to: .float64)
    let found = try evaluate(
      network, on: data, loss: .crossEntropy, TrainingOptions(batchSize: 4, metrics: [.accuracy]))
    #expect(found.metrics["accuracy"] == 1)
  }

  @Test("of similar length come in one batch where that is wanted, each once an epoch")
  func batches() throws {
    let seen = Mutex<[[Int]]>([])
    let data = try TrainingData(
      sequences: Self.lengths.map { try Tensor.full([$0, 1], Double($0)) },
      targets: Tensor.range(0..<6, .float32))
    func run(_ shuffle: TrainingOptions.Shuffle, _ rest: TrainingOptions.IncompleteBatch = .keep)
      throws -> [[Int]]
    {
      seen.withLock { $0 = [] }
      try train(
        Network { GRU(2, .last) }, on: data,
        loss: .custom { outputs, targets in
          let numbers = try targets[0].doubles().map { Int($0) }
          seen.withLock { $0.append(numbers) }
          return try outputs[0].mean()
        },
        options: TrainingOptions(
          epochs: 2, batchSize: 4, learnRate: 0, shuffle: shuffle, incompleteBatch: rest,
          groupsByLength: true))
      return seen.withLock { $0 }
    }
    #expect(try run(.never) == [[1, 4, 3, 0], [5, 2], [1, 4, 3, 0], [5, 2]])
    #expect(try run(.never, .drop) == [[1, 3, 0, 2], [1, 3, 0, 2]])
    for shuffle in [TrainingOptions.Shuffle.once, .everyEpoch] {
      let batches = try run(shuffle)
      #expect(batches.prefix(2).flatMap(\.self).sorted() == Array(0..<6))
      #expect(batches.allSatisfy { Set($0) == [0, 1, 3, 4] || Set($0) == [2, 5] })
      #expect(try run(shuffle) == batches)
    }
    #expect(try run(.once)[0].count == run(.once)[2].count)
  }
}
