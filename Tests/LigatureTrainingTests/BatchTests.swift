import LigatureLayers
import LigatureNetworks
import LigatureTensors
import Synchronization
import Testing

@testable import LigatureTraining

@Suite("Mini-batches")
struct BatchTests {
  /// The observations that each step saw, when observation i is the number i.
  private func batches(_ count: Int, _ options: TrainingOptions) throws -> [[Int]] {
    let column = try Tensor.range(0..<count, .float32).reshaped(to: [count, 1])
    let data = try TrainingData(column, targets: column)
    let seen = Mutex<[[Int]]>([])
    let network = Network { FullyConnected(1) }
    try train(
      network, on: data,
      loss: .custom { outputs, targets in
        let numbers = try targets[0].doubles().map { Int($0) }
        seen.withLock { $0.append(numbers) }
        return try outputs[0].mean()
      }, options: options)
    return seen.withLock { $0 }
  }

  private func options(
    _ epochs: Int, _ size: Int, _ shuffle: TrainingOptions.Shuffle,
    _ incomplete: TrainingOptions.IncompleteBatch = .keep, seed: UInt64 = 0
  ) -> TrainingOptions {
    TrainingOptions(
      epochs: epochs, batchSize: size, learnRate: 0, shuffle: shuffle, incompleteBatch: incomplete,
      seed: seed)
  }

  @Test("come in order when nothing is shuffled, with a short last one or without")
  func inOrder() throws {
    #expect(
      try batches(7, options(2, 3, .never))
        == [[0, 1, 2], [3, 4, 5], [6], [0, 1, 2], [3, 4, 5], [6]])
    #expect(try batches(7, options(1, 3, .never, .drop)) == [[0, 1, 2], [3, 4, 5]])
    #expect(try batches(6, options(1, 3, .never, .drop)) == [[0, 1, 2], [3, 4, 5]])
  }

  @Test("may be larger than the data")
  func large() throws {
    #expect(try batches(3, options(2, 128, .never)) == [[0, 1, 2], [0, 1, 2]])
  }

  @Test("are shuffled once, or before every epoch, by the seed")
  func shuffling() throws {
    let once = try batches(30, options(2, 30, .once))
    #expect(once[0] == once[1] && once[0] != Array(0..<30) && once[0].sorted() == Array(0..<30))
    let every = try batches(30, options(3, 30, .everyEpoch))
    #expect(every[0] != every[1] && every[1] != every[2])
    #expect(every.allSatisfy { $0.sorted() == Array(0..<30) })
    #expect(try batches(30, options(3, 30, .everyEpoch)) == every)
    #expect(try batches(30, options(1, 30, .once, seed: 1))[0] != once[0])
  }

  @Test("are changed by an augmentation during its share of the epochs, targets along")
  func augmentation() throws {
    let images = try numbers([6, 3, 3, 1])
    let seen = Mutex<[Tensor]>([])
    var options = options(4, 6, .never)
    options.augmentation = Augmentation(duringFirst: 0.5) { batch, stream in
      try batch.replacingInputs([randomlyShifted(batch.inputs[0], upTo: 1, using: &stream)])
    }
    try train(
      Network {
        Flatten(); FullyConnected(9); Reshape([3, 3, 1])
      },
      on: TrainingData(reconstructing: images),
      loss: .custom { outputs, targets in
        seen.withLock { $0.append(targets[0]) }
        return try outputs[0].mean()
      }, options: options)
    let batches = seen.withLock { $0 }
    #expect(try !batches[0].isIdentical(to: images) && !batches[0].isIdentical(to: batches[1]))
    #expect(try batches[2].isIdentical(to: images) && batches[3].isIdentical(to: images))
  }

  @Test("want as many targets as inputs")
  func counts() throws {
    #expect(
      message { try TrainingData(numbers([3, 2]), targets: numbers([4, 2])) }
        == "TrainingData: inputs have shapes [[3, 2]], targets [[4, 2]]. "
        + "Give at least one input, and one number of observations in all inputs and targets.")
    #expect(message { try TrainingData(inputs: [], targets: []) }.hasPrefix("TrainingData: "))
  }

  @Test("are cut from data by number and by range, integer targets too")
  func subsets() throws {
    let data = try TrainingData(
      Tensor([Float(0), 1, 2, 3], shape: [4, 1]), targets: Tensor([5, 6, 7, 8]))
    let chosen = try data.subset([3, 1, 1])
    #expect(try chosen.inputs[0].doubles() == [3, 1, 1])
    #expect(try chosen.targets[0].scalars(as: Int.self) == [8, 6, 6])
    #expect(try data.slice(1..<3).targets[0].doubles() == [6, 7])
    #expect(chosen.count == 3)
    let same = try TrainingData(reconstructing: numbers([4, 2])).subset([2, 0])
    #expect(same.inputs[0].storage === same.targets[0].storage)
  }

  @Test("are as good as partitions of the data allow")
  func partitions() throws {
    let parts = try trainingPartitions(11, [0.6, 0.4], seed: 3)
    #expect(parts.map(\.count) == [6, 5])
    #expect(parts.flatMap(\.self).sorted() == Array(0..<11))
    #expect(try trainingPartitions(11, [0.6, 0.4], seed: 3) == parts)
    #expect(try trainingPartitions(11, [0.6, 0.4], seed: 4) != parts)
    #expect(try trainingPartitions(10, [0.7, 0.2, 0.1]).map(\.count) == [7, 2, 1])
    #expect(try trainingPartitions(5, [1])[0].count == 5)
    for shares in [[], [0.5, 0.4], [1.5, -0.5], [0, 1]] as [[Double]] {
      #expect(
        message { try trainingPartitions(5, shares) }
          .hasPrefix("trainingPartitions: 5 observations cannot be cut into shares "))
    }
  }
}
