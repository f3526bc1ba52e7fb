import Foundation
import Ligature

/// Training and test images, `[count, 28, 28, 1]` with values 0...1.
struct Digits {
  let training: Tensor
  let test: Tensor
  /// Where they come from, for people.
  let source: String

  /// Draws 5,000 + 5,000 digits.
  init(drawnFrom seed: Int) throws {
    func drawn(_ split: StrokeDigits.Split) throws -> Tensor {
      let digits = StrokeDigits(count: 5000, seed: seed, split: split)
      return try Tensor(
        digits.images, shape: [digits.count, StrokeDigits.side, StrokeDigits.side, 1])
    }
    training = try drawn(.training)
    test = try drawn(.test)
    source = "drawn by a seeded generator (seed \(seed))"
  }

  /// Reads a folder that holds MATLAB's two digit files or MNIST's image files.
  init(folder: String) throws {
    let url = URL(fileURLWithPath: folder, isDirectory: true)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue
    else { throw MissingData(folder: folder, problem: "there is no such folder") }
    let matFiles = ["DigitsDataTrain.mat", "DigitsDataTest.mat"].map(url.appendingPathComponent)
    if matFiles.allSatisfy({ FileManager.default.fileExists(atPath: $0.path) }) {
      training = try Digits.matlab(matFiles[0], "XTrain")
      test = try Digits.matlab(matFiles[1], "XTest")
      try Digits.requireUsable(training, test, folder)
      source = "\(matFiles[0].lastPathComponent) and \(matFiles[1].lastPathComponent)"
      return
    }
    guard let trainingFile = Digits.idxFile("train", in: url),
      let testFile = Digits.idxFile("t10k", in: url)
    else {
      throw MissingData(
        folder: folder,
        problem: "it holds neither DigitsDataTrain.mat and DigitsDataTest.mat "
          + "nor train-images-idx3-ubyte and t10k-images-idx3-ubyte (plain or .gz)")
    }
    training = try Digits.mnist(trainingFile)
    test = try Digits.mnist(testFile)
    try Digits.requireUsable(training, test, folder)
    source = "\(trainingFile.lastPathComponent) and \(testFile.lastPathComponent)"
  }

  private static func matlab(_ url: URL, _ variable: String) throws -> Tensor {
    let images = try MATFile(contentsOf: url).tensor(variable, order: .lastFirst)
    guard images.rank == 4, images.shape[3] == 1 else {
      throw MissingData(
        folder: url.path,
        problem: "\(variable) has shape \(images.shape), not [count, rows, columns, 1]")
    }
    return images
  }

  private static func mnist(_ url: URL) throws -> Tensor {
    let images = try IDXFile(contentsOf: url).tensor()
    guard images.rank == 3 else {
      throw MissingData(
        folder: url.path, problem: "it holds an array of shape \(images.shape), not images")
    }
    return try (images / 255).expandingAxis(3)
  }

  /// Throws unless both hold images of one size with finite values in 0...1.
  private static func requireUsable(_ training: Tensor, _ test: Tensor, _ folder: String) throws {
    func refuse(_ problem: String) -> MissingData { MissingData(folder: folder, problem: problem) }
    for (name, images) in [("training", training), ("test", test)] {
      guard images.count > 0 else { throw refuse("there are no \(name) images") }
      guard try images.isFinite() else { throw refuse("a \(name) image holds NaN or infinity") }
      let (low, high) = (try images.min().item(), try images.max().item())
      guard low >= 0, high <= 1 else {
        throw refuse("\(name) images have values from \(low) to \(high), not 0 to 1")
      }
    }
    let sizes = [training, test].map { Array($0.shape.dropFirst()) }
    guard sizes[0] == sizes[1] else {
      throw refuse("training images are \(sizes[0]), test images \(sizes[1])")
    }
    guard sizes[0].reduce(1, *) <= 64 * 64 else {
      throw refuse("images of \(sizes[0]) are too large for this network of full connections")
    }
  }

  /// MNIST's image file of a split, under any of the names it goes by.
  private static func idxFile(_ split: String, in folder: URL) -> URL? {
    ["\(split)-images-idx3-ubyte", "\(split)-images.idx3-ubyte"]
      .flatMap { [$0, $0 + ".gz"] }
      .map(folder.appendingPathComponent)
      .first { FileManager.default.fileExists(atPath: $0.path) }
  }
}

/// `--data` does not hold digits.
private struct MissingData: Error, CustomStringConvertible {
  let folder: String
  let problem: String
  var description: String {
    "no digits in '\(folder)': \(problem); "
      + "name another folder with --data, or leave it out to train on digits that are drawn"
  }
}
