import ExampleSupport
import Foundation
import Ligature
let digits = StrokeDigits(count: 5000, seed: 1)
let images = try Tensor(digits.images, shape: [5000, 28, 28, 1])
let network = try Network(input: Layout("BSSC", [nil, 28, 28, 1])) {
  WeightTyingAutoEncoderLayer(encoder: Network { FullyConnected(784); ReLU(); FullyConnected(392); ReLU(); FullyConnected(196); ReLU() })
}
print(network.learnableCount, network.untiedLearnableCount)
print(network.ties)
let h = try train(network, on: TrainingData(reconstructing: images), loss: .binaryCrossEntropy, options: TrainingOptions(.adam, epochs: 5, l2: 1e-4, shuffle: .once, incompleteBatch: .drop, metrics: [.rmse]))
for e in h.epochs { print(e) }
let test = try Tensor(StrokeDigits(count: 5000, seed: 1, split: .test).images, shape: [5000, 28, 28, 1])
print(try rmse(network.predict(test, batchSize: 128), test), MemoryUsage.peakBytes() ?? 0)
