import Foundation
import LigatureLayers
import LigatureNetworks
import LigatureTensors
import LigatureTraining
import Testing

/// Solvers that look at the loss in several places before they move: L-BFGS and
/// Levenberg-Marquardt.
@Suite("Solvers that search")
struct SearchTests {
  /// Numbers that are learned, whatever comes in.
  struct Numbers: CustomLayer {
    @Learnable var w: Tensor

    init(_ start: [Double]) { w = Tensor(start) }

    func predict(_ x: Tensor, in context: Context) throws -> Tensor { w }
  }

  private static func network(_ start: [Double]) throws -> Network {
    let network = Network { Numbers(start) }
    try network.cast(to: .float64)
    return network
  }

  private static let nothing = Tensor([0.0])

  /// (1 - a)² + 100 (b - a²)², least at (1, 1) (Rosenbrock 1960).
  private static func rosenbrock(_ w: Tensor) throws -> Tensor {
    let a = try w.slice(0..<1)
    let b = try w.slice(1..<2)
    return try (square(1 - a) + square(b - square(a)) * 100).sum()
  }

  @Test("L-BFGS finds the least value of Rosenbrock's valley", arguments: LineSearch.allCases)
  func valley(_ search: LineSearch) throws {
    let network = try Self.network([-1.2, 1])
    var solver = SolverState(.lbfgs(lineSearch: search, trials: 40))
    var (steps, end) = (0, SearchStep.End?.none)
    var last = Double.infinity
    while end == nil, steps < 200 {
      let step = try solver.search(network, lossIsKnown: true) {
        try Self.rosenbrock(network(Self.nothing, in: $0))
      }
      if let loss = step.loss { #expect(loss < last) }
      last = step.loss ?? last
      steps += 1
      end = step.end
    }
    let w = try network.parameters[0].value.doubles()
    #expect(abs(w[0] - 1) < 1e-6 && abs(w[1] - 1) < 1e-6, "\(w) after \(steps) steps")
    #expect(end == .converged)
    #expect(steps < 80)
    #expect(solver.step >= steps - 1 && solver.stepCount(of: network.parameters[0]) == solver.step)
  }

  /// A convex quadratic of five numbers, Σ kᵢ (wᵢ - i)² / 2 with k of 1 to 100, turned.
  @Test("L-BFGS finds the least value of a quadratic in a few more steps than it has numbers")
  func quadratic() throws {
    let network = try Self.network([0, 0, 0, 0, 0])
    let scales = Tensor([1, 3, 10, 30, 100] as [Double])
    let centre = Tensor([1, 2, 3, 4, 5] as [Double])
    var solver = SolverState(.lbfgs(gradientTolerance: 1e-10))
    var steps = 0
    while try solver.search(
      network, lossIsKnown: true,
      loss: { context in
        let w = try network(Self.nothing, in: context) - centre
        return try ((square(w) * scales).sum() + square(w.sum())) / 2
      }
    ).end == nil, steps < 40 { steps += 1 }
    for (found, wanted) in zip(try network.parameters[0].value.doubles(), 1...5) {
      #expect(abs(found - Double(wanted)) < 1e-8)
    }
    #expect(steps < 25)
  }

  // NIST's Statistical Reference Datasets, Misra1a: y = b1 (1 - exp(-b2 x)), with its certified
  // values and residual sum of squares, from both of its starts.
  private static let misraX = [
    77.6, 114.9, 141.1, 190.8, 239.9, 289.0, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0,
  ]
  private static let misraY = [
    10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.40, 75.47,
    81.78,
  ]

  @Test(
    "Levenberg-Marquardt finds NIST's certified values of Misra1a",
    arguments: [[500, 0.0001], [250, 0.0005]])
  func certified(_ start: [Double]) throws {
    let network = try Self.network(start)
    let (x, y) = (Tensor(Self.misraX), Tensor(Self.misraY))
    var solver = SolverState(.levenbergMarquardt(gradientTolerance: 0, stepTolerance: 1e-13))
    var (steps, last) = (0, Double.infinity)
    while steps < 200 {
      let step = try solver.searchLeastSquares(network) { context -> Tensor in
        let w = try network(Self.nothing, in: context)
        return try w.slice(0..<1) * (1 - exp(-(w.slice(1..<2) * x))) - y
      }
      last = step.loss ?? last
      if step.end != nil { break }
      steps += 1
    }
    let w = try network.parameters[0].value.doubles()
    #expect(abs(w[0] / 2.3894212918e+02 - 1) < 1e-7, "\(w) after \(steps)")
    #expect(abs(w[1] / 5.5015643181e-04 - 1) < 1e-7)
    #expect(abs(last / 1.2455138894e-01 - 1) < 1e-9)
    #expect(steps < 60)
  }

  @Test("one step of Levenberg-Marquardt solves a linear regression")
  func linear() throws {
    let data = try Self.data(count: 40)
    let network = try Network(input: Layout("BC", [nil, 3])) { FullyConnected(2) }
    try network.cast(to: .float64)
    let options = TrainingOptions(
      .levenbergMarquardt(initialDamping: 1e-14), epochs: 1, batchSize: 7)
    try train(network, on: data, loss: .meanSquaredError, options: options)
    // The normal equations, with a column of ones for the bias.
    let x = try concatenate([data.inputs[0], .ones([40, 1], .float64)], axis: 1)
    let wanted = try solve(matmul(x.transposed, x), matmul(x.transposed, data.targets[0]))
    let (w, b) = (network.parameters[0].value, network.parameters[1].value)
    let found = try (w.doubles(), b.doubles())
    let expected = try wanted.doubles()
    for row in 0..<3 {
      for column in 0..<2 {
        let value = w.shape == [2, 3] ? found.0[column * 3 + row] : found.0[row * 2 + column]
        #expect(abs(value - expected[row * 2 + column]) < 1e-9)
      }
    }
    for column in 0..<2 { #expect(abs(found.1[column] - expected[6 + column]) < 1e-9) }
  }

  private static func data(count: Int, type: ScalarType = .float64) throws -> TrainingData {
    var stream = RandomStream(seed: 5, name: "data")
    let x = try stream.normal([count, 3]).cast(to: type)
    let columns = try (0..<3).map { try x.slice($0..<($0 + 1), axis: 1) }
    let y = try concatenate(
      [sin(columns[0]) + columns[1] * columns[2], tanh(columns[1] * 2)], axis: 1)
    return try TrainingData(x, targets: y)
  }

  private static func small(_ type: ScalarType = .float64, dropout: Double = 0) throws -> Network {
    let network = try Network(input: Layout("BC", [nil, 3]), seed: 3) {
      FullyConnected(6).named("first")
      Tanh()
      Dropout(dropout)
      FullyConnected(2)
    }
    try network.cast(to: type)
    return network
  }

  static let solvers: [Solver] = [
    .lbfgs, .lbfgs(lineSearch: .weakWolfe), .lbfgs(lineSearch: .backtracking),
    .levenbergMarquardt,
  ]

  @Test("losses of a training fall from step to step, an epoch each", arguments: solvers)
  func falling(_ solver: Solver) throws {
    for type in [ScalarType.float64, .float32] {
      let network = try Self.small(type)
      let data = try Self.data(count: 30, type: type)
      let before = try evaluate(network, on: data, loss: .meanSquaredError).loss
      let options = TrainingOptions(solver, epochs: 25, batchSize: 4, l2: 1e-4, metrics: [.rmse])
      let history = try train(network, on: data, loss: .meanSquaredError, options: options)
      let losses = history.iterationLosses
      #expect(losses.count == 25 && history.epochs.count == 25)
      #expect(history.epochs.allSatisfy { $0.iterations == 1 })
      #expect(losses[0] < before && losses[24] < before / 20, "\(losses)")
      // With the penalty losses fall; without it they may rise by what the penalty fell.
      #expect(zip(losses, losses.dropFirst()).allSatisfy { $1 < $0 + 1e-3 })
      let last = try #require(history.epochs.last)
      let rmse = try #require(last.trainingMetrics.values.first)
      #expect(abs(rmse * rmse - last.trainingLoss) < 1e-5)
      let after = try evaluate(network, on: data, loss: .meanSquaredError).loss
      #expect(abs(after - losses[24]) < 1e-6)
    }
  }

  @Test("passes of some observations give the step of one pass, to rounding", arguments: solvers)
  func passes(_ solver: Solver) throws {
    let data = try Self.data(count: 20)
    func trained(_ size: Int?) throws -> [Double] {
      let network = try Self.small()
      let options = TrainingOptions(solver, epochs: 4, microBatchSize: size)
      try train(network, on: data, loss: .meanSquaredError, options: options)
      return try network.parameters.flatMap { try $0.value.doubles() }
    }
    let whole = try trained(nil)
    for size in [1, 3, 7, 20] {
      for (a, b) in zip(whole, try trained(size)) { #expect(abs(a - b) < 1e-7, "\(size)") }
    }
  }

  @Test("weights of observations count as observations that come as often")
  func weights() throws {
    let data = try Self.data(count: 6)
    let (x, t) = (data.inputs[0], data.targets[0])
    let twice = try TrainingData(
      inputs: [concatenate([x, x.slice(0..<2)], axis: 0)],
      targets: [concatenate([t, t.slice(0..<2)], axis: 0)])
    let weights = Tensor([2, 2, 1, 1, 1, 1] as [Double])
    let weighted = try TrainingData(inputs: [x], targets: [t, weights])
    for solver in [Solver.lbfgs, .levenbergMarquardt] {
      let (a, b) = (try Self.small(), try Self.small())
      let options = TrainingOptions(solver, epochs: 3)
      try train(a, on: twice, loss: .meanSquaredError, options: options)
      try train(b, on: weighted, loss: .meanSquaredError.weighted, options: options)
      for (p, q) in zip(a.parameters, b.parameters) {
        for (u, v) in zip(try p.value.doubles(), try q.value.doubles()) {
          #expect(abs(u - v) < 1e-8)
        }
      }
    }
  }

  @Test("shared weights move once, by all of their uses", arguments: [1, 2, 3, 5])
  func shared(_ uses: Int) throws {
    struct Repeated: CustomLayer {
      @Learnable var inner = FullyConnected(3)
      let uses: Int
      func predict(_ x: Tensor, in context: Context) throws -> Tensor {
        var x = x
        for _ in 0..<uses { x = try tanh(inner(x, in: context)) }
        return x
      }
    }
    let data = try Self.data(count: 12)
    let few = try TrainingData(data.inputs[0], targets: data.inputs[0] * 0.3)
    for solver in [Solver.lbfgs, .levenbergMarquardt] {
      let network = try Network(input: Layout("BC", [nil, 3])) { Repeated(uses: uses) }
      try network.cast(to: .float64)
      let options = TrainingOptions(solver, epochs: 8)
      let history = try train(network, on: few, loss: .meanSquaredError, options: options)
      #expect(network.parameters.count == 2)
      let losses = history.iterationLosses
      #expect(losses.count > 2 && zip(losses, losses.dropFirst()).allSatisfy { $1 < $0 })
    }
  }

  @Test("a training that is cancelled behind any step goes on to the same validations")
  func cancelled() async throws {
    let data = try Self.data(count: 20)
    func run() throws -> TrainingRun {
      try TrainingRun(
        Self.small(), on: data, loss: .meanSquaredError,
        options: TrainingOptions(
          .lbfgs, epochs: 6, validation: data, validationFrequency: .iterations(2)))
    }
    let whole = try run()
    while try whole.step() != nil {}
    for steps in 1...5 {
      let first = try run()
      for _ in 1..<steps { _ = try first.step() }
      let unchecked = Unchecked(run: first)
      let task = Task.detached {
        withUnsafeCurrentTask { $0?.cancel() }
        // Cancelled before its step: it takes none, and says so.
        _ = try unchecked.run.step()
      }
      try await task.value
      let second = try run()
      try second.resume(from: first.state)
      while try second.step() != nil {}
      #expect(second.history.validations == whole.history.validations)
      #expect(
        second.history.epochs.map(\.validationLoss) == whole.history.epochs.map(\.validationLoss))
    }
  }

  private struct Unchecked: @unchecked Sendable { let run: TrainingRun }

  @Test("layers that draw see one function in a step, and others in the next")
  func draws() throws {
    let data = try Self.data(count: 60)
    func trained() throws -> (losses: [Double], values: [Double]) {
      let network = try Self.small(dropout: 0.2)
      let options = TrainingOptions(.lbfgs, epochs: 15, seed: 9)
      let history = try train(network, on: data, loss: .meanSquaredError, options: options)
      return (history.iterationLosses, try network.parameters.flatMap { try $0.value.doubles() })
    }
    let (first, second) = (try trained(), try trained())
    #expect(first.losses == second.losses && first.values == second.values)
    #expect(first.losses.count > 5 && first.losses.min()! < first.losses[0])
  }

  @Test("sources that change with the epoch are one function to a solver that searches")
  func epochs() throws {
    let data = try Self.data(count: 30)
    let source = ClosureSource(count: 30) { number, stream in
      let x = try data.inputs[0].slice(number..<(number + 1)).reshaped(to: [3])
      let noise = try stream.normal([3]).cast(to: .float64)
      let t = try data.targets[0].slice(number..<(number + 1)).reshaped(to: [2])
      return try Observation(x + noise * 0.5, target: t)
    }
    let network = try Self.small()
    let options = TrainingOptions(.lbfgs, epochs: 15)
    let history = try train(network, on: source, loss: .meanSquaredError, options: options)
    let losses = history.iterationLosses
    #expect(losses.count > 10 && zip(losses, losses.dropFirst()).allSatisfy { $1 < $0 })
  }

  @Test(
    "a normalisation's averages move once a step", arguments: [Solver.lbfgs, .levenbergMarquardt])
  func states(_ solver: Solver) throws {
    let data = try Self.data(count: 24)
    let network = try Network(input: Layout("BC", [nil, 3])) {
      BatchNormalization(momentum: 0.25)
      FullyConnected(2)
    }
    try network.cast(to: .float64)
    try train(
      network, on: data, loss: .meanSquaredError, options: TrainingOptions(solver, epochs: 2))
    // From 0 by a quarter of the way to the mean, twice.
    let mean = try data.inputs[0].mean(0).doubles()
    let state = try #require(network.states.first { $0.key.hasSuffix("ean") }?.value)
    for (found, wanted) in zip(try state.doubles(), mean) {
      #expect(abs(found - wanted * (1 - 0.75 * 0.75)) < 1e-12)
    }
  }

  @Test("a frozen layer stays, and other factors than 0 and 1 are refused")
  func factors() throws {
    let data = try Self.data(count: 10)
    for solver in [Solver.lbfgs, .levenbergMarquardt] {
      let network = try Self.small()
      try network.initialize(for: [data.inputs[0]])
      try network.freeze("first")
      let before = try network.parameters[0].value.doubles()
      let options = TrainingOptions(solver, epochs: 3)
      try train(network, on: data, loss: .meanSquaredError, options: options)
      #expect(try network.parameters[0].value.doubles() == before)
      network.parameters[2].learnRateFactor = 0.5
      let error = #expect(throws: TensorError.self) {
        try train(network, on: data, loss: .meanSquaredError, options: options)
      }
      #expect(error?.problem.contains("learn-rate factor of") == true)
    }
  }

  @Test("a training that has converged ends, and says why", arguments: solvers)
  func converged(_ solver: Solver) throws {
    let x = Tensor([1, 2, 3, 4] as [Double])
    let data = try TrainingData(x.reshaped(to: [4, 1]), targets: (x * 3 + 1).reshaped(to: [4, 1]))
    let network = try Network(input: Layout("BC", [nil, 1])) { FullyConnected(1) }
    try network.cast(to: .float64)
    let options = TrainingOptions(solver, epochs: 500)
    let history = try train(network, on: data, loss: .meanSquaredError, options: options)
    #expect(history.stopReason == .converged || history.stopReason == .noLowerLoss)
    #expect(history.epochs.count < 100 && history.epochs.count == history.iterationLosses.count)
    #expect((history.iterationLosses.last ?? 1) < 1e-10)
    // Nothing is left to do.
    let again = try train(network, on: data, loss: .meanSquaredError, options: options)
    #expect(again.wasStopped && again.iterationLosses.count < 3)
  }

  @Test(
    "a run that goes on from its state has the bits of one that never stopped", arguments: solvers)
  func resumed(_ solver: Solver) throws {
    let data = try Self.data(count: 20)
    let options = TrainingOptions(solver, epochs: 9, l2: 1e-3)
    func run() throws -> TrainingRun {
      try TrainingRun(Self.small(), on: data, loss: .meanSquaredError, options: options)
    }
    let whole = try run()
    while try whole.step() != nil {}
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "search-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for steps in [0, 1, 4, 8, 9] {
      let first = try run()
      for _ in 0..<steps { _ = try first.step() }
      let url = folder.appending(path: "\(steps)")
      try first.state.save(to: url)
      let second = try run()
      try second.resume(from: TrainingState(contentsOf: url))
      while try second.step() != nil {}
      #expect(second.history.iterationLosses == whole.history.iterationLosses)
      for (a, b) in zip(whole.network.parameters, second.network.parameters) {
        #expect(try a.value.isIdentical(to: b.value))
      }
    }
  }

