import LigatureTensors
import Testing

@testable import LigatureLayers
@testable import LigatureNetworks

/// Lengths belong to the sequence that they were given for.
@Suite("Lengths of several sequences")
struct LengthTests {
  /// Sequences `[batch, time, 2]` with something behind their ends that is no number.
  private func padded(_ lengths: [Int], to time: Int, seed: UInt64) throws -> Tensor {
    var values = try numbers([lengths.count, time, 2], seed: seed, .float64).doubles()
    for (row, length) in lengths.enumerated() {
      for index in (row * time + length) * 2..<(row + 1) * time * 2 { values[index] = .nan }
    }
    return try Tensor(values, shape: [lengths.count, time, 2])
  }

  /// A network of two sequences that meet in a concatenation of what is read of them.
  private func twoReaders(_ mode: OutputMode) throws -> Network {
    let network = Network()
    try network.addInput("a", Layout("BTC", [nil, nil, 2]))
    try network.addInput("b", Layout("BTC", [nil, nil, 2]))
    try network.add(LSTM(3, mode), named: "first")
    try network.add(GRU(2, mode), named: "second")
    try network.add(Concatenation(), named: "joint")
    try network.connect("a", to: "first")
    try network.connect("b", to: "second")
    try network.connect("first", to: "joint/in1")
    try network.connect("second", to: "joint/in2")
    return try drawn(network, for: [.zeros([2, 3, 2]), .zeros([2, 3, 2])])
  }

