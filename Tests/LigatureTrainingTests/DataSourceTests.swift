import LigatureLayers
import LigatureNetworks
import LigatureTensors
import Testing

@testable import LigatureTraining

@Suite("Sources of batches")
struct DataSourceTests {
  static let data: TrainingData? = try? {
    let values = (0..<84).map { Float($0 % 13) / 7 - 0.5 }
    return try TrainingData(
      Tensor(values, shape: [21, 4]), targets: Tensor(values.prefix(42).map { $0 }, shape: [21, 2]))
  }()

  static func network() throws -> Network {
    try Network(input: Layout("BC", [nil, 4]), seed: 3) {
      FullyConnected(6)
      Dropout(0.2)
      Tanh()
      FullyConnected(2)
    }
  }

  static func options(_ epochs: Int = 3) -> TrainingOptions {
    TrainingOptions(epochs: epochs, batchSize: 4, learnRate: 0.01, seed: 5)
  }

  static func losses(_ source: any DataSource, epochs: Int = 3) throws -> [Double] {
    try train(network(), on: source, loss: .meanSquaredError, options: options(epochs))
      .iterationLosses
  }

  /// The same observations, made by a function.
  static func generated(_ data: TrainingData) -> ClosureSource {
    ClosureSource(count: data.count) { try data.subset($0.observations) }
  }

  @Test("give what the same observations in memory give, to the last bit")
  func equalToMemory() throws {
    let data = try #require(Self.data)
    let expected = try Self.losses(data)
    let source = Self.generated(data)
    let observations = ClosureSource(count: data.count) { number, _ in
      try Observation(data.inputs[0][number], target: data.targets[0][number])
    }
    let halves = try data.part(Array(0..<10)).joined(to: data.part(Array(10..<21)))
    for other in [source, observations, source.prefetched(1), source.prefetched(7), halves]
      as [any DataSource]
    {
      #expect(try Self.losses(other) == expected)
    }
    let (whole, other) = try (
      evaluate(Self.network(), on: data, loss: .meanSquaredError, Self.options()),
      evaluate(Self.network(), on: source.prefetched(2), loss: .meanSquaredError, Self.options())
    )
    #expect(whole.loss == other.loss)
  }

  @Test("are resumed to the last bit, with batches that are made ahead")
  func resuming() throws {
    let source = try Self.generated(#require(Self.data)).augmented(
      by: .randomNoise(deviation: 0.1)
    ).prefetched(3)
    let expected = try Self.losses(source)
    let run = try TrainingRun(
      Self.network(), on: source, loss: .meanSquaredError, options: Self.options())
    for _ in 0..<8 { _ = try run.step() }
    let next = try TrainingRun(
      Self.network(), on: source, loss: .meanSquaredError, options: Self.options())
    // Batches of the wrong place wait here.
    _ = try next.step()
    try next.resume(from: run.state)
    while try next.step() != nil {}
    #expect(next.history.iterationLosses == expected)
  }

  @Test("have random numbers of their own for each epoch, whatever the thread")
  func randomness() throws {
    let source = ClosureSource(count: 12) { number, stream in
      Observation(try stream.normal([4]), target: try stream.normal([2]))
    }
    #expect(try Self.losses(source) == Self.losses(source.prefetched(4)))
    let first = try source.batch(BatchRequest([3], seed: 1, epoch: 0))
    let second = try source.batch(BatchRequest([3], seed: 1, epoch: 1))
    let again = try source.batch(BatchRequest([5, 3], seed: 1, epoch: 0, step: 2))
    #expect(try first.inputs[0].doubles() != second.inputs[0].doubles())
    #expect(try first.inputs[0].doubles() == again.inputs[0].doubles().suffix(4))
  }

  struct Torn: Error, CustomStringConvertible {
    let description = "the cable was pulled out"
  }

