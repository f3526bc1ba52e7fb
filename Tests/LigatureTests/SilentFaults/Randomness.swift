import Foundation
import Ligature

extension SilentFault {
  static let randomness = [
    SilentFault(
      "predictions that draw do not depend on the batch size",
      [
        .gives([1, 1, 1], "batches of 1, 3 and 7 of ten") {
          let network = Network { Sampling() }
          let x = try Tensor.zeros([10, 4])
          let whole = try network.predict(x, batchSize: 10)
          return try [1, 3, 7].map {
            try network.predict(x, batchSize: $0).isIdentical(to: whole) ? 1 : 0
          }
        },
        .gives([0], "two observations have numbers of their own") {
          let sample = try Network { Sampling() }.predict(.zeros([8, 4]), batchSize: 2)
          return [try sample[0].isIdentical(to: sample[2]) ? 1 : 0]
        },
        .gives([0, 1], "another seed gives another sample, the same one the same") {
          let network = Network { Sampling() }
          let x = try Tensor.zeros([4, 3])
          let first = try network.predict(x, seed: 1)
          return [
            try network.predict(x, seed: 2).isIdentical(to: first) ? 1 : 0,
            try network.predict(x, seed: 1).isIdentical(to: first) ? 1 : 0,
          ]
        },
        .gives([0], "pieces of a stream draw anew") {
          let network = Network { Sampling() }
          var state = NetworkState()
          let x = try Tensor.zeros([2, 3])
          let first = try network.predict(x, state: &state)
          return [try network.predict(x, state: &state).isIdentical(to: first) ? 1 : 0]
        },
        .gives([1], "measuring a loss on validation data") {
          let network = Network { Sampling() }
          let data = try TrainingData(.zeros([10, 4]), targets: .zeros([10, 4]))
          let losses = try [10, 3].map {
            try evaluate(
              network, on: data, loss: .meanSquaredError, TrainingOptions(batchSize: $0)
            ).loss
          }
          return [abs(losses[0] - losses[1]) < 1e-6 ? 1 : 0]
        },
      ]),
    SilentFault(
      "a loop of one's own has new dropout masks in every pass",
      [
        .gives([0], "whose iteration nobody names") {
          let network = try dropping()
          return [try masked(network).isIdentical(to: masked(network)) ? 1 : 0]
        },
        .gives([1], "unless the iteration is named") {
          let network = try dropping()
          return [
            try masked(network, iteration: 3).isIdentical(to: masked(network, iteration: 3)) ? 1 : 0
          ]
        },
        .gives([1], "and the same ones in a run that begins again") {
          let (first, second) = (try dropping(), try dropping())
          _ = try masked(first)
          _ = try masked(second)
          return [try masked(first).isIdentical(to: masked(second)) ? 1 : 0]
        },
        .gives([1], "the masks of observations by themselves are those of the batch") {
          let network = try dropping()
          let whole = try masked(network, iteration: 5)
          let parts = try perObservationGradients(
            of: network, at: [.ones([4, 50])], iteration: 5
          ) { tensors, context in try network(tensors[0], in: context).sum() }
          let sum = try parts.dropFirst().reduce(parts[0]) { try $0 + $1 }
          let difference = try sum.entries[0].gradient - whole
          return [try difference.doubles().map(abs).max() ?? 9 < 1e-5 ? 1 : 0]
        },
      ]),
  ]

  private static func dropping() throws -> Network {
    let network = try Network(input: Layout("BC", [nil, 50])) {
      Scaling()
      Dropout(0.5)
    }
    try network.initialize()
    return network
  }

  /// What a mask leaves of the gradient.
  private static func masked(_ network: Network, iteration: Int? = nil) throws -> Tensor {
    let (_, gradients) = try valueAndGradients(of: network, iteration: iteration) {
      try network(.ones([4, 50]), in: $0).sum()
    }
    return gradients.entries[0].gradient
  }
}

/// x plus noise, in predictions too.
private struct Sampling: CustomLayer, Codable {
  @Learnable var scale: Tensor = .deferred

  func initialize(for x: Tensor, in context: Context) throws {
    scale = try .ones([1], context.scalarType)
  }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    var stream = context.randomStream()
    return try x + stream.normal(x.shape, x.scalarType) * scale
  }
}
