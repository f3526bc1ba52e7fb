import Foundation
import Ligature

/// Points on the two arms of a spiral, and the number of each point's arm.
func spiral(points count: Int, seed: UInt64) throws -> TrainingData {
  var random = RandomStream(seed: seed)
  let arms = Tensor((0..<count).map { Int64($0 % 2) })
  let radii = try random.uniform([count], in: 0.2..<1)
  let angles = try radii * 6 + arms.cast(to: .float32) * Double.pi
  let places = try stack([radii * cos(angles), radii * sin(angles)], axis: 1)
  let noise = try random.normal([count, 2], standardDeviation: 0.02)
  return try TrainingData(places + noise, targets: arms)
}

// The network: two numbers go in, and a score for each arm comes out.
let network = try Network(input: Layout("BC", [nil, 2]), seed: 1) {
  FullyConnected(32)
  ReLU()
  FullyConnected(32)
  ReLU()
  FullyConnected(2)
}
print(network)

// Training, then a test on points that it has not seen.
try train(
  network, on: spiral(points: 600, seed: 1), loss: .crossEntropy(from: .logits),
  options: TrainingOptions(.adam, epochs: 20, batchSize: 32, learnRate: 1e-2))
let test = try evaluate(
  network, on: spiral(points: 500, seed: 2), loss: .crossEntropy(from: .logits),
  TrainingOptions(metrics: [.accuracy]))
print("accuracy above 0.95:", test.metrics["accuracy", default: 0] > 0.95)

// A file, and the network that it holds.
let file = FileManager.default.temporaryDirectory.appending(path: "spiral.safetensors")
try network.save(to: file)
let restored = try Network(contentsOf: file)
let scores = try restored.predict(Tensor([Float(0), 0.5], shape: [1, 2]))
print("the arm of (0, 0.5):", try scores.argmax().scalars(as: Int64.self)[0])