  @Test("end the run with their message, the epoch and the step", arguments: [0, 3])
  func errors(ahead: Int) throws {
    let data = try #require(Self.data)
    let source = ClosureSource(count: data.count) { request in
      if request.epoch == 1, request.step == 2 { throw Torn() }
      return try data.subset(request.observations)
    }.prefetched(ahead)
    let run = try TrainingRun(
      Self.network(), on: source, loss: .meanSquaredError, options: Self.options())
    let error = #expect(throws: BatchError.self) { while try run.step() != nil {} }
    #expect(error?.description == "the batch of epoch 2, step 3: the cable was pulled out")
    #expect(run.iteration == 8)
    let short = ClosureSource(count: 21) { _ in try data.subset([0]) }
    #expect(throws: TensorError.self) { try Self.losses(short) }
  }

  @Test("of sequences are padded, and grouped by length")
  func sequences() throws {
    let lengths = [3, 1, 2, 5, 4]
    let source = ClosureSource(
      count: 5, inputsAreSequences: true, lengths: lengths
    ) { number, _ in
      Observation(
        try Tensor.full([lengths[number], 2], Double(number)), target: try .ones([1]))
    }
    let batch = try source.batch(BatchRequest([1, 3]))
    #expect(batch.inputs[0].shape == [2, 5, 2] && batch.inputLengths == [[1, 5]])
    let plan = TrainingPlan(
      source, TrainingOptions(batchSize: 2, shuffle: .never, groupsByLength: true))
    #expect(try plan.batches(epoch: 0, lengths: lengths) == [[1, 2], [0, 4], [3]])
    let memory = try TrainingData(
      sequences: lengths.enumerated().map { try .full([$1, 2], Double($0)) },
      targets: .ones([5, 1]))
    let joined = try source.joined(to: memory).batch(BatchRequest([9, 0, 6]))
    #expect(joined.inputLengths == [[4, 3, 1]] && joined.inputs[0].shape == [3, 4, 2])
  }

  @Test("are cut, combined and joined")
  func changes() throws {
    let data = try #require(Self.data)
    let part = try data.part([20, 0, 0])
    #expect(part.count == 3)
    #expect(
      try part.batch(BatchRequest([0, 2])).inputs[0].doubles()
        == data.subset([20, 0]).inputs[0].doubles())
    #expect(throws: TensorError.self) { try data.part([21]) }
    let both = try data.combined(with: Self.generated(data)).batch(BatchRequest([4]))
    #expect(both.inputs.count == 2 && both.targets.count == 2)
    #expect(throws: TensorError.self) { try data.combined(with: part) }
    let changed = data.transformed { batch, _ in try batch.replacingInputs([batch.inputs[0] * 2]) }
    #expect(
      try changed.batch(BatchRequest([1])).inputs[0].doubles()
        == data.subset([1]).inputs[0].doubles().map { $0 * 2 })
    let fewer = data.transformed { batch, _ in try batch.slice(0..<1) }
    #expect(throws: TensorError.self) { try fewer.batch(BatchRequest([1, 2])) }
  }

  @Test("folds leave out each observation once, and their share of each class")
  func folds() throws {
    let classes = (0..<20).map { $0 < 5 ? 1 : 0 }
    let folds = try crossValidationFolds(20, of: 5, classes: classes, seed: 2)
    #expect(folds.flatMap(\.validation).sorted() == Array(0..<20))
    for fold in folds {
      #expect(fold.validation.count { classes[$0] == 1 } == 1)
      #expect((fold.training + fold.validation).sorted() == Array(0..<20))
    }
    let plain = try crossValidationFolds(7, of: 3)
    #expect(plain.map(\.validation.count) == [3, 2, 2])
    #expect(try crossValidationFolds(7, of: 3) == plain)
    for (count, parts) in [(7, 1), (2, 3), (7, -1), (0, 2), (-4, 2)] {
      #expect(throws: TensorError.self) { try crossValidationFolds(count, of: parts) }
    }
    #expect(throws: TensorError.self) { try crossValidationFolds(4, of: 2, classes: [1]) }
  }

  @Test("classes are balanced by repeating the rarer ones")
  func balance() throws {
    let classes = [0, 0, 0, 0, 0, 7, 7, 2]
    let chosen = try balancedObservations(classes)
    for label in [0, 7, 2] { #expect(chosen.count { classes[$0] == label } == 5) }
    #expect(Set(chosen) == Set(0..<8))
    #expect(try balancedObservations([]) == [])
  }
}

