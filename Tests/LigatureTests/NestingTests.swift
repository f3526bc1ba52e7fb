import Ligature
import Testing

@Suite("Networks inside layers")
struct NestingTests {
  @Test("are searched for layers at any depth, each shared one once")
  func layersOfAType() throws {
    let shared = FullyConnected(3)
    let network = Network {
      Network {
        shared;
        Network {
          FullyConnected(4); ReLU()
        }
      }
      StructAutoencoder(
        encoder: Network {
          shared.named("again"); Tanh(); FullyConnected(2)
        })
    }
    #expect(network.layers(of: FullyConnected.self).map(\.outputSize) == [3, 4, 2])
    #expect(network.layers(of: Network.self).count == 3)
    #expect(network.layers(of: StructAutoencoder.self).count == 1)
  }

  @Test("share their learnables with every other use of them")
  func sharing() throws {
    let encoder = Network {
      FullyConnected(3); Tanh()
    }
    let network = Network { StructAutoencoder(encoder: encoder) }
    let x = try numbers([4, 5])
    _ = try network.predict(x)
    let code = try encoder.predict(x)
    #expect(code.shape == [4, 3])
    try train(
      network, on: TrainingData(reconstructing: sigmoid(x)), loss: .meanSquaredError,
      options: TrainingOptions(epochs: 1, learnRate: 0.1))
    #expect(try !encoder.predict(x).isIdentical(to: code))
  }

  @Test("refuse to begin a pass of their own inside a layer's, which would cut the gradient")
  func forgottenContext() throws {
    struct Forgetful: CustomLayer {
      @Learnable var inner: Network
      func predict(_ x: Tensor, in context: Context) throws -> Tensor { try inner.predict(x) }
    }
    let network = Network { Forgetful(inner: Network { FullyConnected(3) }) }
    #expect(
      message { try network.predict(numbers([2, 3])) }
        == "forgetful: called predict(_:) of a network, which begins a pass of its own. "
        + "Call the network as a function, within this pass: network(x, in: context).")
  }

  @Test("may be called from several tasks at once")
  func concurrency() async throws {
    let network = try Network(input: Layout("BC", [nil, 5])) {
      StructAutoencoder(
        encoder: Network {
          FullyConnected(3); BatchNormalization(); Tanh()
        })
    }
    let x = try numbers([8, 5])
    let expected = try network.predict(x)
    let agree = try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 { group.addTask { try network.predict(x).isIdentical(to: expected) } }
      return try await group.allSatisfy { $0 }
    }
    #expect(agree)
  }

  @Test("draw dropout anew at every use, and not at all in prediction")
  func dropout() throws {
    struct Twice: CustomLayer {
      @Learnable var noisy: Network
      func predict(_ x: Tensor, in context: Context) throws -> Tensor {
        try abs(noisy(x, in: context) - noisy(x, in: context))
      }
    }
    let network = Network { Twice(noisy: Network { Dropout() }) }
    let x = try Tensor.ones([4, 64])
    #expect(try network.predict(x).sum().item() == 0)
    let difference = try valueAndGradients(of: network) { try network(x, in: $0).sum() }.value
    #expect(try difference.item() > 100)
  }
}
