import Foundation
import LigatureTensors
import Testing

@testable import LigatureTraining

@Suite("Schedules of the learn rate")
struct ScheduleTests {
  @Test("stay, fall by steps, along a line or a cosine, after rising")
  func rates() {
    func rates(_ schedule: LearnRateSchedule, _ iterations: [Int]) -> [Double] {
      iterations.map { schedule.rate(0.4, iteration: $0, of: 100, epoch: $0 / 10) }
    }
    #expect(rates(.constant, [0, 50, 99]) == [0.4, 0.4, 0.4])
    #expect(rates(.piecewise(factor: 0.5, every: 3), [0, 29, 30, 65]) == [0.4, 0.4, 0.2, 0.1])
    #expect(rates(.linear(), [0, 50, 75]) == [0.4, 0.2, 0.1])
    let cosine = rates(.cosine(final: 0.1), [0, 50, 100])
    for (found, expected) in zip(cosine, [0.4, 0.25, 0.1]) {
      #expect(abs(found - expected) < 1e-12)
    }
    let warm = rates(.cosine(warmup: 0.2), [0, 9, 19, 20, 60, 99])
    for (found, expected) in zip(warm, [0.4 / 21, 0.4 * 10 / 21, 0.4 * 20 / 21, 0.4, 0.2]) {
      #expect(abs(found - expected) < 1e-12)
    }
    #expect(warm.last! > 0 && warm.last! < 0.001)
    #expect(rates(.linear(warmup: 1), [0, 99]).allSatisfy { $0 > 0 && $0 <= 0.4 })
  }
}

/// Schedules beside PyTorch's, by Tests/Reference/torch_schedules.py.
@Suite("Schedules beside PyTorch's")
struct ScheduleReferenceTests {
  /// Rates of 24 steps, 4 an epoch, from an initial rate of 0.1.
  private func rates(
    _ schedule: LearnRateSchedule, steps: Int = 24, history: [TrainingHistory.Epoch] = []
  ) -> [Double] {
    (0..<steps).map { step in
      schedule.rate(
        at: LearnRateSchedule.Place(
          initial: 0.1, iteration: step, iterations: 24, epoch: step / 4, iterationsPerEpoch: 4,
          history: Array(history.prefix(step / 4))))
    }
  }

