import Ligature

/// Walks toward an answer in two steps, taken by one and the same network: a sound layer.
struct TwiceRefined: CustomLayer, Codable {
  @Learnable var step = Network {
    FullyConnected(4)
    Tanh()
    FullyConnected(3)
  }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let once = try x + step(x, in: context)
    return try once + step(once, in: context)
  }
}
