import Ligature

/// Walks toward an answer in three steps, taken by one and the same network.
struct Refinement: CustomLayer, Codable {
  @Learnable var step: Network
  @Learnable var rate: Tensor = .deferred

  func initialize(for x: Tensor, in context: Context) throws {
    rate = try .full([x.shape[1]], 0.5)
  }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    var answer = x
    for _ in 1...3 { answer = try answer + rate * step(answer, in: context) }
    return answer
  }
}

let network = try Network(input: Layout("BC", [nil, 8])) {
  Refinement(
    step: Network {
      FullyConnected(16)
      Tanh()
      FullyConnected(8)
    })
  FullyConnected(1)
}
print(network)

var random = RandomStream(seed: 1)
let x = try random.normal([512, 8])
let data = try TrainingData(x, targets: tanh(x.sum(1, keepingAxes: true)))
let history = try train(
  network, on: data, loss: .meanSquaredError,
  options: TrainingOptions(.adam, epochs: 60, batchSize: 32, learnRate: 3e-3))
print("the loss fell below 0.01:", history.epochs.last!.trainingLoss < 0.01)
