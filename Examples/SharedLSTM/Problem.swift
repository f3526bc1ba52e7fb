import ExampleSupport
import Foundation
import Ligature

/// What the networks are compared on.
struct Problem {
  /// Where it comes from, for people.
  let source: String

  /// The names of what goes in, and of what is to be told.
  let channelNames: [String]
  let targetNames: [String]

  /// The numbers of training sequences to learn from, rising.
  let sizes: [Int]

  /// The label of the time axis, and what one step adds on it.
  let timeLabel: String
  let timeStep: Double

  /// The lesson with this many training sequences. A seed draws others where they are drawn.
  let lesson: (_ size: Int, _ seed: Int) throws -> Lesson

  /// The names of the channels that belong to a target: as many to each, in order.
  func channels(of target: Int) -> [String] {
    let share = channelNames.count / targetNames.count
    return Array(channelNames[target * share..<(target + 1) * share])
  }
}

extension Problem {
  /// Three equal masses, each seen by a sensor of its own. To the training sequences come half as
  /// many for validation.
  static func oscillators(sizes: [Int], testSize: Int) -> Problem {
    func sequences(_ count: Int, _ seed: Int, _ split: Oscillators.Split) throws
      -> Lesson.Sequences
    {
      let drawn = Oscillators(count: count, seed: seed, split: split)
      let shape = [count, Oscillators.length, Oscillators.sensorCount]
      return (
        try Tensor(drawn.readings, shape: shape), try Tensor(drawn.targets, shape: shape)
      )
    }
    let ahead = Float(Oscillators.Law.ahead) * Oscillators.Law.step
    let numbers = 1...Oscillators.sensorCount
    return Problem(
      source: "three equal masses on springs, drawn by a seeded generator",
      channelNames: numbers.map { "sensor \($0) (V)" },
      targetNames: numbers.map { "mass \($0) in \(ahead) s (cm)" }, sizes: sizes,
      timeLabel: "seconds",
      timeStep: Double(Oscillators.Law.step)
    ) { size, seed in
      try Lesson(
        training: sequences(size, seed, .training),
        validation: sequences((size + 1) / 2, seed, .validation),
        test: sequences(testSize, seed, .test))
    }
  }
}
