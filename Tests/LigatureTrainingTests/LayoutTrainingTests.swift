import LigatureLayers
import LigatureNetworks
import LigatureTensors
import Testing

@testable import LigatureTraining

/// What a network is declared with decides how data comes in, and nothing else.
@Suite("Training in any order of axes")
struct LayoutTrainingTests {
  private func options(_ validation: TrainingData) -> TrainingOptions {
    TrainingOptions(
      .adam, epochs: 3, batchSize: 2, learnRate: 0.02, metrics: [.rmse], validation: validation)
  }

  /// Trains two networks that differ in the declared order only, and expects the same of both.
  private func expectSame(
    _ canonical: Network, _ data: TrainingData, _ other: Network, as labels: String
  ) throws {
    let permuted = try data.arranged(as: [labels])
    #expect(permuted.count == data.count)
    let first = try train(canonical, on: data, loss: .meanSquaredError, options: options(data))
    let second = try train(
      other, on: permuted, loss: .meanSquaredError, options: options(permuted))
    #expect(first.iterationLosses == second.iterationLosses)
    for (one, two) in zip(first.epochs, second.epochs) {
      #expect(one.validationLoss == two.validationLoss && one.validationLoss != nil)
      #expect(one.validationMetrics == two.validationMetrics)
      #expect(one.trainingMetrics == two.trainingMetrics)
    }
    let options = TrainingOptions(batchSize: 2)
    #expect(
      try evaluate(canonical, on: data, loss: .meanSquaredError, options).loss
        == evaluate(other, on: permuted, loss: .meanSquaredError, options).loss)
    let predictions = try canonical.predict(
      data.inputs, batchSize: 2, sequenceLengths: data.inputLengths)
    let others = try other.predict(
      permuted.inputs, batchSize: 2, sequenceLengths: permuted.inputLengths)
    #expect(try predictions[0].isIdentical(to: others[0]))
  }

  @Test("gives sequences the same losses", arguments: ["TBC", "CBT", "BCT", "TCB"])
  func sequences(labels: String) throws {
    func network(_ labels: String) throws -> Network {
      let layout = Layout(labels, labels.map { $0 == "C" ? 2 : nil })
      return try Network(input: layout, seed: 3) {
        SequenceInput(2, normalization: .zScore); LSTM(3); FullyConnected(1)
      }
    }
    let lengths = [4, 1, 3, 2, 4]
    let x = try lengths.enumerated().map { try numbers([$1, 2], seed: 10 + UInt64($0)) }
    let targets = try lengths.enumerated().map { try numbers([$1, 1], seed: 30 + UInt64($0)) }
    try expectSame(
      network("BTC"), TrainingData(sequences: x, targetSequences: targets), network(labels),
      as: labels)
  }

  @Test("gives images the same losses", arguments: ["SSCB", "BCSS", "CSSB"])
  func images(labels: String) throws {
    func network(_ labels: String) throws -> Network {
      var sizes = [3, 4]
      let layout = Layout(
        labels,
        labels.map { label in
          label == "B" ? nil : label == "C" ? 2 : sizes.removeFirst()
        })
      return try Network(input: layout, seed: 3) {
        Flatten(); FullyConnected(5)
      }
    }
    let data = try TrainingData(
      numbers([5, 3, 4, 2], seed: 4), targets: numbers([5, 5], seed: 5))
    try expectSame(network("BSSC"), data, network(labels), as: labels)
    let moved = try randomly(moving: data)
    let other = try randomly(moving: data.arranged(as: [labels]))
    #expect(
      try TrainingData.canonical(other.inputs[0], labels).isIdentical(to: moved.inputs[0]))
  }

  private func randomly(moving data: TrainingData) throws -> TrainingData {
    var stream = RandomStream(seed: 1, name: "test")
    return try Augmentation.randomShift(upTo: 1).function(data, &stream)
  }

  @Test("reconstructs in the order that outputs have")
  func reconstruction() throws {
    let images = try numbers([3, 4, 1, 5], seed: 6)
    let data = try TrainingData(reconstructing: images, inputLayout: "SSCB")
    #expect(data.count == 5 && data.targets[0].shape == [5, 3, 4, 1])
    let part = try data.subset([4, 1])
    #expect(part.inputs[0].shape == [3, 4, 1, 2] && part.targets[0].shape == [2, 3, 4, 1])
    #expect(try part.targets[0].isIdentical(to: data.targets[0].gathered(Tensor([4, 1]))))
  }

  @Test("is refused where data and network are of different orders")
  func refusals() throws {
    let network = try Network(input: Layout("TBC", [nil, nil, 2])) { LSTM(3, .last) }
    let data = try TrainingData(numbers([4, 4, 2]), targets: numbers([4, 3]))
    #expect(
      message { try train(network, on: data, loss: .meanSquaredError) }
        == "network: input \"input\" is declared TBC, and the data is laid out as one observation "
        + "after another. Give the data in the declared order, and say so: "
        + "TrainingData(inputs:targets:inputLayouts: [\"TBC\"]), or arranged(as:).")
    #expect(message { try evaluate(network, on: data, loss: .meanSquaredError) } != "")
    #expect(
      message {
        try TrainingData(
          inputs: [numbers([4, 3, 2])], targets: [numbers([3, 3])], inputLayouts: ["TC"])
      }.hasPrefix("TrainingData: the layouts [\"TC\"] do not fit inputs of shapes [[4, 3, 2]]"))
  }

  @Test("counts the steps of each sequence and target by its own lengths")
  func ownLengths() throws {
    let a = [3, 1, 4, 2]
    let b = [2, 5, 1, 1]
    func sequences(_ lengths: [Int], _ seed: UInt64) throws -> [Tensor] {
      try lengths.enumerated().map { try numbers([$1, 2], seed: seed + UInt64($0), .float64) }
    }
    let data = try TrainingData(
      sequences: [sequences(a, 1), sequences(b, 20)],
      targetSequences: [sequences(a, 40), sequences(b, 60)])
    #expect(data.sequenceLengths == nil && data.inputLengths == [a, b])
    let part = try data.subset([3, 2])
    #expect(part.inputs.map(\.shape) == [[2, 4, 2], [2, 1, 2]])
    #expect(part.targets.map(\.shape) == [[2, 4, 2], [2, 1, 2]])
    let network = Network()
    for port in 1...2 { try network.addInput("x\(port)", Layout("BTC", [nil, nil, 2])) }
    try network.add(
      CommonLSTMLayer(network: Network { LSTM(2) }, outputs: 2, from: .ports), named: "common")
    for port in 1...2 { try network.connect("x\(port)", to: "common/in\(port)") }
    try network.initialize()
    try network.cast(to: .float64)
    let options = TrainingOptions(.adam, epochs: 1, batchSize: 4, learnRate: 0.01, shuffle: .never)
    let before = try evaluate(network, on: data, loss: .meanSquaredError, options).loss
    let shared = network.layers(of: CommonLSTMLayer.self)[0].network
    var expected = 0.0
    for (place, lengths) in [a, b].enumerated() {
      let errors = try lengths.indices.map { row -> Double in
        let x = try data.inputs[place].slice(row..<row + 1).slice(0..<lengths[row], axis: 1)
        let t = try data.targets[place].slice(row..<row + 1).slice(0..<lengths[row], axis: 1)
        return try square(shared.predict(x) - t).sum().item()
      }
      expected += errors.reduce(0, +) / Double(lengths.reduce(0, +) * 2)
    }
    #expect(abs(before - expected) < 1e-10)
    let history = try train(network, on: data, loss: .meanSquaredError, options: options)
    #expect(abs(history.iterationLosses[0] - expected) < 1e-10)
  }
}