@Suite("Augmentations of images")
struct ImageAugmentationTests {
  static func changed(_ augmentation: Augmentation, _ images: Tensor, seed: UInt64 = 1) throws
    -> Tensor
  {
    var stream = RandomStream(seed: seed)
    let data = try TrainingData(images, targets: .zeros([images.shape[0], 1]))
    return try augmentation.function(data, &stream).inputs[0]
  }

  static func images() throws -> Tensor {
    try Tensor((0..<60).map { Float($0) }, shape: [2, 5, 3, 2])
  }

  @Test("that turn by nothing change nothing, and turning keeps the middle")
  func turning() throws {
    let images = try Self.images()
    #expect(try Self.changed(.randomRotation(upTo: 0), images).doubles() == images.doubles())
    let turned = try Self.changed(.randomRotation(upTo: 40), images)
    #expect(turned.shape == images.shape)
    #expect(try turned.doubles() != images.doubles())
    let middle = (2 * 3 + 1) * 2
    #expect(abs(try turned.doubles()[middle] - images.doubles()[middle]) < 1e-4)
    // Half a turn of a square is both flips.
    var stream = RandomStream(seed: 1)
    let square = try Tensor((0..<9).map { Float($0) }, shape: [1, 3, 3, 1])
    let larger = try randomlyTurned(square, upTo: 0, scaledBy: 2...2, using: &stream)
    #expect(try larger.doubles() == [2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6])
  }

  @Test("that flip, crop and add noise")
  func others() throws {
    let images = try Self.images()
    let seen = try Set(
      (0..<20).map {
        try Self.changed(.randomFlip(vertically: true), images[0..<1], seed: $0).doubles()
      })
    #expect(seen.count == 4)
    let crops = try Set(
      (0..<30).map { seed in
        try Self.changed(.randomCrop(rows: 5, columns: 3, padding: 1), images[0..<1], seed: seed)
          .doubles()
      })
    #expect(crops.count == 9)
    #expect(try Self.changed(.randomCrop(rows: 2, columns: 2), images).shape == [2, 2, 2, 2])
    let noisy = try Self.changed(.randomNoise(deviation: 0.1), images) - images
    #expect(try abs(noisy).max().item() < 1)
    #expect(try abs(noisy).max().item() > 0)
    let several = Augmentation.sequence([.randomFlip(), .randomNoise(deviation: 1)])
    #expect(try Self.changed(several, images).doubles() == Self.changed(several, images).doubles())
  }

  @Test("with absurd settings are refused in words")
  func absurd() throws {
    let images = try Self.images()
    let wrong: [Augmentation] = [
      .randomRotation(upTo: -1), .randomRotation(upTo: .nan), .randomScale(by: 0...1),
      .randomScale(by: 1 ... .infinity), .randomNoise(deviation: -1), .randomNoise(deviation: .nan),
      .randomCrop(rows: 0, columns: 1), .randomCrop(rows: 9, columns: 1),
      .randomCrop(rows: 1, columns: 1, padding: -1),
      .randomCrop(rows: 1, columns: 1, padding: .max),
    ]
    for (number, augmentation) in wrong.enumerated() {
      #expect(throws: TensorError.self, "\(number)") { try Self.changed(augmentation, images) }
    }
    #expect(throws: TensorError.self) { try Self.changed(.randomFlip(), .ones([2, 3])) }
  }
}
