import Ligature

extension SoundLayer {
  private static let pictures = Layout("BSSC", [nil, 4, 3, 2])

  /// Networks in rows, side by side, and beside their input.
  static let builders: [SoundLayer] = [
    SoundLayer("Residual", CheckOptions(learnableCount: 30)) {
      Residual {
        FullyConnected(5)
        Tanh()
      }
    },
    SoundLayer("Residual with a skip", on: [pictures]) {
      Residual {
        Convolution([2, 2], filters: 3)
        GELU()
      } skip: {
        Convolution([2, 2], filters: 3)
      }
    },
    SoundLayer("Residual that shortens time", on: [Layout("BTC", [nil, nil, 5])]) {
      Residual {
        Convolution([2], filters: 3, padding: .explicit(1))
      } skip: {
        Convolution([2], filters: 3, padding: .explicit(1))
      }
    },
    SoundLayer("Residual over time, left out at random", on: [.sequences]) {
      Residual {
        GRU(5)
        StochasticDepth(0.3)
      }
    },
    SoundLayer("Branches", on: [.sequences]) {
      Branches {
        LSTM(3)
        Identity()
      }
    },
    SoundLayer("Branches that are added") {
      Branches(.addition) {
        FullyConnected(3)
        Network {
          FullyConnected(2)
          Tanh()
          FullyConnected(3)
        }
      }
    },
    SoundLayer("Branches that are multiplied") {
      Branches(.multiplication) {
        FullyConnected(3)
        Network {
          FullyConnected(3)
          Sigmoid()
        }
      }
    },
    SoundLayer("SeparateBranches", on: [.sequences]) {
      SeparateBranches {
        FullyConnected(3)
        GRU(2)
      }
    },
    SoundLayer("Repeat", CheckOptions(learnableCount: 90)) {
      Repeat(times: 3) {
        FullyConnected(5)
        Tanh()
      }
    },
    SoundLayer("Repeat of one block", on: [.sequences], CheckOptions(learnableCount: 30)) {
      Repeat(times: 4, sharing: true) {
        Residual {
          FullyConnected(5)
          Tanh()
        }
      }
    },
    SoundLayer("Repeat that shortens time", on: [Layout("BTC", [nil, nil, 5])]) {
      Repeat(times: 2) { Convolution([2], filters: 5, padding: .explicit(1)) }
    },
    SoundLayer("MultiFunctionLayer", on: [.features, .features]) {
      MultiFunctionLayer(inputs: ["a", "b"], outputs: ["sum", "product"]) { inputs in
        [try inputs[0] + inputs[1], try inputs[0] * inputs[1]]
      }
    },
  ]
}
