import Ligature
import Testing

struct Swish: CustomLayer, Codable {
  @Learnable var sharpness: Tensor = .deferred

  func initialize(for x: Tensor, in context: Context) throws {
    sharpness = try .full([x.shape[x.rank - 1]], 1, context.scalarType)
  }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try x * sigmoid(sharpness * x)
  }
}

@Suite("My layers")
struct LayerTests {
  @Test("Swish is a valid layer")
  func swish() throws { try checkLayer(Swish(), Layout("BC", [nil, 5])).get() }
}
