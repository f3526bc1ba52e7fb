import Foundation
import Ligature
import Testing

@Suite("Articles: Data")
final class DataArticle {
  private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)

  private let options = TrainingOptions(epochs: 1, batchSize: 4, verbose: .silent)

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// A folder of small pictures for each of two classes.
  private func pictures() throws -> URL {
    let stored = SourceTree.root.appending(path: "Tests/LigatureInterchangeTests/Reference/data")
    let url = folder.appending(path: "pictures")
    for (name, picture) in [("light", "colour2-8.png"), ("dark", "colour2-16.png")] {
      let files = url.appending(path: name)
      try FileManager.default.createDirectory(at: files, withIntermediateDirectories: true)
      for number in 0..<5 {
        try FileManager.default.copyItem(
          at: stored.appending(path: picture), to: files.appending(path: "\(number).png"))
      }
    }
    return url
  }

  @Test("a folder of pictures")
  func imageFolder() throws {
    let url = try pictures()
    let network = Network {
      GlobalAveragePooling()
      FullyConnected(2)
    }
    // article: overview
    let images = try ImageFolder(url, size: (32, 32))
    let parts = try trainingPartitions(images.count, [0.8, 0.2])
    let training = try images.part(parts[0])
      .augmented(by: .sequence([.randomFlip(), .randomRotation(upTo: 10)]))
      .prefetched(4)
    try train(network, on: training, loss: .crossEntropy(from: .logits), options: options)
    let held = try evaluate(network, on: images.part(parts[1]), loss: .crossEntropy(from: .logits))
    // end
    #expect(images.count == 10 && held.loss.isFinite)
  }

  @Test("arrays in memory")
  func arrays() throws {
    let (x, y) = try (Tensor.zeros([6, 3]), Tensor.zeros([6, 1]))
    let (folder, table) = (folder, folder.appending(path: "table.csv"))
    try "age,dose,effect,species\n40,1,0.5,0\n50,2,0.75,1\n".write(
      to: table, atomically: true, encoding: .utf8)
    let bytes = SmallMATFile.bytes([
      ("XTrain", .numbers((0..<24).map(Double.init), size: [2, 3, 1, 4])),
      ("YTrain", .numbers([1, 2, 3, 4], size: [1, 4])),
    ])
    try Data(bytes).write(to: folder.appending(path: "digits.mat"))
    // article: arrays
    let data = try TrainingData(x, targets: y)
    let patients = try CSVFile(contentsOf: folder.appending(path: "table.csv"))
    let effects = try TrainingData(patients, inputs: ["age", "dose"], targets: ["effect"])
    let species = try TrainingData(patients, inputs: ["age", "dose"], classes: "species")
    let digits = try TrainingData(
      MATFile(contentsOf: folder.appending(path: "digits.mat")), inputs: "XTrain", targets: "YTrain"
    )
    // end
    #expect([data, effects, species, digits].map(\.count) == [6, 2, 2, 4])
    #expect(digits.inputs[0].shape == [4, 2, 3, 1])
    #expect(species.targets[0].scalarType == .int64)
  }

  @Test("arrays in files")
  func files() throws {
    let (folder, url) = (folder, folder.appending(path: "data.safetensors"))
    let (images, labels) = (try Tensor.zeros([4, 6, 6, 1]), Tensor([Int64(0), 1, 0, 1]))
    try NPYFile.write(images, to: folder.appending(path: "images.npy"))
    try NPYFile.write(labels, to: folder.appending(path: "labels.npy"))
    try SafetensorsFile.write(
      ["image": images, "age": .ones([4, 1]), "class": labels], to: url)
    // article: files
    let source = try ArraySource(
      NPYFile(contentsOf: folder.appending(path: "images.npy")),
      targets: NPYFile(contentsOf: folder.appending(path: "labels.npy")))
    let file = try SafetensorsFile(contentsOf: url)
    let other = try ArraySource(
      inputs: [SafetensorsArray(file, named: "image"), SafetensorsArray(file, named: "age")],
      targets: [SafetensorsArray(file, named: "class")])
    // end
    #expect(source.count == 4)
    #expect(try other.batch(BatchRequest([1, 3])).inputs.map(\.shape) == [[2, 6, 6, 1], [2, 1]])
  }

  @Test("a picture")
  func picture() throws {
    let url = try pictures().appending(path: "light/0.png")
    // article: picture
    let pixels = try ImageFile(contentsOf: url).tensor(channels: .grey, range: .unit)
    // end
    #expect(pixels.rank == 3 && pixels.shape[2] == 1)
  }

  @Test("functions")
  func functions() throws {
    let folder = folder
    for number in 0..<2 {
      try NPYFile.write(.ones([3 + number, 2]), to: folder.appending(path: "\(number).npy"))
    }
    let files = (0..<2).map { folder.appending(path: "\($0).npy") }
    @Sendable func load(_ numbers: [Int]) throws -> Tensor { try .zeros([numbers.count, 5]) }
    @Sendable func labels(_ numbers: [Int]) -> Tensor { Tensor(numbers.map { Int64($0 % 3) }) }
    // article: functions
    let waves = ClosureSource(count: 100_000) { number, stream in
      let x = try stream.normal([50])
      return try Observation(x, class: number % 2)
    }
    let batches = ClosureSource(count: 1_000_000) { request in
      try TrainingData(load(request.observations), targets: labels(request.observations))
    }
    let recordings = ClosureSource(count: files.count, inputsAreSequences: true) { number, _ in
      try Observation(NPYFile(contentsOf: files[number]).tensor(as: Float.self), class: number)
    }
    // end
    #expect(try waves.batch(BatchRequest([4, 5])).inputs[0].shape == [2, 50])
    #expect(try batches.batch(BatchRequest([4, 5])).inputs[0].shape == [2, 5])
    #expect(try recordings.batch(BatchRequest([0, 1])).sequenceLengths == [3, 4])
  }

  @Test("changes")
  func changes() throws {
    let images = try Tensor.full([6, 28, 28, 1], 255)
    let source = try TrainingData(images, targets: Tensor([Int64](repeating: 0, count: 6)))
    let (other, more, numbers) = (source, source, [3, 1])
    // article: changes
    let scaled = source.transformed { batch, stream in
      try batch.replacingInputs([batch.inputs[0] / 255])
    }
    let varied = scaled.augmented(
      by: .sequence([.randomCrop(rows: 28, columns: 28, padding: 2), .randomFlip()]))
    let both = try source.combined(with: other)  // Inputs and targets of both, side by side.
    let longer = source.joined(to: more)  // The observations of one, then those of the other.
    let some = try source.part(numbers)  // Those with some numbers, in that order.
    // end
    #expect(try scaled.batch(BatchRequest([0])).inputs[0].max().item() == 1)
    #expect(try varied.batch(BatchRequest([0, 1])).inputs[0].shape == [2, 28, 28, 1])
    #expect(try both.batch(BatchRequest([0])).inputs.count == 2)
    #expect(longer.count == 12 && some.count == 2)
  }

  @Test("parts")
  func parts() throws {
    let labels = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1]
    let data = try TrainingData(.ones([10, 2]), targets: Tensor(labels.map(Int64.init)))
    func newNetwork() throws -> Network { Network { FullyConnected(2) } }
    let (network, loss) = (try newNetwork(), Loss.crossEntropy(from: .logits))
    // article: parts
    let parts = try trainingPartitions(data.count, [0.7, 0.15, 0.15])
    for fold in try crossValidationFolds(data.count, of: 2, classes: labels) {
      try train(newNetwork(), on: data.part(fold.training), loss: loss, options: options)
    }
    let balanced = try data.part(balancedObservations(labels))
    try train(network, on: balanced, loss: loss, options: options)
    // end
    #expect(parts.map(\.count).reduce(0, +) == 10 && balanced.count == 16)
  }

  /// What a user's own data may be.
  private struct Database {
    let rows: Int
    func samples(_ number: Int) throws -> Tensor { try .full([4], Double(number)) }
    func label(_ number: Int) -> Int { number % 2 }
  }

  @Test("a source of one's own")
  func own() throws {
    // article: own
    struct Recordings: DataSource {
      let database: Database
      var count: Int { database.rows }

      func batch(_ request: BatchRequest) throws -> TrainingData {
        try TrainingData(
          request.observations.map { number in
            try Observation(database.samples(number), class: database.label(number))
          })
      }
    }
    // end
    let history = try train(
      Network { FullyConnected(2) }, on: Recordings(database: Database(rows: 8)),
      loss: .crossEntropy(from: .logits), options: options)
    #expect(history.iterationLosses.count == 2)
  }

  @Test("whatever a variable of MATLAB holds")
  func value() throws {
    let bytes = SmallMATFile.bytes([
      (
        "data",
        .structure([
          .init(name: "images", value: .numbers([1, 2, 3, 4], size: [2, 2])),
          .init(name: "names", value: .cells([.text("cat"), .text("dog")])),
        ])
      )
    ])
    let file = try MATFile(bytes: bytes, name: "data.mat")
    // article: value
    let value = try file.value("data")
    let images = value["images"]?.tensor
    let names = value["names"]?.cells?.compactMap(\.text)
    // end
    #expect(images?.shape == [2, 2] && names == ["cat", "dog"])
  }
}
