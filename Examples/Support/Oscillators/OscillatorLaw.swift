extension Oscillators {
  /// The law that all masses move by, in centimetres and seconds.
  public enum Law {
    /// The share of the speed that is lost in a second.
    public static let damping: Float = 0.1

    /// The pull back to rest for each centimetre away from it, of a mass of 1.
    public static let stiffness: Float = 4

    /// The further pull for each cubic centimetre.
    public static let stiffening: Float = 12

    /// Seconds from a reading to the next.
    public static let step: Float = 0.1

    /// Steps that the targets are ahead of the readings.
    public static let ahead = 10

    /// The largest push, either way.
    static let pushReach: Float = 1

    /// The standard deviation of what sensors add to the place they see, in centimetres.
    public static let noise: Float = 0.05

    /// Parts of a step in the integration.
    static let substeps = 8
  }

  /// How a sensor shows the place of its mass.
  struct Sensor {
    /// Volts for each centimetre.
    let gain: Float

    /// Volts at rest.
    let offset: Float

    static let all = [
      Sensor(gain: 0.5, offset: 1), Sensor(gain: 2, offset: -3), Sensor(gain: 8, offset: 10),
    ]
  }
}

/// A mass on a spring, on its way.
struct Mass {
  private(set) var place: Float
  private var speed: Float

  init(place: Float, speed: Float) {
    (self.place, self.speed) = (place, speed)
  }

  /// Moves on by a step under a constant push: semi-implicit Euler, whose error in energy stays
  /// bounded.
  mutating func advance(push: Float) {
    typealias Law = Oscillators.Law
    let time = Law.step / Float(Law.substeps)
    for _ in 0..<Law.substeps {
      let pull = (Law.stiffness + Law.stiffening * place * place) * place
      speed += time * (push - pull - Law.damping * speed)
      place += time * speed
    }
  }
}

/// One mass over one sequence, as its sensor shows it.
struct Track {
  let readings: [Float]
  let targets: [Float]

  init(of sensor: Oscillators.Sensor, from random: inout RandomStream) {
    typealias Law = Oscillators.Law
    var mass = Mass(place: random.bell(reach: 2), speed: random.bell(reach: 4))
    let push = random.bell(reach: Law.pushReach)
    let places = (0..<Oscillators.length + Law.ahead).map { _ in
      mass.advance(push: push)
      return mass.place
    }
    readings = places.prefix(Oscillators.length).map { place in
      // The sum of three even spreads of reach / 3 each has the standard deviation reach / 3.
      sensor.gain * (place + random.bell(reach: 3 * Law.noise)) + sensor.offset
    }
    targets = Array(places.dropFirst(Law.ahead))
  }
}
