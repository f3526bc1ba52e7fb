import Ligature
import Testing

@Suite("Articles: Own training loops")
struct OwnTrainingLoopsArticle {
  @Test("a loop learns a curve")
  func loop() throws {
    let network = try Network(input: Layout("BC", [nil, 1]), seed: 1) {
      FullyConnected(16)
      Tanh()
      FullyConnected(1)
    }
    let x = try Tensor.linspace(-3, 3, count: 256).expandingAxis(1)
    let data = try TrainingData(x, targets: sin(x))
    // article: loop
    var solver = SolverState(.adam)
    var random = RandomStream(seed: 1)
    for _ in 1...40 {
      let order = try random.permutation(data.count)
      for start in stride(from: 0, to: data.count, by: 32) {
        let batch = try data.subset(Array(order[start..<min(start + 32, data.count)]))
        let (loss, gradients) = try valueAndGradients(of: network) { context in
          try meanSquaredError(network(batch.inputs[0], in: context), batch.targets[0])
        }
        guard try loss.isFinite() else { return }
        try solver.update(along: gradients.clipped(byGlobalNorm: 1), learnRate: 1e-2)
      }
    }
    // end
    let error = try rmse(network.predict(x), sin(x))
    #expect(error < 0.15, "\(error)")
  }

  @Test("a generator learns where points lie")
  func adversaries() throws {
    var random = RandomStream(seed: 1)
    func realPoints() throws -> Tensor {
      try random.normal([64, 2], standardDeviation: 0.5) + Tensor([Float(2), -1])
    }
    // article: networks
    let generator = try Network(input: Layout("BC", [nil, 2]), seed: 1) {
      FullyConnected(16)
      ReLU()
      FullyConnected(2)
    }
    let discriminator = try Network(input: Layout("BC", [nil, 2]), seed: 2) {
      FullyConnected(16)
      LeakyReLU(slope: 0.2)
      FullyConnected(1)
    }
    var forger = SolverState(.adam(gradientDecay: 0.5))
    var judge = SolverState(.adam(gradientDecay: 0.5))
    var average = try WeightAverage(.exponential(decay: 0.98), of: generator)
    // end
    for _ in 1...400 {
      // article: adversaries
      let real = try realPoints()
      let noise = try random.normal([64, 2])
      let forged = try generator.predict(noise)

      let (_, judging) = try valueAndGradients(of: discriminator) { context in
        let onReal = try discriminator(real, in: context)
        let onForged = try discriminator(forged, in: context)
        return try binaryCrossEntropy(logits: onReal, .ones(onReal.shape))
          + binaryCrossEntropy(logits: onForged, .zeros(onForged.shape))
      }
      try judge.update(along: judging, learnRate: 3e-3)

      let (_, forging) = try valueAndGradients(of: generator, through: [discriminator]) { context in
        let verdict = try discriminator(generator(noise, in: context), in: context)
        return try binaryCrossEntropy(logits: verdict, .ones(verdict.shape))
      }
      try forger.update(along: forging, learnRate: 3e-3)
      try average.update()
      // end
    }
    // article: averaged
    let points = try average.withAverages { try generator.predict(random.normal([1000, 2])) }
    print(try points.mean(0).doubles())
    // end
    let mean = try points.mean(0).doubles()
    #expect(abs(mean[0] - 2) < 0.3 && abs(mean[1] + 1) < 0.3, "\(mean)")
  }

  @Test("a critic with a gradient penalty measures a distance")
  func penalty() throws {
    let critic = try Network(input: Layout("BC", [nil, 2]), seed: 1) {
      FullyConnected(16)
      Tanh()
      FullyConnected(1)
    }
    var solver = SolverState(.adam)
    var random = RandomStream(seed: 1)
    for _ in 1...200 {
      let real = try random.normal([64, 2])
      let forged = try random.normal([64, 2]) + Tensor([Float(3), 0])
      // article: penalty
      let between = try lerp(real, forged, random.uniform([64, 1]))
      let (_, gradients) = try valueAndGradients(of: critic) { context in
        let slopes = try valueAndGradients(at: [between]) { try critic($0[0], in: context).sum() }
        let norms = try slopes.gradients[0]!.norm(1)
        let gap = try critic(forged, in: context).mean() - critic(real, in: context).mean()
        return try gap + square(norms - 1).mean() * 10
      }
      try solver.update(along: gradients, learnRate: 1e-2)
      // end
    }
    // The distance of two clouds that are alike, and 3 apart.
    let (real, forged) = try (
      random.normal([2000, 2]), random.normal([2000, 2]) + Tensor([Float(3), 0])
    )
    let distance = try (critic.predict(real).mean() - critic.predict(forged).mean()).item()
    #expect(abs(distance - 3) < 0.6, "\(distance)")
  }

