import Foundation
import Ligature
import Testing

@testable import ExampleSupport
@testable import ResidualDigits

@Suite("The residual network on digits")
struct ResidualDigitsTests {
  @Test("has a skip where a block changes the shape, and nowhere else")
  func network() throws {
    let network = try residualNetwork(imageSize: [8, 8, 1], seed: 1)
    #expect(try network.predict(.zeros([2, 8, 8, 1])).shape == [2, 10])
    let paths = network.learnables.map(\.path)
    #expect(!paths.contains { $0.hasPrefix("block1/skip") })
    for block in ["block2", "block3"] {
      #expect(paths.contains { $0.hasPrefix("\(block)/skip") })
    }
    // Convolutions, scales and offsets of group norm, and the last layer.
    let convolutions =
      9 * 16 + 9 * 16 * 32 + 9 * 16 * 32 + 9 * 32 * 32 + 16 * 32
      + 9 * 32 * 64 + 9 * 64 * 64 + 32 * 64
    #expect(
      network.learnableCount == convolutions + 2 * (16 * 3 + 32 * 3 + 64 * 3) + 64 * 10 + 10)
  }

  @Test("a block without changes gives the rectified sum, and is saved with its networks")
  func block() throws {
    let block = ResidualBlock(from: 8, to: 8)
    let network = try Network(input: Layout("BSSC", [nil, 4, 4, 8])) { block }
    var random = RandomStream(seed: 3)
    let x = try random.normal([2, 4, 4, 8])
    let output = try network.predict(x)
    #expect(try output.isIdentical(to: relu(x + block.body.predict(x))))
  }

  @Test("counts what was read as what, the surest mistake first")
  func reading() throws {
    // Images 0 to 3 are read as 0, 1, 2 and 5, the last two with growing confidence.
    var scores = [Float](repeating: 0, count: 40)
    for (image, digit) in [0, 1, 2, 5].enumerated() {
      scores[10 * image + digit] = Float(1 + image)
    }
    let logits = try Tensor(scores, shape: [4, 10])
    let reading = try Reading(logits: logits, labels: [0, 1, 7, 3])
    #expect(reading.mistakes.map(\.image) == [3, 2])
    #expect(reading.confusion.counts[7][2] == 1 && reading.confusion.counts[0][0] == 1)
    #expect(reading.confusion.total == 4 && reading.confusion.accuracy == 0.5)
  }

  @Test("MNIST's files are read with their labels, and refused without or with others")
  func folders() throws {
    let folder = NSTemporaryDirectory() + "ligature-digits-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func write(_ name: String, _ sizes: [UInt8], _ data: [UInt8]) throws {
      let head: [UInt8] = [0, 0, 8, UInt8(sizes.count)] + sizes.flatMap { [0, 0, 0, $0] }
      try Data(head + data).write(to: URL(filePath: folder + "/" + name))
    }
    for split in ["train", "t10k"] {
      try write("\(split)-images-idx3-ubyte", [2, 2, 2], [0, 255, 0, 0, 51, 0, 0, 0])
    }
    func problem() -> String {
      do {
        _ = try Digits(folder: folder, withLabels: true)
        return ""
      } catch { return "\(error)" }
    }
    #expect(try Digits(folder: folder).test.labels == [])
    #expect(problem().contains("it holds no train-labels-idx1-ubyte (plain or .gz)"))
    try write("train-labels-idx1-ubyte", [2], [3, 9])
    try write("t10k-labels-idx1-ubyte", [1], [3])
    #expect(problem().contains("there are 2 test images and 1 labels"))
    try write("t10k-labels-idx1-ubyte", [2], [3, 11])
    #expect(problem().contains("a test label is 11, not 0 to 9"))
    try write("t10k-labels-idx1-ubyte", [2], [0, 4])
    let digits = try Digits(folder: folder, withLabels: true)
    #expect(digits.training.labels == [3, 9] && digits.test.labels == [0, 4])
    #expect(try digits.training.images.doubles().map { Int(($0 * 255).rounded()) }[4] == 51)
    #expect(try digits.test.first(1).labels == [0])
  }
}
