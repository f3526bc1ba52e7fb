import Foundation
import LigatureLayers
import LigatureNetworks
import LigatureTensors
import Testing

@testable import LigatureTraining

/// Training while other threads use the network: right, or refused in words. Run under the thread
/// sanitizer too, see `.ci/run`.
@Suite("Training beside other threads", .serialized)
struct ConcurrentTrainingTests {
  private func data(_ count: Int = 12) throws -> TrainingData {
    var stream = RandomStream(seed: 3)
    return try TrainingData(stream.normal([count, 3]), targets: stream.normal([count, 2]))
  }

  private func network() throws -> Network {
    try Network(input: Layout("BC", [nil, 3])) {
      FullyConnected(5).named("a"); Tanh()
      FullyConnected(5).named("b"); Tanh()
      FullyConnected(2).named("c")
    }
  }

  private func inBackground(_ body: @escaping @Sendable () throws -> Void) -> () -> [String] {
    let errors = Lock<[String]>([])
    let group = DispatchGroup()
    group.enter()
    Thread {
      do { try body() } catch { errors.withLock { $0.append("\(error)") } }
      group.leave()
    }.start()
    return {
      group.wait()
      return errors.withLock { $0 }
    }
  }

  @Test("casts meanwhile end it in words, or not at all")
  func casting() throws {
    let (network, data) = (try network(), try data())
    let casts = inBackground {
      for round in 0..<60 { try network.cast(to: round % 2 == 0 ? .float64 : .float32) }
    }
    for _ in 0..<10 {
      do {
        try train(
          network, on: data, loss: .meanSquaredError,
          options: TrainingOptions(epochs: 2, batchSize: 4))
      } catch let error as LayerError {
        #expect(!error.remedy.isEmpty, "\(error)")
      } catch let error as TensorError {
        #expect(!error.remedy.isEmpty, "\(error)")
      }
    }
    #expect(casts() == [])
    #expect(Set(network.parameters.map(\.value.scalarType)) == [.float32])
    #expect(try network.parameters.allSatisfy { try $0.value.isFinite() })
  }

  @Test("ties, unties and restored snapshots meanwhile leave whole steps")
  func ties() throws {
    let (network, data) = (try network(), try data())
    let edits = inBackground {
      for _ in 0..<40 {
        try network.tie("b/bias", to: "a/bias")
        try network.untie("b/bias")
      }
    }
    let snapshots = inBackground { for _ in 0..<40 { _ = network.snapshot() } }
    for _ in 0..<10 {
      do {
        try train(
          network, on: data, loss: .meanSquaredError,
          options: TrainingOptions(.sgd(), epochs: 2, batchSize: 4))
      } catch let error as TensorError {
        #expect(error.problem.contains("tied or wired to another since"), "\(error)")
      }
    }
    #expect(edits() == [] && snapshots() == [])
    #expect(try network.parameters.allSatisfy { try $0.value.isFinite() })
  }

  @Test("predictions, copies and edits of another part meanwhile do not disturb it")
  func everything() throws {
    let (alone, network, data) = (try network(), try network(), try data())
    let options = TrainingOptions(epochs: 6, batchSize: 4)
    let wanted = try train(alone, on: data, loss: .meanSquaredError, options: options)
    let others =
      (0..<8).map { _ in
        inBackground { for _ in 0..<20 { _ = try network.predict(data.inputs) } }
      } + [
        inBackground { for _ in 0..<10 { _ = try network.copy() } },
        inBackground { for _ in 0..<10 { _ = try network.storedValues() } },
        inBackground {
          for _ in 0..<10 {
            try network.add(Tanh(), named: "more")
            try network.connect("c", to: "more")
            try network.remove("more")
          }
        },
      ]
    let found = Result { try train(network, on: data, loss: .meanSquaredError, options: options) }
    // A batch may meet the network while a layer is in it that nothing feeds.
    for errors in others.map({ $0() }) {
      #expect(errors.allSatisfy { $0.contains("connected to nothing") }, "\(errors)")
    }
    switch found {
    case .success(let history):
      #expect(history.iterationLosses.count == wanted.iterationLosses.count)
    case .failure(let error): #expect("\(error)".contains("connected to nothing"), "\(error)")
    }
    #expect(try network.parameters.allSatisfy { try $0.value.isFinite() })
  }

  @Test("a scalar learnable that has no value any more is refused in words")
  func deferred() throws {
    struct Scale: CustomLayer {
      @Learnable var scale: Tensor = .deferred
      func initialize(for x: Tensor, in context: Context) throws {
        scale = try .scalar(2, context.scalarType)
      }
      func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * scale }
    }
    let network = Network { Scale() }
    let before = network.snapshot()
    let x = Tensor([1, 2] as [Float])
    try network.initialize(for: [x])
    let (_, gradients) = try valueAndGradients(of: network) { try network(x, in: $0).sum() }
    before.restore()
    for solver in [Solver.adam, .sgd(), .rmsProp()] {
      var state = SolverState(solver)
      let error = #expect(throws: TensorError.self) {
        try state.update(along: gradients, learnRate: 0.1)
      }
      #expect(error?.problem == "scale/scale has no value any more")
      #expect(state.step == 0)
    }
  }

  @Test("ends after the present step where its task is cancelled, and says so")
  func cancelling() async throws {
    let (network, data) = (try network(), try data())
    let steps = Lock(0)
    let options = TrainingOptions(
      epochs: 100_000, batchSize: 4,
      onProgress: { _ in
        steps.withLock { $0 += 1 }
        return .continue
      })
    let task = Task.detached {
      try train(network, on: data, loss: .meanSquaredError, options: options)
    }
    while steps.withLock({ $0 }) < 3 { try await Task.sleep(for: .milliseconds(1)) }
    task.cancel()
    let history = try await task.value
    #expect(history.wasCancelled && history.wasStopped)
    #expect(history.iterationLosses.count == steps.withLock { $0 })
    #expect(history.epochs.last?.validationLoss == nil && !history.epochs.isEmpty)
    #expect(try network.parameters.allSatisfy { try $0.value.isFinite() })
    let text = try JSONEncoder().encode(history)
    #expect(try JSONDecoder().decode(TrainingHistory.self, from: text) == history)
  }

  @Test("a history that says no more than it must is read")
  func shortHistory() throws {
    let text = #"{"epochs": [], "stopReason": "callback", "iterationLosses": [1]}"#
    let history = try JSONDecoder().decode(TrainingHistory.self, from: Data(text.utf8))
    #expect(history.wasStopped && !history.wasCancelled && history.iterationLosses == [1])
  }

  @Test("a run of endless epochs ends where it is stopped")
  func endless() throws {
    let history = try train(
      network(), on: data(), loss: .meanSquaredError,
      options: TrainingOptions(
        epochs: .max, batchSize: 4, schedule: .cosine(warmup: 0.1),
        onProgress: { $0.iteration == 2 ? .stop : .continue }))
    #expect(history.wasStopped && !history.wasCancelled && history.iterationLosses.count == 2)
  }
}
