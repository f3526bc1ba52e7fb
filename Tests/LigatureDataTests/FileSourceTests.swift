import Foundation
import Ligature
import LigatureDrawing
import Testing

/// Files of a test, in a folder of its own that goes with it.
final class Folder {
  let url = FileManager.default.temporaryDirectory.appending(path: "ligature-\(UUID())")

  init() throws {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func callAsFunction(_ name: String) -> URL { url.appending(path: name) }
}

@Suite("Sources in files")
struct FileSourceTests {
  static func numbers(_ count: Int, _ width: Int) throws -> (Tensor, Tensor) {
    let values = (0..<(count * width)).map { Float($0 % 17) / 8 }
    return (
      try Tensor(values, shape: [count, width]), Tensor((0..<count).map { Int64($0 % 3) })
    )
  }

  static func network() throws -> Network {
    try Network(input: Layout("BC", [nil, 4]), seed: 1) {
      FullyConnected(5)
      Tanh()
      FullyConnected(3)
    }
  }

  static func losses(_ source: some DataSource) throws -> [Double] {
    try train(
      network(), on: source, loss: .crossEntropy(from: .logits),
      options: TrainingOptions(epochs: 2, batchSize: 4)
    ).iterationLosses
  }

  @Test("of arrays train as the arrays in memory do, to the last bit")
  func arrays() throws {
    let folder = try Folder()
    let (x, y) = try Self.numbers(22, 4)
    try NPYFile.write(x, to: folder("x.npy"))
    try NPYFile.write(y, to: folder("y.npy"))
    try SafetensorsFile.write(["x": x, "y": y], to: folder("data.safetensors"))
    let expected = try Self.losses(TrainingData(x, targets: y))
    let npy = try ArraySource(
      NPYFile(contentsOf: folder("x.npy")), targets: NPYFile(contentsOf: folder("y.npy")))
    #expect(try Self.losses(npy) == expected)
    #expect(try Self.losses(npy.prefetched(3)) == expected)
    let file = try SafetensorsFile(contentsOf: folder("data.safetensors"))
    let safetensors = try ArraySource(
      SafetensorsArray(file, named: "x"), targets: SafetensorsArray(file, named: "y"))
    #expect(try Self.losses(safetensors) == expected)
    #expect(try Self.losses(ArraySource(x, targets: y)) == expected)
    let collected = try npy.collected()
    #expect(try collected.inputs[0].doubles() == x.doubles())
    #expect(collected.targets[0].scalarType == .int64)
  }

  @Test("of arrays convert bytes, and refuse what does not fit together")
  func arrayKinds() throws {
    let folder = try Folder()
    try NPYFile.write(Tensor([0, 255, 3, 4] as [UInt8], shape: [2, 2]), to: folder("b.npy"))
    let bytes = try NPYFile(contentsOf: folder("b.npy"))
    let batch = try ArraySource(bytes, targets: bytes).batch(BatchRequest([1, 0, 1]))
    #expect(try batch.inputs[0].scalars(as: Float.self) == [3, 4, 0, 255, 3, 4])
    #expect(batch.targets[0].scalarType == .uint8)
    #expect(throws: FileError.self) { try bytes.observations([2]) }
    #expect(throws: FileError.self) { try bytes.observations([-1]) }
    #expect(throws: TensorError.self) { try ArraySource(bytes, targets: Tensor([1, 2, 3])) }
    try NPZFile.write(["a": .ones([2, 2])], to: folder("a.npz"))
    let packed = try NPZFile(contentsOf: folder("a.npz"))["a"]
    let error = #expect(throws: FileError.self) { try packed.observations([0]) }
    #expect(error?.found == "one in an archive")
    let file = try SafetensorsFile(contentsOf: Self.safetensors(folder))
    #expect(throws: FileError.self) { try SafetensorsArray(file, named: "missing") }
  }

  private static func safetensors(_ folder: Folder) throws -> URL {
    try SafetensorsFile.write(["x": .ones([2])], to: folder("x.safetensors"))
    return folder("x.safetensors")
  }

  @Test("of pictures have a class for each folder")
  func pictures() throws {
    let folder = try Folder()
    for (name, shade) in [("cat/b.png", 0), ("cat/a.PNG", 51), ("owl/c.png", 255)] {
      try Self.draw(UInt8(shade), rows: 4, columns: 6, to: folder(name))
    }
    try writeAtomically("no picture", to: folder("cat/notes.txt"))
    try writeAtomically("no class", to: folder("readme.txt"))
    let images = try ImageFolder(folder.url)
    #expect(images.classes == ["cat", "owl"] && images.labels == [0, 0, 1])
    #expect(images.files.map(\.lastPathComponent) == ["a.PNG", "b.png", "c.png"])
    let batch = try images.batch(BatchRequest([2, 0]))
    #expect(batch.inputs[0].shape == [2, 4, 6, 3])
    #expect(try batch.inputs[0].doubles()[0] == 1)
    #expect(abs(try batch.inputs[0].doubles()[72] - 0.2) < 1e-6)
    #expect(try batch.targets[0].scalars(as: Int64.self) == [1, 0])
    let grey = try ImageFolder(folder.url, channels: .grey, range: .bytes, size: (2, 3))
    #expect(try grey.batch(BatchRequest([0, 1, 2])).inputs[0].shape == [3, 2, 3, 1])
    try Self.draw(9, rows: 5, columns: 6, to: folder("owl/d.png"))
    let error = #expect(throws: FileError.self) {
      try ImageFolder(folder.url).batch(BatchRequest([0, 3]))
    }
    #expect(error?.file.hasSuffix("d.png") == true && error?.remedy.contains("size:") == true)
    #expect(throws: FileError.self) { try ImageFolder(folder("missing")) }
    #expect(throws: FileError.self) { try ImageFolder(folder("cat")) }
  }