  @Test(
    "a step that throws leaves everything where it was",
    arguments: [Solver.lbfgs, .levenbergMarquardt])
  func mishaps(_ solver: Solver) throws {
    struct Mishap: Error {}
    let network = try Self.network([-1.2, 1])
    var state = SolverState(solver)
    var calls = 0
    func step(failing: Int) throws -> SearchStep {
      calls = 0
      func numbers(_ context: Context) throws -> Tensor {
        calls += 1
        if calls == failing { throw Mishap() }
        let w = try network(Self.nothing, in: context)
        return try concatenate(
          [1 - w.slice(0..<1), (w.slice(1..<2) - square(w.slice(0..<1))) * 10])
      }
      return solver.name == "lbfgs"
        ? try state.search(network) { try square(numbers($0)).sum() }
        : try state.searchLeastSquares(network, residuals: numbers)
    }
    _ = try step(failing: 0)
    let before = try network.parameters[0].value.doubles()
    for call in 1...2 {
      #expect(throws: Mishap.self) { try step(failing: call) }
      #expect(try network.parameters[0].value.doubles() == before && state.step == 1)
    }
    _ = try step(failing: 0)
    #expect(state.step == 2)
  }

  @Test("what makes no sense is refused in words, with the network as it was")
  func refusals() throws {
    let data = try Self.data(count: 8)
    let network = try Self.small()
    func refused(
      _ words: String, _ options: TrainingOptions, loss: Loss = .meanSquaredError
    ) throws {
      let error = #expect(throws: TensorError.self) {
        try train(network, on: data, loss: loss, options: options)
      }
      #expect("\(error!)".contains(words), "\(error!)")
      #expect(error?.remedy.isEmpty == false)
    }
    for solver in [Solver.lbfgs, .levenbergMarquardt] {
      try refused(
        "gradient threshold", TrainingOptions(solver, gradientThreshold: .globalNorm(1)))
      try refused("augmentation", TrainingOptions(solver, augmentation: .randomShift(upTo: 1)))
      try refused("schedule \"cosine\"", TrainingOptions(solver, schedule: .cosine()))
    }
    try refused(
      "no sum of squares", TrainingOptions(.levenbergMarquardt), loss: .meanAbsoluteError)
    try refused(
      "no sum of squares", TrainingOptions(.levenbergMarquardt),
      loss: .custom { try ($0[0] - $1[0]).sum() })
    let broken = try TrainingData(data.inputs[0] * Double.infinity, targets: data.targets[0])
    for solver in [Solver.lbfgs, .levenbergMarquardt] {
      let error = #expect(throws: (any Error).self) {
        try train(network, on: broken, loss: .meanSquaredError, options: TrainingOptions(solver))
      }
      #expect("\(error!)".contains("not finite"), "\(error!)")
    }
    var state = SolverState(.lbfgs)
    let (_, gradients) = try valueAndGradients(of: network) {
      try meanSquaredError(network(data.inputs[0], in: $0), data.targets[0])
    }
    let error = #expect(throws: TensorError.self) {
      try state.update(along: gradients, learnRate: 1)
    }
    #expect(error?.remedy.contains("search(_:loss:)") == true)
    var adam = SolverState(.adam)
    #expect(throws: TensorError.self) {
      try adam.search(network) { try square(network(data.inputs[0], in: $0)).sum() }
    }
    let large = try Network(input: Layout("BC", [nil, 3])) {
      FullyConnected(2_000); FullyConnected(2)
    }
    try large.cast(to: .float64)
    let tooLarge = #expect(throws: TensorError.self) {
      try train(
        large, on: data, loss: .meanSquaredError, options: TrainingOptions(.levenbergMarquardt))
    }
    #expect(tooLarge?.problem.contains("12002 learnable numbers") == true, "\(tooLarge!)")
  }

  @Test("weights that somebody else moved are noticed")
  func moved() throws {
    let network = try Self.network([-1.2, 1])
    var solver = SolverState(.lbfgs)
    func step() throws -> SearchStep {
      try solver.search(network, lossIsKnown: true) {
        try Self.rosenbrock(network(Self.nothing, in: $0))
      }
    }
    for _ in 0..<5 { _ = try step() }
    try network.parameters[0].set(Tensor([3, -2] as [Double]))
    let fresh = try Self.network([3, -2])
    var other = SolverState(.lbfgs)
    let found = try step()
    let wanted = try other.search(fresh) { try Self.rosenbrock(fresh(Self.nothing, in: $0)) }
    #expect(found.loss == wanted.loss && found.length == wanted.length)
  }
}
