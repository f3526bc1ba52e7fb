import LigatureTensors

@testable import LigatureLayers
@testable import LigatureNetworks

extension LayerFixture {
  private static let features = Layout("BC", [nil, 4])
  private static let images = Layout("BSSC", [nil, 4, 3, 2])
  private static let sequences = Layout("BTC", [nil, 3, 4])

  /// Networks whose weights are made of others.
  static let reparametrised: [LayerFixture] = [
    LayerFixture("WeightNormalization", "of a dense layer", on: [features]) {
      WeightNormalization { FullyConnected(3) }
    },
    LayerFixture("WeightNormalization", "of convolutions", on: [images]) {
      WeightNormalization {
        Convolution([2, 2], filters: 3)
        Tanh()
        Convolution([1, 1], filters: 2, bias: false)
      }
    },
    LayerFixture("WeightNormalization", "of recurrent weights", on: [sequences]) {
      WeightNormalization(of: "*/recurrentWeights") { GRU(2) }
    },
    LayerFixture("WeightNormalization", "of a transposed convolution", on: [images]) {
      WeightNormalization(axis: -2) { TransposedConvolution([2, 2], filters: 3) }
    },
    LayerFixture(
      "SpectralNormalization", "of a dense layer", on: [features], differsInTraining: true
    ) { SpectralNormalization { FullyConnected(3) } },
    LayerFixture(
      "SpectralNormalization", "of convolutions", on: [images], differsInTraining: true
    ) {
      SpectralNormalization(iterations: 2) {
        Convolution([2, 2], filters: 3)
        Convolution([1, 1], filters: 2)
      }
    },
  ]

  /// Networks in rows, side by side, and beside their input.
  static let builders: [LayerFixture] = [
    LayerFixture("Residual", on: [features]) {
      Residual {
        FullyConnected(4)
        Tanh()
      }
    },
    LayerFixture("Residual", "with a skip", on: [images]) {
      Residual {
        Convolution([2, 2], filters: 3)
        Tanh()
      } skip: {
        Convolution([2, 2], filters: 3, bias: false)
      }
    },
    LayerFixture("Residual", "left out at random", on: [features], differsInTraining: true) {
      Residual {
        FullyConnected(4)
        StochasticDepth(0.5)
      }
    },
    LayerFixture("Branches", "side by side", on: [sequences]) {
      Branches {
        FullyConnected(2)
        Identity()
        Network {
          FullyConnected(3)
          Tanh()
        }
      }
    },
    LayerFixture("Branches", "added", on: [features]) {
      Branches(.addition) {
        FullyConnected(2)
        FullyConnected(2)
      }
    },
    LayerFixture("Branches", "multiplied", on: [features]) {
      Branches(.multiplication) {
        FullyConnected(2)
        Network {
          FullyConnected(2)
          Sigmoid()
        }
      }
    },
    LayerFixture("SeparateBranches", on: [features]) {
      SeparateBranches {
        FullyConnected(2)
        FullyConnected(3, bias: false)
      }
    },
    LayerFixture("Repeat", "of blocks", on: [features]) {
      Repeat(times: 3) {
        FullyConnected(4)
        Tanh()
      }
    },
    LayerFixture("Repeat", "of one block", on: [sequences]) {
      Repeat(times: 3, sharing: true) { Residual { GRU(4) } }
    },
    LayerFixture("MultiFunctionLayer", "of two", on: [features, features]) {
      MultiFunctionLayer(inputs: ["a", "b"], isObservationWise: true) { inputs in
        [try inputs[0] * tanh(inputs[1])]
      }
    },
    LayerFixture("MultiFunctionLayer", "with learnables and two outputs", on: [features]) {
      MultiFunctionLayer(
        inputs: ["x"], outputs: ["sum", "product"], learnables: ["gain": try .ones([4])]
      ) { inputs, learnables, _ in
        let gain = learnables["gain"]!
        return [try inputs[0] + gain, try inputs[0] * gain]
      }
    },
  ]
}
