import Foundation
import Ligature

/// Training and test images, `[count, 28, 28, 1]` with values 0...1, and the digits they show.
public struct Digits: Sendable {
  /// Images, and the digit 0...9 in each where labels were asked for.
  public struct Part: Sendable {
    /// `[count, rows, columns, 1]`, with values 0...1.
    public var images: Tensor
    /// A digit for each image; empty where labels were not asked for.
    public var labels: [Int]

    /// The first `count` images, or all where there are fewer.
    public func first(_ count: Int) throws -> Part {
      let kept = min(count, images.shape[0])
      return Part(images: try images.slice(0..<kept), labels: Array(labels.prefix(kept)))
    }
  }

  /// What a network learns from.
  public let training: Part
  /// What it is tested on.
  public let test: Part
  /// Where they come from, for people.
  public let source: String

  /// Draws `count` + `count` digits.
  public init(drawnFrom seed: Int, count: Int = 5000) throws {
    func drawn(_ split: StrokeDigits.Split) throws -> Part {
      let digits = StrokeDigits(count: count, seed: seed, split: split)
      let shape = [digits.count, StrokeDigits.side, StrokeDigits.side, 1]
      return Part(images: try Tensor(digits.images, shape: shape), labels: digits.labels)
    }
    training = try drawn(.training)
    test = try drawn(.test)
    source = "drawn by a seeded generator (seed \(seed))"
  }

  /// Reads a folder that holds MATLAB's two digit files or MNIST's files.
  ///
  /// - Parameter withLabels: whether the digits are read too: `labelsTrain` and `labelsTest` of
  ///   MATLAB's files, categorical or numbers, or MNIST's files of labels.
  public init(folder: String, withLabels: Bool = false) throws {
    let place = DigitsFolder(path: folder)
    (training, test, source) = try place.read(withLabels: withLabels)
    try place.requireUsable(training, test, withLabels: withLabels)
  }
}