  private func expectEqual(_ found: [Double], _ expected: [Double]) {
    #expect(found.count == expected.count)
    for (a, b) in zip(found, expected) { #expect(abs(a - b) <= 1e-12) }
  }

  @Test("one cycle is OneCycleLR's")
  func oneCycle() {
    expectEqual(
      rates(.oneCycle()),
      [
        0.0040000000000000036, 0.010031362425060059, 0.026609727504305805, 0.049568839895741804,
        0.07313891927476646, 0.09139664517794927, 0.09975372752281098, 0.09944154354509119,
        0.09719417773875232, 0.09330129698414118, 0.08789863456292803, 0.0811745653949763,
        0.07336353795992745, 0.06473789976951033, 0.055598401412270175, 0.046263710266697504,
        0.03705929950868298, 0.028306099820869922, 0.020309309485362026, 0.01334775301888306,
        0.0076641593834256404, 0.0034566987425395223, 0.000872072851630233, 4e-07,
      ])
  }

  @Test("cosines with restarts are CosineAnnealingWarmRestarts's")
  func restarts() {
    expectEqual(
      rates(.cosineRestarts(epochs: 2, growth: 2, final: 0.01)),
      [
        0.1, 0.0965745789630079, 0.08681980515339464, 0.07222075445642905, 0.05500000000000001,
        0.03777924554357097, 0.023180194846605363, 0.013425421036992097, 0.1, 0.09913533761814537,
        0.0965745789630079, 0.09241613255361454, 0.08681980515339464, 0.0800006604858821,
        0.07222075445642905, 0.06377906449072579, 0.05500000000000001, 0.04622093550927424,
        0.03777924554357097, 0.029999339514117915, 0.023180194846605363, 0.01758386744638546,
        0.013425421036992097, 0.01086466238185463,
      ])
  }

  @Test("exponential and milestones are ExponentialLR's and MultiStepLR's")
  func epochs() {
    expectEqual(
      stride(from: 0, to: 24, by: 4).map { rates(.exponential(factor: 0.7))[$0] },
      [
        0.1, 0.06999999999999999, 0.048999999999999995, 0.0343, 0.024009999999999997,
        0.016806999999999996,
      ])
    expectEqual(
      stride(from: 0, to: 24, by: 4).map { rates(.piecewise(factor: 0.5, at: [2, 3]))[$0] },
      [0.1, 0.1, 0.05, 0.025, 0.025, 0.025])
  }

  @Test("a polynomial is PolynomialLR's")
  func polynomial() {
    expectEqual(
      rates(.polynomial(power: 1.5)),
      [
        0.1, 0.0938155634940371, 0.08776415154433098, 0.08184875533567995, 0.07607257743127306,
        0.07043905791270655, 0.06495190528383289, 0.05961513331672058, 0.05443310539518174,
        0.04941058844013092, 0.0445528192565151, 0.03986558724384098, 0.035355339059327376,
        0.03102931335104013, 0.026895717681995945, 0.022963966338592295, 0.01924500897298753,
        0.01575180030863021, 0.012499999999999997, 0.009509072178909134, 0.006804138174397713,
        0.004419417382415921, 0.0024056261216234415, 0.0008505172717997132,
      ])
  }

  @Test("reductions on a plateau are ReduceLROnPlateau's")
  func plateau() {
    let losses = [1, 0.5, 0.5, 0.6, .nan, 0.49999, 0.4, 0.41, 0.42, 0.43, 0.44, 0.45]
    let history = losses.enumerated().map {
      TrainingHistory.Epoch(
        epoch: $0 + 1, iterations: 4, learnRate: 0.1, seconds: 0, trainingLoss: 0,
        trainingMetrics: [:], validationLoss: $1, validationMetrics: ["accuracy": -$1])
    }
    for objective in [Objective.loss, .highest("accuracy")] {
      let schedule = LearnRateSchedule.reduceOnPlateau(
        factor: 0.5, patience: 1, cooldown: 1, minimum: 0.02, objective: objective)
      let found = (0...losses.count).map { epoch in
        schedule.rate(
          at: LearnRateSchedule.Place(
            initial: 0.1, iteration: 4 * epoch, iterations: 100, epoch: epoch,
            iterationsPerEpoch: 4, history: Array(history.prefix(epoch))))
      }
      expectEqual(
        found, [0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.02])
    }
  }

  @Test("a warm-up rises in front of another schedule, and schedules follow each other")
  func composed() {
    let warm = rates(.warmup(epochs: 2, from: 0.5, of: .exponential(factor: 0.5)))
    #expect(abs(warm[0] - 0.1 * (0.5 + 0.5 / 9)) < 1e-15)
    #expect(abs(warm[7] - 0.05 * (0.5 + 0.5 * 8 / 9)) < 1e-15)
    #expect(abs(warm[8] - 0.025) < 1e-15)
    let parts = rates(.sequence([.linear(), .constant, .cosine()], epochs: [2, 1]))
    expectEqual(Array(parts[0..<8]), (0..<8).map { 0.1 * (1 - Double($0) / 8) })
    expectEqual(Array(parts[8..<12]), [0.1, 0.1, 0.1, 0.1])
    expectEqual(
      Array(parts[12..<24]), (0..<12).map { 0.05 * (1 + cos(.pi * Double($0) / 12)) })
  }

  @Test("come back from their records, and those of others are asked for")
  func records() throws {
    let built: [LearnRateSchedule] = [
      .constant, .linear(final: 0.01, warmup: 0.1), .cosine(warmup: 0.2), .polynomial(power: 1.5),
      .piecewise(factor: 0.5, every: 3), .piecewise(factor: 0.5, at: [1, 4]),
      .exponential(factor: 0.9), .cosineRestarts(epochs: 2, growth: 1.5), .oneCycle(rise: 0.2),
      .reduceOnPlateau(patience: 1), .reduceOnPlateau(patience: 0, objective: .highest("accuracy")),
      .warmup(epochs: 1.5, of: .cosine()),
      .sequence([.linear(), .warmup(epochs: 1), .constant], epochs: [1, 2]),
    ]
    let history = [0.5, 0.6, 0.7, 0.4, 0.5].enumerated().map {
      TrainingHistory.Epoch(
        epoch: $0 + 1, iterations: 4, learnRate: 0.1, seconds: 0, trainingLoss: $1,
        trainingMetrics: ["accuracy": 1 - $1])
    }
    for schedule in built {
      let stored = try JSONEncoder().encode(schedule.record)
      let record = try JSONDecoder().decode(NamedSettings.self, from: stored)
      let back = try LearnRateSchedule(record)
      #expect(rates(back, history: history) == rates(schedule, history: history), "\(record)")
      #expect(back.record == schedule.record)
    }
    let own = LearnRateSchedule("mine") { $0.initial }
    #expect(
      message { try LearnRateSchedule(own.record) }
        == "TrainingOptions: no schedule \"mine\" is built in. Give it, as it was when the options "
        + "were stored.")
  }
}
