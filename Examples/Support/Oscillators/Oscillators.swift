/// Three equal masses on springs, each watched by a sensor of its own: sequences to learn from.
///
/// ```swift
/// let training = Oscillators(count: 16, seed: 1)
/// let test = Oscillators(count: 500, seed: 1, split: .test)
/// training.readings.count  // 16 * 60 * 3
/// ```
///
/// All masses move by one law, a Duffing oscillator whose spring stiffens as it is stretched:
///
///     x″ = −damping · x′ − stiffness · x − stiffening · x³ + push
///
/// in centimetres and seconds: the further it swings, the faster. In each sequence, each mass
/// begins at another place and speed and is pushed by another constant force. So one sequence shows
/// the law three times, in three motions that have nothing else in common.
///
/// Sensor i sees its mass every `Law.step` seconds, and what is to be told is where that mass will
/// be `Law.ahead` steps later, which no sensor has seen yet:
///
///     reading = gain[i] · (x + noise) + offset[i]
///     target  = x, `ahead` steps later
///
/// What is drawn for sequence `i` depends on the seed, the split and `i` alone, so a longer set
/// begins with the shorter one. Only additions and products are used, all of which IEEE arithmetic
/// rounds in one way, so every platform computes the same numbers. O(count) time, about 20
/// microseconds for each sequence in a release build.
public struct Oscillators: Sendable {
  /// The three sets of sequences that a seed gives. They share no sequence.
  public enum Split: UInt64, Sendable, CaseIterable {
    /// Sequences to learn from.
    case training = 1

    /// Sequences to be tested on.
    case test = 2

    /// Sequences by which a network is chosen.
    case validation = 3
  }

  /// The number of masses, and of sensors.
  public static let sensorCount = 3

  /// The number of readings of each sensor in a sequence.
  public static let length = 60

  /// The number of sequences.
  public let count: Int

  /// What the sensors say, `[count, length, 3]` in row-major order, in volts.
  public let readings: [Float]

  /// Where the masses will be, `[count, length, 3]`, in centimetres from rest.
  public let targets: [Float]

  /// Lets the masses move `count` times.
  ///
  /// - Parameters:
  ///   - count: How many sequences to make; at least 0.
  ///   - seed: Which sequences. Different seeds give unrelated ones.
  ///   - split: Which of the seed's three sets.
  public init(count: Int, seed: some BinaryInteger, split: Split = .training) {
    precondition(count >= 0, "cannot make \(count) sequences")
    let source = RandomStream(UInt64(truncatingIfNeeded: seed)).child(split.rawValue)
    var readings: [Float] = []
    var targets: [Float] = []
    readings.reserveCapacity(count * Self.length * Self.sensorCount)
    targets.reserveCapacity(count * Self.length * Self.sensorCount)
    for index in 0..<count {
      let sequence = source.child(UInt64(index))
      let tracks = Sensor.all.indices.map { number in
        var random = sequence.child(UInt64(number))
        return Track(of: Sensor.all[number], from: &random)
      }
      for time in 0..<Self.length {
        readings += tracks.map { $0.readings[time] }
        targets += tracks.map { $0.targets[time] }
      }
    }
    (self.count, self.readings, self.targets) = (count, readings, targets)
  }
}
