import Foundation
import Ligature

/// A folder of digits that others have made.
struct DigitsFolder {
  let path: String

  private var url: URL { URL(fileURLWithPath: path, isDirectory: true) }

  func read(
    withLabels: Bool
  ) throws -> (training: Digits.Part, test: Digits.Part, source: String) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
    else { throw refuse("there is no such folder") }
    let matFiles = ["DigitsDataTrain.mat", "DigitsDataTest.mat"].map(url.appendingPathComponent)
    let found: (files: [URL], parts: [Digits.Part])
    if matFiles.allSatisfy({ FileManager.default.fileExists(atPath: $0.path) }) {
      found = (
        matFiles,
        try zip(matFiles, ["Train", "Test"]).map { try matlab($0, $1, withLabels: withLabels) }
      )
    } else {
      let splits = ["train", "t10k"]
      let images = splits.compactMap { idxFile("\($0)-images", "idx3") }
      guard images.count == 2 else {
        throw refuse(
          "it holds neither DigitsDataTrain.mat and DigitsDataTest.mat "
            + "nor train-images-idx3-ubyte and t10k-images-idx3-ubyte (plain or .gz)")
      }
      let labels = try splits.map { split -> URL? in
        let file = idxFile("\(split)-labels", "idx1")
        guard file != nil || !withLabels else {
          throw refuse("it holds no \(split)-labels-idx1-ubyte (plain or .gz)")
        }
        return withLabels ? file : nil
      }
      found = (images, try zip(images, labels).map { try mnist($0, $1) })
    }
    let names = found.files.map(\.lastPathComponent)
    return (found.parts[0], found.parts[1], "\(names[0]) and \(names[1])")
  }

  private func matlab(_ url: URL, _ part: String, withLabels: Bool) throws -> Digits.Part {
    let file = try MATFile(contentsOf: url)
    let images = try file.tensor("X" + part, order: .lastFirst)
    guard images.rank == 4, images.shape[3] == 1 else {
      throw refuse(
        "X\(part) of \(url.lastPathComponent) has shape \(images.shape), "
          + "not [count, rows, columns, 1]")
    }
    return Digits.Part(
      images: images, labels: withLabels ? try labels(file, "labels" + part) : [])
  }

  /// Digits as categories that are called by them, or as numbers.
  private func labels(_ file: MATFile, _ name: String) throws -> [Int] {
    let isCategorical = file.variables.contains { $0.name == name && $0.className == "categorical" }
    guard isCategorical else { return try file.array(name, as: Int64.self).values.map { Int($0) } }
    return try file.categorical(name).names.map { category in
      guard let digit = category.flatMap({ Int($0) }) else {
        throw refuse("\(name) has a category \(category.map { "'\($0)'" } ?? "<undefined>")")
      }
      return digit
    }
  }

  private func mnist(_ images: URL, _ labels: URL?) throws -> Digits.Part {
    let pixels = try IDXFile(contentsOf: images).tensor()
    guard pixels.rank == 3 else {
      throw refuse(
        "\(images.lastPathComponent) holds an array of shape \(pixels.shape), not images")
    }
    let digits = try labels.map { try IDXFile(contentsOf: $0).tensor(as: Int64.self) }
    return Digits.Part(
      images: try (pixels / 255).expandingAxis(3),
      labels: try digits?.scalars(as: Int64.self).map { Int($0) } ?? [])
  }

  /// Throws unless both parts hold images of one size with finite values in 0...1, and where labels
  /// are wanted a digit for each.
  func requireUsable(
    _ training: Digits.Part, _ test: Digits.Part, withLabels: Bool
  ) throws {
    for (name, part) in [("training", training), ("test", test)] {
      let images = part.images
      guard images.count > 0 else { throw refuse("there are no \(name) images") }
      guard try images.isFinite() else { throw refuse("a \(name) image holds NaN or infinity") }
      let (low, high) = (try images.min().item(), try images.max().item())
      guard low >= 0, high <= 1 else {
        throw refuse("\(name) images have values from \(low) to \(high), not 0 to 1")
      }
      guard withLabels else { continue }
      guard part.labels.count == images.shape[0] else {
        throw refuse("there are \(images.shape[0]) \(name) images and \(part.labels.count) labels")
      }
      if let other = part.labels.first(where: { !(0...9).contains($0) }) {
        throw refuse("a \(name) label is \(other), not 0 to 9")
      }
    }
    let sizes = [training, test].map { Array($0.images.shape.dropFirst()) }
    guard sizes[0] == sizes[1] else {
      throw refuse("training images are \(sizes[0]), test images \(sizes[1])")
    }
    guard sizes[0].reduce(1, *) <= 64 * 64 else {
      throw refuse("images of \(sizes[0]) are larger than 64 x 64, and take too long here")
    }
  }

  /// One of MNIST's files, under any of the names it goes by.
  private func idxFile(_ stem: String, _ kind: String) -> URL? {
    ["\(stem)-\(kind)-ubyte", "\(stem).\(kind)-ubyte"]
      .flatMap { [$0, $0 + ".gz"] }
      .map(url.appendingPathComponent)
      .first { FileManager.default.fileExists(atPath: $0.path) }
  }

  private func refuse(_ problem: String) -> MissingData {
    MissingData(folder: path, problem: problem)
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
