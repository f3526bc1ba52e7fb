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
}

extension Problem {
  /// Three equal masses, each seen by a sensor of its own.
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
    let numbers = 1...Oscillators.sensorCount
    return Problem(
      source: "three equal masses on springs, drawn by a seeded generator",
      channelNames: numbers.map { "sensor \($0) (V)" },
      targetNames: numbers.map { "mass \($0) (cm)" }, sizes: sizes, timeLabel: "seconds",
      timeStep: Double(Oscillators.Law.step)
    ) { size, seed in
      try Lesson(
        training: sequences(size, seed, .training), test: sequences(testSize, seed, .test))
    }
  }
}