  @Test("a student learns what its teacher knows")
  func distillation() throws {
    var random = RandomStream(seed: 1)
    func points(_ count: Int) throws -> Tensor { try random.uniform([count, 2], in: -1..<1) }
    func quadrant(of x: Tensor) throws -> Tensor {
      try (x.at(0, axis: 1) * x.at(1, axis: 1) .> 0).cast(to: .int64)
    }
    let x = try points(512)
    let teacher = try Network(input: Layout("BC", [nil, 2]), seed: 1) {
      FullyConnected(32)
      ReLU()
      FullyConnected(32)
      ReLU()
      FullyConnected(2)
    }
    try train(
      teacher, on: TrainingData(x, targets: quadrant(of: x)), loss: .crossEntropy(from: .logits),
      options: TrainingOptions(epochs: 30, batchSize: 64, learnRate: 1e-2, verbose: .silent))
    let student = try Network(input: Layout("BC", [nil, 2]), seed: 2) {
      FullyConnected(12)
      ReLU()
      FullyConnected(2)
    }
    var solver = SolverState(.adam)
    for _ in 1...300 {
      let questions = try points(64)
      // article: distillation
      let temperature = 2.0
      let answers = try softmax(teacher.predict(questions) / temperature)
      let (_, gradients) = try valueAndGradients(of: student) { context in
        let logits = try student(questions, in: context) / temperature
        return try kullbackLeibler(logits: logits, answers) * (temperature * temperature)
      }
      try solver.update(along: gradients, learnRate: 1e-2)
      // end
    }
    let test = try points(1000)
    let accuracy = try Metric.accuracy.value(of: student.predict(test), quadrant(of: test))
    #expect(accuracy > 0.95, "\(accuracy)")
    #expect(student.learnableCount * 15 < teacher.learnableCount)
  }

  /// Points on two half moons, and the number of each point's moon.
  private func moons(_ count: Int, seed: UInt64) throws -> (points: Tensor, moons: Tensor) {
    var random = RandomStream(seed: seed)
    let moon = Tensor((0..<count).map { Int64($0 % 2) })
    let side = try moon.cast(to: .float32)
    let (sign, angle) = try (1 - side * 2, random.uniform([count], in: 0..<Double.pi))
    let points = try stack([sign * cos(angle) + side, sign * sin(angle) + side * 0.5], axis: 1)
    return (try points + random.normal([count, 2], standardDeviation: 0.08), moon)
  }

  /// The accuracy of a teacher after training with a weight of what students and teacher agree on.
  private func meanTeacherAccuracy(weight: Double) throws -> Double {
    let (few, labels) = try moons(8, seed: 12)
    let unlabelled = try moons(256, seed: 4).points
    let student = try Network(input: Layout("BC", [nil, 2]), seed: 2) {
      FullyConnected(32)
      ReLU()
      FullyConnected(32)
      ReLU()
      FullyConnected(2)
    }
    var random = RandomStream(seed: 1)
    // article: teacher
    var teacher = try WeightAverage(.exponential(decay: 0.95), of: student)
    try teacher.update()
    // end
    var solver = SolverState(.adam)
    for step in 1...200 {
      let rampedUp = weight * min(1, Double(step) / 100)
      // article: mean teacher
      func noisy() throws -> Tensor {
        try unlabelled + random.normal(unlabelled.shape, standardDeviation: 0.15)
      }
      let expected = try teacher.withAverages { try softmax(student.predict(noisy())) }
      let seen = try noisy()
      let (_, gradients) = try valueAndGradients(of: student) { context in
        let known = try crossEntropy(logits: student(few, in: context), labels)
        let agreed = try meanSquaredError(softmax(student(seen, in: context)), expected)
        return try known + agreed * rampedUp
      }
      try solver.update(along: gradients, learnRate: 1e-2)
      try teacher.update()
      // end
    }
    let test = try moons(1000, seed: 5)
    return try teacher.withAverages {
      try Metric.accuracy.value(of: student.predict(test.points), test.moons)
    }
  }

  @Test("a mean teacher learns from points without labels")
  func meanTeacher() throws {
    let (without, with) = try (meanTeacherAccuracy(weight: 0), meanTeacherAccuracy(weight: 5))
    #expect(with > without + 0.15, "\(without), \(with)")
  }
}