  @Test("that are damaged end a training with the file, the epoch and the step")
  func damage() throws {
    let folder = try Folder()
    for number in 0..<6 {
      try Self.draw(UInt8(number), rows: 2, columns: 2, to: folder("a/\(number).png"))
    }
    let network = try Network(input: Layout("BSSC", [nil, 2, 2, 3])) {
      Flatten()
      FullyConnected(2)
    }
    let source = try ImageFolder(folder.url)
    for source in [source, source.prefetched(2)] as [any DataSource] {
      try Self.draw(3, rows: 2, columns: 2, to: folder("a/3.png"))
      let run = try TrainingRun(
        network, on: source.part([0, 1, 2, 4, 3, 5]), loss: .crossEntropy(from: .logits),
        options: TrainingOptions(epochs: 1, batchSize: 2, shuffle: .never))
      try writeAtomically("not a picture", to: folder("a/3.png"))
      let error = #expect(throws: BatchError.self) { while try run.step() != nil {} }
      #expect(error?.epoch == 1 && error?.step == 3)
      #expect(error?.description.contains("a/3.png") == true)
      // A run whose first look at the data fails has no step yet.
      #expect(throws: FileError.self) {
        try train(network, on: source, loss: .crossEntropy(from: .logits))
      }
    }
  }

  private static func draw(_ shade: UInt8, rows: Int, columns: Int, to url: URL) throws {
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    let picture = Raster(width: columns, height: rows, fill: .grey(shade))
    try picture.writePNG(to: url)
  }

  @Test("of tables and of MATLAB become observations in memory")
  func tables() throws {
    let table = try CSVFile(
      bytes: Array("a,b,c\n1,2,0\n3,4,1\n5,6,2\n".utf8), name: "table.csv")
    let data = try TrainingData(table, inputs: ["b", "a"], targets: ["c"])
    #expect(try data.inputs[0].doubles() == [2, 1, 4, 3, 6, 5])
    let classes = try TrainingData(table, inputs: ["a"], classes: "c")
    #expect(try classes.targets[0].scalars(as: Int64.self) == [0, 1, 2])
    let wrong = try CSVFile(bytes: Array("a,c\n1,0.5\n".utf8), name: "table.csv")
    #expect(throws: TensorError.self) { try TrainingData(wrong, inputs: ["a"], classes: "c") }
  }

  /// A MAT-file of level 5 with arrays of doubles, columns first, and a cell array of such.
  private static func matlab(
    _ arrays: [(name: String, shape: [Int], values: [Double])],
    cell: [(shape: [Int], values: [Double])]
  ) -> [UInt8] {
    func number(_ value: Int, _ size: Int = 4) -> [UInt8] {
      (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    func element(_ type: Int, _ bytes: [UInt8]) -> [UInt8] {
      number(type) + number(bytes.count) + bytes + [UInt8](repeating: 0, count: -bytes.count & 7)
    }
    func matrix(_ kind: Int, _ name: String, _ shape: [Int], _ parts: [UInt8]) -> [UInt8] {
      element(
        14,
        element(6, number(kind) + number(0)) + element(5, shape.flatMap { number($0) })
          + element(1, Array(name.utf8)) + parts)
    }
    func doubles(_ name: String, _ shape: [Int], _ values: [Double]) -> [UInt8] {
      matrix(
        6, name, shape,
        element(9, values.flatMap { number(Int(bitPattern: UInt($0.bitPattern)), 8) }))
    }
    let header = Array("MATLAB 5.0 MAT-file".utf8)
    let start =
      header + [UInt8](repeating: 32, count: 116 - header.count) + number(0, 8) + [
        0, 1, 0x49, 0x4D,
      ]
    let parts = cell.flatMap { doubles("", $0.shape, $0.values) }
    return start + arrays.flatMap { doubles($0.name, $0.shape, $0.values) }
      + matrix(1, "cells", [1, cell.count], parts)
  }

  @Test("of MATLAB's arrays have an observation along the last axis, of cells a sequence each")
  func matlab() throws {
    let bytes = Self.matlab(
      [("X", [2, 3], [1, 2, 3, 4, 5, 6]), ("Y", [1, 3], [7, 8, 9])],
      cell: [([2, 1], [1, 2]), ([2, 2], [3, 4, 5, 6]), ([2, 1], [7, 8])])
    let file = try MATFile(bytes: bytes, name: "data.mat")
    let arrays = try TrainingData(file, inputs: "X", targets: "Y")
    #expect(arrays.inputs[0].shape == [3, 2] && arrays.targets[0].shape == [3, 1])
    #expect(try arrays.inputs[0].doubles() == [1, 2, 3, 4, 5, 6])
    // Features times time becomes a row for each step.
    let sequences = try TrainingData(file, inputs: "cells", targets: "cells")
    #expect(sequences.sequenceLengths == [1, 2, 1] && sequences.targetsAreSequences)
    #expect(try sequences.inputs[0].doubles() == [1, 2, 0, 0, 3, 4, 5, 6, 7, 8, 0, 0])
    let last = try TrainingData(file, inputs: "cells", targets: "Y")
    #expect(try last.targets[0].doubles() == [7, 8, 9] && !last.targetsAreSequences)
    let missing = #expect(throws: FileError.self) {
      try TrainingData(file, inputs: "X", targets: "Z")
    }
    #expect(missing?.description.contains("Z") == true)
  }
}
