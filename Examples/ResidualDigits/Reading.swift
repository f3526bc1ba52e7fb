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

  /// How often a digit (row) was read as each (column).
  let confusion: [[Int]]
  /// In the order of confidence, the surest first.
  let mistakes: [Mistake]

  /// Reads logits `[count, 10]`, of images with the digits `labels`.
  init(logits: Tensor, labels: [Int]) throws {
    let probabilities = try softmax(logits)
    let read = try probabilities.argmax().doubles().map { Int($0) }
    let sure = try probabilities.max(-1).doubles()
    var confusion = [[Int]](repeating: [Int](repeating: 0, count: 10), count: 10)
    var mistakes: [Mistake] = []
    for (image, digit) in labels.enumerated() {
      confusion[digit][read[image]] += 1
      guard read[image] != digit else { continue }
      mistakes.append(
        Mistake(image: image, digit: digit, readAs: read[image], confidence: sure[image]))
    }
    self.confusion = confusion
    self.mistakes = mistakes.sorted { $0.confidence > $1.confidence }
  }

  var count: Int { confusion.joined().reduce(0, +) }

  /// The share of digits that were read right.
  var accuracy: Double { 1 - Double(mistakes.count) / Double(max(1, count)) }
}
