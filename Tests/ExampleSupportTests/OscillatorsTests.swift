import Testing

@testable import ExampleSupport

@Suite struct OscillatorsTests {
  typealias Law = Oscillators.Law

  static let drawn = Oscillators(count: 200, seed: 1)
  static let sequenceSize = Oscillators.length * Oscillators.sensorCount

  /// The values of one sensor, sequence by sequence.
  static func track(_ sensor: Int, of values: [Float]) -> [Float] {
    stride(from: sensor, to: values.count, by: Oscillators.sensorCount).map { values[$0] }
  }

  @Test("there is a reading and a target for each sequence, time and sensor")
  func sizes() {
    #expect(Self.drawn.count == 200)
    #expect(Self.drawn.readings.count == 200 * Self.sequenceSize)
    #expect(Self.drawn.targets.count == 200 * Self.sequenceSize)
    #expect(Oscillators(count: 0, seed: 1).readings.isEmpty)
  }

  @Test("one seed gives one set, another seed or split another, and a longer set begins alike")
  func seeds() {
    let few = Oscillators(count: 7, seed: 1)
    #expect(few.readings[...] == Self.drawn.readings.prefix(7 * Self.sequenceSize))
    #expect(few.targets[...] == Self.drawn.targets.prefix(7 * Self.sequenceSize))
    let others = [
      Oscillators(count: 7, seed: 2), Oscillators(count: 7, seed: -1),
      Oscillators(count: 7, seed: 1, split: .test),
      Oscillators(count: 7, seed: 1, split: .validation),
    ]
    for other in others {
      #expect(Set(other.readings).isDisjoint(with: few.targets))
      #expect(other.readings != few.readings && other.targets != few.targets)
    }
  }

  @Test("a reading is gain times place and noise, plus offset")
  func sensors() {
    for (number, sensor) in Oscillators.Sensor.all.enumerated() {
      let readings = Self.track(number, of: Self.drawn.readings)
      let targets = Self.track(number, of: Self.drawn.targets)
      // A target is the place that is read `ahead` steps later, in the same sequence.
      var noise: [Float] = []
      for sequence in 0..<Self.drawn.count {
        for time in 0..<Oscillators.length - Law.ahead {
          let place = sequence * Oscillators.length + time
          let shown = (readings[place + Law.ahead] - sensor.offset) / sensor.gain
          noise.append(shown - targets[place])
        }
      }
      let mean = noise.reduce(0, +) / Float(noise.count)
      let squares = noise.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(noise.count)
      // 11,000 draws: the mean has an error of 1 %, the deviation one of 0.7 % of the noise.
      #expect(abs(mean) < 0.04 * Law.noise)
      #expect(abs(squares.squareRoot() - Law.noise) < 0.03 * Law.noise)
      #expect(noise.allSatisfy { abs($0) <= 3.001 * Law.noise })
    }
  }

  @Test("masses stay near rest, on both sides, and move unlike one another")
  func motion() {
    let tracks = (0..<3).map { Self.track($0, of: Self.drawn.targets) }
    for track in tracks {
      let mean = track.reduce(0, +) / Float(track.count)
      let deviation = (track.reduce(0) { $0 + $1 * $1 } / Float(track.count)).squareRoot()
      #expect(abs(mean) < 0.1 && (0.3...1).contains(deviation))
      #expect(track.allSatisfy { abs($0) < 3 })
    }
    let product = zip(tracks[0], tracks[1]).reduce(0) { $0 + $1.0 * $1.1 }
    let squares = tracks[0].reduce(0) { $0 + $1 * $1 }
    #expect(abs(product) < 0.2 * squares)
  }

  @Test("a mass obeys the law: small swings have the period of the spring, and die away")
  func law() {
    var mass = Mass(place: 0.01, speed: 0)
    // ω² = stiffness − (damping / 2)²; x = 0.01 exp(−damping t / 2) cos ω t, nearly.
    let steps = 31
    for _ in 0..<steps { mass.advance(push: 0) }
    let period = 2 * Float.pi / (Law.stiffness - Law.damping * Law.damping / 4).squareRoot()
    #expect(abs(Float(steps) * Law.step - period) < 0.06)
    // exp(−0.1 · 3.1 / 2) = 0.856; the step of the integration costs less than 2 %.
    #expect(abs(mass.place - 0.00856) < 0.0002)
  }

  @Test("the further a mass swings, the faster")
  func stiffening() {
    func stepsToTurn(from place: Float) -> Int {
      var mass = Mass(place: place, speed: 0)
      return (1...100).first { _ in
        mass.advance(push: 0)
        return mass.place < 0
      } ?? 100
    }
    // A quarter of the period 2π / ω, where ω² is about stiffness + 3/4 · stiffening · place².
    #expect(stepsToTurn(from: 0.1) == 8 && stepsToTurn(from: 1) == 5 && stepsToTurn(from: 2) == 3)
  }

  @Test("a mass comes to rest where spring and push are equal")
  func rest() {
    var mass = Mass(place: -1, speed: 1)
    for _ in 0..<4000 { mass.advance(push: 16) }
    // stiffness · 1 + stiffening · 1³
    #expect(abs(mass.place - 1) < 1e-4)
  }
}
