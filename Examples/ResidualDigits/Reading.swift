import Ligature

/// What a network reads in images whose digits are known.
struct Reading {
  /// A digit that was taken for another.
  struct Mistake {
    /// The number of the image.
    let image: Int
    let digit: Int
    let readAs: Int
    /// How probable the network held what it read.
    let confidence: Double
  }

  let confusion: ConfusionMatrix
  /// In the order of confidence, the surest first.
  let mistakes: [Mistake]

  /// Reads logits `[count, 10]`, of images with the digits `labels`.
  init(logits: Tensor, labels: [Int]) throws {
    let probabilities = try softmax(logits)
    let read = try probabilities.argmax().doubles().map { Int($0) }
    let sure = try probabilities.max(-1).doubles()
    confusion = try ConfusionMatrix(logits, Tensor(labels), from: .logits)
    mistakes = labels.enumerated().filter { read[$0.offset] != $0.element }.map { image, digit in
      Mistake(image: image, digit: digit, readAs: read[image], confidence: sure[image])
    }.sorted { $0.confidence > $1.confidence }
  }
}