  @Test(
    "are each input's own: as each observation alone",
    arguments: [
      ([3, 0, 5], [1, 4, 2]), ([2, 2, 2], [4, 4, 4]), ([5, 5, 5], [0, 0, 0]), ([4], [1]), ([], []),
    ])
  func own(a: [Int], b: [Int]) throws {
    let network = try twoReaders(.last)
    let inputs = try [padded(a, to: 5, seed: 1), padded(b, to: 4, seed: 2)]
    let found = try network.predict(inputs, sequenceLengths: [a, b])
    #expect(found.map(\.shape) == [[a.count, 5]])
    for (row, (first, second)) in zip(a, b).enumerated() {
      let alone = try network.predict([
        inputs[0].slice(row..<row + 1).slice(0..<first, axis: 1),
        inputs[1].slice(row..<row + 1).slice(0..<second, axis: 1),
      ])
      try expectClose([found[0].slice(row..<row + 1)], alone)
    }
    #expect(
      try network.predict(inputs, batchSize: 2, sequenceLengths: [a, b])[0].isIdentical(
        to: found[0]))
    let loss = try valueAndGradients(of: network, sequenceLengths: [a, b]) { context in
      try network(inputs, in: context)[0].sum()
    }.value
    #expect(try loss.isClose(to: found[0].sum(), relative: 1e-12, absolute: 1e-12))
  }

  @Test("given once are those of all sequences")
  func same() throws {
    let network = try twoReaders(.sequence)
    let inputs = try [padded([3, 1], to: 4, seed: 1), padded([3, 1], to: 4, seed: 2)]
    let once = try network.predict(inputs, sequenceLengths: [3, 1])
    let twice = try network.predict(inputs, sequenceLengths: [[3, 1], [3, 1]])
    #expect(try once[0].isIdentical(to: twice[0]) && once[0].isFinite())
    #expect(once[0].shape == [2, 4, 5])
  }

  @Test("that differ are refused where sequences of one size meet, naming the ports")
  func mixture() throws {
    let network = try twoReaders(.sequence)
    let inputs = try [padded([3, 1], to: 4, seed: 1), padded([4, 1], to: 4, seed: 2)]
    do {
      _ = try network.predict(inputs, sequenceLengths: [[3, 1], [4, 1]])
      Issue.record("was not refused")
    } catch let error as LayerError {
      #expect(error.kind == .padding && error.path == "joint")
      #expect(
        "\(error)".hasPrefix(
          "joint: its inputs \"in1\" and \"in2\" have sequences of different lengths, [3, 1] and "
            + "[4, 1], and an output [2, 4, 5] may have those of either. "), "\(error)")
    }
  }

  @Test("that do not fit an input are refused with its name")
  func misfits() throws {
    let network = try twoReaders(.last)
    let inputs = try [padded([3, 1], to: 4, seed: 1), padded([3, 1], to: 4, seed: 2)]
    for wrong in [[3, 5], [-1, 2]] {
      #expect(
        message { try network.predict(inputs, sequenceLengths: [[3, 1], wrong]) }.hasPrefix(
          "network: input \"b\" of shape [2, 4, 2] was given the lengths \(wrong). Give one length")
      )
    }
    #expect(
      message { try network.predict(inputs, sequenceLengths: [[3, 1], [1]]) }
        == "network: 1 sequence lengths came with 2 observations. Give one for each observation.")
    #expect(
      message { try network.predict(inputs, sequenceLengths: [[3, 1]]) }.hasPrefix(
        "network: was given lengths of 1 sequence for 2 inputs."))
  }

  @Test(
    "reach a common network by its ports: as separate calls, values and gradients",
    arguments: [([4, 4], true), ([4, 6], true), ([4, 6], false), ([4, 4], false)])
  func commonNetwork(times: [Int], isSequence: Bool) throws {
    let layer = CommonLSTMLayer(
      network: Network { LSTM(3, isSequence ? .sequence : .last) }, outputs: 2, from: .ports)
    let lists = [[3, 0, 1], [2, 4, 1]]
    let inputs = try (0..<2).map { try padded(lists[$0], to: times[$0], seed: 5 + UInt64($0)) }
    let network = try network(of: layer, for: [.zeros([2, 3, 2]), .zeros([2, 3, 2])])
    let found = try network.predict(inputs, sequenceLengths: lists)
    for (place, output) in found.enumerated() {
      let alone = try layer.network.predict(inputs[place], sequenceLengths: lists[place])
      try expectClose([output], [alone])
    }
    func loss(_ outputs: [Tensor]) throws -> Tensor {
      try square(outputs[0]).sum() + square(outputs[1] * 2 + 1).sum()
    }
    let together = try valueAndGradients(of: network, sequenceLengths: lists) { context in
      try loss(network(inputs, in: context))
    }
    let apart = try valueAndGradients(of: layer.network, sequenceLengths: lists) { context in
      try loss(
        (0..<2).map { place in
          // As data comes in: without what stands in its padding.
          try layer.network(
            inputs[place].zeroed(beyond: lists[place]), in: context.counting(lists[place]))
        })
    }
    #expect(try together.value.isClose(to: apart.value, relative: 1e-12))
    for parameter in layer.network.parameters {
      try expectClose([together.gradients[parameter]], [apart.gradients[parameter]])
    }
  }

  @Test("leave a common network by its ports, and reach what reads its outputs")
  func behindCommonNetwork() throws {
    let network = Network()
    let lists = [[3, 1], [1, 4]]
    for port in 1...2 { try network.addInput("x\(port)", Layout("BTC", [nil, nil, 2])) }
    try network.add(
      CommonLSTMLayer(
        network: Network {
          LSTM(3); FullyConnected(2)
        }, outputs: 2, from: .ports),
      named: "common")
    for port in 1...2 {
      try network.connect("x\(port)", to: "common/in\(port)")
      try network.add(GRU(2, .last), named: "reader\(port)")
      try network.connect("common/out\(port)", to: "reader\(port)")
    }
    _ = try drawn(network, for: [.zeros([2, 3, 2]), .zeros([2, 3, 2])])
    let inputs = try (0..<2).map { try padded(lists[$0], to: 4, seed: 7 + UInt64($0)) }
    let found = try network.predict(inputs, sequenceLengths: lists)
    for row in 0..<2 {
      let alone = try network.predict(
        (0..<2).map {
          try inputs[$0].slice(row..<row + 1).slice(0..<lists[$0][row], axis: 1)
        })
      try expectClose(found.map { try $0.slice(row..<row + 1) }, alone)
    }
  }

  /// Keeps every other step, and says so.
  private struct Halving: CustomLayer {
    func predict(_ x: Tensor, in context: Context) throws -> Tensor {
      context.setOutputLengths([try context.lengths(of: x).map { $0.map { ($0 + 1) / 2 } }])
      return try x.gathered(Tensor(Array(stride(from: 0, to: x.shape[1], by: 2))), axis: 1)
    }
  }

  /// The mean over the steps that count.
  private struct Averaging: CustomLayer {
    func predict(_ x: Tensor, in context: Context) throws -> Tensor {
      try x.mean(over: .time, counting: context.lengths(of: x))
    }
  }

  @Test("are changed by a layer that says so, and dropped by one that removes time")
  func changes() throws {
    let lengths = [5, 2, 0, 3]
    let x = try padded(lengths, to: 6, seed: 9)
    let network = try drawn(
      Network {
        Halving();
        Network {
          LSTM(2); FullyConnected(2)
        }; Averaging(); FullyConnected(3)
      },
      for: [.zeros([2, 3, 2])])
    let found = try network.predict(x, sequenceLengths: lengths)
    for (row, length) in lengths.enumerated() where length > 0 {
      let alone = try network.predict(x.slice(row..<row + 1).slice(0..<length, axis: 1))
      try expectClose([found.slice(row..<row + 1)], [alone])
    }
    #expect(try found.isFinite())
  }

  /// Reads two sequences in one tensor that is made of both.
  private struct Mixing: CustomLayer {
    @Learnable var lstm = LSTM(2)
    let isTold: Bool
    var inputNames: [String] { ["in1", "in2"] }

    func predict(_ x: [Tensor], in context: Context) throws -> Tensor {
      let both = try x[0] + x[1]
      let inner = isTold ? context.counting(try context.lengths(of: x[1])) : context
      context.setOutputLengths([try context.lengths(of: x[1])])
      return try lstm(both, in: inner)
    }
  }

  @Test("of what a layer makes of different sequences are for its author to say")
  func authors() throws {
    let inputs = try [padded([3, 3], to: 3, seed: 1), padded([2, 1], to: 3, seed: 2)]
    let silent = try network(
      of: Mixing(isTold: false), for: [.zeros([2, 3, 2]), .zeros([2, 3, 2])])
    #expect(
      message { try silent.predict(inputs, sequenceLengths: [[3, 3], [2, 1]]) }.contains(
        "its sequences have different lengths, so those of a tensor [2, 3, 2] made of them are not "
          + "known. Say which: layer(x, in: context.counting(lengths))"))
    let told = try network(of: Mixing(isTold: true), for: [.zeros([2, 3, 2]), .zeros([2, 3, 2])])
    let found = try told.predict(inputs, sequenceLengths: [[3, 3], [2, 1]])
    #expect(try found[0].isFinite())
    #expect(try found[0][1].slice(1..<3).isIdentical(to: .zeros([2, 2], .float64)))
  }

  @Test("do not stay on an axis of the same size that is not time")
  func permuted() throws {
    let network = try drawn(
      Network {
        Permute([0, 2, 1]); GRU(2, .last)
      }, for: [.zeros([2, 2, 2])])
    let x = try numbers([2, 2, 2], seed: 3, .float64)
    let masked = try x.zeroed(beyond: [1, 2])
    #expect(
      try network.predict(x, sequenceLengths: [1, 2]).isIdentical(to: network.predict(masked)))
  }

  @Test("run again with a part of a pass that is not kept, and with one traced")
  func passes() throws {
    let network = try twoReaders(.last)
    let lists = [[3, 1], [2, 4]]
    let inputs = try [padded(lists[0], to: 4, seed: 1), padded(lists[1], to: 4, seed: 2)]
      .enumerated().map { try $1.zeroed(beyond: lists[$0]) }
    let kept = try valueAndGradients(of: network, sequenceLengths: lists) {
      try network(inputs, in: $0)[0].sum()
    }
    let again = try valueAndGradients(of: network, sequenceLengths: lists) {
      try network(checkpointing: inputs, in: $0)[0].sum()
    }
    #expect(try kept.value.isIdentical(to: again.value))
    for parameter in network.parameters {
      try expectClose([kept.gradients[parameter]], [again.gradients[parameter]])
    }
  }
}
